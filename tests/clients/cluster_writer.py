"""Writes through redis-py's cluster client until its input ends, then reads back what was acknowledged.
Prints "ready" and, at the end, one line of JSON. Usage: cluster_writer.py HOST PORT"""
import json
import sys
import threading
import time
import zlib

from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import RedisError


def value_of(number):
    return f"{number}:{zlib.crc32(str(number).encode())}"


def read_back(client, key):
    for _ in range(300):
        try:
            return client.get(key)
        except (RedisError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{key} cannot be read")


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    client = RedisCluster(startup_nodes=[ClusterNode(host, port)], socket_timeout=1, socket_connect_timeout=1)
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    acknowledged, errors, number, longest, last = {}, {}, 0, 0, time.time()
    print("ready", flush=True)
    while not stopped.is_set():
        number += 1
        try:
            client.set(f"py:{number}", value_of(number))
            now = time.time()
            acknowledged[number] = int(now * 1000)
            longest = max(longest, now - last)
            last = now
        except (RedisError, OSError) as error:
            name = type(error).__name__
            errors[name] = errors.get(name, 0) + 1
            time.sleep(0.02)
        time.sleep(0.001)
    lost, wrong = [], 0
    for number, millis in acknowledged.items():
        found = read_back(client, f"py:{number}")
        if found is None:
            lost.append(millis)
        elif found.decode() != value_of(number):
            wrong += 1
    print(json.dumps({
        "acknowledged": len(acknowledged), "errors": sum(errors.values()), "wrong": wrong, "lost": lost,
        "longest": int(longest * 1000), "kinds": json.dumps(errors)}), flush=True)


main()

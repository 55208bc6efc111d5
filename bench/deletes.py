#!/usr/bin/env python3
"""What do the clients of a shard feel while millions of elements are deleted there? Beside redis-server.

    bench/deletes.py [--elements N] [--types set,hash,zset,list] [--ways UNLINK,DEL,expiry,FLUSHALL,FLUSHALL ASYNC]
                     [--seconds S] [--binary PATH] [--port PORT] [--only fastshard|redis] [--output FILE]

One collection of N elements at a time; while it goes, another connection sends GETs for a key of the same shard, one
after the other, as fast as they are answered. The row "nothing" is the same for S seconds without a deletion: what the
machine and this script make of it. redis-server is asked with what it does in the background: UNLINK, FLUSHALL ASYNC.
Times are in microseconds. On a machine with other work, "chrt -r 10 bench/deletes.py" keeps that out of the figures.
The time of "its reply" is also that of one thread of this script waiting for the other.
"""
import argparse
import os
import subprocess
import tempfile
import threading
import time

from resp import Client, Server, encode

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PER_COMMAND = 5000
KEY, OTHER = b"{big}", b"{big}other"
GET = encode("GET", OTHER)
FILLS = {"set": (b"SADD", 1), "hash": (b"HSET", 2), "zset": (b"ZADD", 2), "list": (b"RPUSH", 1)}


def fill(client, kind, elements):
    command, width = FILLS[kind]
    for first in range(0, elements, PER_COMMAND):
        numbers = range(first, min(first + PER_COMMAND, elements))
        head = b"*%d\r\n$%d\r\n%b\r\n$%d\r\n%b\r\n" % (2 + width * len(numbers), len(command), command, len(KEY), KEY)
        element = b"$13\r\nelement%06x\r\n"
        if kind == "hash":
            body = (element + b"$13\r\nis worth this\r\n") * len(numbers) % tuple(numbers)
        elif kind == "zset":
            body = (b"$7\r\n%07d\r\n" + element) * len(numbers) % tuple(n for i in numbers for n in (i % 9999991, i))
        else:
            body = element * len(numbers) % tuple(numbers)
        client.socket.sendall(head + body)
        client.read()


def delete(client, way):
    if way == "expiry":
        client.run("PEXPIRE", KEY, 1)
    elif way.startswith("FLUSHALL"):
        client.run(*way.split())
    elif way != "nothing":
        client.run(way, KEY)


def is_settled(client, way, began, seconds):
    if way == "nothing":
        return time.perf_counter() - began > seconds
    # An expired key may go only now, so it is asked for first.
    return client.run("EXISTS", KEY) == 0 and client.info()["lazyfree_pending_objects"] == "0"


def measure(port, way, seconds):
    """Latencies of one client's GETs from just before the deletion until all is freed."""
    pinger, admin = Client(port), Client(port)
    admin.run("SET", OTHER, "v")
    latencies, stop = [], threading.Event()

    def ping():
        send, receive, clock = pinger.socket.send, pinger.socket.recv, time.perf_counter_ns
        while not stop.is_set():
            began = clock()
            send(GET)
            receive(64)
            latencies.append(clock() - began)

    thread = threading.Thread(target=ping)
    thread.start()
    time.sleep(0.05)
    began = time.perf_counter()
    delete(admin, way)
    reply = time.perf_counter() - began
    while not is_settled(admin, way, began, seconds):
        time.sleep(0.02)
    took = time.perf_counter() - began
    stop.set()
    thread.join()
    return latencies, reply, took


def line(server, kind, way, result):
    latencies, reply, took = result
    ranked = sorted(latencies)
    at = [ranked[min(int(len(ranked) * share), len(ranked) - 1)] / 1000 for share in (0.5, 0.99, 0.999)]
    above = [sum(1 for value in ranked if value > limit * 1e6) for limit in (0.5, 1, 2, 5)]
    return (f"| {server} | {kind} | {way} | {len(ranked)} | " + " | ".join(f"{value:.0f}" for value in at)
            + f" | {ranked[-1] / 1000:.0f} | " + " | ".join(map(str, above))
            + f" | {reply * 1e6:.0f} | {took * 1000:.0f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--elements", type=int, default=1_000_000)
    parser.add_argument("--types", default="set,hash,zset,list")
    parser.add_argument("--ways", default="UNLINK,DEL,expiry,FLUSHALL,FLUSHALL ASYNC")
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--binary", default=os.path.join(ROOT, "out", "fastshard"))
    parser.add_argument("--port", type=int, default=18390)
    parser.add_argument("--only")
    parser.add_argument("--output", default=os.path.join(ROOT, "bench", "results", "deletes.md"))
    options = parser.parse_args()
    common = ["--port", str(options.port), "--bind", "127.0.0.1", "--save", ""]
    servers = {"fastshard": [options.binary, *common, "--shards", "2"], "redis": ["redis-server", *common]}
    rows = ["| server | type | way | GETs | p50 | p99 | p99.9 | max | > 0.5 ms | > 1 ms | > 2 ms | > 5 ms | its reply "
            "| all free after, ms |", "|---|---|---|" + "---:|" * 11]
    print("\n".join(rows), flush=True)
    for name, command in servers.items():
        if options.only and name != options.only:
            continue
        with tempfile.TemporaryDirectory() as folder, Server(options.port, [*command, "--dir", folder]):
            ways = options.ways.split(",") if name == "fastshard" else ["UNLINK", "FLUSHALL ASYNC"]
            client = Client(options.port)
            for kind in ["", *options.types.split(",")]:
                for way in ways if kind else ["nothing"]:
                    if kind:
                        fill(client, kind, options.elements)
                    rows.append(line(name, kind or "-", way, measure(options.port, way, options.seconds)))
                    print(rows[-1], flush=True)
    processor = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
    with open(options.output, "w") as output:
        output.write("# Deleting collections, and who feels it\n\n"
                     f"Written by bench/deletes.py on {processor} cores: collections of {options.elements} elements; "
                     "GETs of one other client of the same shard meanwhile, microseconds.\n\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Hit ratio of FastShard and redis-server at the same maxmemory, on the same requests.

    bench/hit-ratio.py [--requests N] [--keys N] [--maxmemory BYTES] [--port PORT]

A cache in front of something slow: what GET does not find is SET. Keys are asked for by Zipf's law (0.99); in the
second trace a scan of keys that are asked for only once comes between, a quarter of all requests. The first quarter
fills the cache and is not counted. Two minutes; prints a table and writes it to bench/results/hit-ratio.md.
"""
import argparse
import bisect
import itertools
import os
import random

from resp import Client, Server, encode

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PIPELINE = 50
SCAN_EVERY, SCAN_KEYS = 30_000, 10_000


def zipf(count, keys, exponent=0.99):
    cumulated = list(itertools.accumulate(1 / rank**exponent for rank in range(1, keys + 1)))
    draw = random.Random(7)
    names = list(range(keys))
    draw.shuffle(names)
    return [names[bisect.bisect_left(cumulated, draw.random() * cumulated[-1])] for _ in range(count)]


def scanned(count, keys):
    trace, cold = [], keys
    requests = iter(zipf(count, keys))
    while len(trace) < count:
        trace.extend(itertools.islice(requests, SCAN_EVERY))
        trace.extend(range(cold, cold + SCAN_KEYS))
        cold += SCAN_KEYS
    return trace[:count]


def value_of(key):
    return b"%0*d" % (100 + key % 300, key)


def hits(client, trace):
    found = counted = 0
    for at in range(0, len(trace), PIPELINE):
        part = trace[at:at + PIPELINE]
        replies = client.send([encode("GET", f"key:{key}") for key in part])
        missed = {key for key, reply in zip(part, replies) if reply is None}
        if missed:
            client.send([encode("SET", f"key:{key}", value_of(key)) for key in sorted(missed)])
        if at >= len(trace) // 4:
            counted += len(part)
            found += sum(reply is not None for reply in replies)
    return 100 * found / counted


def measure(command, port, policy, maxmemory, trace):
    options = ["--port", str(port), "--save", "", "--maxmemory", str(maxmemory), "--maxmemory-policy", policy]
    with Server(port, [*command, *options]):
        client = Client(port)
        percent = hits(client, trace)
        info = client.info()
        assert int(info["used_memory"]) <= maxmemory * 1.02, info["used_memory"]
        return percent, client.run("DBSIZE")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=600_000)
    parser.add_argument("--keys", type=int, default=200_000)
    parser.add_argument("--maxmemory", type=int, default=12 << 20)
    parser.add_argument("--port", type=int, default=17011)
    options = parser.parse_args()
    servers = {
        "FastShard": [f"{ROOT}/out/fastshard"],
        "redis-server": ["redis-server", "--save", "", "--appendonly", "no"],
    }
    traces = {
        "Zipf 0.99": zipf(options.requests, options.keys),
        "Zipf 0.99 with scans": scanned(options.requests, options.keys),
    }
    lines = [
        f"{options.requests} requests for {options.keys} keys with values of 100 to 400 bytes, maxmemory"
        f" {options.maxmemory >> 20} MB: percent found, and keys held at the end.",
        "",
        "| policy | requests | FastShard | redis-server | keys | keys in redis |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for policy in "allkeys-lru", "allkeys-lfu":
        for name, trace in traces.items():
            (ours, kept), (theirs, kept_there) = [
                measure(command, options.port, policy, options.maxmemory, trace) for command in servers.values()]
            lines.append(f"| {policy} | {name} | {ours:.1f} | {theirs:.1f} | {kept} | {kept_there} |")
            print(lines[-1], flush=True)
    text = "\n".join(lines) + "\n"
    print(text)
    with open(f"{ROOT}/bench/results/hit-ratio.md", "w") as file:
        file.write("# Hit ratio\n\n" + text)


if __name__ == "__main__":
    main()

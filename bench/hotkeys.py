#!/usr/bin/env python3
"""What spreading hot keys gains, and what looking for them costs.

Usage: hotkeys.py [--binary out/fastshard] [--port 7400] [--requests 3000000] [CASE ...]
Cases: counter, read, zipf, detection (default: all). Needs redis-benchmark.

Throughput is what the machine gives with the load beside the server. The processor time of the busiest shard's thread
per request is what limits a server that has a core for each shard: its ratio is printed as "capacity".
"""
import argparse
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time

from resp import Client, encode

parser = argparse.ArgumentParser()
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../out/fastshard"))
parser.add_argument("--port", type=int, default=7400)
parser.add_argument("--requests", type=int, default=3000000)
parser.add_argument("cases", nargs="*", default=[])
options = parser.parse_args()
TICK = os.sysconf("SC_CLK_TCK")


class Server:
    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="fs-hot-")
        self.process = subprocess.Popen(
            [options.binary, "--port", str(options.port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
             *arguments], stdout=subprocess.DEVNULL)
        while True:
            try:
                self.client = Client(options.port)
                break
            except OSError:
                time.sleep(0.05)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def threads(self):
        """Processor seconds of each thread, by its id."""
        times = {}
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            times[thread] = (int(fields[11]) + int(fields[12])) / TICK
        return times

    def load(self, requests, *command, connections=50, pipeline=16, extra=()):
        before = self.threads()
        began = time.monotonic()
        subprocess.run(
            ["redis-benchmark", "-p", str(options.port), "-c", str(connections), "-P", str(pipeline), "-n",
             str(requests), "--threads", "2", "-q", *extra, *command],
            stdout=subprocess.DEVNULL, check=True)
        seconds = time.monotonic() - began
        used = {thread: time_ - before.get(thread, 0) for thread, time_ in self.threads().items()}
        return {
            "ops": requests / seconds,
            "cpu": sum(used.values()) / requests * 1e6,
            "busiest": max(used.values()) / requests * 1e6,
        }


def show(name, result):
    print(f"{name:34} {result['ops'] / 1000:8.0f}k/s {result['cpu']:7.3f} us/op {result['busiest']:7.3f} us/op busiest",
          flush=True)


def ratio(before, after):
    print(f"{'':34} throughput {after['ops'] / before['ops']:.2f}x, "
          f"processor time {before['cpu'] / after['cpu']:.2f}x, "
          f"capacity {before['busiest'] / after['busiest']:.2f}x", flush=True)


def best(run, rounds=3):
    """The round that used least processor time: others had the machine's other work in them."""
    return min((run() for _ in range(rounds)), key=lambda result: result["busiest"])


def counter():
    with Server("--shards", "2", "--elastic-threads", "no") as server:
        server.client.run("SET", "hits", 0)
        without = best(lambda: server.load(options.requests, "INCR", "hits"))
        show("counter, not spread", without)
        server.client.run("SPREAD", "hits", 2, "KEEP")
        spread = best(lambda: server.load(options.requests, "INCR", "hits"))
        show("counter, spread", spread)
        ratio(without, spread)
        assert int(server.client.run("GET", "hits")) == 6 * options.requests


def read():
    with Server("--shards", "2", "--elastic-threads", "no", "--read-copies", "no") as server:
        server.client.run("SET", "page", b"x" * 10240)
        requests = options.requests // 10
        without = best(lambda: server.load(requests, "GET", "page"))
        show("10 KB read, one place", without)
        server.client.run("SPREAD", "page", 2, "COPY", "KEEP")
        spread = best(lambda: server.load(requests, "GET", "page"))
        show("10 KB read, copies", spread)
        ratio(without, spread)


def zipf():
    """Counts the commands of each shard, and no times."""
    keys, count, connections = 1000, 400000, 64
    weights = [rank ** -1.2 for rank in range(1, keys + 1)]
    for name, rules in (("not spread", []), ("spread by a rule", ["--spread", "c:*", "200", "8"])):
        with Server("--shards", "8", *rules) as server:
            def work(seed, requests):
                chance = random.Random(seed)
                client = Client(options.port)
                for _ in range(requests // 50):
                    client.send([encode("INCR", f"c:{key}") for key in chance.choices(range(keys), weights, k=50)])

            def run(requests, rounds):
                for round_ in range(rounds):
                    threads = [threading.Thread(target=work, args=(round_ * 1000 + seed, requests // connections))
                               for seed in range(connections)]
                    for thread in threads:
                        thread.start()
                    for thread in threads:
                        thread.join()

            run(count, 3)
            before = operations_by_shard(server, keys)
            run(count, 1)
            used = [after - first for after, first in zip(operations_by_shard(server, keys), before)]
            spread = len(server.client.run("SPREAD", "LIST"))
            print(f"zipf 1.2, 8 shards, {name:18} hottest {max(used) * len(used) / sum(used):.2f}x of the average, "
                  f"{spread} keys spread, operations {used}", flush=True)


def slot_of(name):
    crc = 0
    for byte in name.encode():
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc % 16384


def operations_by_shard(server, keys):
    """What each shard has counted: spread keys tell it themselves, all else was counted by its slot's shard."""
    counted = [0] * 8
    for key in range(keys):
        name = f"c:{key}"
        total = int(server.client.run("GET", name) or 0)
        info = server.client.run("SPREAD", "INFO", name)
        if info is not None:
            for shard in info[info.index(b"shards") + 1]:
                counted[shard[1]] += shard[5]
                total -= shard[5]
        counted[slot_of(name) * 8 // 16384] += total
    return counted


def detection():
    """Rounds with and without take turns, so that what else the machine does meets both."""
    with Server("--shards", "2", "--elastic-threads", "no") as server:
        for name, words in (("SET", ("SET", "key:__rand_int__", "value")), ("GET", ("GET", "key:__rand_int__"))):
            used = {"no": [], "yes": []}
            for _ in range(5):
                for tracking in used:
                    server.client.run("CONFIG", "SET", "hotkeys-tracking", tracking)
                    used[tracking].append(server.load(options.requests // 3, *words, extra=("-r", "1000000"))["cpu"])
            off, on = min(used["no"]), min(used["yes"])
            print(f"{name}: {off:.3f} us/op without tracking, {on:.3f} with it: {(on / off - 1) * 100:+.1f} %",
                  flush=True)


for case in options.cases or ["counter", "read", "zipf", "detection"]:
    globals()[case]()

#!/usr/bin/env python3
"""What belongs to clusters costs: statistics of slots, and what ports of the shards' own save.

  bench/clusters.py [--rounds N] [--requests N] [--binary PATH] [--cases stats,ports] [--output FILE]

stats: one shard pinned to a core, cluster-slot-stats-enabled off and on in turns, GET and SET with 16 and 64 requests
in flight. The figure is the server's processor time for a request; the least of the rounds.

ports: a cluster of one node with two shards, driven by two redis-benchmarks at once, one with keys of either shard.
Either both go to the ordinary port, which spreads connections over the shards, so that half of all commands are for the
other shard; or each goes to the port of the shard that has its keys (cluster-shard-port), as cluster clients do by
themselves. A redis-server without a cluster is beside them in the same rounds.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from resp import Client

HERE = os.path.dirname(os.path.abspath(__file__))
PORT, SHARD_PORT, REDIS_PORT = 18410, 18420, 18415
# Hash tags of slots of the first and of the second half.
TAGS = ("{b}", "{a}")

options = argparse.ArgumentParser()
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--requests", type=int, default=200000)
options.add_argument("--binary", default=os.path.join(HERE, "..", "out", "fastshard"))
options.add_argument("--cases", default="stats,ports")
options.add_argument("--output")
options = options.parse_args()
ticks = os.sysconf("SC_CLK_TCK")
lines = []


def say(line):
    lines.append(line)
    print(line, flush=True)


def until(condition, what):
    for _ in range(3000):
        try:
            if condition():
                return
        except (OSError, RuntimeError):
            pass
        time.sleep(0.01)
    sys.exit("not in time: " + what)


class Server:
    def __init__(self, command, port, prefix=()):
        self.folder = tempfile.mkdtemp(prefix="clusters-")
        self.process = subprocess.Popen(
            [*prefix, *command, "--port", str(port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", ""],
            stdout=subprocess.DEVNULL)
        until(lambda: Client(port).run("PING") == b"PONG", "PONG")
        self.client = Client(port)

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def node(*more, prefix=()):
    server = Server([options.binary, "--cluster-enabled", "yes", "--cluster-port", str(PORT + 1), *more], PORT, prefix)
    server.client.run("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    until(lambda: server.client.run("GET", "a") is None, "the cluster serves")
    return server


def load(port, words, depth, connections, prefix=()):
    return subprocess.Popen(
        [*prefix, "redis-benchmark", "-p", str(port), "-n", str(options.requests), "-c", str(connections),
         "-P", str(depth), "-r", "100000", "-q", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def measure(server, loads):
    """Microseconds of the server's processor for a request, and thousand requests a second of all loads."""
    before, began = server.cpu(), time.monotonic()
    running = [load(*each) for each in loads]
    for each in running:
        each.communicate()
        assert each.returncode == 0
    count = options.requests * len(loads)
    return (server.cpu() - before) * 1e6 / count, count / (time.monotonic() - began) / 1e3


def stats():
    pin = ("taskset", "-c", "0")
    server = node("--shards", "1", prefix=pin)
    figures = {}
    value = "x" * 64
    for _ in range(options.rounds):
        for depth in (16, 64):
            for name, words in (("SET", ["SET", "key:__rand_int__", value]), ("GET", ["GET", "key:__rand_int__"])):
                for state in ("no", "yes"):
                    server.client.run("CONFIG", "SET", "cluster-slot-stats-enabled", state)
                    loads = [(PORT, words, depth, 50, ("taskset", "-c", "1"))]
                    figures.setdefault((name, depth, state), []).append(measure(server, loads)[0])
    total = sum(stat[1][7] for stat in server.client.run("CLUSTER", "SLOT-STATS", "SLOTSRANGE", 0, 16383))
    assert total > 0
    server.close()
    say("| request | in flight | statistics off, us | on, us | difference |")
    say("|---|---|---|---|---|")
    for depth in (16, 64):
        for name in ("SET", "GET"):
            off, on = (min(figures[name, depth, state]) for state in ("no", "yes"))
            say(f"| {name} | {depth} | {off:.3f} | {on:.3f} | {(on / off - 1) * 100:+.1f} % |")


def ports():
    server = node("--shards", "2", "--cluster-shard-port", str(SHARD_PORT))
    redis = Server(["redis-server"], REDIS_PORT)
    slots = server.client.run("CLUSTER", "SLOTS")
    assert [part[2][1] for part in slots] == [SHARD_PORT, SHARD_PORT + 1], slots
    value = "x" * 64
    cases = {"ordinary port": (server, (PORT, PORT)), "shards' ports": (server, (SHARD_PORT, SHARD_PORT + 1)),
             "redis-server": (redis, (REDIS_PORT, REDIS_PORT))}
    figures = {}
    for _ in range(options.rounds):
        for depth in (1, 16):
            for request in ("SET", "GET"):
                for name, (target, doors) in cases.items():
                    loads = []
                    for tag, door in zip(TAGS, doors):
                        key = tag + ":__rand_int__"
                        loads.append((door, [request, key, value] if request == "SET" else [request, key], depth, 25))
                    figures.setdefault((request, depth, name), []).append(measure(target, loads))
    server.close()
    redis.close()
    say("| request | in flight | reached by | server CPU us/request | thousand requests/s |")
    say("|---|---|---|---|---|")
    for depth in (1, 16):
        for request in ("SET", "GET"):
            for name in cases:
                found = figures[request, depth, name]
                cpu, rate = (statistics.median(each[at] for each in found) for at in (0, 1))
                say(f"| {request} | {depth} | {name} | {cpu:.2f} | {rate:.0f} |")


for case in options.cases.split(","):
    {"stats": stats, "ports": ports}[case]()
    say("")
if options.output:
    with open(options.output, "w") as file:
        file.write("\n".join(lines))

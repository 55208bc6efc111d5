#!/usr/bin/env python3
"""What it costs to ask a node that has not got the key (cluster-forwarding), beside asking the one that has.

  bench/forwarding.py [--rounds N] [--requests N] [--binary PATH] [--output FILE]

Two nodes of one shard each; all keys are the second one's. redis-benchmark goes to the second (direct) or to the first
(forwarded), in turns, with 1 and with 16 requests in flight on 50 connections. Figures: requests a second, and both
servers' processor time for a request; the median of the rounds.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time

from resp import Client

HERE = os.path.dirname(os.path.abspath(__file__))
PORTS = (18511, 18512)
KEY = "{a}:__rand_int__"  # of slot 15495: the second node's

options = argparse.ArgumentParser()
options.add_argument("--rounds", type=int, default=3)
options.add_argument("--requests", type=int, default=100000)
options.add_argument("--binary", default=os.path.join(HERE, "..", "out", "fastshard"))
options.add_argument("--output")
options = options.parse_args()
ticks = os.sysconf("SC_CLK_TCK")


def start(port, folder):
    os.mkdir(folder)
    return subprocess.Popen(
        [os.path.abspath(options.binary), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--shards", "1",
         "--save", "", "--cluster-enabled", "yes", "--cluster-port", str(port + 400), "--cluster-forwarding", "yes"],
        stdout=subprocess.DEVNULL)


def until(condition):
    for _ in range(3000):
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError("the cluster does not serve")


def ask(port, *words):
    client = Client(port)
    try:
        return client.call(*words)
    finally:
        client.close()


def micros(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1e6 / ticks


def measure(port, servers, depth, words):
    requests = options.requests * depth
    before = [micros(server) for server in servers]
    began = time.monotonic()
    subprocess.run(
        ["redis-benchmark", "-p", str(port), "-n", str(requests), "-r", "100000", "-c", "50", "-P", str(depth), "-q",
         *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    return (requests / seconds, *[(micros(server) - was) / requests for server, was in zip(servers, before)])


def main():
    folder = tempfile.mkdtemp(prefix="fastshard-bench-")
    servers = [start(port, os.path.join(folder, str(port))) for port in PORTS]
    try:
        for index, port in enumerate(PORTS):
            until(lambda: ask(port, "PING"))
            ask(port, "CLUSTER", "ADDSLOTSRANGE", str(8192 * index), str(8192 * index + 8191))
            ask(port, "CLUSTER", "SET-CONFIG-EPOCH", str(index + 1))
        ask(PORTS[0], "CLUSTER", "MEET", "127.0.0.1", str(PORTS[1]), str(PORTS[1] + 400))
        for port in PORTS:
            until(lambda: b"cluster_state:ok" in ask(port, "CLUSTER", "INFO"))
        lines = ["| case | way | requests/s | us at the first | us at the owner |", "|---|---|---|---|---|"]
        cases = (("GET", 1, ("get", KEY)), ("GET", 16, ("get", KEY)), ("SET", 16, ("set", KEY, "x" * 16)))
        for name, depth, words in cases:
            rounds = {"direct": [], "forwarded": []}
            for _ in range(options.rounds):
                rounds["direct"].append(measure(PORTS[1], servers, depth, words))
                rounds["forwarded"].append(measure(PORTS[0], servers, depth, words))
            for way, figures in rounds.items():
                speed, first, owner = (statistics.median(column) for column in zip(*figures))
                lines.append(f"| {name}, {depth} in flight | {way} | {speed:.0f} | {first:.2f} | {owner:.2f} |")
        text = "\n".join(lines) + "\n"
        print(text)
        if options.output:
            open(options.output, "w").write(text)
    finally:
        for server in servers:
            server.kill()
            server.wait()
        shutil.rmtree(folder)


main()

#!/usr/bin/env python3
"""How fast is a snapshot written and loaded, and what do clients feel of it? Beside redis-server.

    bench/snapshots.py [--keys N] [--bytes N] [--seconds S] [--binary PATH] [--port PORT] [--only fastshard|redis]
                       [--output PATH]

Each server gets N string keys, those that redis-benchmark's SET and GET go over: so a load makes no new ones, and what
memory grows by is the save's. Then: background saves of an idle server; redis-benchmark's SET and GET (50 connections)
without and with saves going on one after the other; a start with the file. Memory is looked at as often without a save
as with one, because looking costs something. Writes the table to bench/results/snapshots.md. About a minute and a half.
"""
import argparse
import os
import re
import subprocess
import tempfile
import threading
import time

from resp import Client, Server, encode

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def tree_resident(server):
    """With the children, each page counted once."""
    total = 0
    pids = [server.process.pid]
    children = subprocess.run(["pgrep", "-P", str(pids[0])], capture_output=True, text=True).stdout.split()
    for pid in pids + [int(child) for child in children]:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as rollup:
                total += next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    return total


def save(client):
    began = time.time()
    client.run("BGSAVE")
    while client.info()["rdb_bgsave_in_progress"] == "1":
        time.sleep(0.01)
    return time.time() - began


def populate(client, options):
    """The keys of redis-benchmark, with the values of DEBUG POPULATE."""
    for first in range(0, options.keys, 1000):
        numbers = range(first, min(first + 1000, options.keys))
        client.send([encode("SET", b"key:%012d" % number, (b"value:%d" % number).ljust(options.bytes, b"\0"))
                     for number in numbers])


def watch(port, server, stop, seen, saves):
    """Looks at the memory all the time; with saves going on one after the other, if so wanted."""
    client = Client(port)
    while not stop.is_set():
        if saves and client.info()["rdb_bgsave_in_progress"] == "0":
            client.run("BGSAVE")
            seen[1] += 1
        elif not saves:
            client.info()
        seen[0] = max(seen[0], tree_resident(server))
        time.sleep(0.02)


def load(port, options, test):
    requests = int(options.seconds * 80000)
    text = subprocess.run(
        ["redis-benchmark", "-p", str(port), "-t", test, "-n", str(requests), "-r", str(options.keys), "-d",
         str(options.bytes), "-c", "50"], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"throughput summary: ([\d.]+)", text)[1])
    slow = [float(millis) for share, millis in re.findall(r"([\d.]+)% <= ([\d.]+) milli", text) if float(share) >= 99.9]
    return rate, slow[0], requests


def measure(name, command, options, folder):
    command = command + ["--port", str(options.port), "--bind", "127.0.0.1", "--dir", folder, "--save", "",
                         "--enable-debug-command", "yes", "--logfile", folder + "/log"]
    row = {}
    with Server(options.port, command) as server:
        client = Client(options.port)
        populate(client, options)
        before = cpu_seconds(server.process.pid)
        row["save s"] = "%.2f" % min(save(client) for _ in range(3))
        row["cpu s of a save"] = "%.2f" % ((cpu_seconds(server.process.pid) - before) / 3)
        row["file MB"] = "%.1f" % (os.path.getsize(folder + "/dump.rdb") / 1e6)
        for test in ("set", "get"):
            figures = []
            for saves in (False, True):
                stop, seen = threading.Event(), [0, 0]
                watcher = threading.Thread(target=watch, args=(options.port, server, stop, seen, saves))
                watcher.start()
                before = cpu_seconds(server.process.pid)
                rate, slow, requests = load(options.port, options, test)
                cpu = (cpu_seconds(server.process.pid) - before) / requests * 1e6
                stop.set()
                watcher.join()
                figures.append((rate, slow, cpu, seen))
            (idle, idle_slow, idle_cpu, before), (rate, slow, cpu, during) = figures
            row[f"{test} 1/s"] = f"{idle:.0f} to {rate:.0f} ({rate / idle:.2f})"
            row[f"{test} cpu us"] = f"{idle_cpu:.2f} to {cpu:.2f}"
            row[f"{test} p99.9 ms"] = f"{idle_slow:.2f} to {slow:.2f} ({slow / idle_slow:.1f})"
            row[f"{test} more memory"] = "%.1f %%" % (100 * (during[0] - before[0]) / before[0])
            row[f"{test} saves"] = during[1]
            while client.info()["rdb_bgsave_in_progress"] == "1":
                time.sleep(0.02)
        print(name, row, flush=True)
        client.run("SAVE")
        server.process.kill()
    with Server(options.port, command) as server:
        client = Client(options.port)
        while client.info()["loading"] == "1":
            time.sleep(0.01)
        with open(folder + "/log") as log:
            row["load s"] = re.findall(r"loaded from disk: ([\d.]+) seconds", log.read())[-1]
        row["keys"] = client.run("DBSIZE")
    print(name, row, flush=True)
    return row


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--bytes", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--binary", default=f"{ROOT}/out/fastshard")
    parser.add_argument("--port", type=int, default=17014)
    parser.add_argument("--only")
    parser.add_argument("--output", default=f"{ROOT}/bench/results/snapshots.md")
    options = parser.parse_args()
    rows = {}
    for name, command in (("fastshard", [options.binary]), ("redis", ["redis-server"])):
        if options.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                rows[name] = measure(name, command, options, folder)
    with open(options.output, "w") as file:
        file.write(f"# Snapshots\n\n{options.keys} keys of {options.bytes} bytes; rates and latencies idle and with a "
                   "save going on.\n\n| | " + " | ".join(rows) + " |\n| --- |" + " ---: |" * len(rows) + "\n")
        for figure in next(iter(rows.values())):
            file.write(f"| {figure} | " + " | ".join(str(row[figure]) for row in rows.values()) + " |\n")


if __name__ == "__main__":
    main()

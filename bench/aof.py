#!/usr/bin/env python3
"""What the append-only file costs: SET with it off, everysec and always, beside redis-server.

  bench/aof.py [--rounds 3] [--port 17011] [--binary out/fastshard] [--shards N]

Each server starts on an empty folder under --folder (default: a temporary one). A line per server and case: thousand
requests a second (median of the rounds), server CPU per request, and the ratio to the same server without the file.
Every case runs as redis-benchmark does it, 50 connections and 64-byte values, over a million random keys.
"""
import argparse, os, shutil, statistics, subprocess, tempfile, time

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--port", type=int, default=17011)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "..", "out", "fastshard"))
parser.add_argument("--shards", default="")
parser.add_argument("--folder", default="")
arguments = parser.parse_args()

SERVERS = {
    "fastshard": [arguments.binary] + (["--shards", arguments.shards] if arguments.shards else []),
    "redis-server": ["redis-server", "--save", ""],
}
MODES = {"off": ["--appendonly", "no"], "everysec": ["--appendonly", "yes", "--appendfsync", "everysec"],
         "always": ["--appendonly", "yes", "--appendfsync", "always"]}
# requests in flight on a connection, requests, and the modes that it is measured in
CASES = [("set-p16", 16, 1_000_000, ["off", "everysec"]), ("set", 1, 100_000, ["off", "everysec", "always"])]
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def ping():
    return subprocess.run(["redis-cli", "-p", str(arguments.port), "ping"], capture_output=True).stdout == b"PONG\n"


def measure(command, pipeline, requests):
    folder = tempfile.mkdtemp(dir=arguments.folder or None)
    process = subprocess.Popen(
        command + ["--port", str(arguments.port), "--bind", "127.0.0.1", "--dir", folder],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not ping():
            time.sleep(0.05)
        before = cpu_seconds(process)
        began = time.monotonic()
        subprocess.run(
            ["redis-benchmark", "-p", str(arguments.port), "-t", "set", "-d", "64", "-c", "50", "-r", "1000000",
             "-n", str(requests), "-P", str(pipeline), "-q"], stdout=subprocess.DEVNULL, check=True)
        seconds = time.monotonic() - began
        return requests / seconds / 1000, (cpu_seconds(process) - before) / requests * 1e6
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


print("case      server        mode      k req/s  vs off  server CPU us/req")
for name, pipeline, requests, modes in CASES:
    results = {}
    for _ in range(arguments.rounds):
        for server, command in SERVERS.items():
            for mode in modes:
                count = requests // 4 if mode == "always" else requests
                results.setdefault((server, mode), []).append(measure(command + MODES[mode], pipeline, count))
    for (server, mode), runs in results.items():
        rate = statistics.median(run[0] for run in runs)
        base = statistics.median(run[0] for run in results[server, "off"])
        cpu = statistics.median(run[1] for run in runs)
        print(f"{name:9} {server:13} {mode:9} {rate:7.0f}  {rate / base:6.2f}  {cpu:6.2f}")

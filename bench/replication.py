#!/usr/bin/env python3
"""What a replica costs its primary, how far it is behind, and how long it takes to come: beside redis-server.

  bench/replication.py [--rounds 3] [--port 17021] [--binary out/fastshard] [--shards N] [--keys 1000000]
                       [--parts cost,lag,sync] [--only fastshard] [--check KEYS]

cost: SET of 64 bytes by 50 connections, 1 and 16 in flight, without and with one attached replica of the same kind:
      thousand requests a second, the primary's CPU per request (the figure to go by where server, replica and client
      share the cores), and the replica's.
lag:  how many milliseconds of the stream a replica is behind while SETs come as fast as they can, and how long it
      takes behind the last of them.
sync: seconds from REPLICAOF to an equal replica of so many keys of 100 bytes, and the CPU of both.
--check KEYS: so many keys, writes while the replica comes, and every key compared at the end (DEBUG DIGEST).
"""
import argparse, os, shutil, socket, statistics, subprocess, tempfile, threading, time

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--port", type=int, default=17021)
parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "..", "out", "fastshard"))
parser.add_argument("--shards", default="")
parser.add_argument("--keys", type=int, default=1_000_000)
parser.add_argument("--requests", type=int, default=1_000_000)
parser.add_argument("--parts", default="cost,lag,sync")
parser.add_argument("--only", default="")
parser.add_argument("--check", type=int, default=0)
arguments = parser.parse_args()

SERVERS = {
    "fastshard": [arguments.binary] + (["--shards", arguments.shards] if arguments.shards else []),
    "redis-server": ["redis-server"],
}
if arguments.only:
    SERVERS = {arguments.only: SERVERS[arguments.only]}
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One process in a folder of its own."""

    def __init__(self, command, port, *options):
        self.port = port
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            command + ["--port", str(port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
                       "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0",
                       "--client-output-buffer-limit", "replica 0 0 0", *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).stdout != b"PONG\n":
            time.sleep(0.05)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.reader = self.socket.makefile("rb")

    def run(self, *words):
        request = b"*%d\r\n" % len(words)
        for word in words:
            text = str(word).encode()
            request += b"$%d\r\n%s\r\n" % (len(text), text)
        self.socket.sendall(request)
        line = self.reader.readline().rstrip()
        if line[:1] != b"$":
            return line[1:].decode()
        return self.reader.read(int(line[1:]) + 2)[:-2].decode()

    def field(self, name):
        for line in self.run("INFO", "replication").splitlines():
            if line.startswith(name + ":"):
                return line[len(name) + 1:]
        return None

    def cpu(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


def follow(primary, replica):
    """Seconds until the replica is up and has all of the stream."""
    began = time.monotonic()
    replica.run("REPLICAOF", "127.0.0.1", primary.port)
    while replica.field("master_link_status") != "up":
        time.sleep(0.01)
    catch_up(primary, replica)
    return time.monotonic() - began


def catch_up(primary, replica):
    began = time.monotonic()
    while primary.field("master_repl_offset") != replica.field("slave_repl_offset"):
        time.sleep(0.001)
    return time.monotonic() - began


def load(primary, pipeline, requests):
    return subprocess.Popen(
        ["redis-benchmark", "-p", str(primary.port), "-t", "set", "-d", "64", "-c", "50", "-r", "1000000",
         "-n", str(requests), "-P", str(pipeline), "-q"], stdout=subprocess.DEVNULL)


def pair(command, with_replica=True):
    servers = [Server(command, arguments.port)]
    if with_replica:
        servers.append(Server(command, arguments.port + 1))
    return servers


def cost(command, pipeline, requests, with_replica):
    servers = pair(command, with_replica)
    try:
        if with_replica:
            follow(*servers)
        before = [server.cpu() for server in servers]
        began = time.monotonic()
        load(servers[0], pipeline, requests).wait()
        seconds = time.monotonic() - began
        if with_replica:
            catch_up(*servers)
        spent = [(server.cpu() - start) / requests * 1e6 for server, start in zip(servers, before)]
        return requests / seconds / 1000, spent[0], spent[1] if with_replica else 0.0
    finally:
        for server in servers:
            server.end()


def lag(command, requests):
    servers = primary, replica = pair(command)
    try:
        follow(primary, replica)
        client = load(primary, 16, requests)
        samples = []
        first, began = int(primary.field("master_repl_offset")), time.monotonic()
        while client.poll() is None:
            ahead = int(primary.field("master_repl_offset"))
            behind = ahead - int(replica.field("slave_repl_offset"))
            rate = (ahead - first) / (time.monotonic() - began)
            if rate > 0:
                samples.append(behind / rate * 1000)
            time.sleep(0.02)
        after = catch_up(primary, replica) * 1000
        samples.sort()
        return statistics.median(samples), samples[int(len(samples) * 0.99)], after
    finally:
        for server in servers:
            server.end()


def sync(command, keys):
    servers = primary, replica = pair(command)
    try:
        primary.run("DEBUG", "POPULATE", keys, "key", 100)
        before = primary.cpu(), replica.cpu()
        seconds = follow(primary, replica)
        return seconds, primary.cpu() - before[0], replica.cpu() - before[1]
    finally:
        for server in servers:
            server.end()


def check(command, keys):
    """Writes of several kinds go on while the replica comes; then both have to have the same keys."""
    servers = primary, replica = pair(command)
    try:
        primary.run("DEBUG", "POPULATE", keys, "key", 100)
        ends = threading.Event()

        def write():
            while not ends.is_set():
                subprocess.run(
                    ["redis-benchmark", "-p", str(primary.port), "-t", "set,incr,lpush,lpop,sadd,spop,hset,zadd,mset",
                     "-r", str(keys), "-n", "20000", "-P", "16", "-q"], stdout=subprocess.DEVNULL)

        writer = threading.Thread(target=write)
        writer.start()
        seconds = follow(primary, replica)
        ends.set()
        writer.join()
        catch_up(primary, replica)
        count, digests = primary.run("DBSIZE"), [server.run("DEBUG", "DIGEST") for server in servers]
        assert digests[0] == digests[1], digests
        assert count == replica.run("DBSIZE")
        return seconds, int(count)
    finally:
        for server in servers:
            server.end()


def middle(runs):
    return [statistics.median(figures) for figures in zip(*runs)]


parts = arguments.parts.split(",")
if "cost" in parts:
    print("| SET | server | k/s alone | k/s with a replica | CPU us alone | CPU us with a replica | more "
          "| replica's CPU us |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for pipeline, requests in ((16, arguments.requests), (1, arguments.requests // 8)):
        runs = {}
        for _ in range(arguments.rounds):
            for server, command in SERVERS.items():
                for attached in (False, True):
                    runs.setdefault((server, attached), []).append(cost(command, pipeline, requests, attached))
        for server in SERVERS:
            alone, attached = middle(runs[server, False]), middle(runs[server, True])
            print(f"| {pipeline} in flight | {server} | {alone[0]:.0f} | {attached[0]:.0f} | {alone[1]:.2f} "
                  f"| {attached[1]:.2f} | {(attached[1] / alone[1] - 1) * 100:.0f} % | {attached[2]:.2f} |", flush=True)
if "lag" in parts:
    print("\n| lag, 16 in flight | median ms | 99 % ms | behind the last write ms |\n| --- | ---: | ---: | ---: |")
    for server, command in SERVERS.items():
        figures = middle([lag(command, arguments.requests) for _ in range(arguments.rounds)])
        print(f"| {server} | {figures[0]:.1f} | {figures[1]:.1f} | {figures[2]:.1f} |", flush=True)
if "sync" in parts:
    print(f"\n| full sync, {arguments.keys} keys | s | primary's CPU s | replica's CPU s |")
    print("| --- | ---: | ---: | ---: |")
    for server, command in SERVERS.items():
        figures = middle([sync(command, arguments.keys) for _ in range(arguments.rounds)])
        print(f"| {server} | {figures[0]:.2f} | {figures[1]:.2f} | {figures[2]:.2f} |", flush=True)
if arguments.check:
    for server, command in SERVERS.items():
        seconds, count = check(command, arguments.check)
        print(f"\n{server}: {arguments.check} keys under writes: up in {seconds:.1f} s, {count} keys, all equal",
              flush=True)

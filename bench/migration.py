#!/usr/bin/env python3
"""How long does it take to move slots to another node, and what do clients feel of it?

    bench/migration.py [--keys N] [--bytes N] [--slots N] [--binary PATH] [--port PORT]
                       [--only atomic|redis-cli|redis|fast] [--output PATH]

Two nodes share the slots. The first N slots, with all the keys, move from one to the other: as a whole (CLUSTER
MIGRATESLOTS), key by key as redis-cli does it, and key by key between two redis-servers. Meanwhile one client writes
and reads keys of these slots, one at a time, follows redirects, and takes the time of each. Then a move under writers
that pipeline SETs into the moving slots as fast as they can. Writes the table to bench/results/migration.md. A minute.
"""
import argparse
import os
import socket
import subprocess
import tempfile
import threading
import time

from resp import Client, Server, encode

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def slot_of(key, crc=[0] * 256):
    if not crc[1]:
        for byte in range(256):
            value = byte << 8
            for _ in range(8):
                value = (value << 1) ^ 0x1021 if value & 0x8000 else value << 1
            crc[byte] = value & 0xFFFF
    value = 0
    for byte in key:
        value = ((value << 8) & 0xFFFF) ^ crc[(value >> 8) ^ byte]
    return value % 16384


def tags_of(slots):
    tags, number = {}, 0
    while len(tags) < slots:
        tag = b"%x" % number
        number += 1
        slot = slot_of(tag)
        if slot < slots:
            tags.setdefault(slot, tag)
    return list(tags.values())


class Pair:
    """Two nodes; the first has the slots that move, and some more."""

    def __init__(self, options, kind):
        self.options, self.kind = options, kind
        self.folder = tempfile.TemporaryDirectory()
        self.ports = [options.port, options.port + 1]
        self.servers = [Server(port, self.command(port)) for port in self.ports]
        self.clients = [Client(port) for port in self.ports]
        for index, client in enumerate(self.clients):
            client.run("CLUSTER", "ADDSLOTSRANGE", index * 8192, index * 8192 + 8191)
            client.run("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
        self.clients[0].run("CLUSTER", "MEET", "127.0.0.1", self.ports[1], self.ports[1] + 100)
        self.ids = [client.run("CLUSTER", "MYID").decode() for client in self.clients]
        self.wait(lambda: all(b"cluster_state:ok" in client.run("CLUSTER", "INFO") for client in self.clients))

    def command(self, port):
        folder = os.path.join(self.folder.name, str(port))
        os.mkdir(folder)
        common = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--cluster-enabled", "yes",
                  "--cluster-port", str(port + 100), "--logfile", os.path.join(folder, "log")]
        return ["redis-server", *common] if self.kind == "redis" else [self.options.binary, *common, "--shards", "1"]

    @staticmethod
    def wait(condition):
        limit = time.time() + 60
        while not condition():
            if time.time() > limit:
                raise RuntimeError("it does not come")
            time.sleep(0.002)

    def fill(self, tags):
        value = b"v" * self.options.bytes
        for first in range(0, self.options.keys, 1000):
            numbers = range(first, min(first + 1000, self.options.keys))
            self.clients[0].send([encode("SET", b"{%b}%d" % (tags[number % len(tags)], number), value)
                                  for number in numbers])

    def log(self, index, word):
        with open(os.path.join(self.folder.name, str(self.ports[index]), "log")) as log:
            return [line.strip() for line in log if word in line]

    def state(self):
        record = self.clients[0].run("CLUSTER", "GETSLOTMIGRATIONS")[0]
        return dict(zip(record[::2], record[1::2]))

    def move_whole(self):
        self.clients[0].run("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", 0, self.options.slots - 1, "NODE", self.ids[1])
        self.wait(lambda: self.state()[b"state"] in (b"success", b"failed", b"cancelled"))
        if self.state()[b"state"] != b"success":
            raise RuntimeError(str(self.state()))

    def move_by_key(self):
        subprocess.run(["redis-cli", "--cluster", "reshard", f"127.0.0.1:{self.ports[0]}",
                        "--cluster-from", self.ids[0], "--cluster-to", self.ids[1],
                         "--cluster-slots", str(self.options.slots), "--cluster-yes",
                        "--cluster-pipeline", "100"], check=True, stdout=subprocess.DEVNULL, timeout=110)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.process.kill()
            server.process.wait()
        self.folder.cleanup()


class Prober(threading.Thread):
    """One client, one command at a time, to where the slots are."""

    def __init__(self, pair, tags):
        super().__init__(daemon=True)
        self.pair, self.tags = pair, tags
        self.clients = [Client(port) for port in pair.ports]
        self.times, self.errors, self.ending = [], 0, False

    def run(self):
        turn = 0
        places = {}  # where a slot was the last time
        while not self.ending:
            tag = self.tags[turn * 7 % len(self.tags)]
            key = b"{%b}%d" % (tag, turn % 50)
            words = ("SET", key, turn) if turn % 2 else ("GET", key)
            began = time.perf_counter()
            self.one(tag, words, places)
            self.times.append(time.perf_counter() - began)
            turn += 1

    def one(self, tag, words, places):
        asks = False
        at = places.get(tag, 0)
        for _ in range(20):
            try:
                if asks:
                    self.clients[at].run("ASKING")
                self.clients[at].run(*words)
                return
            except RuntimeError as failure:
                text = str(failure)
                if not text.startswith(("MOVED", "ASK")):
                    self.errors += 1
                    return
                asks = text.startswith("ASK")
                at = self.pair.ports.index(int(text.rsplit(":", 1)[1]))
                if not asks:
                    places[tag] = at
        self.errors += 1

    def end(self):
        self.ending = True
        self.join()
        times = sorted(self.times)
        return {"p50": times[len(times) // 2] * 1e3, "p99": times[len(times) * 99 // 100] * 1e3,
                "most": times[-1] * 1e3, "errors": self.errors, "operations": len(times)}


WRITER = r"""
import socket, sys, time
port, other, seconds, tags = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4].split(",")
value = "v" * 64
def payload(tag, batch):
    out = []
    for number in range(50):
        key = "{%s}w%d" % (tag, batch * 50 + number)
        out.append("*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$64\r\n%s\r\n" % (len(key), key, value))
    return "".join(out).encode()
payloads = [payload(tag, batch) for tag in tags for batch in range(2)]
links = [socket.create_connection(("127.0.0.1", p)) for p in (port, other)]
at = done = wrong = turn = 0
end = time.time() + seconds
began = time.time()
slowest = 0
while time.time() < end:
    start = time.perf_counter()
    links[at].sendall(payloads[turn % len(payloads)])
    got = b""
    while got.count(b"\r\n") < 50:
        got += links[at].recv(65536)
    slowest = max(slowest, time.perf_counter() - start)
    moved = got.count(b"-MOVED")
    wrong += 50 - moved - got.count(b"+OK")
    done += got.count(b"+OK")
    if moved: at = 1 - at
    else: turn += 1
print(done / (time.time() - began), wrong, slowest * 1000)
"""


def measure(options, kind, tags):
    pair = Pair(options, "redis" if kind == "redis" else "fastshard")
    with pair:
        pair.fill(tags)
        prober = Prober(pair, tags)
        prober.start()
        time.sleep(1)
        quiet = len(prober.times)
        began = time.time()
        if kind == "atomic":
            pair.move_whole()
        else:
            pair.move_by_key()
        took = time.time() - began
        before = sorted(prober.times[:quiet])
        prober.times = prober.times[quiet:]
        result = prober.end() | {"seconds": took, "p99 before": before[len(before) * 99 // 100] * 1e3}
        result["pause"] = pause_of(pair)
        return result


def pause_of(pair):
    lines = pair.log(0, "writes waited")
    return int(lines[-1].split("writes waited ")[1].split(" ")[0]) / 1000 if lines else None


def measure_fast(options, tags):
    with Pair(options, "fastshard") as pair:
        pair.fill(tags)
        half = tags[:200]
        writers = [subprocess.Popen(["python3", "-c", WRITER, str(pair.ports[0]), str(pair.ports[1]), "6",
                                     ",".join(tag.decode() for tag in part)], stdout=subprocess.PIPE, text=True)
                   for part in (half[::2], half[1::2])]
        time.sleep(2)
        writes = pair.clients[0].info()["total_commands_processed"]
        at = time.time()
        time.sleep(0.5)
        rate = (int(pair.clients[0].info()["total_commands_processed"]) - int(writes)) / (time.time() - at)
        began = time.time()
        pair.move_whole()
        took = time.time() - began
        said = [writer.communicate()[0].split() for writer in writers]
        keys = sum(int(client.run("DBSIZE")) for client in pair.clients)
        return {"rate": rate, "seconds": took, "pause": pause_of(pair), "wrong": sum(int(line[1]) for line in said),
                "most": max(float(line[2]) for line in said), "keys": keys,
                "overall": sum(float(line[0]) for line in said)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=100)
    parser.add_argument("--slots", type=int, default=1000)
    parser.add_argument("--port", type=int, default=17040)
    parser.add_argument("--binary", default=os.path.join(ROOT, "out", "fastshard"))
    parser.add_argument("--only")
    parser.add_argument("--output", default=os.path.join(ROOT, "bench", "results", "migration.md"))
    options = parser.parse_args()
    tags = tags_of(options.slots)
    names = {"atomic": "as a whole", "redis-cli": "key by key, by redis-cli", "redis": "the same between redis-servers"}
    lines = [f"{options.keys} keys of {options.bytes} bytes in {options.slots} slots; "
             "one client that writes and reads them meanwhile.", "",
             "| slots move | seconds | writes waited at the end, ms | client p50 ms | p99 ms | longest ms | errors |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for kind, name in names.items():
        if options.only in (None, kind):
            result = measure(options, kind, tags)
            pause = f"{result['pause']:.1f}" if result["pause"] is not None else ""
            lines.append(f"| {name} | {result['seconds']:.2f} | {pause} | {result['p50']:.2f} | "
                         f"{result['p99']:.2f} (before {result['p99 before']:.2f}) | {result['most']:.1f} | "
                         f"{result['errors']} of {result['operations']} |")
            print(lines[-1], flush=True)
    if options.only in (None, "fast"):
        result = measure_fast(options, tags)
        lines += ["", f"Under {result['rate']:.0f} SETs a second into the moving slots (2 connections, 50 in flight): "
                  f"{result['seconds']:.2f} s, writes waited {result['pause'] or -1:.1f} ms at the end, "
                  f"the longest batch took {result['most']:.0f} ms, {result['wrong']} errors; "
                  f"{result['overall']:.0f} SETs a second over all."]
        print(lines[-1])
    with open(options.output, "w") as table:
        table.write("\n".join(["# Moving slots", "", *lines, ""]))


if __name__ == "__main__":
    main()

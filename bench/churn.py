#!/usr/bin/env python3
"""Does resident memory stay flat while value sizes and deadlines change all the time?

    bench/churn.py [--operations N] [--maxmemory BYTES] [--port PORT]

The server is kept full (allkeys-lru) while phases follow each other, each with its own sizes of values: small, medium,
large, all mixed. Two in three SETs give a deadline of up to five seconds, one operation in eight deletes. The default
of 12 million operations is what a server with 3333 writes a second does in an hour. Prints used and resident memory
after each phase and writes the table to bench/results/churn.md. Exit code 1 if, after the first round of all phases,
resident memory of the full server moves by more than a tenth of its mean. (Where deadlines are quicker than the writes
the server is not full; those phases are shown and not counted.)
"""
import argparse
import os
import random
import sys
import time

from resp import Client, Server, encode

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PIPELINE = 200
PHASES = [("20 to 60", 20, 60), ("300 to 700", 300, 700), ("20 to 2000", 20, 2000), ("2000 to 6000", 2000, 6000),
          ("100 to 200", 100, 200)]
ROUNDS = 6


def run_phase(client, draw, operations, least, most, limit):
    names = max(1000, int(1.5 * limit / ((least + most) / 2 + 40)))
    filler = bytes(draw.choices(b"abcdefghijklmnopqrstuvwxyz", k=most))
    below = draw.random
    for _ in range(operations // PIPELINE):
        requests = []
        for _ in range(PIPELINE):
            key = b"key:%d" % int(below() * names)
            chance = below()
            if chance < 0.125:
                requests.append(encode(b"DEL", key))
                continue
            value = filler[:least + int(below() * (most - least))]
            if chance < 0.42:
                requests.append(encode(b"SET", key, value))
            else:
                requests.append(encode(b"SET", key, value, b"PX", b"%d" % (1 + int(below() * 5000))))
        client.send(requests)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--operations", type=int, default=12_000_000)
    parser.add_argument("--maxmemory", type=int, default=64 << 20)
    parser.add_argument("--port", type=int, default=17012)
    options = parser.parse_args()
    draw = random.Random(11)
    lines = ["| round | sizes of values | used MB | resident MB | keys |", "| ---: | --- | ---: | ---: | ---: |"]
    resident = []
    began = time.time()
    with Server(options.port, [f"{ROOT}/out/fastshard", "--port", str(options.port), "--save", "", "--maxmemory",
                               str(options.maxmemory), "--maxmemory-policy", "allkeys-lru"]) as server:
        idle = server.resident()
        client = Client(options.port)
        each = options.operations // (ROUNDS * len(PHASES))
        for turn in range(1, ROUNDS + 1):
            for name, least, most in PHASES:
                run_phase(client, draw, each, least, most, options.maxmemory)
                info = client.info()
                if turn > 1 and int(info["used_memory"]) > 0.98 * options.maxmemory:
                    resident.append(server.resident())
                lines.append(f"| {turn} | {name} | {int(info['used_memory']) / 1e6:.1f} |"
                             f" {server.resident() / 1e6:.1f} | {client.run('DBSIZE')} |")
                print(lines[-1], flush=True)
        client.run("FLUSHALL")
        time.sleep(3)
        flushed = server.resident()
    mean = sum(resident) / len(resident)
    spread = max(abs(one - mean) for one in resident) / mean
    summary = (f"{options.operations} operations in {time.time() - began:.0f} s"
               f" at maxmemory {options.maxmemory / 1e6:.0f} MB:"
               f" full, resident {min(resident) / 1e6:.1f} to {max(resident) / 1e6:.1f} MB from the second round on,"
               f" at most {100 * spread:.1f} % from the mean. Idle at first {idle / 1e6:.1f} MB, after FLUSHALL"
               f" {flushed / 1e6:.1f} MB.")
    print(summary)
    with open(f"{ROOT}/bench/results/churn.md", "w") as file:
        file.write("# Resident memory under churn\n\n" + summary + "\n\n" + "\n".join(lines) + "\n")
    return 1 if spread > 0.1 else 0


if __name__ == "__main__":
    sys.exit(main())

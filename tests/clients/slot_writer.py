"""Writes to a cluster with redis-py's cluster client, and checks what it reads, until its input ends.

Usage: slot_writer.py PORT THREADS KEYS. Each thread owns keys and knows what they have to hold; many of them share
a hash tag, so that commands of several keys are sent too. Prints "started", and at the end one line:
"operations N errors N wrong N slowest MS", behind the first few things that went wrong. With a fourth argument slots of
the tags are FIRST-LAST only.
"""
import logging
import sys
import threading
import time

import redis
from redis.crc import key_slot
from redis.cluster import RedisCluster
from redis.exceptions import RedisError

PORT, THREADS, KEYS = (int(word) for word in sys.argv[1:4])
FIRST, LAST = (int(word) for word in sys.argv[4].split("-")) if len(sys.argv) > 4 else (0, 16383)
logging.disable(logging.CRITICAL)  # it tells of every redirect
ending = threading.Event()
started = threading.Barrier(THREADS + 1)


class Writer(threading.Thread):
    def __init__(self, number):
        super().__init__(daemon=True)
        self.number = number
        self.client = RedisCluster(host="127.0.0.1", port=PORT, cluster_error_retry_attempts=20)
        self.operations = self.errors = self.wrong = 0
        self.slowest = 0.0
        self.notes = []
        self.counts = {}  # what each key holds; None = unknown since a write failed
        self.tags = []
        name = 0
        while len(self.tags) < KEYS:
            tag = f"{{{number}:{name}}}"
            name += 1
            if FIRST <= key_slot(tag[1:-1].encode()) <= LAST:
                self.tags.append(tag)

    def run(self):
        started.wait()
        turn = 0
        while not ending.is_set():
            tag = self.tags[turn % KEYS]
            self.step(tag, turn)
            turn += 1
        for tag in self.tags:
            self.verify(tag)

    def step(self, tag, turn):
        begin = time.monotonic()
        before = self.counts.get(tag, 0)
        try:
            if turn % 7 == 0 and before is not None:
                values = self.client.mget(tag + "n", tag + "m")
                self.expect(tag, values, [self.text(before), self.text(before)])
            elif turn % 2 and before is not None:
                self.client.mset({tag + "n": before + 1, tag + "m": before + 1})
                self.counts[tag] = before + 1
                self.client.rpush(tag + "l", before + 1)
            elif before is not None:
                pipe = self.client.pipeline()
                pipe.incr(tag + "n")
                pipe.incr(tag + "m")
                pipe.execute()
                self.counts[tag] = before + 1
                self.client.rpush(tag + "l", before + 1)
        except RedisError as failure:
            self.errors += 1
            self.counts[tag] = None
            self.note(f"{tag}: {type(failure).__name__}: {failure}")
        self.operations += 1
        self.slowest = max(self.slowest, time.monotonic() - begin)

    def verify(self, tag):
        count = self.counts.get(tag, 0)
        if not count:
            return
        self.expect(tag, self.client.mget(tag + "n", tag + "m"), [self.text(count)] * 2)
        written = self.client.lrange(tag + "l", 0, -1)
        self.expect(tag, [int(value) for value in written], list(range(1, count + 1)))

    @staticmethod
    def text(count):
        return str(count).encode() if count else None

    def expect(self, tag, actual, wanted):
        if actual != wanted:
            self.wrong += 1
            self.note(f"{tag}: expected {str(wanted)[:80]}, got {str(actual)[:80]}")

    def note(self, text):
        if len(self.notes) < 3:
            self.notes.append(text)


writers = [Writer(number) for number in range(THREADS)]
for writer in writers:
    writer.start()
started.wait()
print("started", flush=True)
sys.stdin.read()
ending.set()
for writer in writers:
    writer.join()
for note in [note for writer in writers for note in writer.notes][:5]:
    print(note)
total = lambda name: sum(getattr(writer, name) for writer in writers)
slowest = max(writer.slowest for writer in writers) * 1000
print(f"operations {total('operations')} errors {total('errors')} wrong {total('wrong')} slowest {slowest:.0f}")

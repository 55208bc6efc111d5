"""What redis-py makes of every type of value, of reads that wait, and of connections that the server ends."""
import threading
import time

import redis

from checks import equal


def until(condition):
    """Asks again and again, for five seconds at most."""
    end = time.monotonic() + 5
    while not condition():
        equal(time.monotonic() < end, True)


def blocked(client, count):
    until(lambda: client.info("clients")["blocked_clients"] == count)


def waiting(client, call):
    """Starts a call that waits on a connection of its own; gives what joins it and returns its reply."""
    replies = []
    thread = threading.Thread(target=lambda: replies.append(call()), daemon=True)
    thread.start()
    blocked(client, 1)

    def join():
        thread.join(5)
        equal(len(replies), 1)
        return replies[0]

    return join


def bitmaps(client):
    client.delete("py:bits", "py:bits2")
    equal(client.setbit("py:bits", 7, 1), 0)
    equal(client.getbit("py:bits", 7), 1)
    equal(client.bitcount("py:bits"), 1)
    equal(client.bitpos("py:bits", 1), 7)
    equal(client.bitop("NOT", "py:bits2", "py:bits"), 1)
    equal(client.bitfield("py:bits").set("u8", 0, 255).get("u4", 0).execute(), [1, 15])


def lists(client):
    client.delete("py:list", "py:list2")
    equal(client.rpush("py:list", "a", "b", "c", "b"), 4)
    equal(client.lrange("py:list", 0, -1), [b"a", b"b", b"c", b"b"])
    equal(client.linsert("py:list", "BEFORE", "c", "x"), 5)
    equal(client.lrem("py:list", 0, "b"), 2)
    equal(client.lmove("py:list", "py:list2", "LEFT", "RIGHT"), b"a")
    equal(client.lpop("py:list", 5), [b"x", b"c"])


def hashes_and_their_deadlines(client):
    client.delete("py:hash")
    equal(client.hset("py:hash", mapping={"a": 1, "b": 2, "c": 3}), 3)
    equal(client.hgetall("py:hash"), {b"a": b"1", b"b": b"2", b"c": b"3"})
    equal(client.hincrby("py:hash", "a", 5), 6)
    equal(client.execute_command("HPEXPIRE", "py:hash", 1, "FIELDS", 1, "b"), [1])
    until(lambda: not client.hexists("py:hash", "b"))
    equal(dict(client.hscan_iter("py:hash")), {b"a": b"6", b"c": b"3"})


def sets(client):
    client.delete("py:set", "py:set2")
    equal(client.sadd("py:set", "a", "b", 3), 3)
    equal(client.sadd("py:set2", "b", 3, "d"), 3)
    equal(client.sinter("py:set", "py:set2"), {b"b", b"3"})
    equal(client.smismember("py:set", ["a", "z"]), [1, 0])
    equal(client.sunionstore("py:set", "py:set", "py:set2"), 4)
    equal(len(client.spop("py:set", 4)), 4)


def sorted_sets(client):
    client.delete("py:zset")
    equal(client.zadd("py:zset", {"a": 1, "b": 2.5, "c": float("inf")}), 3)
    equal(client.zrange("py:zset", 0, -1, withscores=True), [(b"a", 1.0), (b"b", 2.5), (b"c", float("inf"))])
    equal(client.zincrby("py:zset", 2, "a"), 3.0)
    equal(client.zrank("py:zset", "a"), 1)
    equal(client.zrangebyscore("py:zset", "(2.5", "+inf"), [b"a", b"c"])
    equal(client.zpopmin("py:zset"), [(b"b", 2.5)])


def streams_and_groups(client):
    client.delete("py:stream")
    equal(client.xadd("py:stream", {"f": "v"}, id="1-1"), b"1-1")
    equal(client.xrange("py:stream"), [(b"1-1", {b"f": b"v"})])
    equal(client.xgroup_create("py:stream", "g", id="0"), True)
    read = client.xreadgroup("g", "me", {"py:stream": ">"})
    equal(read, [[b"py:stream", [(b"1-1", {b"f": b"v"})]]])
    equal(client.xpending("py:stream", "g")["pending"], 1)
    equal(client.xclaim("py:stream", "g", "you", 0, ["1-1"]), [(b"1-1", {b"f": b"v"})])
    equal(client.xack("py:stream", "g", "1-1"), 1)
    equal(client.xinfo_groups("py:stream")[0]["pending"], 0)


def counts_of_distinct_elements(client):
    client.delete("py:hll", "py:hll2")
    equal(client.pfadd("py:hll", "a", "b", "c"), 1)
    equal(client.pfadd("py:hll2", "c", "d"), 1)
    equal(client.pfcount("py:hll", "py:hll2"), 4)
    equal(client.pfmerge("py:hll", "py:hll2"), True)


def places(client):
    client.delete("py:geo")
    equal(client.geoadd("py:geo", [13.361389, 38.115556, "Palermo", 15.087269, 37.502669, "Catania"]), 2)
    equal(client.geodist("py:geo", "Palermo", "Catania", "km"), 166.2742)
    near = client.geosearch("py:geo", longitude=15, latitude=37, radius=200, unit="km", sort="ASC")
    equal(near, [b"Catania", b"Palermo"])
    equal(abs(client.geopos("py:geo", "Palermo")[0][0] - 13.361389) < 1e-5, True)


def reads_that_wait(client):
    client.delete("py:b1", "py:b2", "py:bz", "py:bs")
    reply = waiting(client, lambda: client.blpop(["py:b1", "py:b2"], 0))
    client.rpush("py:b2", "x")
    equal(reply(), (b"py:b2", b"x"))
    reply = waiting(client, lambda: client.bzpopmin("py:bz", 0))
    client.zadd("py:bz", {"m": 1})
    equal(reply(), (b"py:bz", b"m", 1.0))
    reply = waiting(client, lambda: client.xread({"py:bs": "$"}, block=0))
    client.xadd("py:bs", {"f": "v"}, id="5-5")
    equal(reply(), [[b"py:bs", [(b"5-5", {b"f": b"v"})]]])
    equal(client.blpop("py:b1", 0.01), None)


def a_waiting_read_over_a_lost_connection(client):
    client.delete("py:lost")

    def call():
        while True:
            try:
                return client.blpop("py:lost", 0)
            except redis.ConnectionError:
                continue  # told once; the next call connects again

    reply = waiting(client, call)
    equal(client.execute_command("CLIENT", "KILL", "TYPE", "normal") >= 1, True)
    blocked(client, 1)
    client.rpush("py:lost", "x")
    equal(reply(), (b"py:lost", b"x"))


CHECKS = [
    bitmaps, lists, hashes_and_their_deadlines, sets, sorted_sets, streams_and_groups, counts_of_distinct_elements,
    places, reads_that_wait, a_waiting_read_over_a_lost_connection,
]

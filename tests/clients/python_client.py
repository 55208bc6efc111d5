"""Drives a server with redis-py as an application would; prints one line a check. Usage: python_client.py HOST PORT"""
import sys
import time

import redis

import python_types
from checks import CHECKS, check, equal


@check
def ping_and_echo(client):
    equal(client.ping(), True)
    equal(client.echo("hello"), b"hello")


@check
def strings(client):
    equal(client.set("py:a", "1"), True)
    equal(client.get("py:a"), b"1")
    equal(client.set("py:a", "2", nx=True), None)
    equal(client.set("py:a", "2", xx=True, get=True), b"1")
    equal(client.append("py:a", "34"), 3)
    equal(client.getrange("py:a", 1, 2), b"34")
    equal(client.strlen("py:a"), 3)
    equal(client.getdel("py:a"), b"234")
    equal(client.get("py:a"), None)


@check
def binary_values(client):
    value = bytes(range(256)) * 300
    client.set("py:binary\x00key", value)
    equal(client.get("py:binary\x00key"), value)


@check
def numbers(client):
    client.delete("py:n")
    equal(client.incr("py:n"), 1)
    equal(client.incrby("py:n", 41), 42)
    equal(client.decr("py:n"), 41)
    equal(client.incrbyfloat("py:n", 0.5), 41.5)
    client.set("py:n", "words")
    try:
        client.incr("py:n")
    except redis.ResponseError as error:
        equal("not an integer" in str(error), True)
    else:
        raise AssertionError("INCR of words must fail")


@check
def many_keys(client):
    pairs = {f"py:many:{index}": f"value {index}" for index in range(200)}
    equal(client.mset(pairs), True)
    equal(client.mget(list(pairs)), [value.encode() for value in pairs.values()])
    equal(client.exists(*pairs), 200)
    found = set(client.scan_iter(match="py:many:*", count=50))
    equal(found, {key.encode() for key in pairs})
    equal(client.delete(*pairs), 200)


@check
def expiry(client):
    client.set("py:e", "x", ex=100)
    equal(90 < client.ttl("py:e") <= 100, True)
    equal(client.persist("py:e"), True)
    equal(client.ttl("py:e"), -1)
    client.set("py:e", "x", px=1)
    end = time.monotonic() + 5
    while client.get("py:e") is not None:
        equal(time.monotonic() < end, True)


@check
def keys(client):
    client.set("py:old", "x")
    equal(client.rename("py:old", "py:new"), True)
    equal(client.type("py:new"), b"string")
    equal(client.type("py:old"), b"none")
    equal(client.keys("py:ne?"), [b"py:new"])


@check
def pipelines(client):
    with client.pipeline(transaction=False) as pipe:
        for index in range(500):
            pipe.set(f"py:p:{index}", index)
        for index in range(500):
            pipe.get(f"py:p:{index}")
        replies = pipe.execute()
    equal(replies[:500], [True] * 500)
    equal(replies[500:], [str(index).encode() for index in range(500)])


@check
def transactions(client):
    client.set("py:t", 1)
    with client.pipeline(transaction=True) as pipe:
        pipe.incr("py:t").incr("py:t").get("py:t")
        equal(pipe.execute(), [2, 3, b"3"])


@check
def watched_transactions(client):
    client.set("py:w", 1)
    with client.pipeline() as pipe:
        pipe.watch("py:w")
        client.set("py:w", 2)
        pipe.multi()
        pipe.set("py:w", 3)
        try:
            pipe.execute()
        except redis.WatchError:
            equal(client.get("py:w"), b"2")
        else:
            raise AssertionError("EXEC must see that the watched key changed")


@check
def publishing(client):
    pubsub = client.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe("py:channel")
    pubsub.psubscribe("py:pattern.*")
    heard = []
    # The subscriptions are confirmed when the first look at them says so.
    end = time.monotonic() + 5
    while client.publish("py:channel", "one") == 0 or client.publish("py:pattern.x", "two") == 0:
        equal(time.monotonic() < end, True)
    while len({message["channel"] for message in heard}) < 2:
        equal(time.monotonic() < end, True)
        message = pubsub.get_message(timeout=1)
        if message:
            heard.append(message)
    kinds = {(message["type"], message["channel"], message["data"]) for message in heard}
    equal(("message", b"py:channel", b"one") in kinds, True)
    equal(("pmessage", b"py:pattern.x", b"two") in kinds, True)
    equal(dict(client.pubsub_numsub("py:channel")), {b"py:channel": 1})
    pubsub.close()


@check
def publishing_over_a_lost_connection(client):
    pubsub = client.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe("py:again")
    end = time.monotonic() + 5
    while client.publish("py:again", "first") == 0:
        equal(time.monotonic() < end, True)
    equal(client.execute_command("CLIENT", "KILL", "TYPE", "pubsub") >= 1, True)
    while True:
        equal(time.monotonic() < end, True)
        client.publish("py:again", "second")
        try:
            message = pubsub.get_message(timeout=0.05)
        except redis.ConnectionError:
            continue  # told once; the next look connects again and renews the subscriptions
        if message and message["data"] == b"second":
            break
    pubsub.close()


@check
def server(client):
    equal("redis_version" in client.info("server"), True)
    equal(int(client.config_get("maxclients")["maxclients"]) > 0, True)
    equal(any(entry["name"] == "py" for entry in client.client_list()), True)
    equal(client.dbsize() > 0, True)
    equal(len(client.time()), 2)
    equal(client.command_count() > 50, True)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    client = redis.Redis(host=host, port=port, client_name="py", socket_timeout=10)
    failures = 0
    for function in CHECKS + python_types.CHECKS:
        name = function.__name__.replace("_", " ")
        try:
            function(client)
            print(f"ok {name}")
        except Exception as error:  # a report of what failed, of whatever kind it is
            failures += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""Drives one node of a cluster with redis-py's plain client, which knows nothing of clusters.
Usage: python_forwarded.py HOST PORT"""
import sys
import threading

import redis

from checks import CHECKS, check, equal


@check
def strings(client):
    for index in range(200):
        equal(client.set(f"py:s:{index}", index), True)
        equal(client.incr(f"py:s:{index}"), index + 1)


@check
def many_keys(client):
    pairs = {f"py:m:{index}": f"value {index}" for index in range(500)}
    equal(client.mset(pairs), True)
    equal(client.mget(list(pairs)), [value.encode() for value in pairs.values()])
    equal(client.exists(*pairs), 500)
    equal(set(client.scan_iter(match="py:m:*", count=50)), {key.encode() for key in pairs})
    equal(set(client.keys("py:m:*")), {key.encode() for key in pairs})
    equal(client.delete(*pairs), 500)


@check
def pipelines(client):
    pipe = client.pipeline(transaction=False)
    for index in range(1000):
        pipe.set(f"py:p:{index}", index).get(f"py:p:{index}")
    replies = pipe.execute()
    equal(replies[1::2], [str(index).encode() for index in range(1000)])


@check
def transactions(client):
    for index in range(50):
        pipe = client.pipeline(transaction=True)
        pipe.set(f"{{py:{index}}}a", 1).incr(f"{{py:{index}}}a").lpush(f"{{py:{index}}}b", "x")
        equal(pipe.execute()[1], 2)
        client.delete(f"{{py:{index}}}b")


@check
def waiting(client):
    for index in range(10):
        key = f"py:w:{index}"
        pusher = threading.Timer(0.01, lambda: client.rpush(key, "x"))
        pusher.start()
        equal(client.blpop([key], timeout=30), (key.encode(), b"x"))
        pusher.join()


@check
def messages(client):
    listener = client.pubsub()
    listener.subscribe("py:news")
    equal(listener.get_message(timeout=10)["type"], "subscribe")
    client.publish("py:news", "hello")
    equal(listener.get_message(timeout=10)["data"], b"hello")
    listener.close()


@check
def what_cannot_be_split(client):
    try:
        client.rename("py:s:1", "py:s:2")
    except redis.ResponseError as error:
        equal("CROSSSLOT" in repr(error) or "hash to the same slot" in str(error), True)
    else:
        raise AssertionError("RENAME over two slots must fail")


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    client = redis.Redis(host, port, socket_timeout=60)
    failed = False
    for function in CHECKS:
        try:
            function(client)
            print("ok", function.__name__)
        except Exception as error:  # every failure is reported with its check's name
            failed = True
            print(f"FAILED {function.__name__}: {error!r}")
    sys.exit(1 if failed else 0)


main()

#!/usr/bin/env python3
"""Subscribes over many connections and reads what comes, until standard input ends.

Usage: subscribers.py HOST PORT CONNECTIONS CHANNEL BYTES. Prints "ready" when all are subscribed and, at the end, how
many messages of so many bytes have arrived.
"""
import select
import socket
import sys

host, port, count, channel, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
size = len(b"*3\r\n$7\r\nmessage\r\n$%d\r\n%s\r\n$%d\r\n\r\n" % (len(channel), channel.encode(), length)) + length
request = b"*2\r\n$9\r\nSUBSCRIBE\r\n$%d\r\n%s\r\n" % (len(channel), channel.encode())
poll = select.epoll()
sockets = {}
for _ in range(count):
    connection = socket.create_connection((host, port))
    connection.sendall(request)
    answer = b""
    while not answer.endswith(b":1\r\n"):
        answer += connection.recv(4096)
    connection.setblocking(False)
    sockets[connection.fileno()] = connection
    poll.register(connection.fileno(), select.EPOLLIN)
print("ready", flush=True)
poll.register(sys.stdin.fileno(), select.EPOLLIN | select.EPOLLHUP)
room = bytearray(256 * 1024)
received = 0
ends = False
while True:
    events = poll.poll(0.3 if ends else -1)
    if ends and not events:
        break
    for descriptor, _ in events:
        if descriptor == sys.stdin.fileno():
            poll.unregister(descriptor)
            ends = True
            continue
        got = sockets[descriptor].recv_into(room)
        if got == 0:
            sys.exit("a subscriber was cut off")
        received += got
print(received / size if received % size else received // size)

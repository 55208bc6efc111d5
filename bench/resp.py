"""A Redis client of forty lines, for the benchmarks that are written in Python: pipelines, and INFO."""
import socket
import subprocess
import time


def encode(*words):
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb", 1 << 18)

    def read(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.read() for _ in range(int(rest))]
        if kind == b"-":
            raise RuntimeError(rest.decode())
        if not line:
            raise EOFError("the server closed the connection")
        return int(rest) if kind == b":" else rest

    def run(self, *words):
        self.socket.sendall(encode(*words))
        return self.read()

    def send(self, requests):
        """Sends encoded requests and returns their replies."""
        self.socket.sendall(b"".join(requests))
        return [self.read() for _ in requests]

    def info(self):
        lines = self.run("INFO", "everything").decode().splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)


class Server:
    """A server process of this benchmark's own, ended with it."""

    def __init__(self, port, command):
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                Client(port).run("PING")
                return
            except (OSError, RuntimeError):  # not there yet, or loading
                time.sleep(0.05)
        self.process.kill()
        raise RuntimeError(f"{command[0]} did not start on port {port}")

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

"""A server that misbehaves as told: each request gets the next answer, a list of things to do on its socket.

Bytes are sent, a number waits that many seconds, `STALL` waits until somebody hangs up, `RESET` makes the end a reset;
after the last step the connection is closed.
"""

import contextlib
import json
import select
import socket
import struct
import threading
import time

STALL = "stall"
RESET = "reset"

EVENT_STREAM = "application/vnd.amazon.eventstream"


class Faulty:
    """Listens on loopback while a `with` lasts; the last answer is given again and again."""

    def __init__(self, *answers):
        self.answers = answers
        self.requests = []
        self.asked = threading.Event()
        self.hung_up = threading.Event()
        self._stopped = threading.Event()

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def environment(self):
        """What the program needs to talk to it."""
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
        return keys | {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": self.url}

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, contextlib.suppress(OSError):
            request = read_request(connection)
            if request is None:
                return
            self.requests.append(request)
            self.asked.set()
            answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
            for step in answer:
                self._do(step, connection)

    def _do(self, step, connection):
        if step == STALL:
            self._wait_for_hang_up(connection)
        elif step == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif isinstance(step, bytes):
            connection.sendall(step)
        else:
            time.sleep(step)

    def _wait_for_hang_up(self, connection):
        while not self._stopped.is_set():
            if select.select([connection], [], [], 0.05)[0] and not connection.recv(1):
                self.hung_up.set()
                return


def read_request(connection):
    """The head's lines and the body of one request, or None if there is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    length = next((int(line[15:]) for line in lines if line.lower().startswith("content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return lines, body


def head(status=200, **headers):
    """The head of an answer; underscores in header names stand for dashes."""
    named = {"x_amzn_requestid": "11111111-2222-4333-8444-555555555555", "connection": "close"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} Status", *lines, "\r\n"]).encode()


def whole(body, status=200, content_type="application/json", **headers):
    """An answer with its length."""
    described = {"content_type": content_type, "content_length": len(body)} | headers
    return head(status, **described) + body


def refusal(status, code=None, message="no", **headers):
    """An error as AWS writes it."""
    kind = code and f"{code}:http://internal.amazon.com/coral/com.amazon.bedrock/"
    return whole(json.dumps({"message": message}).encode(), status, x_amzn_errortype=kind, **headers)


def stream(*frames):
    """A streamed answer that ends with its connection."""
    return head(content_type=EVENT_STREAM) + b"".join(frames)


def sized_stream(*frames):
    """A streamed answer with its length."""
    return whole(b"".join(frames), content_type=EVENT_STREAM)


def chunked_stream(*frames, end=b"0\r\n\r\n"):
    """A streamed answer in HTTP chunks, one a frame; without `end` the last chunk is missing."""
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(frame), frame) for frame in frames)
    return head(content_type=EVENT_STREAM, transfer_encoding="chunked") + pieces + end

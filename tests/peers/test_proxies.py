"""The `bedrock` program behind a proxy, as a company has it: a tunnel to a server that speaks TLS."""

import base64
import json
import selectors
import socket
import socketserver
import threading
import unittest

import emulator
import program

MODEL = "us.anthropic.claude-opus-4-8"


class Proxy(socketserver.ThreadingTCPServer):
    """Makes tunnels for whoever has the password, if there is one, and keeps the heads of what it was asked."""

    daemon_threads = True

    def __init__(self, password=None):
        super().__init__(("127.0.0.1", 0), Tunnel)
        self.heads = []
        self.password = password
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def authority(self):
        """Host and port, as they go into a URL."""
        return "127.0.0.1:%d" % self.server_address[1]

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Tunnel(socketserver.StreamRequestHandler):
    """One connection to the proxy."""

    rbufsize = 0

    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.rfile.read(1)
            if not byte:
                return
            head += byte
        self.server.heads.append(head.decode())
        if not self.is_allowed(head.decode()):
            self.wfile.write(b"HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n")
            self.rfile.read(1)
            return
        host, port = head.split()[1].decode().rsplit(":", 1)
        with socket.create_connection((host, int(port))) as server:
            self.wfile.write(b"HTTP/1.1 200 Go ahead\r\n\r\n")
            join(self.connection, server)

    def is_allowed(self, head):
        """Whether the head has the password that is asked for."""
        if self.server.password is None:
            return True
        expected = base64.b64encode(self.server.password.encode()).decode()
        return f"proxy-authorization: Basic {expected}\r\n" in head


def join(one, other):
    """Passes on what either says, until one has closed."""
    with selectors.DefaultSelector() as ready:
        ready.register(one, selectors.EVENT_READ, other)
        ready.register(other, selectors.EVENT_READ, one)
        while True:
            for key, _ in ready.select():
                try:
                    data = key.fileobj.recv(65536)
                    key.data.sendall(data)
                except OSError:
                    return
                if not data:
                    return


class BehindAProxy(emulator.EmulatorCase):
    """An emulator with TLS stands for Bedrock."""

    options = ("--tls",)

    def ask(self, *options, **variables):
        """One whole answer, with these variables beside the emulator's."""
        arguments = ("messages", "create", "--body", "-", "--output", "json", *options)
        return self.bedrock(*arguments, stdin=program.request(MODEL), **variables)

    @property
    def host(self):
        """Host and port of the emulator."""
        return self.emulator.url.removeprefix("https://")

    def test_the_tunnel_is_told_the_host_alone(self):
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            with self.subTest(name), Proxy() as proxy:
                ended = self.ask(**{name: f"http://{proxy.authority}"})
                self.assertEqual(ended.code, 0, ended)
                self.assertEqual(json.loads(ended.stdout)["type"], "message")
                self.assertEqual(proxy.heads, [f"CONNECT {self.host} HTTP/1.1\r\nhost: {self.host}\r\n\r\n"])

    def test_a_streamed_answer_comes_through_it(self):
        with Proxy() as proxy:
            ended = self.bedrock("chat", "Hello", "-m", MODEL, HTTPS_PROXY=proxy.authority)
            self.assertEqual(ended.code, 0, ended)
            self.assertTrue(ended.stdout.strip())
            self.assertEqual(len(proxy.heads), 1)

    def test_a_password_goes_to_the_proxy_and_nowhere_else(self):
        with Proxy("me:p@ss word") as proxy:
            ended = self.ask("-v", HTTPS_PROXY=f"http://me:p%40ss%20word@{proxy.authority}")
            self.assertEqual(ended.code, 0, ended)
            self.assertEqual(len(proxy.heads), 1)
            self.assertNotIn("p%40ss", ended.stderr)

    def test_a_refusal_is_said_once_and_shows_no_password(self):
        with Proxy("me:another") as proxy:
            ended = self.ask("-v", HTTPS_PROXY=f"http://me:canary-password@{proxy.authority}")
            self.assertEqual(ended.code, 4, ended)
            facts = {name: ended.error.get(name) for name in ("kind", "attempts", "retryable")}
            self.assertEqual(facts, {"kind": "connect", "attempts": 1, "retryable": False})
            self.assertIn("407", ended.error["message"])
            self.assertIn("HTTPS_PROXY", ended.error["hint"])
            self.assertNotIn("canary-password", ended.stderr)
            self.assertNotIn(base64.b64encode(b"me:canary-password").decode(), ended.stderr)
            self.assertEqual(len(proxy.heads), 1)

    def test_what_is_exempt_goes_past_it(self):
        for exempt in ("127.0.0.1", "127.0.0.0/8", "*", "example.com, 127.0.0.1"):
            with self.subTest(exempt), Proxy() as proxy:
                ended = self.ask(HTTPS_PROXY=proxy.authority, NO_PROXY=exempt)
                self.assertEqual((ended.code, proxy.heads), (0, []), ended)

    def test_nobody_there_is_a_connection_error_that_names_the_proxy(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            free = taken.getsockname()[1]
        ended = self.ask("--max-retries", "1", HTTPS_PROXY=f"http://127.0.0.1:{free}")
        self.assertEqual((ended.code, ended.error["kind"], ended.error["attempts"]), (4, "connect", 2), ended)
        self.assertIn("HTTPS_PROXY", ended.error["hint"])

    def test_a_ca_that_is_not_trusted_is_said_once_through_it_too(self):
        with Proxy() as proxy:
            ended = self.ask(HTTPS_PROXY=proxy.authority, AWS_CA_BUNDLE=None, SSL_CERT_FILE=None)
            self.assertEqual((ended.code, ended.error["kind"], ended.error["attempts"]), (4, "connect", 1), ended)
            self.assertIn("AWS_CA_BUNDLE", ended.error["hint"])
            self.assertEqual(len(proxy.heads), 1)


if __name__ == "__main__":
    unittest.main()

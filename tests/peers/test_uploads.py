"""Uploads in parts that do not come to their end: moto's S3 keeps nothing of them, and the program says so."""

import contextlib
import http.client
import http.server
import logging
import signal
import threading
import urllib.parse

import boto3
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import program
from test_batches import BUCKET, MODEL, Fixture


class Gate:
    """Stands before an S3 on loopback; what `decide` gives in place of a request's answer is its status and body, `HOLD` none at all."""

    HOLD = object()

    def __init__(self, authority, decide):
        self.authority = authority
        self.decide = decide
        self.held = threading.Event()
        self._first = threading.Event()
        self._opened = threading.Event()

    def __enter__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_):
        self._opened.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method, path, headers, body):
        """Status, headers and body for a request; `None` hangs up."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(path).query))
        decided = self.decide(method, query)
        if decided is not None and "partNumber" in query:
            self._first.wait(20)  # so that there is something to take back
        if decided is Gate.HOLD:
            self.held.set()
            self._opened.wait()
            return None
        if decided is not None:
            return decided[0], [("content-type", "application/xml")], decided[1].encode()
        connection = http.client.HTTPConnection(self.authority)
        with contextlib.closing(connection):
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            kept = [header for header in response.getheaders() if header[0].lower() in ("etag", "content-type")]
            answer = response.status, kept, response.read()
            if query.get("partNumber") == "1":
                self._first.set()
            return answer


def handler(gate):
    """The class that http.server wants, bound to one gate."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"

        def do_PUT(self):
            """Any request."""
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            answered = gate.answer(self.command, self.path, self.headers, body)
            if answered is None:
                self.close_connection = True
                return
            status, headers, content = answered
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):  # nobody may be there any more
                self.wfile.write(content)

        do_GET = do_POST = do_DELETE = do_PUT

        def log_message(self, *_):
            """Says nothing."""

    return Handler


def refused(code):
    """A refusal of S3."""
    return 403, f"<Error><Code>{code}</Code><Message>No.</Message></Error>"


class Uploads(Fixture):
    """Files of two parts on their way to moto, through a gate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        cls.moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.moto.start()

    @classmethod
    def tearDownClass(cls):
        cls.moto.stop()
        super().tearDownClass()

    def setUp(self):
        super().setUp()
        self.authority = "{}:{}".format(*self.moto.get_host_and_port())
        self.moto_s3 = boto3.Session().client("s3", endpoint_url=f"http://{self.authority}")
        self.moto_s3.create_bucket(Bucket=BUCKET)
        self.path = self.requests(18, "large.jsonl", system="x" * 500_000)

    def left(self):
        """The uploads that moto keeps parts of."""
        return self.moto_s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])

    def create(self, gate, *options):
        """Starts the program."""
        arguments = ("batch", "create", *self.to("out"), "--input", str(self.path), "-m", MODEL, *options)
        return program.start(*arguments, environment=self.emulator.environment(AWS_ENDPOINT_URL_S3=gate.url))

    def interrupted(self, decide, *options):
        """How it ended after a Ctrl-C while a part was held."""
        with Gate(self.authority, decide) as gate:
            process = self.create(gate, *options)
            self.assertTrue(gate.held.wait(20))
            self.assertEqual(1, len(self.left()))
            process.send_signal(signal.SIGINT)
            return program.wait(process)

    def test_ctrl_c_takes_back_what_was_sent(self):
        def decide(method, query):
            return Gate.HOLD if query.get("partNumber") == "2" else None

        ended = self.interrupted(decide)
        self.assertEqual((ended.code, ended.stdout), (130, ""), ended)
        self.assertTrue(ended.stderr.endswith(f"(the upload was taken back: nothing of it is left in {BUCKET})\n"), ended)
        self.assertEqual(self.left(), [])
        ended = self.interrupted(decide, "--output", "json")
        self.assertEqual((ended.code, ended.stdout, ended.error["kind"]), (130, "", "interrupted"))
        self.assertEqual(self.left(), [])

    def test_parts_that_stay_are_told(self):
        def decide(method, query):
            if method == "DELETE":
                return refused("AccessDenied")
            return Gate.HOLD if query.get("partNumber") == "2" else None

        ended = self.interrupted(decide)
        self.assertEqual(ended.code, 130)
        self.assertIn("(parts of the upload are left", ended.stderr)
        self.assertIn(f"list-multipart-uploads --bucket {BUCKET}", ended.stderr)
        for upload in self.left():
            self.moto_s3.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])

    def test_a_part_or_an_end_that_is_refused_takes_back_the_others(self):
        for is_refused in [
            lambda method, query: query.get("partNumber") == "2",
            lambda method, query: method == "POST" and "uploadId" in query,
        ]:
            with Gate(self.authority, lambda *asked: refused("AccessDenied") if is_refused(*asked) else None) as gate:
                ended = program.wait(self.create(gate, "--output", "json"))
            self.assertEqual((ended.code, ended.error["kind"]), (1, "api"), ended)
            self.assertIn("AccessDenied", ended.error["message"])
            self.assertEqual(self.left(), [])

    def test_a_pipe_gets_lines_and_no_bar(self):
        with Gate(self.authority, lambda *_: None) as gate:
            ended = program.wait(self.create(gate))
        self.assertEqual(ended.code, 0, ended)
        self.assertFalse(set("\r\x1b") & set(ended.stderr), ended.stderr)
        self.assertIn("uploaded 18 records to s3://", ended.stderr)

"""A broken or refused answer: its kind and exit code, and how often it was asked for."""

import json
import time
import unittest

import faulty
import frames
import program
from faulty import refusal, whole

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
REQUEST_ID = "11111111-2222-4333-8444-555555555555"
MESSAGE = {
    "id": "msg_bdrk_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 8, "output_tokens": 1},
}
BODY = json.dumps(MESSAGE).encode()
OK = [whole(BODY)]
WHOLE_STREAM = [faulty.stream(*frames.BEGUN, *frames.REST)]
#: Asks to try again at once, so that no test waits for the ordinary pause.
SOON = {"retry_after_ms": "1"}

CREATE = ("messages", "create", "--body=-")
STREAM = ("messages", "stream", "--final", "--body=-")


class AnswerCase(unittest.TestCase):
    """Asks servers that misbehave."""

    def ask(self, *answers, command=CREATE, options=(), **changes):
        """How the program ended against a server with these answers; the server is kept in `self.server`."""
        with faulty.Faulty(*answers) as self.server:
            environment = self.server.environment() | changes
            arguments = (*command, "--output=json", *options)
            return program.run(*arguments, stdin=program.request(MODEL, "hi"), environment=environment)

    def failed(self, code, kind, *answers, requests=1, **how):
        """The error of a run that fails like this after so many requests."""
        ended = self.ask(*answers, **how)
        self.assertEqual((ended.code, ended.stdout), (code, ""), ended)
        self.assertEqual(ended.error["kind"], kind, ended)
        self.assertEqual((ended.error["attempts"], len(self.server.requests)), (requests, requests), ended)
        return ended.error

    def answered(self, *answers, requests, **how):
        """Checks a run that succeeds after so many requests."""
        ended = self.ask(*answers, **how)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        self.assertEqual(json.loads(ended.stdout)["type"], "message")
        self.assertEqual(len(self.server.requests), requests)


class Retries(AnswerCase):
    """What is asked for again, and how often."""

    def test_throttled_twice_then_answered(self):
        for command, ok in ((CREATE, OK), (STREAM, WHOLE_STREAM)):
            throttled = [refusal(429, "ThrottlingException", **SOON)]
            self.answered(throttled, throttled, ok, requests=3, command=command)
            self.assertEqual(len({body for _, body in self.server.requests}), 1)

    def test_throttled_for_ever(self):
        error = self.failed(1, "api", [refusal(429, "ThrottlingException", "slow down", **SOON)], requests=3)
        self.assertEqual((error["code"], error["status"], error["retryable"]), ("ThrottlingException", 429, True))
        self.assertEqual((error["retry_after_ms"], error["request_id"]), (1, REQUEST_ID))
        self.assertIn("slow down", error["message"])

    def test_statuses_that_may_change_are_tried_again(self):
        for status in (408, 409, 500, 502, 503, 504, 529):
            with self.subTest(status):
                error = self.failed(1, "api", [refusal(status, **SOON)], requests=3)
                self.assertEqual(error["status"], status)
        self.failed(1, "api", [refusal(429, "ModelNotReadyException", **SOON)], requests=3)

    def test_statuses_that_will_not_change_are_not(self):
        for status in (400, 403, 404, 413, 424):
            with self.subTest(status):
                error = self.failed(1, "api", [refusal(status, "SurpriseException", **SOON)])
                facts = (error["status"], error["code"], error["request_id"], error["retryable"])
                self.assertEqual(facts, (status, "SurpriseException", REQUEST_ID, False))
        self.failed(1, "api", [refusal(400, "ServiceQuotaExceededException", **SOON)])

    def test_the_server_has_the_last_word(self):
        self.failed(1, "api", [refusal(503, x_should_retry="false", **SOON)])
        self.answered([refusal(400, x_should_retry="true", **SOON)], OK, requests=2)
        self.failed(1, "api", [refusal(400, x_should_retry="true", **SOON)], requests=3)

    def test_the_caller_says_how_often(self):
        for retries in (0, 1):
            answer = [refusal(503, **SOON)]
            self.failed(1, "api", answer, requests=retries + 1, options=(f"--max-retries={retries}",))
            self.failed(1, "api", answer, requests=retries + 1, AWS_MAX_ATTEMPTS=str(retries + 1))

    def test_a_pause_that_is_asked_for_is_kept(self):
        for name, value, seconds in (("retry_after", "1", 1.0), ("retry_after_ms", "700", 0.7)):
            begun = time.monotonic()
            self.answered([refusal(429, **{name: value})], OK, requests=2)
            self.assertGreaterEqual(time.monotonic() - begun, seconds)

    def test_a_pause_without_end_is_not(self):
        begun = time.monotonic()
        error = self.failed(1, "api", [refusal(429, retry_after="86400")])
        self.assertEqual(error["retry_after_ms"], 86_400_000)
        self.assertLess(time.monotonic() - begun, 10)

    def test_a_connection_that_is_lost_before_any_byte_is_made_anew(self):
        for lost in ([], [faulty.RESET]):
            self.answered(lost, OK, requests=2)
            self.answered(lost, WHOLE_STREAM, requests=2, command=STREAM)
            self.failed(4, "connect", lost, requests=3)

    def test_a_stream_that_has_begun_is_not(self):
        fault = frames.exception("throttlingException", {"message": "slow down"})
        for begun in (frames.BEGUN, []):
            ended = self.ask([faulty.stream(*begun, fault)], WHOLE_STREAM, command=STREAM)
            self.assertEqual((ended.code, ended.error["attempts"], len(self.server.requests)), (5, 1, 1))


class Refused(AnswerCase):
    """Errors in the forms that AWS and what stands before it use."""

    def test_the_code_is_found_wherever_it_is(self):
        body = json.dumps({"__type": "com.amazon.coral#ThrottlingException", "Message": "slow down"}).encode()
        for answer in (whole(body, 400), refusal(400, "ThrottlingException", "slow down")):
            error = self.failed(1, "api", [answer], options=("--max-retries=0",))
            self.assertEqual(error["code"], "ThrottlingException")
            self.assertIn("slow down", error["message"])

    def test_a_body_that_nobody_can_read_is_still_an_api_error(self):
        for body in (b"", b"<html>no</html>", b"[]", b"x" * (2 << 20)):
            error = self.failed(1, "api", [whole(body, 400, content_type="text/html")])
            self.assertEqual((error["status"], error["request_id"]), (400, REQUEST_ID))
            self.assertLess(len(error["message"]), 10_000)

    def test_a_redirect_is_not_followed(self):
        with faulty.Faulty(OK) as target:
            for status in (301, 302, 303, 307, 308):
                for command in (CREATE, STREAM):
                    answer = [refusal(status, location=f"{target.url}/there?secret=1")]
                    error = self.failed(1, "api", answer, command=command)
                    self.assertEqual(error["status"], status)
                    self.assertNotIn("secret", json.dumps(error))
        self.assertEqual(target.requests, [])

    def test_secrets_that_a_server_echoes_are_cut_out(self):
        token = "canary-session-token"
        echo = refusal(403, "InvalidSignatureException", f"does not match {token}\nThe Canonical String was {token}")
        error = self.failed(1, "api", [echo], AWS_SESSION_TOKEN=token)
        self.assertNotIn(token, json.dumps(error))
        self.assertNotIn("Canonical", error["message"])


class Broken(AnswerCase):
    """Answers of 200 that are none."""

    def test_what_is_no_message_is_never_one(self):
        answers = {
            "HTML": whole(b"<html></html>", content_type="text/html"),
            "nothing": whole(b""),
            "no content": faulty.head(204),
            "JSON cut": whole(BODY[:-10]),
            "a field missing": whole(b'{"type":"message"}'),
            "another type": whole(b'"Hello"'),
            "a coding not asked for": whole(b"\x1f\x8b\x08", content_encoding="gzip"),
        }
        for name, answer in answers.items():
            with self.subTest(name):
                error = self.failed(5, "decode", [answer])
                self.assertEqual(error["request_id"], REQUEST_ID)

    def test_what_is_no_stream_is_never_one(self):
        answers = {
            "JSON": whole(BODY),
            "HTML": whole(b"<html></html>", content_type="text/html"),
            "nothing": whole(b""),
            "no content": faulty.head(204),
            "a coding not asked for": whole(b"", content_type=faulty.EVENT_STREAM, content_encoding="gzip"),
        }
        for name, answer in answers.items():
            with self.subTest(name):
                error = self.failed(5, "decode", [answer], command=STREAM)
                self.assertNotIn("partial_message", error)

    def test_a_body_that_ends_early_is_a_lost_connection(self):
        chunked = faulty.head(content_type="application/json", transfer_encoding="chunked")
        for answer in (whole(BODY, content_length=len(BODY) + 1), chunked + b"%x\r\n%s\r\n" % (len(BODY), BODY)):
            self.failed(4, "connect", [answer], options=("--max-retries=0",))
            self.answered([answer], OK, requests=2)

    def test_what_is_not_http(self):
        self.failed(4, "connect", [b"SSH-2.0-OpenSSH_9.6\r\n"], options=("--max-retries=0",))

    def test_a_head_without_measure(self):
        self.failed(5, "protocol", [faulty.head(x_long="a" * (1 << 20))])
        self.failed(5, "protocol", [faulty.head(**{f"x_{number}": "a" for number in range(5000)})])

    def test_news_before_the_answer(self):
        self.answered([b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n", *OK], requests=1)


class Sent(AnswerCase):
    """What a server sees of a request."""

    def test_the_request_is_what_bedrock_wants(self):
        for command, operation in ((CREATE, "invoke"), (STREAM, "invoke-with-response-stream")):
            self.ask(OK, command=command, AWS_SESSION_TOKEN="token")
            lines, body = self.server.requests[0]
            path = f"/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/{operation}"
            self.assertEqual(lines[0], f"POST {path} HTTP/1.1")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:])
            self.assertEqual(headers["content-type"], "application/json")
            self.assertEqual(headers["host"], self.server.url.removeprefix("http://"))
            self.assertEqual(headers["x-amz-security-token"], "token")
            self.assertEqual(headers["content-length"], str(len(body)))
            self.assertIn("user-agent", headers)
            sent = json.loads(body)
            self.assertEqual(sent["anthropic_version"], "bedrock-2023-05-31")
            self.assertEqual({"model", "stream"} & sent.keys(), set())

    def test_the_token_outranks_the_keys(self):
        self.ask(OK, AWS_BEARER_TOKEN_BEDROCK="an-api-key")
        authorizations = [line for line in self.server.requests[0][0] if line.lower().startswith("authorization:")]
        self.assertEqual([line.split(": ", 1)[1] for line in authorizations], ["Bearer an-api-key"])

"""Anthropic's Bedrock clients and boto3 get what a server of the Messages API says, through `bedrock serve --upstream`.

The server is a script that remembers what it was sent, or another emulator's route of the Messages API.
"""

import http.server
import json
import os
import threading
import unittest
from unittest import mock

import anthropic
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import emulator

MODEL = "global.anthropic.claude-opus-4-8"
MESSAGES = [{"role": "user", "content": "Hello"}]
TOOL = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}
ANSWER = {
    "id": "msg_local",
    "type": "message",
    "role": "assistant",
    "model": "local-model",
    "content": [{"type": "text", "text": "Let me see."}, CALL],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {"input_tokens": 11, "output_tokens": 7},
}
EVENTS = [
    {"type": "message_start", "message": ANSWER | {"content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Let me "}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "see."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": CALL | {"input": {}}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"city": '}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '"Paris"}'}},
    {"type": "content_block_stop", "index": 1},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "tool_use", "stop_sequence": None},
        "usage": {"output_tokens": 7},
    },
    {"type": "message_stop"},
]


class Scripted(http.server.BaseHTTPRequestHandler):
    """Answers as `server.script` says, and remembers headers and bodies."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """One request."""
        sent = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.sent.append((self.path, dict(self.headers), sent))
        if self.server.refuse:
            status, kind = self.server.refuse
            self.answer(status, "application/json", json.dumps(error(kind)))
        elif self.path == "/v1/messages/count_tokens":
            self.answer(200, "application/json", '{"input_tokens": 42}')
        elif sent.get("stream"):
            self.answer(200, "text/event-stream", "".join(map(sse, self.server.events)))
        else:
            self.answer(200, "application/json", json.dumps(ANSWER))

    def answer(self, status, kind, text):
        """Writes an answer."""
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Says nothing."""


def error(kind):
    """A body of the Messages API's errors."""
    return {"type": "error", "error": {"type": kind, "message": "the reason"}}


def sse(event):
    """An event as it goes over the wire."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


class Upstream(unittest.TestCase):
    """A scripted server, and `bedrock serve` before it."""

    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
        self.server.sent, self.server.refuse, self.server.events = [], None, EVENTS
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        url = f"http://127.0.0.1:{self.server.server_port}"
        with mock.patch.dict(os.environ, BEDROCK_UPSTREAM_API_KEY="the-key"):
            self.served = emulator.Emulator("--upstream", url, "--upstream-model", "local-model").start()
        self.addCleanup(lambda: self.assertEqual(self.served.stop().code, 0))
        environment = mock.patch.dict(os.environ, self.served.environment(), clear=True)
        environment.start()
        self.addCleanup(environment.stop)

    def clients(self):
        """Anthropic's clients of InvokeModel and of mantle."""
        yield anthropic.AnthropicBedrock(max_retries=0), MODEL
        yield anthropic.AnthropicBedrockMantle(max_retries=0), "anthropic.claude-opus-4-8"

    def test_anthropics_clients_get_what_the_server_says(self):
        for client, model in self.clients():
            with self.subTest(type(client).__name__):
                created = client.messages.create(model=model, max_tokens=64, messages=MESSAGES, tools=[TOOL])
                self.assertEqual(created.to_dict(), created.to_dict() | ANSWER)
                with client.messages.stream(model=model, max_tokens=64, messages=MESSAGES, tools=[TOOL]) as stream:
                    self.assertEqual("".join(stream.text_stream), "Let me see.")
                    streamed = stream.get_final_message()
                self.assertEqual(streamed.content[1].input, {"city": "Paris"})
                self.assertEqual((streamed.stop_reason, streamed.usage.output_tokens), ("tool_use", 7))

    def test_the_server_is_asked_as_anthropics_api_is(self):
        client, model = next(self.clients())
        client.messages.create(
            model=model, max_tokens=64, messages=MESSAGES, extra_headers={"anthropic-beta": "context-management-2025-06-27"}
        )
        path, headers, sent = self.server.sent[0]
        self.assertEqual(path, "/v1/messages")
        self.assertEqual(headers["x-api-key"], "the-key")
        self.assertIn(headers["anthropic-version"], ("2023-06-01", "2026-10-21"))
        self.assertEqual(headers["anthropic-beta"], "context-management-2025-06-27")
        self.assertNotIn("authorization", {name.lower() for name in headers})
        self.assertEqual(sent, {"model": "local-model", "max_tokens": 64, "messages": MESSAGES})

    def test_boto3_converses_with_it(self):
        runtime = boto3.client("bedrock-runtime")
        asked = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
        answered = runtime.converse(**asked)
        expected = [{"text": "Let me see."}, {"toolUse": {"toolUseId": "toolu_1", "name": "get_weather", "input": {"city": "Paris"}}}]
        self.assertEqual(answered["output"]["message"]["content"], expected)
        self.assertEqual((answered["stopReason"], answered["usage"]["totalTokens"]), ("tool_use", 18))
        events = list(runtime.converse_stream(**asked)["stream"])
        kinds = [next(iter(event)) for event in events]
        self.assertEqual((kinds[0], kinds[-2:]), ("messageStart", ["messageStop", "metadata"]))
        text = "".join(event["contentBlockDelta"]["delta"].get("text", "") for event in events if "contentBlockDelta" in event)
        self.assertEqual(text, "Let me see.")

    def test_tokens_are_counted_by_the_server(self):
        mantle = anthropic.AnthropicBedrockMantle(max_retries=0)
        counted = mantle.messages.count_tokens(model="anthropic.claude-opus-4-8", messages=MESSAGES)
        self.assertEqual(counted.input_tokens, 42)
        path, _, sent = self.server.sent[0]
        self.assertEqual((path, sent), ("/v1/messages/count_tokens", {"model": "local-model", "messages": MESSAGES}))

    def test_errors_of_the_server_have_their_class(self):
        for status, kind, invoke, native in [
            (400, "invalid_request_error", anthropic.BadRequestError, anthropic.BadRequestError),
            (401, "authentication_error", anthropic.PermissionDeniedError, anthropic.PermissionDeniedError),
            (429, "rate_limit_error", anthropic.RateLimitError, anthropic.RateLimitError),
            (529, "overloaded_error", anthropic.InternalServerError, anthropic.InternalServerError),
        ]:
            self.server.refuse = (status, kind)
            for (client, model), expected in zip(self.clients(), (invoke, native)):
                with self.subTest(kind), self.assertRaises(expected) as caught:
                    client.messages.create(model=model, max_tokens=64, messages=MESSAGES)
                self.assertIn("the reason", str(caught.exception))
        config = Config(retries={"total_max_attempts": 1})
        with self.assertRaises(ClientError) as caught:
            boto3.client("bedrock-runtime", config=config).converse_stream(
                modelId=MODEL, messages=[{"role": "user", "content": [{"text": "Hello"}]}]
            )
        self.assertEqual(caught.exception.response["Error"]["Code"], "ServiceUnavailableException")

    def test_a_stream_that_fails_midway_is_an_error(self):
        for events, expected in ((EVENTS[:4], "message_stop"), ([*EVENTS[:4], error("overloaded_error")], "the reason")):
            self.server.events = events
            for client, model in self.clients():
                with self.subTest(expected), self.assertRaises(anthropic.APIError) as caught:
                    with client.messages.stream(model=model, max_tokens=64, messages=MESSAGES) as stream:
                        stream.get_final_message()
                self.assertIn(expected, str(caught.exception))

    def test_what_bedrock_refuses_does_not_go_there(self):
        client, _ = next(self.clients())
        with self.assertRaises(anthropic.BadRequestError):
            client.messages.create(model="anthropic.nobody", max_tokens=64, messages=MESSAGES)
        self.assertEqual(self.server.sent, [])

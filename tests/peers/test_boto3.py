"""boto3, unchanged and configured by the exported variables alone, takes the emulator for Bedrock."""

import json
from types import MappingProxyType

import boto3
from botocore.exceptions import ClientError

import emulator
import program

#: A colon in the path, and no warning that it ends.
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
PROMPT = "Grüße, 世界 🦀"
#: Every form of id that can be called from us-east-1, with and without a character that the path must escape, and as an ARN.
MODELS = [
    MODEL,
    "global.anthropic.claude-opus-4-8",
    f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{MODEL}",
]


def body(**fields):
    """An InvokeModel body."""
    messages = [{"role": "user", "content": PROMPT}]
    required = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 256, "messages": messages}
    return json.dumps(required | fields)


def client():
    """A client of a new session, so that it reads the environment as it is now."""
    return boto3.Session().client("bedrock-runtime")


def invoke(model=MODEL, fields=MappingProxyType({})):
    """The response of InvokeModel, its body read."""
    response = client().invoke_model(modelId=model, body=body(**fields))
    return response | {"body": json.loads(response["body"].read())}


def stream(model=MODEL):
    """The response of InvokeModelWithResponseStream, its events read."""
    response = client().invoke_model_with_response_stream(modelId=model, body=body())
    return response | {"body": [json.loads(event["chunk"]["bytes"]) for event in response["body"]]}


def text_of(events):
    """The text that the deltas make."""
    return "".join(event["delta"]["text"] for event in events if event["type"] == "content_block_delta")


class Boto3(emulator.EmulatorCase):
    """Over plain http, with keys."""

    def refused(self, call, **changes):
        """The error that a call ends with, in an environment with these changes."""
        with self.exports(**changes), self.assertRaises(ClientError) as caught:
            call()
        return caught.exception.response

    def test_an_answer_has_one_text_whoever_asks(self):
        with self.exports():
            invoked, streamed = invoke()["body"], stream()["body"]
        text = program.text_of(invoked)
        self.assertIn(PROMPT, text)
        self.assertEqual(text_of(streamed), text)
        self.assertGreater(sum(event["type"] == "content_block_delta" for event in streamed), 1)

        for arguments in [("chat", "--no-stream"), ("chat",), ("--local", "chat")]:
            with self.subTest(arguments):
                ended = self.bedrock(*arguments, "--model", MODEL, "--max-tokens", "256", PROMPT)
                self.assertEqual((ended.code, ended.stdout, ended.stderr), (0, f"{text}\n", ""))

    def test_ids_with_colons_and_arns_arrive(self):
        for model in MODELS:
            with self.subTest(model), self.exports():
                invoked, streamed = invoke(model)["body"], stream(model)["body"]
                self.assertEqual((invoked["role"], invoked["stop_reason"]), ("assistant", "end_turn"))
                self.assertEqual(text_of(streamed), program.text_of(invoked))

    def test_a_stream_begins_and_ends_as_bedrocks_do(self):
        with self.exports():
            invoked, events = invoke()["body"], stream()["body"]
        kinds = [event["type"] for event in events]
        self.assertEqual(kinds[0], "message_start")
        self.assertEqual(kinds[-3:], ["content_block_stop", "message_delta", "message_stop"])
        metrics = events[-1]["amazon-bedrock-invocationMetrics"]
        self.assertEqual(metrics["inputTokenCount"], invoked["usage"]["input_tokens"])
        self.assertEqual(metrics["outputTokenCount"], invoked["usage"]["output_tokens"])
        self.assertEqual({"invocationLatency", "firstByteLatency"} - metrics.keys(), set())

    def test_every_answer_has_a_request_id_and_a_content_type(self):
        with self.exports():
            invoked, streamed = invoke(), stream()
        refused = self.refused(invoke, AWS_SECRET_ACCESS_KEY="wrong")
        for response in (invoked, streamed, refused):
            self.assertRegex(response["ResponseMetadata"]["RequestId"], "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$")
        self.assertEqual((invoked["contentType"], streamed["contentType"]), ("application/json",) * 2)

    def test_a_wrong_secret_is_refused(self):
        for call in (invoke, stream):
            response = self.refused(call, AWS_SECRET_ACCESS_KEY="wrong")
            self.assertEqual(response["Error"]["Code"], "InvalidSignatureException")
            self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 403)
            self.assertRegex(response["Error"]["Message"], "^The request signature we calculated does not match")

    def test_an_unknown_key_or_token_is_refused(self):
        for changes in ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}, {"AWS_SESSION_TOKEN": "nobody's"}):
            response = self.refused(invoke, **changes)
            self.assertEqual(response["Error"]["Code"], "UnrecognizedClientException")
            self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 403)

    def test_an_unknown_model_is_refused(self):
        for call in (invoke, stream):
            response = self.refused(lambda: call("anthropic.claude-of-tomorrow"))
            message = "The provided model identifier is invalid."
            self.assertEqual(response["Error"], {"Code": "ValidationException", "Message": message})
            self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 400)

    def test_a_body_that_bedrock_refuses_is_refused(self):
        for fields in ({"model": MODEL}, {"stream": True}, {"max_tokens": None}, {"surprise": 1}):
            with self.subTest(fields):
                response = self.refused(lambda: invoke(fields=fields))
                self.assertEqual(response["Error"]["Code"], "ValidationException")


class Boto3WithApiKey(emulator.EmulatorCase):
    """Over TLS, which botocore wants for an API key."""

    options = ("--tls",)

    def test_the_keys_work_over_tls(self):
        with self.exports():
            self.assertIn(PROMPT, program.text_of(invoke()["body"]))

    def test_the_api_key_works_without_keys(self):
        changes = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        with self.exports(AWS_BEARER_TOKEN_BEDROCK=emulator.API_KEY, **changes):
            text = program.text_of(invoke()["body"])
            self.assertIn(PROMPT, text)
            self.assertEqual(text_of(stream()["body"]), text)

    def test_a_wrong_api_key_is_refused(self):
        with self.exports(AWS_BEARER_TOKEN_BEDROCK="wrong"), self.assertRaises(ClientError) as caught:
            invoke()
        self.assertEqual(caught.exception.response["Error"]["Code"], "AccessDeniedException")
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 403)

    def test_the_program_trusts_what_boto3_trusts(self):
        for changes in ({}, {"AWS_BEARER_TOKEN_BEDROCK": emulator.API_KEY}):
            ended = self.bedrock("chat", "--model", MODEL, PROMPT, **changes)
            self.assertEqual((ended.code, ended.stderr), (0, ""))
            self.assertIn(PROMPT, ended.stdout)

"""boto3 gets the same from the real side, through `bedrock serve --record`, and from `--replay` when the real side is gone.

A second emulator is the real side.
"""

import json
import os
import pathlib
import tempfile
import unittest
import urllib.parse
from unittest import mock

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from urllib3.exceptions import ProtocolError

import emulator
import program

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
#: In nobody's files: what the real side's keys are, and what they are called there.
AUTHORISES = ("AKIABEDROCKEMULATOR0", "local/emulator/secret", "authorization", "AWS4-HMAC", "x-amz-security-token", "Cookie")


def body(prompt="Grüße, 世界 🦀", **fields):
    """An InvokeModel body."""
    messages = [{"role": "user", "content": prompt}]
    return json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": messages} | fields)


def client(service="bedrock-runtime"):
    """A client of a new session, which tries once."""
    return boto3.Session().client(service, config=Config(retries={"total_max_attempts": 1}))


def converse_arguments(text):
    """The arguments of Converse."""
    return {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": text}]}]}


def invoked(fields=()):
    """InvokeModel's body."""
    return client().invoke_model(modelId=MODEL, body=body(**dict(fields)))["body"].read()


def streamed():
    """The events of InvokeModelWithResponseStream."""
    response = client().invoke_model_with_response_stream(modelId=MODEL, body=body())
    return [event["chunk"]["bytes"] for event in response["body"]]


def conversed():
    """Converse's message and usage."""
    response = client().converse(**converse_arguments("Hello"))
    return response["output"], response["usage"]


def converse_streamed():
    """The events of ConverseStream."""
    return list(client().converse_stream(**converse_arguments("Hello"))["stream"])


def profiles():
    """The ids of a page of inference profiles."""
    found = client("bedrock").list_inference_profiles(maxResults=3)
    return [profile["inferenceProfileId"] for profile in found["inferenceProfileSummaries"]]


def refused():
    """What a body is refused with."""
    return error_of(lambda: invoked({"surprise": 1}))


def unknown_model():
    """What a stream of no model is refused with."""
    return error_of(
        lambda: client().invoke_model_with_response_stream(modelId="anthropic.claude-of-tomorrow", body=body())
    )


def error_of(call):
    """Status, code and message of the refusal that a call ends with."""
    try:
        call()
    except ClientError as error:
        return error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]
    raise AssertionError("it was not refused")


CALLS = (invoked, streamed, conversed, converse_streamed, profiles, refused, unknown_model)


class Recording(unittest.TestCase):
    """A real side, a recorder in front of it, and what is replayed of that."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bedrock-recordings-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serving(self, *options, environment=None):
        """A running emulator, in this environment."""
        with mock.patch.dict(os.environ, environment or {}):
            served = emulator.Emulator(*options).start()
        self.addCleanup(served._process.kill)  # of one that has ended this does nothing
        return served

    def answers(self, served):
        """What boto3 is answered."""
        with mock.patch.dict(os.environ, served.environment(), clear=True):
            return [call() for call in CALLS]

    def until_cut(self, served):
        """The events of a stream that breaks."""
        events = []
        with mock.patch.dict(os.environ, served.environment(), clear=True), self.assertRaises(ProtocolError):
            response = client().invoke_model_with_response_stream(modelId=MODEL, body=body())
            for event in response["body"]:
                events.append(event)
        return events

    def stop(self, *served):
        """Ends them, and wants them to end well."""
        for one in served:
            self.assertEqual(one.stop().code, 0)

    def test_replayed_answers_are_those_of_the_real_side(self):
        real = self.serving()
        recorder = self.serving("--record", str(self.folder), environment=real.exported)
        expected = self.answers(real)
        self.assertEqual(self.answers(recorder), expected)
        self.stop(recorder, real)

        replaying = self.serving("--replay", str(self.folder), "--replay-speed", "0")
        for _ in range(2):
            self.assertEqual(self.answers(replaying), expected)
        self.stop(replaying)

        for file in self.folder.iterdir():
            text = file.read_bytes().decode(errors="replace").lower()
            for word in AUTHORISES:
                self.assertNotIn(word.lower(), text, file)
            self.assertNotIn("partial", file.name)

    def test_the_program_decodes_a_recorded_stream(self):
        real = self.serving()
        recorder = self.serving("--record", str(self.folder), environment=real.exported)
        ended = program.run("chat", "--model", MODEL, "Hello", environment=recorder.environment())
        self.stop(recorder, real)
        decoded = program.run("decode", "--final", str(self.folder / "0001-invoke-with-response-stream.response.bin"))
        self.assertEqual(program.text_of(json.loads(decoded.stdout)), ended.stdout.rstrip("\n"))

    def test_a_cut_stream_is_cut_again(self):
        real = self.serving("--fault", "cut:2000")
        recorder = self.serving("--record", str(self.folder), environment=real.exported)
        recorded = self.until_cut(recorder)
        self.stop(recorder, real)
        self.assertGreater(len(recorded), 1)
        replaying = self.serving("--replay", str(self.folder))
        self.assertEqual(self.until_cut(replaying), recorded)
        self.stop(replaying)

    def test_what_was_not_recorded_is_refused_with_what_is_nearest(self):
        real = self.serving()
        recorder = self.serving("--record", str(self.folder), environment=real.exported)
        self.answers(recorder)
        self.stop(recorder, real)
        replaying = self.serving("--replay", str(self.folder))
        with mock.patch.dict(os.environ, replaying.environment(), clear=True):
            status, error = error_of(lambda: client().invoke_model(modelId=MODEL, body=body("Hello, world")))
        self.stop(replaying)
        self.assertEqual((status, error["Code"]), (400, "ValidationException"))
        self.assertIn("The nearest is 0001-invoke, which differs at /messages/0/content: ", error["Message"])

    def test_what_was_not_finished_is_marked_and_left_out(self):
        real = self.serving("--fault", "stall:900")
        recorder = self.serving("--record", str(self.folder), environment=real.exported)
        with mock.patch.dict(os.environ, recorder.environment(), clear=True):
            response = client().invoke_model_with_response_stream(modelId=MODEL, body=body())
            next(iter(response["body"]))
        recorder._process.kill()
        program.wait(recorder._process)
        self.stop(real)
        marked = self.folder / "0001-invoke-with-response-stream.meta.partial.json"
        self.assertEqual(json.loads(marked.read_text())["status"], 200)
        ended = program.run("--output", "json", "serve", "--replay", str(self.folder))
        self.assertEqual((ended.code, ended.error["kind"]), (2, "io"))
        self.assertIn("has no recording", ended.error["message"])

    def test_a_recorder_does_not_ask_itself(self):
        first = self.serving()
        port = urllib.parse.urlsplit(first.url).port
        environment = first.environment()
        self.stop(first)
        ended = program.run(
            "--output", "json", "serve", "--port", str(port), "--record", str(self.folder), environment=environment
        )
        self.assertEqual((ended.code, ended.error["kind"]), (2, "config"))
        self.assertIn("which is this emulator itself", ended.error["message"])

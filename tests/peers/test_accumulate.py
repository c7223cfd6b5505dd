"""A stream makes one message, whoever folds it: we, Anthropic's client, and for Converse botocore's parser.

Some streams are written here, with everything in them that Bedrock sends; more are in the folder that `BEDROCK_RECORDED`
names.
"""

import base64
import json
import os
import pathlib
import unittest

import anthropic
import boto3
import yaml
from botocore.eventstream import EventStreamBuffer

import faulty
import frames
import program
import sent
from test_decode import by_botocore, without_nulls

ROOT = pathlib.Path(__file__).parents[2]
FOLDER = os.environ.get("BEDROCK_RECORDED")
REQUEST = {"max_tokens": 64, "messages": [{"role": "user", "content": "hi"}]}
MODEL = "us.anthropic.claude-opus-4-8"


def recorded():
    """The name and the bytes of each recorded stream."""
    folder = ROOT / FOLDER
    for path in sorted(folder.rglob("*.bin")):
        yield str(path.relative_to(folder)), path.read_bytes()
    for path in sorted(folder.rglob("*.yaml")):
        for index, exchange in enumerate(yaml.safe_load_all(path.read_text())):
            headers = {header["name"].lower(): header["value"] for header in exchange["then"]["header"]}
            if headers.get("content-type") == faulty.EVENT_STREAM:
                yield f"{path.relative_to(folder)}#{index}", base64.b64decode(exchange["then"]["body"])


def kinds(body):
    """The `:event-type` of each frame."""
    parser = EventStreamBuffer()
    parser.add_data(body)
    return [event.headers[":event-type"] for event in parser]


class Messages(unittest.TestCase):
    """Events of Messages: `bedrock decode --final` and Anthropic's accumulator."""

    def same(self, body, beta=False):
        """Folds a body by both."""
        ended = program.run("decode", "--final", "-", stdin=body)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        ours, theirs = without_nulls(json.loads(ended.stdout)), without_nulls(by_anthropic(body, beta))
        self.assertEqual(list(sent.differences(ours, theirs)), [])

    def test_streams_with_everything(self):
        for name, (events, beta) in STREAMS.items():
            with self.subTest(name):
                self.same(b"".join(map(frames.chunk, events)), beta)

    @unittest.skipUnless(FOLDER, "set BEDROCK_RECORDED=DIR")
    def test_recorded_streams(self):
        count = 0
        for name, body in recorded():
            if set(kinds(body)) != {"chunk"}:
                continue  # of Converse, below
            with self.subTest(name):
                if by_botocore(body)[0].get("type") == "message_start":
                    count += 1
                    self.same(body)
                else:
                    # Claude 2's completions are no messages to anybody.
                    ended = program.run("decode", "--output=json", "--final", "-", stdin=body)
                    self.assertEqual((ended.code, ended.error["kind"]), (5, "stream_incomplete"))
        self.assertGreater(count, 0)


def by_anthropic(body, beta):
    """The message that Anthropic's client makes of a stream."""
    keys = {"aws_access_key": "AKIDEXAMPLE", "aws_secret_key": "example", "aws_region": "us-east-1"}
    with sent.Recorder(faulty.whole(body, content_type=faulty.EVENT_STREAM)) as server:
        client = anthropic.AnthropicBedrock(base_url=server.url, max_retries=0, **keys)
        resource = client.beta.messages if beta else client.messages
        with resource.stream(model=MODEL, **REQUEST) as stream:
            return json.loads(stream.get_final_message().to_json())


class Converse(unittest.TestCase):
    """Events of Converse: `--route converse` and botocore."""

    @unittest.skipUnless(FOLDER, "set BEDROCK_RECORDED=DIR")
    def test_recorded_streams(self):
        count = 0
        for name, body in recorded():
            if set(kinds(body)) != {"chunk"}:
                count += 1
                with self.subTest(name):
                    self.assertEqual(said_by_us(body), said_by_botocore(body))
        self.assertGreater(count, 0)


def said_by_us(body):
    """Text, calls, the reason to stop and usage of the message that we make of a stream of Converse."""
    with sent.Recorder(faulty.whole(body, content_type=faulty.EVENT_STREAM)) as server:
        ended = program.run(
            "--route=converse", "messages", "stream", "--final", "--body=-",
            stdin=json.dumps({"model": MODEL, **REQUEST}),
            environment=dict(os.environ) | server.environment(),
        )
    if ended.code:
        raise AssertionError(ended)
    message = json.loads(ended.stdout)
    blocks = [block for block in message["content"] if block["type"] == "tool_use"]
    calls = [(block["id"], block["name"], block["input"]) for block in blocks]
    usage = message["usage"]
    return program.text_of(message), calls, message["stop_reason"], usage["input_tokens"], usage["output_tokens"]


def said_by_botocore(body):
    """The same from the events that boto3 hands out."""
    with sent.Recorder(faulty.whole(body, content_type=faulty.EVENT_STREAM)) as server:
        client = boto3.Session(**sent.KEYS).client("bedrock-runtime", "us-east-1", endpoint_url=server.url)
        turns = [{"role": "user", "content": [{"text": "hi"}]}]
        events = list(client.converse_stream(modelId=MODEL, messages=turns)["stream"])
    text, calls, inputs, end, usage = "", {}, {}, None, {}
    for event in events:
        ((kind, value),) = event.items()
        if kind == "contentBlockStart" and "toolUse" in value["start"]:
            calls[value["contentBlockIndex"]] = value["start"]["toolUse"]
        elif kind == "contentBlockDelta":
            text += value["delta"].get("text", "")
            index = value["contentBlockIndex"]
            inputs[index] = inputs.get(index, "") + value["delta"].get("toolUse", {}).get("input", "")
        elif kind == "messageStop":
            end = value["stopReason"]
        elif kind == "metadata":
            usage = value["usage"]
    called = [(call["toolUseId"], call["name"], json.loads(inputs[index] or "{}")) for index, call in calls.items()]
    return text, called, end, usage["inputTokens"], usage["outputTokens"]


def started(index, **block):
    """The event that begins a block."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def delta(index, kind, **members):
    """The event of a piece of a block."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **members}}


def stopped(index):
    """The event that ends a block."""
    return {"type": "content_block_stop", "index": index}


def begun(**usage):
    """The event that begins a message with these counts."""
    start = frames.message_start()
    return start | {"message": start["message"] | {"usage": {"input_tokens": 8, "output_tokens": 1, **usage}}}


def ended(stop, usage, **members):
    """The events that end a message."""
    metrics = {"inputTokenCount": 8, "outputTokenCount": 30, "invocationLatency": 9, "firstByteLatency": 3}
    last = {"type": "message_delta", "delta": frames.MESSAGE_END | stop, "usage": usage}
    return [last | members, {"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}]


PLACE = {"cited_text": "Grass", "document_index": 0, "document_title": "T"}
CHARACTERS = PLACE | {"type": "char_location", "start_char_index": 0, "end_char_index": 5}
PAGES = PLACE | {"type": "page_location", "start_page_number": 1, "end_page_number": 2}
FOUND = {"type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "a"}]}
REFUSED = {"type": "refusal", "category": "cyber", "explanation": "No."}
EDITED = {"type": "clear_tool_uses_20250919", "cleared_tool_uses": 2, "cleared_input_tokens": 900}
COUNTS = {"input_tokens": 9, "cache_read_input_tokens": 4, "output_tokens": 30}
COUNTS |= {"output_tokens_details": {"thinking_tokens": 6}}

EVERYTHING = [
    begun(cache_creation_input_tokens=5, cache_read_input_tokens=3, service_tier="standard"),
    frames.PING,
    started(0, type="thinking", thinking="", signature=""),
    delta(0, "thinking_delta", thinking="Let me "),
    delta(0, "thinking_delta", thinking="see."),
    delta(0, "signature_delta", signature="c2ln"),
    stopped(0),
    started(1, type="redacted_thinking", data="b3BhcXVl"),
    stopped(1),
    started(2, type="text", text=""),
    delta(2, "citations_delta", citation=CHARACTERS),
    delta(2, "text_delta", text="Grün 🦀"),
    delta(2, "citations_delta", citation=PAGES),
    stopped(2),
    started(3, type="tool_use", id="toolu_1", name="weather", input={}),
    delta(3, "input_json_delta", partial_json=""),
    delta(3, "input_json_delta", partial_json='{"city": "Z'),
    delta(3, "input_json_delta", partial_json='ürich", "ratio": 1.50, "deep": [{"no": null}, 12345678901234567890]}'),
    stopped(3),
    started(4, type="tool_use", id="toolu_2", name="now", input={}),
    stopped(4),
    started(5, type="server_tool_use", id="srvtoolu_1", name="tool_search_tool_regex", input={}),
    delta(5, "input_json_delta", partial_json='{"query":"w"}'),
    stopped(5),
    started(6, type="tool_search_tool_result", tool_use_id="srvtoolu_1", content=FOUND),
    stopped(6),
    *ended({"stop_reason": "tool_use"}, COUNTS),
]
STOPPED = [begun(), started(0, type="text", text="Begun"), delta(0, "text_delta", text=" and"), stopped(0)]
STOPPED += ended({"stop_reason": "stop_sequence", "stop_sequence": "END"}, {"output_tokens": 2})
REFUSAL = [begun(), *ended({"stop_reason": "refusal", "stop_details": REFUSED}, {"output_tokens": 2})]
COMPACTED = [
    begun(),
    started(0, type="compaction", content=""),
    delta(0, "compaction_delta", content="So far.", encrypted_content="b3BhcXVl"),
    stopped(0),
    *ended(
        {"stop_reason": "compaction"},
        {"output_tokens": 2, "iterations": [{"type": "compaction", "input_tokens": 9, "output_tokens": 2}]},
        context_management={"applied_edits": [EDITED]},
    ),
]

#: Events, and whether Anthropic's client needs its beta resource to read them.
STREAMS = {
    "everything": (EVERYTHING, False),
    "stop sequence": (STOPPED, False),
    "refusal": (REFUSAL, False),
    "compaction": (COMPACTED, True),
}

"""`bedrock decode` and botocore's parser read the same events out of the same bytes."""

import json
import subprocess
import tempfile
import urllib.request
from base64 import b64decode

from botocore.eventstream import EventStreamBuffer

import emulator
import frames
import program
from sigv4_fixtures import invoke


def by_botocore(body):
    """The Messages events that botocore reads."""
    parser = EventStreamBuffer()
    parser.add_data(body)
    return [json.loads(b64decode(json.loads(event.payload)["bytes"])) for event in parser]


def without_nulls(value):
    """JSON without the members that say nothing."""
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


class Decode(emulator.EmulatorCase):
    """On a body that the emulator sent, and on files."""

    def record(self):
        """The bytes of one streamed answer."""
        path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke-with-response-stream"
        url = self.emulator.url + path
        body = invoke("Grüße, 世界 🦀").replace('"max_tokens":1,', '"max_tokens":99,')
        signed = self.bedrock("sign", "--output=json", "--url", url, "--body=-", stdin=body)
        headers = json.loads(signed.stdout)["headers"]
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers)) as response:
            return response.read()

    def test_the_events_are_those_that_botocore_reads(self):
        body = self.record()
        ended = program.run("decode", "-", stdin=body)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        ours = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual(without_nulls(ours), without_nulls(by_botocore(body)))

    def test_final_is_the_message_of_the_events(self):
        body = self.record()
        ended = program.run("decode", "--final", "-", stdin=body)
        message = json.loads(ended.stdout)
        deltas = [event["delta"] for event in by_botocore(body) if event["type"] == "content_block_delta"]
        self.assertEqual(program.text_of(message), "".join(delta["text"] for delta in deltas))
        self.assertEqual(message["stop_reason"], "end_turn")

    def test_hand_made_frames_are_whole_to_both(self):
        body = b"".join(frames.BEGUN + frames.REST)
        ended = program.run("decode", "--format=eventstream", "-", stdin=body)
        ours = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual(without_nulls(ours), without_nulls(by_botocore(body)))

    def test_server_sent_events_are_told_from_the_bytes(self):
        events = [frames.message_start(), frames.TEXT_START, frames.text_delta("Hello"), frames.TEXT_STOP]
        events += [frames.MESSAGE_DELTA, frames.MESSAGE_STOP]
        body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
        for options in ((), ("--format=sse",)):
            ended = program.run("decode", "--final", *options, "-", stdin=body)
            self.assertEqual((ended.code, ended.stderr), (0, ""))
            self.assertEqual(program.text_of(json.loads(ended.stdout)), "Hello")

    def test_an_empty_file_is_an_incomplete_stream(self):
        with tempfile.NamedTemporaryFile() as empty:
            ended = program.run("decode", "--output=json", empty.name)
        self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (5, "stream_incomplete", ""))
        self.assertNotIn("partial_message", ended.error)

    def test_a_file_that_cannot_be_read(self):
        ended = program.run("decode", "--output=json", "/nowhere/at/all")
        self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (2, "io", ""))
        self.assertIn("/nowhere/at/all", ended.error["message"])

    def test_a_bad_file_is_the_error_of_the_wire(self):
        broken = b"".join(frames.BEGUN) + frames.flipped(frames.REST[0], 40) + b"".join(frames.REST[1:])
        ended = program.run("decode", "--output=json", "--final", "-", stdin=broken)
        self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (5, "stream_corrupt", ""))
        self.assertEqual(ended.partial_text, "Hello from")

        ended = program.run("decode", "--output=json", "-", stdin=broken)
        kinds = [json.loads(line)["type"] for line in ended.stdout.splitlines()]
        self.assertEqual(kinds, ["message_start", "content_block_start"] + ["content_block_delta"] * 2)
        self.assertEqual((ended.code, ended.partial_text), (5, "Hello from"))

    def test_a_reader_that_has_seen_enough_is_no_failure(self):
        # More than any pipe holds, so that the program is still writing when the reader leaves.
        deltas = [frames.chunk(frames.text_delta("and on "))] * 20_000
        with tempfile.NamedTemporaryFile() as long:
            long.write(b"".join(frames.BEGUN + deltas + frames.REST))
            long.flush()
            process = program.start("decode", long.name)
            self.assertEqual(process.stdout.read(1), b"{")
            process.stdout.close()
            stderr = process.stderr.read()
            process.stderr.close()
            self.assertEqual((process.wait(program.SECONDS), stderr), (0, b""))

            shell = subprocess.run(
                ["sh", "-c", '"$1" decode "$2" | head -c 1', "sh", program.path, long.name], capture_output=True
            )
        self.assertEqual((shell.returncode, shell.stdout, shell.stderr), (0, b"{", b""))

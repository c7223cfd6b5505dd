"""A broken stream: its kind, its exit code, and the part that came. Only `message_stop` makes a message."""

import json
import signal
import tempfile
import time
import unittest

import faulty
import frames
import program
from frames import BEGUN, REST, chunk, exception

MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
DELTA = REST[0]
HEAD = faulty.head(content_type=faulty.EVENT_STREAM)

#: What stands in the place of the sixth frame, and the kind that it earns; "Hello from" came before.
BROKEN = {
    "cut in the prelude": (DELTA[:7], "stream_truncated"),
    "cut after the prelude": (DELTA[:12], "stream_truncated"),
    "cut in the headers": (DELTA[:30], "stream_truncated"),
    "cut in the payload": (DELTA[:-20], "stream_truncated"),
    "cut before the checksum": (DELTA[:-4], "stream_truncated"),
    "cut before the last byte": (DELTA[:-1], "stream_truncated"),
    "cut between frames": (b"", "stream_incomplete"),
    "a bit of the payload": (frames.flipped(DELTA, -20) + b"".join(REST), "stream_corrupt"),
    "a bit of the checksum": (frames.flipped(DELTA, -1) + b"".join(REST), "stream_corrupt"),
    "a bit of the length": (frames.flipped(DELTA, 0) + b"".join(REST), "stream_corrupt"),
    "a frame of 4 GiB": (frames.sealed(0xFFFFFFFF, 0, b""), "too_large"),
    "headers of 1 MiB": (frames.sealed(2 << 20, 1 << 20, b""), "too_large"),
    "a frame of no length": (frames.sealed(0, 0, b""), "stream_corrupt"),
    "a frame shorter than its ends": (frames.sealed(15, 0, b""), "stream_corrupt"),
    "headers longer than the frame": (frames.sealed(20, 16, b"abcd"), "stream_corrupt"),
    "a header type that is none": (frames.frame(b"{}", b"\x01a\x0a"), "stream_corrupt"),
    "a header value that overruns": (frames.frame(b"{}", b"\x01a\x07\xff\xffb"), "stream_corrupt"),
    "a header name that is not UTF-8": (frames.frame(b"{}", b"\x01\xff\x07\x00\x01b"), "stream_corrupt"),
    "an unknown message type": (frames.frame(b"{}", {":message-type": "surprise"}), "stream_corrupt"),
    "an error": (frames.error("InternalError", "broken"), "stream_exception"),
    "an error event": (chunk(frames.OVERLOADED), "stream_api"),
    "a payload that is not JSON": (frames.payload(b"<html>"), "decode"),
    "a payload without bytes": (frames.payload(b'{"p":"abc"}'), "decode"),
    "bytes that are not base64": (frames.payload(b'{"bytes":"!"}'), "decode"),
    "an event that is not JSON": (chunk(b"<html>"), "decode"),
    "an event that is cut": (chunk(b'{"type":"content_block_delta","index":0'), "decode"),
    "a delta for a block that is not there": (chunk(frames.text_delta("x") | {"index": 7}), "protocol"),
    "a second beginning": (chunk(frames.message_start()), "protocol"),
}

#: Exceptions with the status that each is modelled with, and whether to ask again makes sense.
EXCEPTIONS = {
    "throttlingException": (429, True),
    "modelTimeoutException": (408, True),
    "serviceUnavailableException": (503, True),
    "internalServerException": (500, True),
    "validationException": (400, False),
}

#: Frames that mean nothing to us and must not disturb.
STRANGE = [
    chunk(frames.PING),
    chunk({"type": "surprise", "a": 1}),
    chunk({"completion": "legacy, without a type"}),
    frames.frame(b"{}", {":message-type": "event", ":event-type": "surprise", ":content-type": "application/json"}),
    frames.frame(b"{}", {":message-type": "event", ":event-type": "initial-response"}),
]


class StreamCase(unittest.TestCase):
    """Asks servers that misbehave."""

    def ask(self, *answers, options=(), command=("messages", "stream", "--final", "--body=-")):
        """How the program ended against a server with these answers; the server is kept in `self.server`."""
        with faulty.Faulty(*answers) as self.server:
            body = program.request(MODEL, "hi")
            arguments = (*command, "--output=json", *options)
            return program.run(*arguments, stdin=body, environment=self.server.environment())

    def failed(self, code, kind, *answers, partial="Hello from", **how):
        """The error of a run that fails like this, with this part of the text, after one request."""
        ended = self.ask(*answers, **how)
        self.assertEqual((ended.code, ended.stdout), (code, ""), ended)
        self.assertEqual(ended.error["kind"], kind, ended)
        if partial is None:
            self.assertNotIn("partial_message", ended.error)
        else:
            self.assertEqual(ended.partial_text, partial)
        self.assertEqual((ended.error["attempts"], len(self.server.requests)), (1, 1))
        return ended.error

    def complete(self, *answers, text="Hello from here", **how):
        """The message of a run that succeeds."""
        ended = self.ask(*answers, **how)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        message = json.loads(ended.stdout)
        self.assertEqual(program.text_of(message), text)
        return message


class Broken(StreamCase):
    """What comes is wrong, or not all."""

    def test_a_whole_stream_is_a_message_however_it_is_framed(self):
        for framed in (faulty.stream, faulty.sized_stream, faulty.chunked_stream):
            message = self.complete([framed(*BEGUN, *REST)])
            self.assertEqual((message["stop_reason"], message["usage"]["output_tokens"]), ("end_turn", 12))

    def test_pieces_do_not_matter(self):
        data = b"".join(BEGUN + REST)
        for size in (1, 7, 100):
            self.complete([HEAD, *(data[at : at + size] for at in range(0, len(data), size))])

    def test_each_fault_has_its_kind_and_keeps_the_part(self):
        for name, (fault, kind) in BROKEN.items():
            for framed in (faulty.stream, faulty.sized_stream):
                with self.subTest(name, framed=framed.__name__):
                    error = self.failed(5, kind, [framed(*BEGUN, fault)])
                    self.assertEqual(error["request_id"], "11111111-2222-4333-8444-555555555555")

    def test_each_fault_is_the_same_to_decode(self):
        for name, (fault, kind) in BROKEN.items():
            with self.subTest(name):
                ended = program.run("decode", "--final", "--output=json", "-", stdin=b"".join(BEGUN) + fault)
                self.assertEqual((ended.code, ended.error["kind"]), (5, kind))
                self.assertEqual(ended.partial_text, "Hello from")

    def test_impossible_lengths_are_not_waited_for(self):
        for fault, kind in [(frames.sealed(0xFFFFFFFF, 0, b"")[:12], "too_large"), (b"\xff" * 12, "stream_corrupt")]:
            self.failed(5, kind, [faulty.stream(*BEGUN, fault), faulty.STALL])

    def test_a_lost_connection_is_a_truncated_stream(self):
        self.failed(5, "stream_truncated", [faulty.chunked_stream(*BEGUN, end=b"")])
        self.failed(5, "stream_truncated", [faulty.chunked_stream(*BEGUN, end=b"40\r\nabc")])
        announced = faulty.head(content_type=faulty.EVENT_STREAM, content_length=9999)
        self.failed(5, "stream_truncated", [announced, *BEGUN])

    def test_a_reset_is_a_truncated_stream(self):
        # The pause lets the part be read: a reset throws away what still waits at the reader.
        self.failed(5, "stream_truncated", [faulty.chunked_stream(*BEGUN, end=b""), 0.3, faulty.RESET])

    def test_an_end_after_message_delta_keeps_stop_reason_and_usage(self):
        error = self.failed(5, "stream_incomplete", [faulty.stream(*BEGUN, *REST[:-1])], partial="Hello from here")
        partial = error["partial_message"]
        self.assertEqual((partial["stop_reason"], partial["usage"]["output_tokens"]), ("end_turn", 12))

    def test_a_tool_call_that_has_not_ended_does_not_look_finished(self):
        pieces = [chunk(frames.message_start()), chunk(frames.TOOL_START)]
        pieces += [chunk(frames.tool_delta('{"city": "Par')), chunk(frames.tool_delta("is"))]
        error = self.failed(5, "stream_incomplete", [faulty.stream(*pieces)], partial="")
        block = error["partial_message"]["content"][0]
        self.assertEqual(block["partial_json"], '{"city": "Paris')
        self.assertNotIn("input", block)

    def test_nothing_is_no_message(self):
        self.failed(5, "stream_incomplete", [faulty.sized_stream()], partial=None)
        self.failed(5, "stream_incomplete", [faulty.stream(chunk(frames.PING))], partial=None)

    def test_what_follows_message_stop_does_no_harm(self):
        self.complete([faulty.stream(*BEGUN, *REST, b"garbage")])
        self.complete([faulty.stream(*BEGUN, *REST, exception("throttlingException", {"message": "late"}))])

    def test_what_is_unknown_is_passed_over(self):
        delta = chunk({"type": "content_block_delta", "index": 0, "delta": {"type": "surprise_delta", "a": 1}})
        self.complete([faulty.stream(*STRANGE, *BEGUN, *STRANGE, delta, *REST)])

    def test_an_unknown_block_is_kept(self):
        block = {"type": "surprise", "a": {"b": [1, 2]}}
        begun = chunk({"type": "content_block_start", "index": 0, "content_block": block})
        stream = faulty.stream(BEGUN[0], begun, *REST[1:])
        self.assertEqual(self.complete([stream], text="")["content"], [block])

    def test_tool_input_is_kept_as_it_is(self):
        for text in ['{"a": 1e400}', '{"a":"\\ud800"}', '{"a":' + "[" * 5000 + "]" * 5000 + "}", "{", "[1]", ""]:
            events = [frames.message_start(), frames.TOOL_START, frames.tool_delta(text), frames.TEXT_STOP]
            stream = faulty.stream(*map(chunk, events), *REST[-2:])
            ended = self.ask([stream])
            with self.subTest(text[:20]):
                self.assertEqual((ended.code, ended.stderr), (0, ""))
                # As text: Python itself does not keep such numbers, letters and depths.
                self.assertIn(text if text[-1:] == "}" else json.dumps(text)[1:-1], ended.stdout)

    def test_size_is_no_fault(self):
        large = "x" * (8 << 20)
        self.complete([faulty.stream(*BEGUN, chunk(frames.text_delta(large)), *REST)], text=f"Hello from{large} here")
        many = [chunk(frames.text_delta("y"))] * 20_000
        self.complete([faulty.stream(*BEGUN, *many, *REST)], text=f"Hello from{'y' * 20_000} here")

    def test_an_unknown_stop_reason_is_kept(self):
        delta = json.loads(json.dumps(frames.MESSAGE_DELTA).replace("end_turn", "surprise"))
        message = self.complete([faulty.stream(*BEGUN, *REST[:-2], chunk(delta), REST[-1])])
        self.assertEqual(message["stop_reason"], "surprise")

    def test_events_are_printed_until_the_fault(self):
        ended = self.ask([faulty.stream(*BEGUN, DELTA[:-1])], command=("messages", "stream", "--body=-"))
        kinds = [json.loads(line)["type"] for line in ended.stdout.splitlines()]
        self.assertEqual(kinds, ["message_start", "content_block_start"] + ["content_block_delta"] * 2)
        self.assertEqual((ended.code, ended.error["kind"], ended.partial_text), (5, "stream_truncated", "Hello from"))

    def test_chat_prints_the_part_and_its_newline(self):
        with faulty.Faulty([faulty.stream(*BEGUN)]) as server:
            ended = program.run("chat", "-m", MODEL, "hi", environment=server.environment())
        self.assertEqual((ended.code, ended.stdout), (5, "Hello from\n"))
        self.assertRegex(ended.stderr, "(?m)^error: ")


class Exceptions(StreamCase):
    """Bedrock says in the stream that it cannot go on."""

    def test_an_exception_keeps_its_name_status_and_message(self):
        for name, (status, retryable) in EXCEPTIONS.items():
            for begun, partial in ((BEGUN, "Hello from"), ([], None)):
                with self.subTest(name, begun=bool(begun)):
                    fault = exception(name, {"message": "slow down"})
                    error = self.failed(5, "stream_exception", [faulty.stream(*begun, fault)], partial=partial)
                    facts = (error["code"], error["status"], error["retryable"])
                    self.assertEqual(facts, (name, status, retryable))
                    self.assertIn("slow down", error["message"])

    def test_a_model_error_is_judged_by_the_status_it_began_as(self):
        for original, retryable in ((503, True), (400, False)):
            body = {"message": "outer", "originalStatusCode": original, "originalMessage": "inner"}
            fault = exception("modelStreamErrorException", body)
            error = self.failed(5, "stream_exception", [faulty.stream(*BEGUN, fault)])
            facts = (error["code"], error["status"], error["retryable"])
            self.assertEqual(facts, ("modelStreamErrorException", 424, retryable))
            self.assertIn("inner", error["message"])

    def test_an_exception_without_a_readable_payload_keeps_its_name(self):
        for body in (b"", b"<html>", b"[]"):
            for name in ("throttlingException", "surpriseException"):
                error = self.failed(5, "stream_exception", [faulty.stream(*BEGUN, exception(name, body))])
                self.assertEqual(error["code"], name)

    def test_an_error_frame_keeps_its_code_and_message(self):
        error = self.failed(5, "stream_exception", [faulty.stream(*BEGUN, frames.error("InternalError", "broken"))])
        self.assertEqual(error["code"], "InternalError")
        self.assertIn("broken", error["message"])

    def test_an_error_event_keeps_its_type(self):
        for begun, partial in ((BEGUN, "Hello from"), ([], None)):
            error = self.failed(5, "stream_api", [faulty.stream(*begun, chunk(frames.OVERLOADED))], partial=partial)
            self.assertEqual((error["code"], error["retryable"]), ("overloaded_error", True))
            self.assertIn("busy", error["message"])


class Slow(StreamCase):
    """What comes takes its time."""

    def test_no_head_in_time(self):
        for options in (("--read-timeout=300ms",), ("--read-timeout=300ms", "--max-retries=5")):
            error = self.failed(4, "timeout_read", [faulty.STALL], partial=None, options=options)
            self.assertTrue(error["hint"])
        self.assertTrue(self.server.hung_up.wait(1))

    def test_no_frame_in_time(self):
        begun, within = faulty.stream(*BEGUN), faulty.stream(*BEGUN, DELTA[:-1])
        for sent, partial in ((HEAD, None), (begun, "Hello from"), (within, "Hello from")):
            self.failed(4, "timeout_idle", [sent, faulty.STALL], partial=partial, options=("--idle-timeout=300ms",))
            self.assertTrue(self.server.hung_up.wait(1))

    def test_bytes_that_make_no_frame_do_not_count(self):
        dribble = [step for byte in DELTA[:40] for step in (bytes([byte]), 0.1)]
        self.failed(4, "timeout_idle", [faulty.stream(*BEGUN), *dribble], options=("--idle-timeout=300ms",))

    def test_slow_but_alive_is_alive(self):
        slowly = [step for frame in BEGUN[2:] + REST for step in (0.15, frame)]
        self.complete([faulty.stream(*BEGUN[:2]), *slowly], options=("--idle-timeout=600ms",))

    def test_pings_without_end_end_at_the_total(self):
        pings = [step for _ in range(40) for step in (chunk(frames.PING), 0.1)]
        options = ("--idle-timeout=400ms", "--timeout=900ms")
        self.failed(4, "timeout_total", [faulty.stream(*BEGUN), *pings], options=options)


class Interrupted(unittest.TestCase):
    """Ctrl-C while an answer comes."""

    def interrupt(self, *arguments, until):
        """What a run left that was interrupted once its output ended like this."""
        with faulty.Faulty([faulty.stream(*BEGUN), faulty.STALL]) as server:
            process = program.start(*arguments, environment=server.environment())
            read = b""
            while until not in read:
                read += process.stdout.read1()
            process.send_signal(signal.SIGINT)
            ended = program.wait(process)
            self.assertTrue(server.hung_up.wait(1))
        ended.stdout = read.decode() + ended.stdout
        self.assertEqual(ended.code, 130)
        return ended

    def test_chat_keeps_the_part_and_ends_its_line(self):
        ended = self.interrupt("chat", "-m", MODEL, "hi", until=b" from")
        self.assertEqual(ended.stdout, "Hello from\n")

    def test_ctrl_c_is_heard_while_nobody_reads(self):
        # More than a pipe holds: the program waits in a write, and not for events, when the signal comes.
        long = [chunk(frames.text_delta("x" * 10_000))] * 20
        with faulty.Faulty([faulty.stream(*BEGUN, *long), faulty.STALL]) as server:
            process = program.start("chat", "-m", MODEL, "hi", environment=server.environment())
            self.assertEqual(process.stdout.read(1), b"H")
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            ended = program.wait(process)
        self.assertEqual(ended.code, 130)
        self.assertTrue(ended.stdout.endswith("x\n"))

    def test_events_keep_the_part_in_the_error(self):
        with_body = ("messages", "stream", "--output=json", "--body", self.body())
        ended = self.interrupt(*with_body, until=b'" from"')
        self.assertEqual((ended.error["kind"], ended.partial_text), ("interrupted", "Hello from"))
        self.assertTrue(ended.stdout.endswith("\n"))

    def test_ctrl_c_is_heard_before_anything_has_come(self):
        for arguments in (("chat", "hi"), ("chat", "--no-stream", "hi"), ("messages", "create", "--body", self.body())):
            with faulty.Faulty([faulty.STALL]) as server:
                process = program.start(*arguments, "--output=json", environment=server.environment())
                self.assertTrue(server.asked.wait(program.SECONDS))
                process.send_signal(signal.SIGINT)
                ended = program.wait(process)
                self.assertTrue(server.hung_up.wait(1))
            self.assertEqual((ended.code, ended.stdout, ended.error["kind"]), (130, "", "interrupted"))
            self.assertNotIn("partial_message", ended.error)

    def body(self):
        """A file with a request."""
        file = tempfile.NamedTemporaryFile("w")
        self.addCleanup(file.close)
        file.write(program.request(MODEL, "hi"))
        file.flush()
        return file.name

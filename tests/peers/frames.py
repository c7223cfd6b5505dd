"""AWS's event stream, written by hand: whole frames, and frames that no honest server sends."""

import base64
import json
import struct
import zlib

PRELUDE = 12


def header(name, value):
    """One header whose value is text."""
    return struct.pack("!B", len(name)) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()


def frame(payload, headers):
    """A frame around a payload; headers are names and texts, or their bytes."""
    block = headers if isinstance(headers, bytes) else b"".join(header(*pair) for pair in headers.items())
    return sealed(PRELUDE + len(block) + len(payload) + 4, len(block), block + payload)


def sealed(total, headers, rest):
    """A frame with the lengths that it announces, right or not, and checksums that hold."""
    prelude = struct.pack("!II", total, headers)
    prelude += struct.pack("!I", zlib.crc32(prelude))
    return prelude + rest + struct.pack("!I", zlib.crc32(prelude + rest))


def chunk(event):
    """The frame of one Messages event."""
    data = event if isinstance(event, bytes) else json.dumps(event).encode()
    return payload(json.dumps({"bytes": base64.b64encode(data).decode(), "p": "abc"}).encode())


def payload(data):
    """The frame of a chunk with this payload."""
    content = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return frame(data, content)


def exception(kind, body):
    """The frame of an exception."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    content = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return frame(data, content)


def error(code, message):
    """The frame of an error that no service has a shape for."""
    return frame(b"", {":message-type": "error", ":error-code": code, ":error-message": message})


def flipped(data, index):
    """The same bytes but for one bit."""
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)


def message_start():
    """The event that a stream begins with."""
    usage = {"input_tokens": 8, "output_tokens": 1}
    head = {"id": "msg_bdrk_1", "type": "message", "role": "assistant", "model": "claude-opus-4-8"}
    return {"type": "message_start", "message": head | MESSAGE_END | {"content": [], "usage": usage}}


def text_delta(text):
    """The event of a piece of text."""
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


def tool_delta(text):
    """The event of a piece of a tool's input."""
    delta = {"type": "input_json_delta", "partial_json": text}
    return {"type": "content_block_delta", "index": 0, "delta": delta}


MESSAGE_END = {"stop_reason": None, "stop_sequence": None}
TEXT_START = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
TOOL = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
TOOL_START = {"type": "content_block_start", "index": 0, "content_block": TOOL}
TEXT_STOP = {"type": "content_block_stop", "index": 0}
MESSAGE_DELTA = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn", "stop_sequence": None},
    "usage": {"output_tokens": 12},
}
MESSAGE_STOP = {"type": "message_stop"}
PING = {"type": "ping"}
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}

#: What has come when most faults strike: "Hello from".
BEGUN = [chunk(event) for event in (message_start(), TEXT_START, text_delta("Hello"), text_delta(" from"))]
#: What would have come then.
REST = [chunk(event) for event in (text_delta(" here"), TEXT_STOP, MESSAGE_DELTA, MESSAGE_STOP)]

"""What a client sends for a case: the one request that a recording server gets, and how two of them differ."""

import dataclasses
import json
import pathlib
import re

import faulty
import frames

#: Requests as `bedrock messages create --body FILE` takes them, by name.
CASES = {path.stem: path for path in sorted((pathlib.Path(__file__).parent / "cases").glob("*.json"))}

#: Headers that change what the service does. The rest name the client, the connection or the time.
HEADERS = {"accept", "anthropic-beta", "anthropic-version", "content-type", "x-api-key"}
BEDROCKS = "x-amzn-bedrock-"

KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "example"}


@dataclasses.dataclass
class Sent:
    """A request on the wire."""

    method: str
    path: str
    headers: dict
    #: The region and service that it is signed for.
    scope: str
    body: object


class Recorder(faulty.Faulty):
    """Gives every request the same answer, and keeps it."""

    def __init__(self, answer):
        super().__init__([answer])

    def sent(self):
        """The one request since the last call."""
        ((head, body),) = self.requests
        self.requests.clear()
        return understood(head, body)


def understood(head, body):
    """A request from its head's lines and its body."""
    method, path, _ = head[0].split(" ")
    headers = {name.strip().lower(): value.strip() for name, value in (line.split(":", 1) for line in head[1:])}
    scope = re.search(r"Credential=\w+/\d{8}/([\w-]+/[\w-]+)/aws4_request", headers["authorization"])
    kept = {name: text for name, text in headers.items() if name in HEADERS or name.startswith(BEDROCKS)}
    return Sent(method, path, kept, scope[1], json.loads(body))


def differences(ours, theirs, place="request"):
    """Every place where they differ, with both values; None stands for nothing there."""
    if isinstance(ours, Sent):
        ours, theirs, place = vars(ours), vars(theirs), ""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(name, ABSENT), theirs.get(name, ABSENT), f"{place}.{name}".lstrip("."))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs)):
            yield from differences(*pair, f"{place}[{index}]")
    elif type(ours) is not type(theirs) or ours != theirs:
        yield place, ours, theirs


def conversed(kind, payload):
    """The frame of an event of Converse."""
    content = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return frames.frame(json.dumps(payload).encode(), content)


def read(name):
    """The request of a case."""
    return json.loads(CASES[name].read_text())


class Absent:
    """Stands for a member that is not there, which is not null."""

    def __repr__(self):
        return "nothing"


ABSENT = Absent()

END = {"content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"}
EVENTS = [frames.message_start(), frames.TEXT_START, frames.text_delta("Hi"), frames.TEXT_STOP]
EVENTS += [frames.MESSAGE_DELTA, frames.MESSAGE_STOP]
LINES = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)
USAGE = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
METADATA = {"usage": USAGE, "metrics": {"latencyMs": 1}}
TURN = {"role": "assistant", "content": [{"text": "Hi"}]}
CONVERSED = {"output": {"message": TURN}, "stopReason": "end_turn", **METADATA}
CONVERSE_EVENTS = {
    "messageStart": {"role": "assistant"},
    "contentBlockDelta": {"delta": {"text": "Hi"}, "contentBlockIndex": 0},
    "contentBlockStop": {"contentBlockIndex": 0},
    "messageStop": {"stopReason": "end_turn"},
    "metadata": METADATA,
}

#: Answers that are good enough for every client.
MESSAGE = faulty.whole(json.dumps(frames.message_start()["message"] | END).encode())
FRAMES = faulty.sized_stream(*map(frames.chunk, EVENTS))
SERVER_SENT = faulty.whole(LINES.encode(), content_type="text/event-stream")
CONVERSE = faulty.whole(json.dumps(CONVERSED).encode())
CONVERSE_FRAMES = faulty.sized_stream(*(conversed(*event) for event in CONVERSE_EVENTS.items()))

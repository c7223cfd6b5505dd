"""One call makes one request, whoever sends it: we, Anthropic's clients on InvokeModel and mantle, boto3 on Converse.

Where it does not, the difference is in a table here, and with its reason in `docs/peers.md`.
"""

import base64
import dataclasses
import inspect
import json
import os
import pathlib
import unittest
import urllib.parse

import anthropic
import boto3
from botocore.validate import ParamValidator

import program
import sent

REGION = "us-east-1"
CASES = {name: sent.read(name) for name in sent.CASES}
#: Streams differ from whole answers in what is around the request, which these show.
STREAMED = ("text", "two_betas", "application_profile")
PAGE = (pathlib.Path(__file__).parents[2] / "docs/peers.md").read_text()


def same_but_escaped(ours, theirs):
    """The same path, of which we escape more."""
    return urllib.parse.unquote(ours) == urllib.parse.unquote(theirs) and "%3A" in ours and "%3A" not in theirs


#: Place, both values (or what judges them), and the row of `docs/peers.md` that says why.
ON_INVOKE = [
    ("body.anthropic_version", ("bedrock-2023-05-31", "2026-10-21"), "version on InvokeModel"),
    ("path", same_but_escaped, "colons in the path"),
    ("headers.anthropic-beta", lambda ours, theirs: ours is sent.ABSENT and theirs, "beta header on InvokeModel"),
    ("headers.accept", (sent.ABSENT, "application/json"), "`Accept` of a stream"),
    ("headers.x-amzn-bedrock-accept", ("application/json", sent.ABSENT), "`Accept` of a stream"),
]
ON_CONVERSE = [("headers.accept", ("application/json", sent.ABSENT), "`Accept` on Converse")]
ON_MANTLE = [("headers.anthropic-version", ("2023-06-01", "2026-10-21"), "version on mantle")]

#: What we refuse before it is sent, by a piece of the reason.
NOWHERE = {"address_of_image": "messages[0].content[0].source: Bedrock does not have this"}
NOT_ON_INVOKE = NOWHERE | {"service_tier": "service_tier: InvokeModel does not have this"}
NOT_ON_MANTLE = NOWHERE | {
    "application_profile": "mantle does not take arn:aws:bedrock:",
    "strict_tool": "tools[0].strict: ",
    "structured_output": "output_config.format: ",
    "tool_examples": "Claude Opus 4.5 is not on mantle",
}
NOT_ON_CONVERSE = NOWHERE | {
    "compaction": "Converse does not take `compact-2026-09-04`",
    "compaction_edit": "Converse does not take `compact-2026-01-12`",
    "context_editing": "Converse does not take `context-management-2025-06-27`",
    "eager_tool": "`tools[0].eager_input_streaming` has no counterpart",
    "future": "`messages[0].content[0]` has no counterpart",
    "metadata": "metadata: Converse does not have this",
    "newest_version": "`anthropic_version` has a value that the other API does not take",
    "service_tier": "service_tier: Converse does not have this",
    "tool_changes": "Converse does not take `mid-conversation-tool-changes-2026-07-01`",
    "tool_choice_none": "tool_choice: Converse does not have this",
    "tool_choice_one_call": "`tool_choice.disable_parallel_tool_use` has no counterpart",
    "tool_examples": "Converse does not take `tool-examples-2025-10-29`",
    "tool_search": "Converse does not take `tool-search-tool-2025-10-19`",
    "two_betas": "Converse does not take `context-management-2025-06-27`",
}


@dataclasses.dataclass
class Route:
    """A way to send a case."""

    #: As `--route` takes it.
    name: str
    refused: dict
    listed: list
    answers: dict


INVOKE = Route("invoke", NOT_ON_INVOKE, ON_INVOKE, {"create": sent.MESSAGE, "stream": sent.FRAMES})
MANTLE = Route("mantle", NOT_ON_MANTLE, ON_MANTLE, {"create": sent.MESSAGE, "stream": sent.SERVER_SENT})
CONVERSE = Route("converse", NOT_ON_CONVERSE, ON_CONVERSE, {"create": sent.CONVERSE, "stream": sent.CONVERSE_FRAMES})


class OneRequest(unittest.TestCase):
    """Ours against another's."""

    def ours(self, recorder, route, body, command):
        """How our program ended, and what it sent if it did."""
        mantle = {"ANTHROPIC_BEDROCK_MANTLE_BASE_URL": f"{recorder.url}/anthropic"}
        environment = dict(os.environ) | recorder.environment() | mantle
        arguments = ("--output=json", "--route", route, "messages", command, "--body=-")
        ended = program.run(*arguments, stdin=json.dumps(body), environment=environment)
        return ended, recorder.sent() if ended.code == 0 else None

    def check(self, route, cases, theirs):
        """Compares every case, and some of them as streams; no row of the page may be without a use."""
        needed = self.compare(route, cases, "create", theirs)
        needed |= self.compare(route, {name: cases[name] for name in STREAMED}, "stream", theirs)
        self.assertEqual(needed, {row for _, _, row in route.listed})

    def compare(self, route, cases, command, theirs):
        """Sends each case by both; returns the rows of the page that were needed."""
        needed = set()
        with sent.Recorder(route.answers[command]) as recorder:
            call = theirs(recorder.url, command == "stream")
            for name, body in cases.items():
                with self.subTest(name, command=command):
                    ended, ours = self.ours(recorder, route.name, body, command)
                    if name in route.refused:
                        self.assertEqual((ended.code, ended.error["kind"]), (2, "config"), ended)
                        self.assertEqual(ended.error["message"].count(route.refused[name]), 1, ended.error)
                        continue
                    self.assertEqual(ended.code, 0, ended.stderr)
                    call(body, ours)
                    found = list(sent.differences(ours, recorder.sent()))
                    rows = [row_of(route.listed, *difference) for difference in found]
                    self.assertNotIn(None, rows, found)
                    needed.update(rows)
        return needed


def row_of(listed, place, ours, theirs):
    """The row of the page that a difference is in, or None."""
    for expected, values, row in listed:
        if expected == place and (values(ours, theirs) if callable(values) else values == (ours, theirs)):
            return row
    return None


class AnthropicsClients(OneRequest):
    """`AnthropicBedrock` and `AnthropicBedrockMantle`, and their beta resources where a case has betas."""

    def check_with(self, client_class, prefix, route, cases):
        """Compares with one of them."""

        def theirs(url, stream):
            keys = {"aws_access_key": "AKIDEXAMPLE", "aws_secret_key": "example", "aws_region": REGION}
            client = client_class(base_url=url + prefix, max_retries=0, **keys)
            return lambda body, _: create(client, body, stream)

        self.check(route, cases, theirs)

    def test_invoke_model(self):
        self.check_with(anthropic.AnthropicBedrock, "", INVOKE, CASES)

    def test_mantle(self):
        cases = {name: for_mantle(body) for name, body in CASES.items()}
        self.check_with(anthropic.AnthropicBedrockMantle, "/anthropic", MANTLE, cases)


def create(client, body, stream):
    """Makes the call that a body stands for, as the documentation of their package says."""
    members = dict(body)
    betas = members.pop("anthropic_beta", None)
    headers = {}
    if isinstance(client, anthropic.AnthropicBedrockMantle) and "anthropic_version" in members:
        headers["anthropic-version"] = members.pop("anthropic_version")
    resource = client.beta.messages if betas else client.messages
    known = inspect.signature(resource.create).parameters
    arguments = {name: value for name, value in members.items() if name in known}
    arguments["extra_body"] = {name: value for name, value in members.items() if name not in known}
    arguments["extra_headers"] = headers
    if betas:
        arguments["betas"] = betas
    if stream:
        list(resource.create(stream=True, **arguments))
    else:
        resource.create(**arguments)


def for_mantle(body):
    """The same request with the id that the model has on mantle, which knows neither profiles nor dates."""
    _, at, bare = body["model"].partition(".anthropic.")
    bare = bare.removesuffix("-20251001-v1:0")
    return body | {"model": f"anthropic.{bare}"} if at else body


class Boto3(OneRequest):
    """botocore's description of Converse: our bodies are valid, and it makes the same of the same values."""

    def test_converse(self):
        session = boto3.Session(**sent.KEYS)

        def theirs(url, stream):
            client = session.client("bedrock-runtime", REGION, endpoint_url=url)
            shape = client.meta.service_model.operation_model("Converse").input_shape

            def call(_, ours):
                values = {"modelId": urllib.parse.unquote(ours.path.split("/")[2])} | of_shape(shape, ours.body)
                self.assertEqual(ParamValidator().validate(values, shape).generate_report(), "")
                if stream:
                    list(client.converse_stream(**values)["stream"])
                else:
                    client.converse(**values)

            return call

        self.check(CONVERSE, CASES, theirs)


def of_shape(shape, value):
    """JSON as the Python values that botocore takes for it; what it does not know stays, for its validator to find."""
    kind = shape.type_name
    if kind == "blob":
        return base64.b64decode(value, validate=True)
    if kind == "list":
        return [of_shape(shape.member, item) for item in value]
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        known = shape.members
        return {name: of_shape(known[name], item) if name in known else item for name, item in value.items()}
    return value


class Page(unittest.TestCase):
    """`docs/peers.md`, where a user looks."""

    def test_it_has_a_row_for_each_difference(self):
        for _, _, row in ON_INVOKE + ON_MANTLE + ON_CONVERSE:
            self.assertIn(f"| {row} |", PAGE)

"""Every command, through the real program: what it prints for people, what for programs, and how it fails."""

import dataclasses
import json
import pathlib
import re
import tempfile

import emulator
import program

PAGES = pathlib.Path(__file__).parents[2] / "docs/cli"
HEADING = re.compile(r"^##? bedrock (\S.*)$", re.MULTILINE)

#: The tests of these are elsewhere: a server has no result, and batch jobs have files of their own.
ELSEWHERE = {"serve", "batch"}

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
COUNTED_MODEL = "anthropic.claude-opus-4-6-v1"
PROFILE = "us.anthropic.claude-opus-4-8"
NOWHERE = ("--endpoint-url", "http://127.0.0.1:9", "--max-retries=0")
WRONG = {"AWS_SECRET_ACCESS_KEY": "wrong"}
NO_KEYS = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
#: Stands for the ARN of a profile that the test made.
MADE = "arn-of-made"

REQUEST = program.request(MODEL)
COUNTED = program.request(COUNTED_MODEL)
RECORD = json.dumps({"timestamp": "2026-11-22T08:15:00Z", "modelId": MODEL, "input": {}, "output": {}})
EVENTS = [
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {"input_tokens": 1, "output_tokens": 1},
        },
    },
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 1}},
    {"type": "message_stop"},
]
STREAM = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in EVENTS)


@dataclasses.dataclass
class Works:
    """What a command prints that works."""

    arguments: tuple
    #: All of stdout.
    text: str
    #: Members of the JSON object in each line of stdout; None where `--output json` changes nothing.
    members: set | None
    stdin: str = ""
    #: All of stderr, where people read it.
    stderr: str = ""


@dataclasses.dataclass
class Fails:
    """How the same command fails."""

    arguments: tuple
    code: int
    #: None for what clap refuses, in text whatever the output.
    kind: str | None
    #: Part of the message.
    message: str
    stdin: str = ""
    #: Of the environment.
    changes: dict = dataclasses.field(default_factory=dict)


#: The signature of any call is refused.
SIGNED_WRONG = Fails((), 1, "api", "signature", changes=WRONG)

COMMANDS = {
    "chat": (
        Works(("-m", MODEL, "hi"), r'Hello .*"hi"\n', {"id", "content", "usage"}),
        Fails(("hi",), 1, "api", "signature", changes=WRONG),
    ),
    "messages create": (
        Works(("--body=-",), r"\{.*\}\n", {"id", "content", "usage"}, REQUEST),
        Fails(("--body=-",), 1, "api", "signature", REQUEST, WRONG),
    ),
    "messages stream": (
        Works(("--body=-",), r'(\{"type":.*\}\n)+', {"type"}, REQUEST),
        Fails(("--body=-",), 1, "api", "signature", REQUEST, WRONG),
    ),
    "messages count-tokens": (
        Works(("--body=-",), r'\{"input_tokens":\d+\}\n', {"input_tokens"}, COUNTED),
        Fails(("--body=-", *NOWHERE), 4, "connect", "127.0.0.1:9", COUNTED),
    ),
    "models list": (
        Works((), r"\S+ .*\nsonnet .*", {"modelId", "catalog", "region"}),
        Fails(("--remote",), 1, "api", "signature", changes=WRONG),
    ),
    "models show": (
        Works(("opus-4.8",), r"Claude Opus 4\.8\n\nid to send  .*", {"modelId", "catalog", "region"}),
        Fails(("opus-4.9x",), 2, "config", "opus-4.9x"),
    ),
    "models resolve": (
        Works(("opus-4.8",), r"global\.anthropic\.claude-opus-4-8\n", None),
        Fails(("opuss",), 2, "config", "opuss"),
    ),
    "profiles list": (
        Works((), r"CALL IT BY +TYPE +NAME\n.*us\.anthropic.*", {"inferenceProfileSummaries"}),
        SIGNED_WRONG,
    ),
    "profiles show": (
        Works((PROFILE,), r".*US Anthropic Claude Opus 4\.8.*\n", {"inferenceProfileId", "models", "status"}),
        Fails(("abcdefghij12",), 1, "api", "abcdefghij12"),
    ),
    "profiles create": (
        Works(("a team", "-m", PROFILE), r"arn:aws:bedrock:.*\n", {"inferenceProfileArn", "status"}),
        Fails(("no.dots", "-m", PROFILE), 1, "api", "inferenceProfileName"),
    ),
    "profiles delete": (Works((MADE,), "", set(), stderr=r"deleted arn:.*\n"), Fails(("abcdefghij12",), 1, "api", "abcdefghij12")),
    "access show": (
        Works(("opus-4.8",), r"model .*It can be called\.\n", {"modelId", "agreementAvailability", "mode"}),
        Fails(("nothing",), 2, "config", "nothing"),
    ),
    "access request": (
        Works(("opus-4.7", "--yes"), r"model .*It can be called\.\n", {"modelId", "agreementAvailability", "mode"}),
        Fails(("nothing", "--yes"), 2, "config", "nothing"),
    ),
    "logging enable": (
        Works(
            ("--s3", "my-logs/a", "--text"),
            r"Prompts and answers in us-east-1 are kept: texts\.\n.*",
            {"loggingConfig"},
            stderr=r".*arn:aws:s3:::my-logs/a/.*",
        ),
        Fails(("--s3", "ab"), 1, "api", "bucketName"),
    ),
    "logging show": (Works((), r"Prompts and answers in us-east-1 are .*", set()), SIGNED_WRONG),
    "logging disable": (Works((), r".*not kept.*", set()), SIGNED_WRONG),
    "logging read": (
        Works(("-",), r"DAY .*2026-11-22 .*", {"day", "modelId", "requests"}, RECORD),
        Fails(("/nowhere",), 2, "io", "/nowhere"),
    ),
    "whoami": (
        Works((), r"UserId: +\S+\nAccount: +123456789012\nArn: +arn:.*\n", {"Account", "Arn", "UserId"}),
        Fails((), 3, "credentials", "AWS_ACCESS_KEY_ID", changes=NO_KEYS),
    ),
    "doctor": (
        Works((), r"ok    region .*\nok    caller .*", {"checks"}),
        Fails((), 3, "credentials", "", changes=NO_KEYS),
    ),
    "token": (
        Works(("--expires", "1h"), r"bedrock-api-key-\S+\n", {"token", "expires_at"}),
        Fails(("--expires", "13h"), 2, "config", "twelve hours"),
    ),
    "sign": (
        Works(("--url", "https://localhost/a"), r"canonical request:\nPOST\n/a\n.*", {"canonical_request", "headers"}),
        Fails(("--url", "nonsense"), 2, "config", "--url is not"),
    ),
    "decode": (
        Works(("-",), r'(\{"type":.*\}\n){3}', {"type"}, STREAM),
        Fails(("/nowhere",), 2, "io", "/nowhere"),
    ),
    "configure": (
        Works((), "", {"profile", "files"}, "region=eu-west-1\n", r"to .*\[default\]\n.*bedrock whoami\n"),
        Fails((), 2, "config", "line 1", "nonsense"),
    ),
    "completions": (Works(("bash",), r"_bedrock\(\) .*", None), Fails(("tcsh",), 2, None, "possible values")),
    "man": (Works((), r".*\.TH bedrock 1 .*", None), Fails(("nothing",), 2, None, "nothing")),
}


class Commands(emulator.EmulatorCase):
    """Each command of the pages, with keys, and a home that nobody else has."""

    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="bedrock-commands-")
        self.addCleanup(home.cleanup)
        self.home = home.name
        made = self.bedrock("profiles", "create", "made", "-m", PROFILE)
        self.assertEqual(0, made.code, made)
        self.made = made.stdout.strip()

    def ended(self, name, case, *options, **changes):
        """How a command ends."""
        arguments = [self.made if argument == MADE else argument for argument in case.arguments]
        return self.bedrock(*name.split(), *arguments, *options, stdin=case.stdin, HOME=self.home, **changes)

    def test_people_get_text(self):
        for name, (works, _) in COMMANDS.items():
            with self.subTest(name):
                ended = self.ended(name, works)
                self.assertEqual(0, ended.code, ended)
                self.assertTrue(re.fullmatch(works.text, ended.stdout, re.DOTALL), ended)
                self.assertTrue(re.fullmatch(works.stderr, ended.stderr, re.DOTALL), ended)
                self.assertNotIn("\x1b", ended.stdout + ended.stderr)

    def test_programs_get_json(self):
        for name, (works, _) in COMMANDS.items():
            with self.subTest(name):
                ended = self.ended(name, works, "--output=json")
                self.assertEqual(0, ended.code, ended)
                if works.members is None:
                    self.assertTrue(re.fullmatch(works.text, ended.stdout, re.DOTALL), ended)
                    continue
                lines = ended.stdout.splitlines()
                self.assertTrue(lines or not works.members)
                for line in lines:
                    self.assertLessEqual(works.members, json.loads(line).keys())

    def test_a_failure_says_what_failed_and_prints_no_result(self):
        for name, (_, fails) in COMMANDS.items():
            with self.subTest(name):
                told = self.ended(name, fails, **fails.changes)
                self.assertEqual(fails.code, told.code, told)
                if name == "doctor":  # whose result is what is wrong
                    self.assertRegex(told.stdout, "(?m)^FAIL  credentials ")
                    continue
                self.assertEqual("", told.stdout)
                self.assertRegex(told.stderr, rf"(?ms)^error: .*{fails.message}")
                if fails.kind:
                    ended = self.ended(name, fails, "--output=json", **fails.changes)
                    self.assertEqual((fails.code, ""), (ended.code, ended.stdout), ended)
                    self.assertEqual(fails.kind, ended.error["kind"])
                    self.assertIn(fails.message, ended.error["message"])
                    if fails.kind != "api":  # what a service refuses may speak for itself
                        self.assertTrue(ended.error["hint"])

    def test_every_command_of_the_pages_is_here(self):
        named = {name for page in PAGES.glob("*.md") for name in HEADING.findall(page.read_text())}
        leaves = {name for name in named if not any(other.startswith(f"{name} ") for other in named)}
        self.assertEqual({name for name in leaves if name.split()[0] not in ELSEWHERE}, COMMANDS.keys())

"""What a script says, as boto3 and the program meet it behind `bedrock serve --script`."""

import json
import pathlib
import tempfile
import time
import unittest
import unittest.mock

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import emulator
import program

MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
EXAMPLES = pathlib.Path(__file__).parents[2] / "docs" / "scripts"


def converse(text):
    """What boto3 gets for a text, without another attempt."""
    client = boto3.Session().client("bedrock-runtime", config=Config(retries={"total_max_attempts": 1}))
    return client.converse(modelId=MODEL, messages=[{"role": "user", "content": [{"text": text}]}])


class Conversation(emulator.EmulatorCase):
    """The example with a tool."""

    options = ("--script", str(EXAMPLES / "weather.toml"))

    def test_boto3_is_asked_to_call_the_tool(self):
        with self.exports():
            answer = converse("What is the weather in Paris?")
        text, call = answer["output"]["message"]["content"]
        self.assertEqual((answer["stopReason"], text), ("tool_use", {"text": "Let me look."}))
        self.assertEqual((call["toolUse"]["name"], call["toolUse"]["input"]), ("get_weather", {"city": "Paris"}))

    def test_the_program_streams_it_with_its_pauses(self):
        start = time.monotonic()
        ended = self.bedrock("chat", "-m", MODEL, "slowly")
        self.assertEqual((ended.code, ended.stdout), (0, "One word after the other.\n"))
        # 50 ms before the head, 10 before each of seven deltas.
        self.assertGreater(time.monotonic() - start, 0.11)


class BadDay(unittest.TestCase):
    """The example with errors."""

    def test_boto3_meets_each_error_once(self):
        case = emulator.Emulator("--script", str(EXAMPLES / "bad-day.toml")).start()
        self.addCleanup(case.stop)
        with unittest.mock.patch.dict("os.environ", case.environment(), clear=True):
            codes = []
            for _ in range(2):
                with self.assertRaises(ClientError) as raised:
                    converse("hi")
                codes.append((raised.exception.response["Error"]["Code"], raised.exception.response["ResponseMetadata"]))
            self.assertEqual([code for code, _ in codes], ["ThrottlingException", "ServiceUnavailableException"])
            self.assertEqual(codes[0][1]["HTTPHeaders"]["retry-after"], "1")


class NewAccount(emulator.EmulatorCase):
    """The example with access that is missing."""

    options = ("--script", str(EXAMPLES / "new-account.toml"))

    def test_the_program_says_what_is_missing(self):
        def agreement(model):
            ended = self.bedrock("access", "show", model, "--output=json")
            return json.loads(ended.stdout)["agreementAvailability"]["status"]

        self.assertEqual(agreement("haiku-4.5"), "AVAILABLE")
        self.assertEqual(agreement("sonnet-4.6"), "PENDING")
        self.assertEqual(agreement("opus-5"), "NOT_AVAILABLE")

    def test_calls_follow(self):
        self.assertEqual(self.bedrock("chat", "-m", MODEL, "hi").code, 0)
        refused = self.bedrock("chat", "-m", "opus-5", "hi", "--output=json")
        error = json.loads(refused.stderr.splitlines()[-1])["error"]
        self.assertEqual((refused.code, error["code"]), (1, "AccessDeniedException"))


class Mistakes(unittest.TestCase):
    """A script that is none ends the emulator before it starts."""

    def test_the_place_is_told(self):
        for suffix, text, place in (
            (".toml", "[[rules]]\nwhen.txt = 'a'\n", "line 2, column 6: unknown field `txt`, expected one of `model`"),
            (".json", '{"rules": [{"when": {"txt": "a"}}]}', "line 1, column 26: unknown field `txt`, expected one of `model`"),
        ):
            with tempfile.NamedTemporaryFile("w", suffix=suffix) as script:
                script.write(text)
                script.flush()
                ended = program.run("serve", "--script", script.name)
            self.assertEqual((ended.code, ended.stdout), (2, ""))
            self.assertIn(place, ended.stderr)
            self.assertIn(script.name, ended.stderr)

    def test_a_script_beside_somebody_who_answers_in_its_place(self):
        for other in (["--upstream", "http://127.0.0.1:1"], ["--replay", "/tmp"], ["--record", "/tmp"]):
            ended = program.run("serve", "--script", str(EXAMPLES / "weather.toml"), *other)
            self.assertEqual((ended.code, ended.stdout), (2, ""), ended)
            self.assertIn("cannot be used with", ended.stderr)

    def test_a_script_that_is_not_there(self):
        ended = program.run("serve", "--script", "/nowhere/script.toml")
        self.assertEqual(ended.code, 2)
        self.assertIn("/nowhere/script.toml", ended.stderr)


if __name__ == "__main__":
    unittest.main()

"""AWS's package that makes short-term API keys and ours agree."""

import base64
import datetime
import json
import os
import re
import unittest

from aws_bedrock_token_generator import provide_token
from botocore.credentials import Credentials

import emulator
import program
import short_term_keys
from test_boto3 import invoke


class Golden(unittest.TestCase):
    """The file that bedrock-auth is tested with."""

    def test_the_package_makes_the_same_keys_today(self):
        golden = json.loads(short_term_keys.FILE.read_text())
        self.assertEqual(golden, [{**case, "token": short_term_keys.token(case)} for case in short_term_keys.CASES])


class Program(unittest.TestCase):
    """`bedrock token` prints what the package would have printed at that moment."""

    def test_a_key_of_now_is_the_packages(self):
        for case in short_term_keys.CASES:
            with self.subTest(case["region"]):
                keys = {
                    "AWS_ACCESS_KEY_ID": case["access_key_id"],
                    "AWS_SECRET_ACCESS_KEY": case["secret_access_key"],
                    "AWS_SESSION_TOKEN": case["session_token"] or "",
                    "AWS_REGION": case["region"],
                }
                ended = program.run("token", f"--expires={case['seconds']}s", environment=os.environ | keys)
                self.assertEqual((ended.code, ended.stderr), (0, ""))
                ours = ended.stdout.removesuffix("\n")
                url = base64.b64decode(ours.removeprefix("bedrock-api-key-")).decode()
                at = re.search(r"X-Amz-Date=(\w+)", url).group(1)
                self.assertEqual(ours, short_term_keys.token({**case, "at": at}))


class Use(emulator.EmulatorCase):
    """The emulator takes keys that the package makes, from boto3, which sends them over https alone."""

    options = ("--tls",)

    class Keys:
        """The emulator's own."""

        def __init__(self, environment):
            self.keys = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])

        def load(self):
            return self.keys

    def test_a_key_of_the_package_calls_bedrock(self):
        with self.exports():
            key = provide_token("eu-west-3", self.Keys(os.environ), datetime.timedelta(seconds=60))
        with self.exports(AWS_BEARER_TOKEN_BEDROCK=key):
            answered = invoke("global.anthropic.claude-opus-4-8")  # by a profile that serves the key's region
        self.assertEqual(answered["body"]["role"], "assistant")

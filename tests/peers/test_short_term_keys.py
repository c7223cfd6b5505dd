"""AWS's package that makes short-term API keys and ours agree."""

import base64
import json
import os
import re
import unittest

import program
import short_term_keys


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

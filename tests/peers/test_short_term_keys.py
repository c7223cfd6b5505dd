"""AWS's package that makes short-term API keys and ours agree."""

import json
import unittest

import short_term_keys


class Golden(unittest.TestCase):
    """The file that bedrock-auth is tested with."""

    def test_the_package_makes_the_same_keys_today(self):
        golden = json.loads(short_term_keys.FILE.read_text())
        self.assertEqual(golden, [{**case, "token": short_term_keys.token(case)} for case in short_term_keys.CASES])

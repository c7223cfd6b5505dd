#!/usr/bin/env python3
"""Writes bedrock-auth's golden short-term API keys: AWS's own package makes each with its clock stopped.

    target/peers-venv/bin/python tests/peers/short_term_keys.py [--check]

With --check nothing is written; the exit code is 1 if the file is not what the package says.
"""

import datetime
import json
import pathlib
import sys
from importlib import metadata
from unittest import mock

from aws_bedrock_token_generator import provide_token
from botocore.credentials import Credentials

VERSION = "1.1.0"
FILE = pathlib.Path(__file__).parents[2] / "crates/bedrock-auth/tests/fixtures/short_term_keys.json"

# AWS's public example key pair and example tokens: they open nothing.
KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

CASES = [
    {**KEYS, "session_token": None, "region": "us-east-1", "at": "20261122T000000Z", "seconds": 43200},
    {**KEYS, "session_token": "EXAMPLESESSIONTOKEN==", "region": "us-west-2", "at": "20261122T000000Z", "seconds": 3600},
    {**KEYS, "session_token": "a+/b c~_.-=%", "region": "us-gov-west-1", "at": "20240229T235959Z", "seconds": 1},
    {**KEYS, "session_token": "x" * 1500, "region": "eu-central-1", "at": "20261231T120000Z", "seconds": 43199},
]


class Given:
    """A provider of credentials that are there already."""

    def __init__(self, case):
        self.case = case

    def load(self):
        return Credentials(self.case["access_key_id"], self.case["secret_access_key"], self.case["session_token"])


def token(case):
    """What the package prints at that time."""
    now = datetime.datetime.strptime(case["at"], "%Y%m%dT%H%M%SZ")
    with mock.patch("botocore.auth.get_current_datetime", return_value=now):
        return provide_token(case["region"], Given(case), datetime.timedelta(seconds=case["seconds"]))


def main():
    installed = metadata.version("aws-bedrock-token-generator")
    if installed != VERSION:
        sys.exit(f"version {VERSION} of the package is what the file is made with, this is {installed}")
    text = json.dumps([{**case, "token": token(case)} for case in CASES], indent=2) + "\n"
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text)
    elif FILE.read_text() != text:
        sys.exit(f"{FILE.name} differs")
    print(f"{len(CASES)} cases {'hold' if '--check' in sys.argv[1:] else 'written'}")


if __name__ == "__main__":
    main()

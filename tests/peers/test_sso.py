"""A person with SSO: `bedrock configure` writes the profile, every command says how to sign in, and then works, as boto3 does.

Signing in takes a browser and the AWS CLI, version 2; `portal.py` leaves behind what that leaves, and is the service afterwards.
"""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import emulator
import portal

LINES = [
    "region=us-east-1",
    "sso_session=corp",
    "sso_start_url=https://corp.example/start",
    "sso_region=us-east-1",
    "sso_account_id=123456789012",
    "sso_role_name=reader",
]
LOGIN = "aws sso login --profile work"


class Sso(emulator.EmulatorCase):
    """A new home, a portal that gives out keys of the emulator, and no keys in the environment."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bedrock-sso-")
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        self.portal = portal.Portal(self.role_credentials).start()
        self.addCleanup(self.portal.stop)
        gone = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None, "AWS_SESSION_TOKEN": None}
        self.changes = gone | {"HOME": folder.name} | self.portal.environment()
        self.configured = self.run_as("configure", "--profile", "work", stdin="\n".join(LINES))
        self.assertEqual(self.configured.code, 0, self.configured)

    def role_credentials(self):
        """Temporary keys as the portal writes them."""
        with urllib.request.urlopen(f"{self.emulator.url}/_local/credentials") as answer:
            keys = json.load(answer)
        expiration = datetime.datetime.fromisoformat(keys["Expiration"].replace("Z", "+00:00"))
        return {
            "accessKeyId": keys["AccessKeyId"],
            "secretAccessKey": keys["SecretAccessKey"],
            "sessionToken": keys.get("Token") or keys["SessionToken"],
            "expiration": int(expiration.timestamp() * 1000),
        }

    def run_as(self, *arguments, stdin=""):
        """Runs the program as this person."""
        return self.bedrock(*arguments, stdin=stdin, **self.changes)

    def doctor(self):
        """How doctor ended, and its checks by name."""
        ended = self.run_as("--profile", "work", "doctor", "-m", "opus", "--output", "json")
        return ended, {check["name"]: check for check in json.loads(ended.stdout)["checks"]}

    def is_sent_to_sign_in(self, code):
        """Every command ends with the one command that mends it."""
        for command in (["whoami"], ["chat", "hi"], ["token"], ["models", "list", "--remote"]):
            ended = self.run_as("--profile", "work", *command)
            self.assertEqual((ended.code, ended.stdout), (3, ""), ended)
            self.assertIn(f"run `{LOGIN}`", ended.stderr, command)
        ended, checks = self.doctor()
        self.assertEqual((ended.code, checks["credentials"]["code"]), (3, code), checks["credentials"])
        self.assertEqual(checks["credentials"]["hint"], f"run `{LOGIN}`")

    def is_signed_in(self):
        """Who it is, and that Bedrock answers."""
        who = self.run_as("--profile", "work", "whoami", "--output", "json")
        self.assertEqual((who.code, who.stderr), (0, ""), who)
        answered = self.run_as("--profile", "work", "chat", "hi")
        self.assertEqual((answered.code, answered.stderr), (0, ""), answered)
        ended, checks = self.doctor()
        self.assertEqual((ended.code, checks["credentials"]["status"]), (0, "ok"), checks)
        return json.loads(who.stdout)["Arn"]

    def arn_by_boto3(self):
        """Who it is to boto3; in a process of its own, because botocore looks for the home once."""
        script = "import boto3; print(boto3.Session(profile_name='work').client('sts').get_caller_identity()['Arn'])"
        environment = self.emulator.environment(**self.changes)
        ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=30)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout.strip()

    def test_configure_says_how_to_sign_in(self):
        self.assertIn(f"sign in: {LOGIN}\n", self.configured.stderr)
        self.assertIn("bedrock --profile work whoami", self.configured.stderr)

    def test_who_never_signed_in_is_told_how(self):
        self.is_sent_to_sign_in("sso_signed_out")
        self.assertEqual(self.portal.requests, [])

    def test_who_signed_in_is_known_to_both(self):
        self.portal.sign_in(self.home, "token-canary")
        arn = self.is_signed_in()
        self.assertIn(("GET", "/federation/credentials"), self.portal.requests)
        self.assertEqual(self.arn_by_boto3(), arn)

    def test_a_session_is_renewed_and_boto3_reads_what_was_written(self):
        file = self.portal.sign_in(self.home, "old", lives=-60, renewal="refresh-canary")
        self.portal.tokens.clear()
        arn = self.is_signed_in()
        self.assertEqual(self.portal.requests.count(("POST", "/token")), 1)
        self.assertEqual(json.loads(file.read_text())["accessToken"], "old-renewed")
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.arn_by_boto3(), arn)
        self.assertEqual(self.portal.requests.count(("POST", "/token")), 1)

    def test_a_session_that_ended_is_opened_anew(self):
        self.portal.sign_in(self.home, "token-canary", lives=-60)
        self.is_sent_to_sign_in("sso_expired")
        self.portal.sign_in(self.home, "token-canary", lives=-60, renewal="refresh-canary")
        self.portal.renewals.clear()
        self.is_sent_to_sign_in("sso_expired")

    def test_a_session_that_the_portal_forgot_is_opened_anew(self):
        self.portal.sign_in(self.home, "token-canary")
        self.portal.tokens.clear()
        self.is_sent_to_sign_in("sso_expired")

    def test_a_role_that_is_not_assigned_is_named(self):
        self.portal.sign_in(self.home, "token-canary")
        self.portal.roles.clear()
        ended, checks = self.doctor()
        found = checks["credentials"]
        self.assertEqual((ended.code, found["code"]), (3, "credentials_failed"), found)
        self.assertIn("No access", found["message"])
        self.assertIn("`sso_role_name` of profile `work`", found["hint"])
        self.assertNotIn("canary", json.dumps(checks))

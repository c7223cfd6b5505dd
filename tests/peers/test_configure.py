"""What `bedrock configure` writes, read back by botocore."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

import botocore.session
import program


class Configure(unittest.TestCase):
    """Files that the program wrote and botocore reads."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        variables = {"AWS_CONFIG_FILE": self.home / "config", "AWS_SHARED_CREDENTIALS_FILE": self.home / "credentials"}
        self.environment = {"HOME": folder.name, "AWS_EC2_METADATA_DISABLED": "true"}
        self.environment |= {name: str(path) for name, path in variables.items()}
        patched = mock.patch.dict(os.environ, self.environment, clear=True)
        patched.start()
        self.addCleanup(patched.stop)

    def configure(self, profile, *lines):
        ended = program.run("configure", "--profile", profile, stdin="\n".join(lines), environment=self.environment)
        self.assertEqual((ended.code, ended.stdout), (0, ""), ended.stderr)

    def test_keys_and_region(self):
        (self.home / "credentials").write_text("# other\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = o\n")
        keys = ["aws_access_key_id=AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key=a/b+c=d%e"]
        for profile in ("default", "dev"):
            with self.subTest(profile):
                self.configure(profile, "region=eu-west-3", *keys, "aws_session_token=first==")
                self.configure(profile, *keys, "aws_session_token=second==")
                session = botocore.session.Session(profile=profile)
                found = session.get_credentials()
                self.assertEqual(session.get_config_variable("region"), "eu-west-3")
                self.assertEqual((found.access_key, found.secret_key), ("AKIAIOSFODNN7EXAMPLE", "a/b+c=d%e"))
                self.assertEqual(found.token, "second==")
                self.configure(profile, *keys)
                self.assertIsNone(botocore.session.Session(profile=profile).get_credentials().token)
        self.assertEqual(botocore.session.Session(profile="other").get_credentials().access_key, "AKIAOTHER")

    def test_an_sso_session(self):
        lines = ["region=us-west-2", "sso_session=corp", "sso_start_url=https://corp.awsapps.com/start"]
        self.configure("dev", *lines, "sso_region=us-east-1", "sso_account_id=123456789012", "sso_role_name=Dev")
        config = botocore.session.Session(profile="dev").full_config
        profile = {"region": "us-west-2", "sso_session": "corp", "sso_account_id": "123456789012", "sso_role_name": "Dev"}
        self.assertEqual(config["profiles"]["dev"], profile)
        session = {"sso_start_url": "https://corp.awsapps.com/start", "sso_region": "us-east-1"}
        self.assertEqual(config["sso_sessions"]["corp"], session | {"sso_registration_scopes": "sso:account:access"})


if __name__ == "__main__":
    unittest.main()

"""Keys that the emulator gives out: boto3 takes them from its STS and from its credentials endpoint, and renews them in time."""

import json
import sys
import tempfile
import time
import urllib.request

import boto3
from botocore.exceptions import ClientError

import emulator
from test_boto3 import MODEL, body, invoke

ROLE = "arn:aws:iam::210987654321:role/team/reader"
#: A token whose signature nobody looks at: `{"alg":"RS256"}`, `{"sub":"pod"}`.
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl"


def sts_client(**keys):
    """A client of a new session, so that it reads the environment as it is now."""
    return boto3.Session().client("sts", **keys)


def refusal(call):
    """Code and status of what a call is refused with."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    raise AssertionError("it was not refused")


def keys_of(answer):
    """An answer's keys, as boto3 wants them given."""
    keys = answer["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


class Sts(emulator.EmulatorCase):
    """boto3's STS client, with the keys that the emulator exports."""

    def test_the_caller_is_the_user_of_the_account(self):
        with self.exports():
            caller = sts_client().get_caller_identity()
        self.assertEqual(caller["Arn"], "arn:aws:iam::123456789012:user/bedrock-emulator")
        self.assertEqual((caller["Account"], len(caller["UserId"])), ("123456789012", 21))

    def test_a_role_is_assumed_and_calls_bedrock(self):
        with self.exports():
            assumed = sts_client().assume_role(RoleArn=ROLE, RoleSessionName="peer", ExternalId="a b&c")
            session = boto3.Session(**keys_of(assumed))
            caller = session.client("sts").get_caller_identity()
            answer = session.client("bedrock-runtime").invoke_model(modelId=MODEL, body=body())
        self.assertEqual(json.loads(answer["body"].read())["role"], "assistant")
        self.assertEqual(caller["Arn"], "arn:aws:sts::210987654321:assumed-role/reader/peer")
        self.assertEqual(caller["Arn"], assumed["AssumedRoleUser"]["Arn"])
        self.assertEqual(caller["UserId"], assumed["AssumedRoleUser"]["AssumedRoleId"])

    def test_a_web_identity_is_enough(self):
        with self.exports(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None):
            assumed = sts_client().assume_role_with_web_identity(
                RoleArn=ROLE, RoleSessionName="peer", WebIdentityToken=TOKEN
            )
            caller = sts_client(**keys_of(assumed)).get_caller_identity()
        self.assertEqual(assumed["SubjectFromWebIdentityToken"], "pod")
        self.assertEqual(caller["Account"], "210987654321")

    def test_refusals_are_those_of_sts(self):
        with self.exports():
            whoami = sts_client().get_caller_identity
            wrong = sts_client(aws_secret_access_key="wrong", aws_access_key_id="AKIABEDROCKEMULATOR0")
            unknown = sts_client(aws_secret_access_key="wrong", aws_access_key_id="AKIAELSE")
            role = sts_client().assume_role
            self.assertEqual(refusal(wrong.get_caller_identity), ("SignatureDoesNotMatch", 403))
            self.assertEqual(refusal(unknown.get_caller_identity), ("InvalidClientTokenId", 403))
            self.assertEqual(refusal(lambda: role(RoleArn="x" * 20, RoleSessionName="peer")), ("ValidationError", 400))
            self.assertEqual(refusal(sts_client().get_session_token), ("InvalidAction", 400))
            self.assertIn("Arn", whoami())

    def test_a_profile_assumes_its_role(self):
        config = f"[default]\nrole_arn = {ROLE}\ncredential_source = Environment\nrole_session_name = peer\n"
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write(config)
            file.flush()
            with self.exports(AWS_CONFIG_FILE=file.name):
                # A profile that the program names outranks keys of the environment.
                caller = boto3.Session(profile_name="default").client("sts").get_caller_identity()
        self.assertEqual(caller["Arn"], "arn:aws:sts::210987654321:assumed-role/reader/peer")


class KeysThatExpire(emulator.EmulatorCase):
    """What `serve --key-ttl` exports has no keys in it."""

    options = ("--key-ttl", "1s")

    def test_a_container_renews_its_keys(self):
        with self.exports():
            client = sts_client()
            used = set()
            for _ in range(3):
                client.get_caller_identity()
                used.add(client._request_signer._credentials.access_key)
                time.sleep(1.2)
            self.assertEqual(invoke()["body"]["role"], "assistant")
        self.assertGreater(len(used), 1)

    def test_a_process_renews_its_keys(self):
        url = self.emulator.exported["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        fetch = f"import urllib.request as u; print(u.urlopen('{url}').read().decode())"
        with tempfile.NamedTemporaryFile("w", suffix=".ini") as file:
            file.write(f'[default]\ncredential_process = {sys.executable} -c "{fetch}"\n')
            file.flush()
            with self.exports(AWS_CONFIG_FILE=file.name, AWS_CONTAINER_CREDENTIALS_FULL_URI=None):
                client = sts_client()
                for _ in range(2):
                    self.assertIn("assumed-role/bedrock-emulator", client.get_caller_identity()["Arn"])
                    time.sleep(1.2)

    def test_keys_that_are_kept_are_refused_as_expired(self):
        url = self.emulator.exported["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        with urllib.request.urlopen(url) as answer:
            keys = json.load(answer)
        with self.exports():
            kept = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["Token"],
            }
            session = boto3.Session(**kept)
            sts, runtime = session.client("sts"), session.client("bedrock-runtime")
            sts.get_caller_identity()
            time.sleep(2)
            self.assertEqual(refusal(sts.get_caller_identity), ("ExpiredToken", 403))
            call = lambda: runtime.invoke_model(modelId=MODEL, body=body())
            self.assertEqual(refusal(call), ("ExpiredTokenException", 403))

    def test_the_keys_that_do_not_expire_still_work(self):
        fixed = {
            "aws_access_key_id": "AKIABEDROCKEMULATOR0",
            "aws_secret_access_key": "local/emulator/secret/that/opens/nothing",
        }
        with self.exports():
            self.assertIn("user/bedrock-emulator", sts_client(**fixed).get_caller_identity()["Arn"])

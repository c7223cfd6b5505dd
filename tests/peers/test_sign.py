"""botocore and `bedrock sign` agree on each step of a signature, and the headers it prints are enough to be let in."""

import http.client
import json
import os
import unittest

import emulator
import program
import sigv4_fixtures
from sigv4_fixtures import CONTROL, JSON, LOOPBACK, PROFILE_ARN, RUNTIME, TOKEN, case, get, invoke

#: Beside the cases that bedrock-auth's golden files are made of.
MORE_CASES = {
    "foundation-model-arn": case(
        f"{RUNTIME}/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A%3Afoundation-model%2Fanthropic.claude-v2%3A1/invoke",
        headers=JSON,
        body=invoke("日本語"),
    ),
    "arn-raw-colons": case(
        f"{RUNTIME}/model/{PROFILE_ARN.replace('%3A', ':')}/invoke", headers=JSON, body=invoke(), token=TOKEN
    ),
    "mantle-session-token": case(
        "https://bedrock-mantle.eu-west-1.api.aws/anthropic/v1/messages",
        headers=JSON,
        body=invoke(),
        service="bedrock-mantle",
        region="eu-west-1",
        token=TOKEN,
    ),
    "delete-profile": case(f"{CONTROL}/inference-profiles/{PROFILE_ARN}", method="DELETE", token=TOKEN),
    "put-logging": case(f"{CONTROL}/logging/modelinvocations", method="PUT", headers=JSON, body='{"loggingConfig":{}}'),
    "query-token-session": get(f"{CONTROL}/model-invocation-jobs?nextToken=%2B%2F%3D&nameContains=a%20b", token=TOKEN),
    "header-names-mixed-case": case(
        f"{LOOPBACK}/model/m/invoke",
        headers=[["Content-Type", "application/json"], ["X-Amzn-Bedrock-Accept", "*/*"], ["x-b", "1"], ["X-A", "2"]],
        body=invoke(),
    ),
    "header-repeated-mixed-case": get(f"{CONTROL}/x", headers=[["X-List", "b"], ["x-list", "a   a"], ["X-LIST", ""]]),
    "header-colon-in-value": get(f"{CONTROL}/x", headers=[["x-url", "http://a:1/ "]]),
}


def signed(parameters):
    """What `bedrock sign` prints for the parameters of a case."""
    keys = {
        "AWS_ACCESS_KEY_ID": parameters["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": parameters["secret_access_key"],
        "AWS_SESSION_TOKEN": parameters["session_token"],
        "AWS_REGION": parameters["region"],
    }
    environment = os.environ | {name: value for name, value in keys.items() if value is not None}
    options = [f"--{name}={parameters[name]}" for name in ("method", "url", "service", "at")]
    headers = [f"--header={name}:{value}" for name, value in parameters["headers"]]
    return program.run(
        "sign", "--output=json", "--body=-", *options, *headers, stdin=parameters["body"], environment=environment
    )


class Sign(unittest.TestCase):
    """botocore with its clock stopped is the judge."""

    def test_every_step_is_botocores(self):
        self.maxDiff = None
        for name, parameters in (sigv4_fixtures.CASES | MORE_CASES).items():
            with self.subTest(name):
                ended = signed(parameters)
                self.assertEqual((ended.code, ended.stderr), (0, ""))
                ours, theirs = json.loads(ended.stdout), sigv4_fixtures.sign(parameters)
                self.assertEqual(ours["canonical_request"], theirs["canonical_request.txt"])
                self.assertEqual(ours["string_to_sign"], theirs["string_to_sign.txt"])
                headers = {name.lower(): value for name, value in ours["headers"].items()}
                self.assertEqual(headers["authorization"], theirs["authorization.txt"])
                self.assertEqual(headers["x-amz-date"], parameters["at"])
                self.assertEqual(headers.get("x-amz-security-token"), parameters["session_token"])

    def test_the_region_is_that_of_the_host_unless_one_is_asked_for(self):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "AWS_REGION": "us-east-1"}
        for host, options, region, note in [
            ("bedrock-runtime.eu-west-3.amazonaws.com", [], "eu-west-3", ""),
            ("bedrock-mantle.eu-west-3.api.aws", [], "eu-west-3", ""),
            ("gateway.example.com", [], "us-east-1", ""),
            ("gateway.example.com", ["--region=eu-west-2"], "eu-west-2", ""),
            ("bedrock-runtime.eu-west-3.amazonaws.com", ["--region=eu-west-3"], "eu-west-3", ""),
            ("bedrock-runtime.eu-west-3.amazonaws.com", ["--region=eu-west-2"], "eu-west-2", "the host is in eu-west-3"),
        ]:
            with self.subTest(host, options=options):
                ended = program.run("sign", f"--url=https://{host}/x", *options, environment=os.environ | keys)
                self.assertEqual(ended.code, 0, ended)
                self.assertIn(f"/{region}/bedrock/aws4_request", ended.stdout)
                self.assertEqual("host is in" in ended.stderr, bool(note), ended.stderr)
                self.assertIn(note, ended.stderr)

    def test_no_secret_is_shown(self):
        parameters = MORE_CASES["arn-raw-colons"]
        ended = signed(parameters)
        self.assertNotIn(parameters["secret_access_key"], ended.stdout)


class SignedBySomeoneElse(emulator.EmulatorCase):
    """Any HTTP client that sends the printed headers is let in."""

    path = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke"

    def headers(self, body, *options):
        """The headers to send, for now."""
        ended = self.bedrock(
            "sign", "--output=json", "--url", self.emulator.url + self.path, "--body=-", *options, stdin=body
        )
        return json.loads(ended.stdout)["headers"]

    def send(self, body, headers):
        """The answer to a request that Python's own client sends."""
        connection = http.client.HTTPConnection(self.emulator.url.removeprefix("http://"))
        self.addCleanup(connection.close)
        connection.request("POST", self.path, body.encode(), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def test_the_headers_are_enough(self):
        body = invoke("日本語")
        headers = self.headers(body, "--header=X-Note:  two   words ")
        status, answer = self.send(body, headers)
        self.assertEqual((status, answer.get("type")), (200, "message"), answer)

    def test_they_are_for_this_body_and_this_time(self):
        body = invoke()
        status, _ = self.send(body.replace("hi", "ho"), self.headers(body))
        self.assertEqual(status, 403)
        status, answer = self.send(body, self.headers(body, "--at=20200101T000000Z"))
        self.assertEqual(status, 403)
        self.assertIn("Signature expired", answer["message"])

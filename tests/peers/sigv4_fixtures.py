#!/usr/bin/env python3
"""Writes bedrock-auth's golden SigV4 files: botocore signs each case with its clock stopped.

    python3 -m venv target/sigv4-fixtures
    target/sigv4-fixtures/bin/pip install botocore==1.44.5
    target/sigv4-fixtures/bin/python tests/peers/sigv4_fixtures.py [--check]

With --check nothing is written; the exit code is 1 if a file on disk is not what botocore says.
"""

import datetime
import json
import pathlib
import sys
from unittest import mock

import botocore
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

VERSION = "1.44.5"
FOLDER = pathlib.Path(__file__).parents[2] / "crates/bedrock-auth/tests/fixtures/sigv4"

# AWS's public example key pair and an example token: they open nothing.
ACCESS_KEY_ID = "AKIDEXAMPLE"
SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "EXAMPLESESSIONTOKEN=="
AT = "20261122T000000Z"

RUNTIME = "https://bedrock-runtime.us-east-1.amazonaws.com"
CONTROL = "https://bedrock.us-east-1.amazonaws.com"
LOOPBACK = "http://127.0.0.1:8080"
JSON = [["content-type", "application/json"]]
PROFILE_ARN = "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fglobal.anthropic.claude-opus-4-6-v1"


def invoke(text="hi"):
    message = {"role": "user", "content": text}
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 1, "messages": [message]}
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def messages(model):
    body = {"model": model, "max_tokens": 1, "messages": [{"role": "user", "content": "hi"}]}
    return json.dumps(body, separators=(",", ":"))


def case(url, method="POST", headers=(), body="", service="bedrock", region="us-east-1", token=None, at=AT):
    return {
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
        "session_token": token,
        "region": region,
        "service": service,
        "at": at,
        "method": method,
        "url": url,
        "headers": list(headers),
        "body": body,
    }


def get(url, **others):
    return case(url, method="GET", **others)


VERSIONED = JSON + [["anthropic-version", "2023-06-01"]]
FORM = [["content-type", "application/x-www-form-urlencoded; charset=utf-8"]]

CASES = {
    # What Bedrock clients send.
    "model-id-escaped-colon": case(
        f"{RUNTIME}/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke", headers=JSON, body=invoke()
    ),
    "model-id-raw-colon": case(
        f"{RUNTIME}/model/us.anthropic.claude-sonnet-4-5-20250929-v1:0/invoke", headers=JSON, body=invoke()
    ),
    "profile-arn-session-token": case(
        f"{RUNTIME}/model/{PROFILE_ARN}/invoke-with-response-stream",
        headers=JSON + [["x-amzn-bedrock-accept", "application/json"]],
        body=invoke(),
        token=TOKEN,
    ),
    "mantle-messages": case(
        "https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages",
        headers=VERSIONED,
        body=messages("anthropic.claude-opus-4-8"),
        service="bedrock-mantle",
    ),
    "runtime-messages": case(
        f"{RUNTIME}/anthropic/v1/messages", headers=VERSIONED, body=messages("us.anthropic.claude-opus-4-8")
    ),
    "query-escaped-token": get(
        f"{CONTROL}/inference-profiles?type=SYSTEM_DEFINED&maxResults=5&nextToken=a%2Fb%2Bc%3D"
    ),
    "sts-form": case(
        "https://sts.us-east-1.amazonaws.com/",
        headers=FORM,
        body="Action=GetCallerIdentity&Version=2011-06-15",
        service="sts",
    ),
    "request-metadata-spaces": case(
        f"{RUNTIME}/model/anthropic.claude-opus-4-8/invoke",
        headers=JSON + [["x-amzn-bedrock-request-metadata", '{"team":  "a",   "env":"b"}']],
        body=invoke(),
    ),
    # Bodies.
    "body-unicode": case(
        f"{RUNTIME}/model/anthropic.claude-opus-4-8/invoke", headers=JSON, body=invoke("Grüße, 世界 🦀\u0000\u2028")
    ),
    "body-empty": case(f"{CONTROL}/model-invocation-job/abcdefghijkl/stop"),
    # Queries.
    "query-empty-value": get(f"{CONTROL}/inference-profiles?type=&maxResults=1"),
    "query-without-equals": get(f"{CONTROL}/inference-profiles?type&maxResults=1&&"),
    "query-duplicate-keys": get(f"{CONTROL}/x?key=b&key=a&key=B&ke=z&key-=c"),
    "query-plus-space-tilde": get(f"{CONTROL}/x?plus=a+b&space=a%20b&tilde=~a&escaped=%7Ea&lower=%2f"),
    "query-empty": get(f"{CONTROL}/inference-profiles?"),
    "query-second-question-mark": get(f"{CONTROL}/x?a=b?c=d&a==/:@"),
    # Paths.
    "path-dot-segments": get(f"{CONTROL}/a/./b/../../c/."),
    "path-dots-above-root": get(f"{CONTROL}/../../a/.."),
    "path-double-slash": get(f"{CONTROL}//a///b//"),
    "path-escaped-dots": get(f"{CONTROL}/a/%2E%2E/b%20c"),
    "path-reserved-characters": get(f"{CONTROL}/a!$&'()*+,;=:@-._~z"),
    "path-missing": get(CONTROL),
    # Headers.
    "header-repeated": get(f"{CONTROL}/x", headers=[["x-list", " b "], ["x-list", "a  c"], ["x-empty", ""]]),
    "header-quoted-spaces-and-tab": get(f"{CONTROL}/x", headers=[["x-quoted", '"a   b"\tc']]),
    "header-unsigned-ones": get(
        f"{CONTROL}/x",
        headers=[["user-agent", "x"], ["connection", "close"], ["traceparent", "00-1"], ["x-amzn-trace-id", "Root=1"]],
    ),
    "header-earlier-signature": get(
        f"{CONTROL}/x",
        headers=[["authorization", "old"], ["x-amz-date", "old"], ["x-amz-security-token", "old"]],
        token=TOKEN,
    ),
    # Hosts.
    "host-port": case(f"{LOOPBACK}/model/opus/invoke", headers=JSON, body=invoke()),
    "host-default-port": case(
        "https://BEDROCK-runtime.us-east-1.amazonaws.com:443/model/opus/invoke", headers=JSON, body=invoke()
    ),
    "host-other-schemes-port": get("https://localhost:80/x"),
    "host-ipv6": get("http://[::1]/x"),
    "host-ipv6-port": case("http://[2001:DB8::1]:8080/model/opus/invoke", headers=JSON, body=invoke()),
    "host-given": get(f"{LOOPBACK}/x", headers=[["host", "bedrock.us-east-1.amazonaws.com"]]),
    # Scopes.
    "region-and-leap-day": get("https://bedrock.eu-west-1.amazonaws.com/x", region="eu-west-1", at="20280229T235959Z"),
}


def sign(parameters):
    """The text of every SigV4 step, by the name of the file that holds it."""
    request = AWSRequest(parameters["method"], parameters["url"], data=parameters["body"].encode())
    for name, value in parameters["headers"]:
        request.headers.add_header(name, value)
    credentials = Credentials(
        parameters["access_key_id"], parameters["secret_access_key"], parameters["session_token"]
    )
    signer = SigV4Auth(credentials, parameters["service"], parameters["region"])
    now = datetime.datetime.strptime(parameters["at"], "%Y%m%dT%H%M%SZ")
    with mock.patch("botocore.auth.get_current_datetime", return_value=now):
        signer.add_auth(request)
    authorization = request.headers["Authorization"]
    del request.headers["Authorization"]
    # The two steps in between are functions of the request as it is now, which is the request as it was signed.
    canonical_request = signer.canonical_request(request)
    string_to_sign = signer.string_to_sign(request, canonical_request)
    signature = signer.signature(string_to_sign, request)
    assert authorization.endswith(f"Signature={signature}")
    return {
        "canonical_request.txt": canonical_request,
        "string_to_sign.txt": string_to_sign,
        "authorization.txt": authorization,
    }


def main():
    if botocore.__version__ != VERSION:
        sys.exit(f"botocore {VERSION} is what the files are made with, this is {botocore.__version__}")
    check = "--check" in sys.argv[1:]
    wrong = []
    for name, parameters in CASES.items():
        files = {"request.json": json.dumps(parameters, indent=2, ensure_ascii=False) + "\n", **sign(parameters)}
        for file, text in files.items():
            path = FOLDER / name / file
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
            elif not path.exists() or path.read_bytes() != text.encode():
                wrong.append(f"{name}/{file}")
    stray = {path.name for path in FOLDER.iterdir() if path.is_dir()} - CASES.keys()
    wrong.extend(sorted(f"{name}: not a case" for name in stray))
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(CASES)} cases {'hold' if check else 'written'}")


if __name__ == "__main__":
    main()

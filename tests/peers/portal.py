"""IAM Identity Center on loopback: the portal that gives a role's credentials for a token, and the OIDC service that renews one.

The shapes are those of botocore's `sso` and `sso-oidc` models, which `test_sso.py` reads them with too.
"""

import datetime
import hashlib
import http.server
import json
import pathlib
import urllib.parse

from loopback import Loopback


class Portal(Loopback):
    """Answers from `start` to `stop`; `tokens` are those that it takes, `requests` lists what was asked."""

    def __init__(self, keys):
        self.keys = keys
        self.tokens = set()
        self.renewals = {}
        self.roles = {("123456789012", "reader")}
        self.requests = []

    def handler(self):
        return handler(self)

    def environment(self):
        """What leads clients to it."""
        return {"AWS_ENDPOINT_URL_SSO": self.url, "AWS_ENDPOINT_URL_SSO_OIDC": self.url}

    def sign_in(self, home, token, *, lives=3600, renewal=None):
        """What `aws sso login` leaves behind: the portal takes the token, and the session's cache file has it.

        With `renewal` the token can be exchanged once for the next.
        """
        self.tokens.add(token)
        content = {
            "startUrl": "https://corp.example/start",
            "region": "us-east-1",
            "accessToken": token,
            "expiresAt": after(lives),
        }
        if renewal:
            self.renewals[renewal] = f"{token}-renewed"
            content |= {
                "clientId": "client",
                "clientSecret": "client-canary",
                "registrationExpiresAt": after(86400),
                "refreshToken": renewal,
            }
        cache = pathlib.Path(home) / ".aws/sso/cache"
        cache.mkdir(parents=True, exist_ok=True)
        file = cache / (hashlib.sha1(b"corp").hexdigest() + ".json")
        file.write_text(json.dumps(content))
        file.chmod(0o600)
        return file

    def answer(self, method, path, headers, body):
        """Status and body for a request."""
        url = urllib.parse.urlsplit(path)
        self.requests.append((method, url.path))
        match method, url.path:
            case "GET", "/federation/credentials":
                if headers.get("x-amz-sso_bearer_token") not in self.tokens:
                    return 401, {"message": "Session token not found or invalid"}
                asked = dict(urllib.parse.parse_qsl(url.query))
                if (asked.get("account_id"), asked.get("role_name")) not in self.roles:
                    return 403, {"message": "No access"}
                return 200, {"roleCredentials": self.keys()}
            case "POST", "/token":
                renewed = self.renewals.pop(json.loads(body)["refreshToken"], None)
                if renewed is None:
                    return 400, {"error": "invalid_grant", "error_description": "Invalid grant provided"}
                self.tokens.add(renewed)
                return 200, {"accessToken": renewed, "expiresIn": 3600, "tokenType": "Bearer"}
        return 404, {"message": "nothing here"}


def after(seconds):
    """A time from now, as cache files write it."""
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def handler(portal):
    """The class that http.server wants, bound to one portal."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"

        def do_GET(self):
            """Any request."""
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, answer = portal.answer(self.command, self.path, self.headers, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            if status == 401:
                self.send_header("x-amzn-errortype", "UnauthorizedException")
            if status == 403:
                self.send_header("x-amzn-errortype", "ForbiddenException")
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_):
            """Says nothing."""

    return Handler

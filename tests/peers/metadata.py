"""A machine's own metadata on loopback: the instance service (IMDSv2 only) and a container's credentials endpoint."""

import http.server
import json

from loopback import Loopback

ROLE = "machine"
SESSION = "a-session-of-the-instance-service"


class Metadata(Loopback):
    """Answers from `start` to `stop` with the keys that `keys` returns; `requests` lists what was asked, in order."""

    def __init__(self, keys):
        self.keys = keys
        self.requests = []
        self.authorization = None

    def handler(self):
        return handler(self)

    def answer(self, method, path, headers):
        """Status and body for a request."""
        self.requests.append((method, path))
        match method, path:
            case "GET", "/container":
                if headers.get("authorization") != self.authorization:
                    return 401, b"who are you?"
                return 200, json.dumps(self.keys()).encode()
            case "PUT", "/latest/api/token" if headers.get("x-aws-ec2-metadata-token-ttl-seconds"):
                return 200, SESSION.encode()
            case "GET", _ if headers.get("x-aws-ec2-metadata-token") != SESSION:
                return 401, b"IMDSv1 is off"
            case "GET", "/latest/meta-data/iam/security-credentials/":
                return 200, ROLE.encode()
            case "GET", path if path == f"/latest/meta-data/iam/security-credentials/{ROLE}":
                return 200, json.dumps({"Code": "Success", "Type": "AWS-HMAC", **self.keys()}).encode()
        return 404, b"nothing here"


def handler(metadata):
    """The class that http.server wants, bound to one server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """One connection."""

        protocol_version = "HTTP/1.1"

        def do_GET(self):
            """Any request without a body."""
            status, body = metadata.answer(self.command, self.path, self.headers)
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_GET

        def log_message(self, *_):
            """Says nothing."""

    return Handler

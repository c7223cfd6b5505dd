"""Who is calling: the program asks moto, a scripted metadata server and the emulator, over real sockets."""

import json
import logging
import os
import pathlib
import pty
import sys
import tempfile
import time
import unittest
import urllib.request

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

import emulator
import faulty
import metadata
import program

ROLE = "arn:aws:iam::123456789012:role/reader"
#: `{"alg":"RS256"}`, `{"sub":"pod"}`, and a signature that nobody looks at.
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
MACHINE = "arn:aws:sts::123456789012:assumed-role/bedrock-emulator/local"


class Files:
    """A folder with the files that a test needs."""

    def __init__(self, case):
        folder = tempfile.TemporaryDirectory(prefix="bedrock-identity-")
        case.addCleanup(folder.cleanup)
        self._folder = pathlib.Path(folder.name)

    def write(self, name, text):
        """The path of a file with this text, for its owner alone."""
        path = self._folder / name
        path.write_text(text)
        path.chmod(0o600)
        return str(path)


def whoami(environment, *options):
    """What `bedrock whoami` tells in this environment."""
    ended = program.run("whoami", "--output", "json", *options, environment=environment)
    if ended.code != 0:
        raise AssertionError(ended)
    return json.loads(ended.stdout)


class Moto(unittest.TestCase):
    """moto is the STS."""

    @classmethod
    def setUpClass(cls):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        cls.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.server.start()
        host, port = cls.server.get_host_and_port()
        cls.url = f"http://{host}:{port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def environment(self, **variables):
        """Nothing but what finds moto."""
        return dict(os.environ) | {"AWS_REGION": "us-west-2", "AWS_ENDPOINT_URL_STS": self.url} | variables

    def test_keys_of_the_environment_are_told(self):
        for options, changes in ((), {}), (("--endpoint-url", self.url), {"AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}):
            with self.subTest(options):
                caller = whoami(self.environment(**KEYS, **changes), *options)
                self.assertEqual(sorted(caller), ["Account", "Arn", "UserId"])
                self.assertEqual(caller["Arn"], "arn:aws:sts::123456789012:user/moto")

    def test_a_profile_assumes_its_role(self):
        config = Files(self).write(
            "config",
            f"[profile reader]\nrole_arn = {ROLE}\nsource_profile = base\nrole_session_name = peer\nexternal_id = a b&c\n"
            "[profile base]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret\n",
        )
        caller = whoami(self.environment(AWS_CONFIG_FILE=config), "--profile", "reader")
        self.assertEqual(caller["Arn"], "arn:aws:sts::123456789012:assumed-role/reader/peer")

    def test_a_web_identity_assumes_its_role(self):
        token = Files(self).write("token", TOKEN)
        names = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": ROLE, "AWS_ROLE_SESSION_NAME": "pod"}
        caller = whoami(self.environment(**names))
        self.assertEqual(caller["Arn"], "arn:aws:sts::123456789012:assumed-role/reader/pod")

    def test_doctor_tells_the_source_and_who_it_is(self):
        token = Files(self).write("token", TOKEN)
        names = {"AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": ROLE, "AWS_ROLE_SESSION_NAME": "pod"}
        # moto is no Bedrock: what is said of a model is not looked at here.
        with faulty.Faulty([faulty.refusal(404)]) as server:
            names |= {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url, "AWS_ENDPOINT_URL_BEDROCK": server.url}
            ended = program.run("doctor", "--output", "json", environment=self.environment(**names))
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        checks = {check["name"]: check for check in json.loads(ended.stdout)["checks"]}
        looked_at = ["region", "endpoint", "credentials", "connection", "caller", "clock"]
        self.assertEqual({checks[name]["status"] for name in looked_at}, {"ok"})
        self.assertIn("AWS_WEB_IDENTITY_TOKEN_FILE", checks["credentials"]["source"])
        self.assertGreaterEqual(len(checks["credentials"]["passed_over"]), 3)
        self.assertRegex(checks["credentials"]["expires_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(checks["caller"]["account"], "123456789012")
        self.assertLessEqual(abs(checks["clock"]["offset_seconds"]), 5)


class OverSockets(emulator.EmulatorCase):
    """The emulator is STS and Bedrock; the keys come from where a machine has them."""

    options = ("--key-ttl", "1s")

    @property
    def keys_url(self):
        """Where the emulator gives out keys."""
        return self.emulator.exported["AWS_CONTAINER_CREDENTIALS_FULL_URI"]

    def metadata(self):
        """A running metadata server that gives out the emulator's keys."""

        def keys():
            with urllib.request.urlopen(self.keys_url) as answer:
                return json.load(answer)

        server = metadata.Metadata(keys).start()
        self.addCleanup(server.stop)
        return server

    def chats(self, **changes):
        """A few chats, over more time than a key lives."""
        for _ in range(3):
            ended = self.bedrock("chat", "Hello, world", **changes)
            self.assertEqual((ended.code, ended.stderr), (0, ""))
            self.assertIn("Hello, world", ended.stdout)
            time.sleep(0.7)

    def test_a_container_keeps_chatting(self):
        self.chats()

    def test_a_process_keeps_chatting(self):
        fetch = f"import urllib.request as u; print(u.urlopen('{self.keys_url}').read().decode())"
        config = Files(self).write("config", f'[default]\ncredential_process = {sys.executable} -c "{fetch}"\n')
        self.chats(AWS_CONFIG_FILE=config, AWS_CONTAINER_CREDENTIALS_FULL_URI=None)

    def test_a_container_reads_its_token_each_time(self):
        server, files = self.metadata(), Files(self)
        for secret in ("first", "second"):
            server.authorization = secret
            path = files.write("token", secret)
            environment = self.emulator.environment(
                AWS_CONTAINER_CREDENTIALS_FULL_URI=f"{server.url}/container",
                AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=path,
            )
            self.assertEqual(whoami(environment)["Arn"], MACHINE)
        self.assertEqual(server.requests, [("GET", "/container")] * 2)

    def test_an_instance_has_its_role(self):
        server = self.metadata()
        changes = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": None,
            "AWS_EC2_METADATA_DISABLED": None,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
        }
        self.assertEqual(whoami(self.emulator.environment(**changes))["Arn"], MACHINE)
        path = "/latest/meta-data/iam/security-credentials/"
        asked = [("PUT", "/latest/api/token"), ("GET", path), ("GET", path + metadata.ROLE)]
        self.assertEqual(server.requests, asked)
        self.chats(**changes)

    def test_a_code_is_asked_for_on_the_terminal(self):
        config = Files(self).write(
            "config",
            f"[profile reader]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n"
            "role_session_name = peer\n[profile base]\naws_access_key_id = AKIABEDROCKEMULATOR0\n"
            "aws_secret_access_key = local/emulator/secret/that/opens/nothing\n",
        )
        environment = self.emulator.environment(AWS_CONFIG_FILE=config)
        asked, code = at_terminal(["whoami", "--profile", "reader"], environment, answer="123456\n")
        self.assertIn("MFA code of arn:aws:iam::1:mfa/me: ", asked)
        self.assertIn("arn:aws:sts::123456789012:assumed-role/reader/peer", asked)
        self.assertEqual(code, 0)


class Alone(unittest.TestCase):
    """Nobody is asked: what the program says by itself."""

    def ended(self, *arguments, **variables):
        """How a command ends where these variables are all there is; instance metadata is off."""
        environment = dict(os.environ) | {"AWS_REGION": "us-east-1"} | variables
        return program.run(*arguments, environment=environment)

    def test_a_token_is_the_bare_key(self):
        ended = self.ended("token", "--expires", "1h", **KEYS)
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        self.assertRegex(ended.stdout, r"^bedrock-api-key-[A-Za-z0-9+/]+=*\n$")

    def test_a_token_lives_twelve_hours_at_most(self):
        ended = self.ended("token", "--expires", "13h", "--output", "json", **KEYS)
        self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (2, "config", ""))

    def test_an_api_key_makes_no_token_and_is_nobody(self):
        for command in ("token", "whoami"):
            ended = self.ended(command, "--output", "json", AWS_BEARER_TOKEN_BEDROCK="ABSKcanary", **KEYS)
            self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (3, "credentials", ""))
            self.assertIn("API key", ended.error["message"])
            self.assertNotIn("canary", ended.stderr)



def at_terminal(arguments, environment, answer):
    """What the program writes to a terminal where a person answers its question, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(program.path, [str(program.path), *arguments], environment)
    written = b""
    deadline = time.monotonic() + program.SECONDS
    answered = False
    while time.monotonic() < deadline:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side has closed
            break
        if not chunk:
            break
        written += chunk
        if not answered and written.endswith(b": "):
            os.write(terminal, answer.encode())
            answered = True
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    return written.decode(), os.waitstatus_to_exitcode(status)

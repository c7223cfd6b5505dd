"""`bedrock doctor` finds what is wrong, by a code that stays, and names what mends it; one failure hides no other."""

import contextlib
import hashlib
import json
import pathlib
import socket
import tempfile
import time
import urllib.request

import emulator
import faulty
import program
from test_proxies import Proxy

#: No model that ends.
MODEL = "opus"

NAMES = ["region", "endpoint", "credentials", "connection", "caller", "clock", "model", "access"]


class DoctorCase(emulator.EmulatorCase):
    """A doctor who is asked with `--output json`, and what the report says."""

    def doctor(self, *options, **changes):
        """How it ended, and its checks by name."""
        ended = self.bedrock("doctor", "-m", MODEL, "--output", "json", *options, **changes)
        return ended, {check["name"]: check for check in json.loads(ended.stdout)["checks"]}

    def finds(self, exit_code, name, code, hint, *options, **changes):
        """The checks of a run that finds this, says what mends it, and ends like this."""
        ended, checks = self.doctor(*options, **changes)
        found = checks[name]
        self.assertEqual((ended.code, found.get("code")), (exit_code, code), ended)
        self.assertIn(hint, found["hint"])
        if found["status"] == "fail":
            self.assertTrue(ended.error["message"])
            self.assertIn("FAIL", self.bedrock("doctor", "-m", MODEL, *options, **changes).stdout)
        return checks


class Plain(DoctorCase):
    """The emulator as it is."""

    def test_all_is_well(self):
        ended, checks = self.doctor()
        self.assertEqual((ended.code, ended.stderr, list(checks)), (0, "", NAMES))
        self.assertEqual({(check["status"], "code" in check) for check in checks.values()}, {("ok", False)}, checks)
        self.assertEqual(checks["caller"]["account"], "123456789012")
        self.assertLessEqual(abs(checks["clock"]["offset_seconds"]), 5)
        text = self.bedrock("doctor").stdout
        self.assertRegex(text, r"(?m)^ok    access +anthropic\.claude-sonnet-\S+ can be called$")

    def test_an_api_key_is_asked_for_access_alone(self):
        keys = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        ended, checks = self.doctor(AWS_BEARER_TOKEN_BEDROCK=emulator.API_KEY, **keys)
        self.assertEqual((ended.code, list(checks)), (0, NAMES))
        self.assertEqual({check["status"] for check in checks.values()}, {"ok"}, checks)
        self.assertLessEqual(abs(checks["clock"]["offset_seconds"]), 5)
        self.assertNotIn(emulator.API_KEY, ended.stdout)

    def test_no_credentials(self):
        gone = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        checks = self.finds(3, "credentials", "credentials_none", "`bedrock configure`", **gone)
        self.assertEqual(len(checks["credentials"]["passed_over"]), 6)
        self.assertEqual((checks["connection"]["status"], checks["model"]["status"]), ("ok", "ok"))

    def test_an_expired_session(self):
        with tempfile.TemporaryDirectory(prefix="bedrock-doctor-") as folder:
            home = pathlib.Path(folder)
            cache = home / ".aws/sso/cache"
            cache.mkdir(parents=True)
            (home / ".aws/config").write_text(
                "[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = reader\n"
                "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\n"
            )
            token = {"accessToken": "canary", "expiresAt": "2020-01-01T00:00:00Z"}
            file = cache / (hashlib.sha1(b"corp").hexdigest() + ".json")
            file.write_text(json.dumps(token))
            file.chmod(0o600)
            changes = {"HOME": folder, "AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
            checks = self.finds(
                3, "credentials", "sso_expired", "aws sso login --profile work", "--profile", "work", **changes
            )
            self.assertNotIn("canary", json.dumps(checks))
            self.assertEqual(checks["connection"]["status"], "ok")

    def test_sources_that_fail_and_settings_that_are_none(self):
        gone = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        with tempfile.TemporaryDirectory(prefix="bedrock-doctor-") as folder:
            (pathlib.Path(folder) / ".aws").mkdir()
            (pathlib.Path(folder) / ".aws/config").write_text("[profile broken]\ncredential_process = sh -c 'exit 7'\n")
            checks = self.finds(
                3, "credentials", "credentials_failed", "by hand", "--profile", "broken", HOME=folder, **gone
            )
            self.assertIn("7", checks["credentials"]["message"])
            self.assertEqual(checks["connection"]["status"], "ok")
        self.finds(3, "credentials", "credentials_invalid", "AWS_SECRET_ACCESS_KEY", AWS_SECRET_ACCESS_KEY=None)
        self.finds(3, "credentials", "credentials_invalid", "AWS_BEARER_TOKEN_BEDROCK", AWS_BEARER_TOKEN_BEDROCK="a b", **gone)

    def test_keys_that_are_no_good(self):
        checks = self.finds(1, "caller", "credentials_refused", "secret access key", AWS_SECRET_ACCESS_KEY="wrong")
        self.assertEqual(checks["access"]["code"], "credentials_refused")

    def test_a_region_that_is_none_and_one_without_the_model(self):
        changes = {"AWS_REGION": "us-esat-1", "AWS_DEFAULT_REGION": None}
        checks = self.finds(2, "model", "model_not_here", "bedrock models list --region us-esat-1", **changes)
        self.assertEqual((checks["region"]["status"], checks["region"]["code"]), ("warn", "region_unknown"))
        self.assertIn("us-east-1", checks["model"]["message"])
        european = ("-m", "eu.anthropic.claude-opus-4-6-v1")
        ended = self.bedrock("doctor", *european, "--region", "us-east-1", "--output", "json")
        found = {check["name"]: check for check in json.loads(ended.stdout)["checks"]}["model"]
        self.assertEqual((ended.code, found["code"]), (2, "model_not_here"))
        self.assertIn("bedrock models show", found["hint"])

    def test_no_region_is_the_default_and_a_warning(self):
        gone = {"AWS_REGION": None, "AWS_DEFAULT_REGION": None}
        checks = self.finds(0, "region", "region_default", "bedrock configure", **gone)
        self.assertEqual((checks["region"]["status"], checks["region"]["region"]), ("warn", "us-east-1"))

    def test_a_model_that_will_end(self):
        listed = self.bedrock("models", "list").stdout.splitlines()
        legacy = next((line.split()[0] for line in listed if " legacy, ends " in line), None)
        if legacy is None:
            self.skipTest("today no model is legacy")
        ended = self.bedrock("doctor", "-m", legacy, "--output", "json")
        found = {check["name"]: check for check in json.loads(ended.stdout)["checks"]}["model"]
        self.assertEqual((ended.code, found["status"], found.get("code")), (0, "warn", "model_legacy"), found)
        self.assertRegex(found["message"], r"legacy, .*20\d\d-\d\d-\d\d")
        self.assertIn("instead: -m ", found["hint"])

    def test_a_model_that_bedrock_does_not_know_either(self):
        ended = self.bedrock("doctor", "-m", "anthropic.claude-of-tomorrow", "--output", "json")
        found = {check["name"]: check for check in json.loads(ended.stdout)["checks"]}
        self.assertEqual((ended.code, found["model"]["status"]), (0, "ok"), found["model"])
        self.assertEqual((found["access"]["status"], found["access"]["code"]), ("warn", "model_access_unknown"))
        self.assertTrue(found["access"]["hint"])

    def test_a_model_that_is_none_and_one_that_has_ended(self):
        for model, code, hint in [("sonnett", "model_unknown", "models list"), ("sonnet-3.7", "model_end_of_life", "-m sonnet")]:
            ended = self.bedrock("doctor", "-m", model, "--output", "json")
            found = {check["name"]: check for check in json.loads(ended.stdout)["checks"]}["model"]
            self.assertEqual((ended.code, found["code"]), (2, code), found)
            self.assertIn(hint, found["hint"])

    def test_a_port_where_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        checks = self.finds(4, "connection", "endpoint_unreachable", f"curl -v {url}", ANTHROPIC_BEDROCK_BASE_URL=url)
        self.assertEqual((checks["caller"]["status"], checks["access"]["status"]), ("ok", "ok"))

    def test_a_port_where_nobody_speaks_tls(self):
        url = self.emulator.url.replace("http:", "https:")
        checks = self.finds(4, "connection", "tls_failed", "--endpoint-url", ANTHROPIC_BEDROCK_BASE_URL=url)
        self.assertEqual((checks["caller"]["status"], checks["access"]["status"]), ("ok", "ok"))

    def test_a_server_that_says_nothing_holds_up_no_other_check(self):
        with faulty.Faulty([faulty.STALL]) as server:
            changes = {"AWS_ENDPOINT_URL": server.url, "ANTHROPIC_BEDROCK_BASE_URL": server.url}
            started = time.monotonic()
            ended, checks = self.doctor("--timeout", "3s", **changes)
            self.assertLess(time.monotonic() - started, 5.5, "both wait at the same time")
        self.assertEqual((ended.code, list(checks)), (4, NAMES))
        codes = {name: check["code"] for name, check in checks.items() if "code" in check}
        expected = {"caller": "sts_unreachable", "clock": "clock_unknown", "access": "control_plane_unreachable"}
        self.assertEqual(codes, expected)

    def test_settings_that_make_no_client(self):
        for changes, name, code in [
            ({"AWS_REGION": "us-east-1.evil.com/"}, "region", "region_invalid"),
            ({"AWS_MAX_ATTEMPTS": "many"}, "settings", "settings_invalid"),
            ({"AWS_PROFILE": "nobody", "AWS_REGION": "us-east-1"}, "profile", "profile_unusable"),
        ]:
            ended, checks = self.doctor(**changes)
            self.assertEqual((ended.code, checks[name]["code"]), (2, code), ended)


class Expiring(DoctorCase):
    """Keys that live for a second."""

    options = ("--key-ttl", "1s")

    def test_keys_that_have_expired(self):
        with urllib.request.urlopen(f"{self.emulator.url}/_local/credentials") as answer:
            keys = json.load(answer)
        time.sleep(2.1)
        given = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }
        checks = self.finds(3, "caller", "credentials_expired", "new temporary credentials", **given)
        self.assertIn("environment (AWS_ACCESS_KEY_ID)", checks["caller"]["message"])
        self.assertEqual(checks["access"]["code"], "credentials_expired")


class Skewed(DoctorCase):
    """A server whose clock is wrong, which is what a wrong clock of this machine looks like."""

    options = ("--fault", "skew:600")

    def test_a_clock_that_is_off(self):
        checks = self.finds(0, "clock", "clock_off", "set this machine's clock")
        self.assertAlmostEqual(checks["clock"]["offset_seconds"], -600, delta=5)


class NotGranted(DoctorCase):
    """An account that never asked for access."""

    options = ("--no-model-access",)

    def test_a_model_that_is_not_accessible(self):
        checks = self.finds(2, "access", "model_not_accessible", "`bedrock access request anthropic.claude-")
        self.assertEqual(checks["model"]["status"], "ok")


class Secured(DoctorCase):
    """The emulator with TLS."""

    options = ("--tls",)

    def test_tls_is_told(self):
        ended, checks = self.doctor()
        self.assertEqual(ended.code, 0)
        connection = checks["connection"]
        self.assertEqual(connection["tls"], "TLS 1.3")
        self.assertEqual(connection["trusted"], f"1 certificate of {self.emulator.exported['AWS_CA_BUNDLE']}")
        self.assertIsNone(connection["proxy"])

    def test_an_authority_that_is_not_known(self):
        stranger = emulator.Emulator("--tls").start()
        with contextlib.ExitStack() as last:
            last.callback(stranger.stop)
            changes = {"ANTHROPIC_BEDROCK_BASE_URL": stranger.url}
            checks = self.finds(4, "connection", "ca_unknown", "--ca-bundle", **changes)
        self.assertEqual((checks["caller"]["status"], checks["access"]["status"]), ("ok", "ok"))

    def test_a_proxy_on_the_way_and_one_in_the_way(self):
        with Proxy() as proxy:
            _, checks = self.doctor(HTTPS_PROXY=f"http://me:canary@{proxy.authority}")
            self.assertEqual(checks["connection"]["proxy"], f"http://{proxy.authority}")
            self.assertNotIn("canary", json.dumps(checks))
        with Proxy(password="me:secret") as proxy:
            changes = {"HTTPS_PROXY": f"http://{proxy.authority}"}
            self.finds(4, "connection", "proxy_failed", "USER:PASSWORD", **changes)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            changes = {"HTTPS_PROXY": f"http://127.0.0.1:{listener.getsockname()[1]}"}
        self.finds(4, "connection", "proxy_failed", "NO_PROXY", **changes)

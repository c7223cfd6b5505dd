"""The program as scripts see it: results on stdout, one error object, an exit code."""

import json
import os
import socket
import subprocess
import tempfile

import emulator
import faulty
import program

#: A colon in the path, and no warning that it ends.
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


class Results(emulator.EmulatorCase):
    """What a success prints."""

    def test_messages_create_and_stream_final_print_the_same_message(self):
        created = self.bedrock("messages", "create", "--body=-", stdin=program.request(MODEL))
        final = self.bedrock("messages", "stream", "--final", "--body=-", stdin=program.request(MODEL))
        for ended in (created, final):
            self.assertEqual((ended.code, ended.stderr, ended.stdout.count("\n")), (0, "", 1))
        self.assertEqual(json.loads(final.stdout), json.loads(created.stdout))
        self.assertEqual(json.loads(created.stdout)["stop_reason"], "end_turn")

    def test_messages_stream_prints_one_event_a_line(self):
        final = self.bedrock("messages", "stream", "--final", "--body=-", stdin=program.request(MODEL))
        ended = self.bedrock("messages", "stream", "--body=-", stdin=program.request(MODEL))
        events = [json.loads(line) for line in ended.stdout.splitlines()]
        self.assertEqual((ended.code, ended.stderr), (0, ""))
        self.assertEqual((events[0]["type"], events[-1]["type"]), ("message_start", "message_stop"))
        deltas = [event["delta"]["text"] for event in events if event["type"] == "content_block_delta"]
        self.assertEqual("".join(deltas), program.text_of(json.loads(final.stdout)))
        self.assertGreater(len(deltas), 1)

    def test_a_body_may_be_a_file(self):
        with tempfile.NamedTemporaryFile("w") as body:
            body.write(program.request(MODEL))
            body.flush()
            ended = self.bedrock("messages", "create", "--body", body.name)
        self.assertEqual((ended.code, json.loads(ended.stdout)["type"]), (0, "message"))

    def test_chat_reads_its_prompt_from_stdin(self):
        given = self.bedrock("chat", "-m", MODEL, "Grüße,\nWelt")
        read = self.bedrock("chat", "-m", MODEL, stdin="Grüße,\nWelt")
        self.assertEqual((read.code, read.stderr, read.stdout), (0, "", given.stdout))
        self.assertIn("Grüße,\nWelt", read.stdout)

    def test_a_mode_of_thinking_may_stand_behind_a_blank(self):
        for mode in ("--thinking=adaptive", "--thinking adaptive"):
            ended = self.bedrock("chat", "-m", "opus-4.6", *mode.split(), "--show-thinking", "Why?")
            self.assertEqual(ended.code, 0, ended)
            self.assertIn("Why?", ended.stdout)
            self.assertTrue(ended.stderr)
        self.assertIn("Why?", self.bedrock("chat", "-m", "opus-4.6", "--thinking", "Why?").stdout)

    def test_chat_with_json_prints_the_final_message_alone(self):
        text = self.bedrock("chat", "-m", MODEL, "hi").stdout
        for options in ((), ("--no-stream",)):
            ended = self.bedrock("chat", "-m", MODEL, "hi", "--output=json", *options)
            self.assertEqual((ended.code, ended.stderr, ended.stdout.count("\n")), (0, "", 1))
            self.assertEqual(program.text_of(json.loads(ended.stdout)) + "\n", text)

    def test_the_model_comes_from_the_option_then_the_environment_then_an_alias(self):
        def model(*options, **changes):
            ended = self.bedrock("chat", "hi", "--output=json", *options, **changes)
            return json.loads(ended.stdout)["model"]

        self.assertRegex(model(), "^claude-sonnet-")
        self.assertRegex(model(BEDROCK_MODEL=MODEL), "^claude-haiku-4-5-20251001$")
        self.assertRegex(model("-m", "opus", BEDROCK_MODEL=MODEL), "^claude-opus-")

    def test_global_options_stand_before_and_after(self):
        for arguments in [("--output=json", "chat", "hi"), ("chat", "--output=json", "hi")]:
            self.assertEqual(json.loads(self.bedrock(*arguments).stdout)["type"], "message")

    def test_usage_goes_to_stderr(self):
        ended = self.bedrock("chat", "hi", "--usage")
        self.assertRegex(ended.stderr, r"\d+ tokens in")
        self.assertNotIn("tokens in", ended.stdout)

    def test_local_needs_nothing_and_heeds_nothing(self):
        ours = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"]}
        alone = program.run("--local", "chat", "hi", environment=ours)
        self.assertEqual((alone.code, alone.stderr), (0, ""))
        elsewhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_BEARER_TOKEN_BEDROCK": "wrong"}
        elsewhere |= {"AWS_PROFILE": "nobody", "HTTP_PROXY": "http://127.0.0.1:1"}
        heedless = program.run("--local", "chat", "hi", environment=ours | elsewhere)
        self.assertEqual((heedless.code, heedless.stdout), (0, alone.stdout), heedless.stderr)


class Serve(emulator.EmulatorCase):
    """What `bedrock serve` says."""

    options = ("--tls",)

    def test_a_shell_takes_the_lines_as_they_are(self):
        stale = os.environ | {name: "stale" for name in self.emulator.unset}
        shell = subprocess.run(
            ["sh", "-c", 'eval "$1" && env -0', "sh", "".join(self.emulator.lines)],
            capture_output=True,
            check=True,
            env=stale,
        )
        there = dict(pair.split("=", 1) for pair in shell.stdout.decode().rstrip("\0").split("\0"))
        self.assertEqual(self.emulator.exported.items() - there.items(), set())
        self.assertEqual(self.emulator.unset & there.keys(), set())

    def test_the_lines_are_the_ones_promised(self):
        names = ["AWS_ENDPOINT_URL", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_BEDROCK_MANTLE_BASE_URL", "AWS_REGION"]
        names += ["AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"]
        names += ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"]
        self.assertEqual(list(self.emulator.exported), names)
        self.assertTrue(self.emulator.exported["ANTHROPIC_BEDROCK_MANTLE_BASE_URL"].endswith("/mantle/anthropic"))
        self.assertEqual(self.emulator.lines[-1], "unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK\n")

    def test_it_says_its_api_key_and_ends_well_however_soon(self):
        for _ in range(10):
            ended = emulator.Emulator().start().stop()
            self.assertEqual((ended.code, ended.stdout), (0, ""))
            self.assertIn(emulator.API_KEY, ended.stderr)

    def test_its_certificate_goes_with_it(self):
        for _ in range(10):
            server = emulator.Emulator("--tls").start()
            server.stop()
            self.assertFalse(os.path.exists(server.exported["AWS_CA_BUNDLE"]))

    def test_a_taken_port_is_said(self):
        port = self.emulator.url.rsplit(":", 1)[1]
        ended = program.run("serve", "--port", port, "--output=json")
        self.assertEqual((ended.code, ended.error["kind"], ended.stdout), (1, "io", ""))
        self.assertIn(port, ended.error["message"])


class Refusals(emulator.EmulatorCase):
    """What a failure prints, and its exit code."""

    def failed(self, code, kind, *arguments, stdin="", **changes):
        """The error object of a run that fails like this and prints no result."""
        ended = self.bedrock(*arguments, "--output=json", stdin=stdin, **changes)
        self.assertEqual((ended.code, ended.stdout), (code, ""), ended)
        self.assertEqual(ended.error["kind"], kind)
        self.assertTrue(ended.error["message"])
        return ended.error

    def test_a_wrong_secret(self):
        for arguments in [("chat", "hi"), ("chat", "--no-stream", "hi"), ("messages", "create", "--body=-")]:
            body = program.request(MODEL)
            error = self.failed(1, "api", *arguments, stdin=body, AWS_SECRET_ACCESS_KEY="wrong-secret")
            self.assertEqual((error["code"], error["status"]), ("InvalidSignatureException", 403))
            self.assertEqual((error["attempts"], error["retryable"]), (1, False))
            self.assertRegex(error["request_id"], "^[0-9a-f-]{36}$")
            self.assertTrue(error["hint"])
            self.assertNotIn("wrong-secret", json.dumps(error))

    def test_an_unknown_model(self):
        error = self.failed(1, "api", "chat", "-m", "anthropic.claude-of-tomorrow", "hi")
        self.assertEqual((error["code"], error["status"]), ("ValidationException", 400))

    def test_input_that_the_model_has_no_room_for(self):
        long = "a" * 800_001
        for route, said in [
            ("invoke", "Input is too long for requested model."),
            ("converse", "Input is too long for requested model."),
            ("messages", "tokens > 200000 maximum"),
        ]:
            error = self.failed(1, "api", "--route", route, "chat", "-m", MODEL, stdin=long)
            self.assertEqual(error["status"], 400)
            self.assertIn(said, error["message"])
            self.assertIn("200000 tokens", error["hint"])
        self.assertEqual(self.bedrock("chat", "-m", "opus", stdin=long).code, 0)
        counted = self.bedrock("messages", "count-tokens", "--body=-", stdin=program.request("haiku-4.5", long))
        self.assertGreater(json.loads(counted.stdout)["input_tokens"], 200_000)

    def test_ids_that_are_no_path_segment(self):
        for model in ["..", ".", "", "..;x", "a\r\nb", "a\0b", "x" * 10_000]:
            with self.subTest(model):
                error = self.failed(2, "config", "messages", "create", "--body=-", stdin=program.request(model))
                self.assertTrue(error["hint"])

    def test_a_model_id_never_leaves_its_segment(self):
        for model in ["a/../../b", "a%2Fb", "a?b", "a#b", "a b"]:
            with self.subTest(model), faulty.Faulty([faulty.refusal(400)]) as server:
                program.run(
                    "messages", "create", "--body=-", stdin=program.request(model), environment=server.environment()
                )
                for lines, _ in server.requests:
                    self.assertRegex(lines[0], "^POST /model/[A-Za-z0-9._~%-]+/invoke HTTP/1.1$")

    def test_keys_go_over_plain_http_to_this_machine_only(self):
        url = "http://example.com"
        with faulty.Faulty([faulty.refusal(400)]) as proxy:
            for changes in (
                {"ANTHROPIC_BEDROCK_BASE_URL": url},
                {"ANTHROPIC_BEDROCK_BASE_URL": None, "AWS_ENDPOINT_URL": url},
                {"ANTHROPIC_BEDROCK_BASE_URL": url, "AWS_BEARER_TOKEN_BEDROCK": emulator.API_KEY},
            ):
                self.failed(2, "config", "chat", "hi", HTTP_PROXY=proxy.url, **changes)
            error = self.failed(2, "config", "chat", "hi", "--endpoint-url", url, HTTP_PROXY=proxy.url)
        self.assertIn("https", error["hint"])
        self.assertEqual(proxy.requests, [])

    def test_endpoints_that_are_none(self):
        local = "https://localhost"
        for url in ["https://user:pass@localhost/", f"{local}/?a=b", f"{local}/#a", "file:///tmp", "x", ""]:
            with self.subTest(url):
                self.failed(2, "config", "chat", "hi", "--endpoint-url", url)

    def test_regions_that_are_none(self):
        self.failed(2, "config", "chat", "hi", "--region=x.evil.com/")

    def test_a_body_that_cannot_be_read(self):
        for body in ("/nowhere/at/all", "/"):
            for command in ("create", "stream"):
                self.failed(2, "io", "messages", command, "--body", body)

    def test_a_body_that_is_no_request(self):
        for body in ["", "not JSON", "[]", '"text"', '{"max_tokens":1,"messages":[]}', '{"model":7}']:
            for command in ("create", "stream"):
                with self.subTest(body, command=command):
                    self.failed(2, "config", "messages", command, "--body=-", stdin=body)

    def test_an_empty_prompt(self):
        self.failed(2, "config", "chat", stdin=" \n")

    def test_a_port_where_nothing_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        for arguments in [("chat", "hi"), ("chat", "--no-stream", "hi")]:
            error = self.failed(4, "connect", *arguments, f"--endpoint-url=http://127.0.0.1:{port}", "--max-retries=0")
            self.assertEqual((error["attempts"], error["retryable"]), (1, True))
            self.assertIn(str(port), error["message"])
            self.assertTrue(error["hint"])

    def test_no_credentials_at_all(self):
        gone = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        error = self.failed(3, "credentials", "chat", "hi", **gone)
        self.assertIn("AWS_ACCESS_KEY_ID", error["message"])
        self.assertIn("AWS_BEARER_TOKEN_BEDROCK", error["message"])
        self.assertTrue(error["hint"])
        url = "https://bedrock-runtime.us-east-1.amazonaws.com/"
        self.failed(3, "credentials", "sign", "--url", url, **gone)

    def test_half_a_key_pair(self):
        self.failed(3, "credentials", "chat", "hi", AWS_SECRET_ACCESS_KEY=None)

    def test_a_profile_that_is_not_there(self):
        self.failed(2, "config", "chat", "hi", "--profile=nobody")

    def test_a_certificate_bundle_that_is_none(self):
        for path in ("/nowhere/at/all", "/dev/null"):
            with self.subTest(path):
                self.failed(2, "config", "chat", "hi", "--ca-bundle", path)

    def test_a_bad_option_is_claps_text(self):
        no_unit = ("chat", "--timeout=5", "hi")
        for arguments in [("chat", "--nonsense"), ("nonsense",), ("messages", "create"), no_unit, ()]:
            ended = self.bedrock(*arguments)
            self.assertEqual((ended.code, ended.stdout), (2, ""))
            self.assertIn("--help", ended.stderr)

    def test_a_person_gets_a_sentence_and_a_hint(self):
        ended = self.bedrock("chat", "hi", AWS_SECRET_ACCESS_KEY="wrong")
        self.assertEqual((ended.code, ended.stdout), (1, ""))
        self.assertRegex(ended.stderr, "(?m)^error: InvalidSignatureException")
        self.assertRegex(ended.stderr, "(?m)^  hint: ")
        self.assertNotIn("\x1b", ended.stderr)

    def test_a_certificate_of_an_unknown_authority(self):
        stranger = emulator.Emulator("--tls").start()
        try:
            error = self.failed(4, "connect", "chat", "hi", "--endpoint-url", stranger.url)
            self.assertEqual((error["attempts"], error["retryable"]), (1, False))
        finally:
            stranger.stop()

    def test_no_output_has_a_secret(self):
        secret, token = "canary-secret-key", "canary-session-token"
        changes = {"AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
        for arguments in [("chat", "hi"), ("sign", "--url", f"{self.emulator.url}/x", "--output=json")]:
            ended = self.bedrock(*arguments, "-vvv", **changes)
            self.assertNotIn(secret, ended.stdout + ended.stderr)
            self.assertNotIn(token, ended.stderr)

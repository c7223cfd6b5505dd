"""Anthropic's own Bedrock client, unchanged, takes the emulator for Bedrock."""

import anthropic

import emulator

#: The package sends `anthropic_version` 2026-10-21, which only Claude 4.7 and later take.
MODEL = "global.anthropic.claude-opus-4-8"
OLDER_MODEL = "us.anthropic.claude-sonnet-4-6"
PROMPT = "Grüße, 世界 🦀"
REQUEST = {"max_tokens": 256, "messages": [{"role": "user", "content": PROMPT}]}


def client(**options):
    """A client as its documentation makes one; a refusal is not tried again."""
    return anthropic.AnthropicBedrock(max_retries=0, **options)


def text_of(message):
    """The text of a message."""
    return "".join(block.text for block in message.content if block.type == "text")


class Anthropic(emulator.EmulatorCase):
    """Over plain http, with keys."""

    def refused(self, error, call):
        """The error that a call ends with."""
        with self.exports(), self.assertRaises(error) as caught:
            call()
        return caught.exception

    def test_an_answer_has_one_text_whoever_asks(self):
        with self.exports():
            created = client().messages.create(model=MODEL, **REQUEST)
            with client().messages.stream(model=MODEL, **REQUEST) as stream:
                pieces = list(stream.text_stream)
                streamed = stream.get_final_message()
        text = text_of(created)
        self.assertIn(PROMPT, text)
        self.assertEqual("".join(pieces), text)
        self.assertGreater(len(pieces), 1)
        self.assertEqual(text_of(streamed), text)
        for arguments in [("chat",), ("chat", "--no-stream"), ("--local", "chat")]:
            ended = self.bedrock(*arguments, "-m", MODEL, PROMPT)
            self.assertEqual((ended.code, ended.stdout), (0, f"{text}\n"))

    def test_a_message_is_whole(self):
        with self.exports():
            created = client().messages.create(model=MODEL, **REQUEST)
            with client().messages.stream(model=MODEL, **REQUEST) as stream:
                streamed = stream.get_final_message()
        for message in (created, streamed):
            self.assertEqual((message.type, message.role, message.stop_reason), ("message", "assistant", "end_turn"))
            self.assertRegex(message.id, "^msg_bdrk_")
            self.assertEqual(message.model, "claude-opus-4-8")
            self.assertGreater(message.usage.input_tokens, 0)
            self.assertGreater(message.usage.output_tokens, 1)
        self.assertEqual(created.usage.output_tokens, streamed.usage.output_tokens)

    def test_max_tokens_and_stop_sequences_end_an_answer(self):
        with self.exports():
            cut = client().messages.create(model=MODEL, **REQUEST | {"max_tokens": 2})
            stopped = client().messages.create(model=MODEL, stop_sequences=["emulator"], **REQUEST)
        self.assertEqual((cut.stop_reason, cut.usage.output_tokens), ("max_tokens", 2))
        self.assertEqual((stopped.stop_reason, stopped.stop_sequence), ("stop_sequence", "emulator"))
        self.assertNotIn("emulator", text_of(stopped))

    def test_a_wrong_secret_is_refused(self):
        # As arguments: the package keeps the keys that it once found in the environment.
        key_id = self.emulator.exported["AWS_ACCESS_KEY_ID"]
        wrong = {"aws_access_key": key_id, "aws_secret_key": "wrong"}

        def create():
            client(**wrong).messages.create(model=MODEL, **REQUEST)

        def stream():
            with client(**wrong).messages.stream(model=MODEL, **REQUEST) as events:
                events.until_done()

        for call in (create, stream):
            error = self.refused(anthropic.PermissionDeniedError, call)
            self.assertEqual(error.status_code, 403)
            self.assertIn("request signature", str(error))

    def test_the_newest_version_is_refused_by_an_older_model(self):
        error = self.refused(
            anthropic.BadRequestError, lambda: client().messages.create(model=OLDER_MODEL, **REQUEST)
        )
        self.assertEqual(error.status_code, 400)
        self.assertIn("anthropic_version", str(error))

    def test_the_older_version_is_taken_by_an_older_model(self):
        with self.exports():
            older = {"anthropic_version": "bedrock-2023-05-31"}
            message = client().messages.create(model=OLDER_MODEL, extra_body=older, **REQUEST)
        self.assertEqual(message.stop_reason, "end_turn")

    def test_an_unknown_model_is_refused(self):
        error = self.refused(
            anthropic.BadRequestError,
            lambda: client().messages.create(model="anthropic.claude-of-tomorrow", **REQUEST),
        )
        self.assertIn("The provided model identifier is invalid.", str(error))


class AnthropicWithApiKey(emulator.EmulatorCase):
    """Over TLS, with the API key in place of keys."""

    options = ("--tls",)

    def test_the_api_key_works(self):
        with self.exports(AWS_BEARER_TOKEN_BEDROCK=emulator.API_KEY):
            message = client().messages.create(model=MODEL, **REQUEST)
        self.assertIn(PROMPT, text_of(message))

    def test_a_wrong_api_key_is_refused(self):
        with self.exports(AWS_BEARER_TOKEN_BEDROCK="wrong"):
            with self.assertRaises(anthropic.PermissionDeniedError) as caught:
                client().messages.create(model=MODEL, **REQUEST)
        self.assertIn("API Key", str(caught.exception))

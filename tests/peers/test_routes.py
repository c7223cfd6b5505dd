"""The other routes: Anthropic's clients on the native ones, boto3 on Converse and CountTokens, guardrails on both."""

import json

import anthropic
import boto3
from botocore.exceptions import ClientError

import emulator
import program

PROMPT = "Grüße, 世界 🦀"
RUNTIME_MODEL = "global.anthropic.claude-opus-4-8"
MANTLE_MODEL = "anthropic.claude-opus-4-8"
COUNTED_MODEL = "anthropic.claude-opus-4-6-v1"
MESSAGES = [{"role": "user", "content": PROMPT}]
REQUEST = {"max_tokens": 256, "messages": MESSAGES}
TURNS = [{"role": "user", "content": [{"text": PROMPT}]}]


def mantle(**options):
    """Anthropic's client for mantle, configured by the environment; a refusal is not tried again."""
    return anthropic.AnthropicBedrockMantle(max_retries=0, **options)


def text_of(message):
    """The text of a message of Anthropic's client."""
    return "".join(block.text for block in message.content if block.type == "text")


def runtime():
    """A client of a new session, so that it reads the environment as it is now."""
    return boto3.Session().client("bedrock-runtime")


def converse(model=RUNTIME_MODEL, **members):
    """The answer of Converse."""
    return runtime().converse(modelId=model, **{"messages": TURNS} | members)


def converse_stream(model=RUNTIME_MODEL, **members):
    """The events of ConverseStream."""
    return list(runtime().converse_stream(modelId=model, **{"messages": TURNS} | members)["stream"])


def member(events, name):
    """The one event with this name."""
    (found,) = [event[name] for event in events if name in event]
    return found


class Mantle(emulator.EmulatorCase):
    """Anthropic's client for mantle, with keys and with an API key."""

    def refused(self, error, call):
        """The error that a call ends with."""
        with self.exports(), self.assertRaises(error) as caught:
            call()
        return caught.exception

    def test_an_answer_is_the_one_of_the_other_routes(self):
        with self.exports():
            created = mantle().messages.create(model=MANTLE_MODEL, **REQUEST)
            with mantle().messages.stream(model=MANTLE_MODEL, **REQUEST) as stream:
                pieces = list(stream.text_stream)
                streamed = stream.get_final_message()
            invoked = anthropic.AnthropicBedrock().messages.create(model=RUNTIME_MODEL, **REQUEST)
        self.assertIn(PROMPT, text_of(created))
        self.assertGreater(len(pieces), 1)
        self.assertEqual("".join(pieces), text_of(created))
        for message in (streamed, invoked):
            self.assertEqual(text_of(message), text_of(created))
            self.assertEqual(message.usage.output_tokens, created.usage.output_tokens)
            self.assertEqual(message.usage.input_tokens, created.usage.input_tokens)
            self.assertEqual((message.stop_reason, message.model), ("end_turn", "claude-opus-4-8"))

    def test_tokens_are_counted(self):
        with self.exports():
            counted = mantle().messages.count_tokens(model=MANTLE_MODEL, messages=MESSAGES, system="Be brief.")
            created = mantle().messages.create(model=MANTLE_MODEL, system="Be brief.", **REQUEST)
        self.assertEqual(counted.input_tokens, created.usage.input_tokens)

    def test_betas_and_the_beta_resource_are_taken(self):
        with self.exports():
            message = mantle().beta.messages.create(
                model=MANTLE_MODEL, betas=["context-management-2025-06-27"], **REQUEST
            )
        self.assertIn(PROMPT, text_of(message))

    def test_the_api_key_works(self):
        keys = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        with self.exports(AWS_BEARER_TOKEN_BEDROCK=emulator.API_KEY, **keys):
            self.assertIn(PROMPT, text_of(mantle().messages.create(model=MANTLE_MODEL, **REQUEST)))

    def test_a_profile_is_refused_with_its_reason_and_a_request_id(self):
        error = self.refused(
            anthropic.BadRequestError, lambda: mantle().messages.create(model=RUNTIME_MODEL, **REQUEST)
        )
        self.assertEqual((error.status_code, error.body["error"]["type"]), (400, "invalid_request_error"))
        self.assertIn("inference profile", str(error))
        self.assertEqual(error.request_id, error.body["request_id"])

    def test_each_refusal_has_its_class(self):
        wrong = {"api_key": "wrong"}
        for expected, options, model in [
            (anthropic.NotFoundError, {}, "anthropic.claude-of-tomorrow"),
            (anthropic.AuthenticationError, wrong, MANTLE_MODEL),
        ]:
            with self.subTest(expected):
                self.refused(expected, lambda: mantle(**options).messages.create(model=model, **REQUEST))

    def test_the_form_of_the_answer_is_refused(self):
        schema = {"type": "object", "properties": {}, "additionalProperties": False}
        config = {"format": {"type": "json_schema", "schema": schema}}
        error = self.refused(
            anthropic.BadRequestError,
            lambda: mantle().messages.create(model=MANTLE_MODEL, output_config=config, **REQUEST),
        )
        self.assertIn("output_config.format", str(error))


class NativeOnRuntime(emulator.EmulatorCase):
    """Anthropic's first-party client, pointed at the runtime's Messages API with a Bedrock API key."""

    def test_a_key_in_x_api_key_is_enough(self):
        with self.exports():
            client = anthropic.Anthropic(
                base_url=f"{self.emulator.url}/anthropic", api_key=emulator.API_KEY, max_retries=0
            )
            model = {"model": RUNTIME_MODEL}
            created = client.messages.create(**model, **REQUEST)
            with client.messages.stream(**model, **REQUEST) as stream:
                streamed = stream.get_final_message()
            with self.assertRaises(anthropic.NotFoundError):
                client.messages.count_tokens(messages=MESSAGES, **model)
        self.assertIn(PROMPT, text_of(created))
        self.assertEqual(text_of(streamed), text_of(created))


class Converse(emulator.EmulatorCase):
    """boto3, which checks every answer against AWS's own model of it."""

    def refused(self, call):
        """The error that a call ends with."""
        with self.exports(), self.assertRaises(ClientError) as caught:
            call()
        return caught.exception.response

    def test_an_answer_is_the_one_of_invoke_model(self):
        body = {"anthropic_version": "bedrock-2023-05-31", **REQUEST}
        with self.exports():
            answer, events = converse(), converse_stream()
            invoked = runtime().invoke_model(modelId=RUNTIME_MODEL, body=json.dumps(body))
            invoked = json.loads(invoked["body"].read())
        text = answer["output"]["message"]["content"][0]["text"]
        self.assertEqual(text, program.text_of(invoked))
        deltas = [event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event]
        self.assertEqual("".join(deltas), text)
        self.assertGreater(len(deltas), 1)
        usage = answer["usage"]
        self.assertEqual(usage["inputTokens"], invoked["usage"]["input_tokens"])
        self.assertEqual(usage["outputTokens"], invoked["usage"]["output_tokens"])
        self.assertEqual(usage["totalTokens"], usage["inputTokens"] + usage["outputTokens"])
        self.assertEqual(member(events, "metadata")["usage"], usage)
        self.assertEqual((answer["stopReason"], member(events, "messageStop")["stopReason"]), ("end_turn",) * 2)
        self.assertEqual([next(iter(event)) for event in events[-2:]], ["messageStop", "metadata"])

    def test_options_of_the_call_are_answered(self):
        options = {
            "performanceConfig": {"latency": "optimized"},
            "serviceTier": {"type": "priority"},
            "requestMetadata": {"team": "search"},
            "inferenceConfig": {"maxTokens": 256, "stopSequences": ["emulator"]},
            "additionalModelResponseFieldPaths": ["/stop_sequence"],
        }
        with self.exports():
            answer, events = converse(**options), converse_stream(**options)
        for told in (answer, member(events, "metadata")):
            self.assertEqual(told["performanceConfig"], {"latency": "optimized"})
            self.assertEqual(told["serviceTier"], {"type": "priority"})
        for told in (answer, member(events, "messageStop")):
            self.assertEqual(told["stopReason"], "stop_sequence")
            self.assertEqual(told["additionalModelResponseFields"], {"stop_sequence": "emulator"})

    def test_a_guardrail_steps_in(self):
        config = {"guardrailIdentifier": "alwaysblocks", "guardrailVersion": "1", "trace": "enabled"}
        with self.exports():
            answer, events = converse(guardrailConfig=config), converse_stream(guardrailConfig=config)
            passed = converse(guardrailConfig=config | {"guardrailIdentifier": "another1"})
        self.assertEqual(answer["stopReason"], "guardrail_intervened")
        self.assertEqual(member(events, "messageStop")["stopReason"], "guardrail_intervened")
        for told in (answer, member(events, "metadata")):
            (word,) = told["trace"]["guardrail"]["inputAssessment"]["alwaysblocks"]["wordPolicy"]["customWords"]
            self.assertEqual(word["action"], "BLOCKED")
        self.assertEqual(passed["stopReason"], "end_turn")

    def test_what_is_refused_is_refused_before_the_stream(self):
        for call in (converse, converse_stream):
            response = self.refused(lambda: call("anthropic.claude-of-tomorrow"))
            message = "The provided model identifier is invalid."
            self.assertEqual(response["Error"], {"Code": "ValidationException", "Message": message})
            response = self.refused(lambda: call(additionalModelRequestFields={"surprise": 1}))
            self.assertIn("The model returned the following errors: surprise", response["Error"]["Message"])


class InvokeModelOptions(emulator.EmulatorCase):
    """boto3's arguments of InvokeModel that become headers."""

    def invoke(self, **arguments):
        """The response of InvokeModel, its body read."""
        body = json.dumps({"anthropic_version": "bedrock-2023-05-31", **REQUEST})
        with self.exports():
            response = runtime().invoke_model(modelId=RUNTIME_MODEL, body=body, **arguments)
        return response | {"body": json.loads(response["body"].read())}

    def test_latency_and_tier_are_answered_and_tokens_counted(self):
        response = self.invoke(
            performanceConfigLatency="optimized", serviceTier="priority", requestMetadata='{"team":"search"}'
        )
        self.assertEqual((response["performanceConfigLatency"], response["serviceTier"]), ("optimized", "priority"))
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        usage = response["body"]["usage"]
        self.assertEqual(headers["x-amzn-bedrock-input-token-count"], str(usage["input_tokens"]))
        self.assertEqual(headers["x-amzn-bedrock-output-token-count"], str(usage["output_tokens"]))

    def test_a_guardrail_steps_in(self):
        guardrail = {"guardrailIdentifier": "alwaysblocks", "guardrailVersion": "DRAFT", "trace": "ENABLED"}
        body = self.invoke(**guardrail, contentType="application/json")["body"]
        self.assertEqual((body["amazon-bedrock-guardrailAction"], body["stop_reason"]), ("INTERVENED", "end_turn"))
        self.assertIn("alwaysblocks", body["amazon-bedrock-trace"]["guardrail"]["input"])


class CountTokens(emulator.EmulatorCase):
    """boto3 on CountTokens of the runtime."""

    def test_both_forms_count_what_the_answer_counts(self):
        body = json.dumps({"anthropic_version": "bedrock-2023-05-31", **REQUEST})
        profile = f"us.{COUNTED_MODEL}"
        with self.exports():
            expected = converse(profile)["usage"]["inputTokens"]
            for form in ({"invokeModel": {"body": body}}, {"converse": {"messages": TURNS}}):
                counted = runtime().count_tokens(modelId=COUNTED_MODEL, input=form)
                self.assertEqual(counted["inputTokens"], expected, form)

    def test_what_cannot_be_counted_is_refused(self):
        for model in (f"us.{COUNTED_MODEL}", "anthropic.claude-opus-5-5"):
            with self.subTest(model), self.exports(), self.assertRaises(ClientError) as caught:
                runtime().count_tokens(modelId=model, input={"converse": {"messages": TURNS}})
            message = "The provided model doesn't support counting tokens."
            expected = {"Code": "ValidationException", "Message": message}
            self.assertEqual(caught.exception.response["Error"], expected)


class BrokenStreams(emulator.EmulatorCase):
    """An exception after some frames, on every framing."""

    options = ("--fault", "exception:throttlingException:4")

    def test_converse_ends_in_an_exception(self):
        with self.exports(), self.assertRaises(ClientError) as caught:
            converse_stream()
        self.assertEqual(caught.exception.response["Error"]["Code"], "throttlingException")

    def test_server_sent_events_end_in_an_error(self):
        with self.exports(), self.assertRaises(anthropic.APIStatusError) as caught:
            with mantle().messages.stream(model=MANTLE_MODEL, **REQUEST) as stream:
                stream.until_done()
        self.assertEqual(caught.exception.body["error"]["type"], "rate_limit_error")

"""The AWS CLI, version 1, as a person types it: what the guide asks of it, and what users see when it is refused."""

import base64
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import emulator
import program

MODEL = "anthropic.claude-opus-4-8"
PROFILE = f"us.{MODEL}"
COUNTED_MODEL = "anthropic.claude-opus-4-6-v1"
REQUEST = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 256,
    "messages": [{"role": "user", "content": "Grüße, 世界 🦀"}],
}
TURNS = json.dumps([{"role": "user", "content": [{"text": "Grüße, 世界 🦀"}]}])
FORM = {
    "companyName": "Example",
    "companyWebsite": "https://example.com",
    "intendedUsers": "0",
    "industryOption": "Education",
    "useCases": "Summaries of lectures",
}
LOGGING = {
    "s3Config": {"bucketName": "my-logs", "keyPrefix": "bedrock"},
    "textDataDeliveryEnabled": True,
    "imageDataDeliveryEnabled": False,
}


@unittest.skipUnless(program.aws, "run.py --aws names no AWS CLI")
class AwsCli(emulator.EmulatorCase):
    """`aws`, configured by what `bedrock serve` exports alone. Each run takes a second, so each test is a story."""

    def aws(self, *arguments, **changes):
        """How a run ends."""
        environment = self.emulator.environment(PYTHONUTF8="1", **changes)
        ended = subprocess.run(
            [program.aws, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=6 * program.SECONDS,
        )
        return program.Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    def told(self, *arguments, **changes):
        """What it prints as JSON; nothing is None."""
        ended = self.aws(*arguments, **changes)
        self.assertEqual((0, ""), (ended.code, ended.stderr), ended)
        return json.loads(ended.stdout) if ended.stdout else None

    def refused(self, sentence, *arguments, **changes):
        """It says this and no more."""
        ended = self.aws(*arguments, **changes)
        self.assertNotEqual(0, ended.code, ended)
        self.assertEqual("", ended.stdout)
        self.assertRegex(ended.stderr.strip(), f"(?s)^(aws: \\[ERROR\\]: )?An error occurred {sentence}$")

    def test_who_asks_and_what_a_wrong_secret_gets(self):
        caller = self.told("sts", "get-caller-identity")
        self.assertEqual(json.loads(self.bedrock("whoami", "--output", "json").stdout), caller)
        wrong = {"AWS_SECRET_ACCESS_KEY": "wrong"}
        mismatch = "The request signature we calculated does not match the signature you provided"
        for service, operation, code in [
            (("sts", "get-caller-identity"), "GetCallerIdentity", "SignatureDoesNotMatch"),
            (("bedrock", "list-foundation-models"), "ListFoundationModels", "InvalidSignatureException"),
        ]:
            with self.subTest(operation):
                said = rf"\({code}\) when calling the {operation} operation: {mismatch}.*"
                self.refused(said, *service, **wrong)

    def test_the_models_are_those_of_the_guide(self):
        options = ("--region=us-west-2", "--by-provider", "anthropic")
        listed = self.told("bedrock", "list-foundation-models", *options, "--query", "modelSummaries[*].modelId")
        ours = self.bedrock("models", "list", "--remote", "--region=us-west-2", "--output", "json")
        self.assertEqual([model["modelId"] for model in json.loads(ours.stdout)["modelSummaries"]], listed)
        self.assertIn(MODEL, listed)
        found = self.told("bedrock", "get-foundation-model", "--model-identifier", MODEL)["modelDetails"]
        self.assertEqual((MODEL, "ACTIVE"), (found["modelId"], found["modelLifecycle"]["status"]))
        self.refused(
            r"\(ResourceNotFoundException\) when calling the GetFoundationModel operation: Could not resolve the foundation "
            r"model from the provided model identifier\.",
            *("bedrock", "get-foundation-model", "--model-identifier", "anthropic.nothing"),
        )

    def test_profiles_are_paged_made_called_and_deleted(self):
        ids = ("--query", "inferenceProfileSummaries[].inferenceProfileId")
        whole = self.told("bedrock", "list-inference-profiles", *ids)
        self.assertEqual(whole, self.told("bedrock", "list-inference-profiles", "--page-size", "7", *ids))
        self.assertGreater(len(whole), 7)
        source = f"copyFrom=arn:aws:bedrock:us-east-1:123456789012:inference-profile/{PROFILE}"
        make = ("--inference-profile-name", "search team", "--model-source", source, "--tags", "key=team,value=search")
        arn = self.told("bedrock", "create-inference-profile", *make)["inferenceProfileArn"]
        found = self.told("bedrock", "get-inference-profile", "--inference-profile-identifier", arn)
        self.assertEqual(("APPLICATION", "search team"), (found["type"], found["inferenceProfileName"]))
        listed = self.told("bedrock", "list-inference-profiles", "--type-equals", "APPLICATION", *ids)
        self.assertEqual([found["inferenceProfileId"]], listed)
        self.assertEqual("end_turn", self.invoked(arn)["stop_reason"])
        self.assertIsNone(self.told("bedrock", "delete-inference-profile", "--inference-profile-identifier", arn))
        self.refused(
            rf"\(ResourceNotFoundException\) when calling the GetInferenceProfile operation: .*{re.escape(arn)}.*",
            *("bedrock", "get-inference-profile", "--inference-profile-identifier", arn),
        )

    def test_access_is_taken_back_and_asked_for(self):
        model = ("--model-id", "anthropic.claude-opus-4-5-20251101-v1:0")
        called = f"us.{model[1]}"

        def agreement():
            return self.told("bedrock", "get-foundation-model-availability", *model)["agreementAvailability"]["status"]

        self.assertEqual("AVAILABLE", agreement())
        self.assertIsNone(self.told("bedrock", "delete-foundation-model-agreement", *model))
        self.assertEqual("NOT_AVAILABLE", agreement())
        self.refused(
            r"\(AccessDeniedException\) when calling the InvokeModel operation: You don't have access to the model with the "
            r"specified model ID\.",
            *("bedrock-runtime", "invoke-model", "--model-id", called, "--body", json.dumps(REQUEST), os.devnull),
        )
        # Version 1 takes a blob as it is, and prints it in base64.
        self.told("bedrock", "put-use-case-for-model-access", "--form-data", json.dumps(FORM))
        kept = self.told("bedrock", "get-use-case-for-model-access")["formData"]
        self.assertEqual(FORM, json.loads(base64.b64decode(kept)))
        (offer,) = self.told("bedrock", "list-foundation-model-agreement-offers", *model)["offers"]
        self.told("bedrock", "create-foundation-model-agreement", *model, "--offer-token", offer["offerToken"])
        self.assertEqual("AVAILABLE", agreement())
        self.assertEqual("end_turn", self.invoked(called)["stop_reason"])

    def test_logging_is_configured_shown_and_ended(self):
        shown = ("bedrock", "get-model-invocation-logging-configuration")
        put = ("bedrock", "put-model-invocation-logging-configuration", "--logging-config")
        self.assertIsNone(self.told(*shown))
        self.told(*put, json.dumps(LOGGING))
        self.assertEqual({"loggingConfig": LOGGING}, self.told(*shown))
        ours = json.loads(self.bedrock("logging", "show", "--output", "json").stdout)
        self.assertEqual({"loggingConfig": LOGGING}, ours)
        self.refused(
            r"\(ValidationException\) when calling the PutModelInvocationLoggingConfiguration operation: 1 validation error "
            r"detected: Value 'logs' at 'loggingConfig\.cloudWatchConfig\.roleArn' failed to satisfy constraint: .*",
            *(*put, "cloudWatchConfig={logGroupName=bedrock,roleArn=logs}"),
        )
        self.told("bedrock", "delete-model-invocation-logging-configuration")
        self.assertIsNone(self.told(*shown))

    def test_a_model_is_called_and_its_tokens_counted(self):
        message = self.invoked(PROFILE)
        ours = self.bedrock("messages", "create", "--body=-", stdin=json.dumps(REQUEST | {"model": PROFILE}))
        self.assertEqual(program.text_of(json.loads(ours.stdout)), program.text_of(message))
        said = self.told("bedrock-runtime", "converse", "--model-id", PROFILE, "--messages", TURNS)
        self.assertEqual(program.text_of(message), said["output"]["message"]["content"][0]["text"])
        form = json.dumps({"converse": {"messages": json.loads(TURNS)}})
        counted = self.told("bedrock-runtime", "count-tokens", "--model-id", COUNTED_MODEL, "--input", form)
        self.assertEqual(message["usage"]["input_tokens"], counted["inputTokens"])
        self.refused(
            r"\(ValidationException\) when calling the InvokeModel operation: Invocation of model ID "
            rf"{re.escape(MODEL)} with on-demand throughput isn.t supported\. .*",
            *("bedrock-runtime", "invoke-model", "--model-id", MODEL, "--body", json.dumps(REQUEST), os.devnull),
        )

    def test_an_api_key_is_enough(self):
        keys = {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}
        self.assertEqual("end_turn", self.invoked(PROFILE, AWS_BEARER_TOKEN_BEDROCK=emulator.API_KEY, **keys)["stop_reason"])
        self.refused(
            r"\(AccessDeniedException\) when calling the ListInferenceProfiles operation: Authentication failed: Please make "
            r"sure your API Key is valid\.",
            *("bedrock", "list-inference-profiles"),
            AWS_BEARER_TOKEN_BEDROCK="wrong",
            **keys,
        )

    def test_each_reads_the_profile_that_the_other_wrote(self):
        keys = {name: self.emulator.exported[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        with tempfile.TemporaryDirectory(prefix="bedrock-awscli-") as home:
            changes = {"HOME": home, **dict.fromkeys([*keys, "AWS_REGION", "AWS_DEFAULT_REGION"])}
            lines = ["region=eu-west-1", *(f"{name.lower()}={value}" for name, value in keys.items())]
            written = self.bedrock("configure", "--profile", "ours", stdin="\n".join(lines), **changes)
            self.assertEqual(0, written.code, written)
            arns = ("--query", "inferenceProfileSummaries[0].inferenceProfileArn")
            arn = self.told("bedrock", "list-inference-profiles", *arns, AWS_PROFILE="ours", **changes)
            self.assertRegex(arn, "^arn:aws:bedrock:eu-west-1:")
            for name, value in keys.items() | {("region", "ap-south-1")}:
                self.assertIsNone(self.told("configure", "set", name.lower(), value, "--profile", "theirs", **changes))
            listed = self.bedrock("profiles", "list", "--output", "json", "--profile", "theirs", **changes)
            first = json.loads(listed.stdout)["inferenceProfileSummaries"][0]
            self.assertRegex(first["inferenceProfileArn"], "^arn:aws:bedrock:ap-south-1:")

    def invoked(self, model, **changes):
        """The message of InvokeModel: its body is read from a file and written to one."""
        with tempfile.TemporaryDirectory(prefix="bedrock-awscli-") as folder:
            sent, answered = pathlib.Path(folder, "request.json"), pathlib.Path(folder, "answer.json")
            sent.write_text(json.dumps(REQUEST))
            call = ("bedrock-runtime", "invoke-model", "--model-id", model, "--body", f"fileb://{sent}", str(answered))
            self.assertEqual("application/json", self.told(*call, **changes)["contentType"])
            return json.loads(answered.read_text())

"""boto3 runs the control plane: models, profiles, access and logging, whose state calls of models follow."""

import gzip
import json

import boto3
from botocore.exceptions import ClientError

import emulator

MODEL = "anthropic.claude-opus-4-8"
PROFILE = f"us.{MODEL}"
FORM = {
    "companyName": "Example",
    "companyWebsite": "https://example.com",
    "intendedUsers": "0",
    "industryOption": "Education",
    "otherIndustryOption": "",
    "useCases": "Summaries of lectures",
}
LOGGING = {
    "s3Config": {"bucketName": "my-logs", "keyPrefix": "bedrock"},
    "cloudWatchConfig": {"logGroupName": "bedrock", "roleArn": "arn:aws:iam::123456789012:role/logs"},
    "textDataDeliveryEnabled": True,
    "imageDataDeliveryEnabled": False,
}


def invoke(model):
    """The status of a call."""
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 16, "messages": [{"role": "user", "content": "Hi"}]}
    client = boto3.Session().client("bedrock-runtime")
    return client.invoke_model(modelId=model, body=json.dumps(body))["ResponseMetadata"]["HTTPStatusCode"]


class ControlPlane(emulator.EmulatorCase):
    """One emulator, asked by boto3's client of `bedrock`."""

    def setUp(self):
        environment = self.exports()
        environment.start()
        self.addCleanup(environment.stop)
        self.bedrock_client = boto3.Session().client("bedrock")

    def refused(self, call, **arguments):
        """The code that a call is refused with."""
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        return caught.exception.response["Error"]["Code"]

    def test_models_are_listed_filtered_and_described(self):
        listed = self.bedrock_client.list_foundation_models(byProvider="anthropic", byOutputModality="TEXT")
        models = {model["modelId"]: model for model in listed["modelSummaries"]}
        self.assertIn(MODEL, models)
        self.assertEqual("ACTIVE", models[MODEL]["modelLifecycle"]["status"])
        found = self.bedrock_client.get_foundation_model(modelIdentifier=models[MODEL]["modelArn"])["modelDetails"]
        self.assertEqual(models[MODEL], found)
        on_demand = self.bedrock_client.list_foundation_models(byInferenceType="ON_DEMAND")["modelSummaries"]
        self.assertLess(len(on_demand), len(models))
        tuned = self.bedrock_client.list_foundation_models(byCustomizationType="FINE_TUNING")["modelSummaries"]
        self.assertEqual([], tuned)
        missing = self.refused(self.bedrock_client.get_foundation_model, modelIdentifier="anthropic.nothing")
        self.assertEqual("ResourceNotFoundException", missing)

    def test_profiles_come_in_pages(self):
        whole = self.bedrock_client.list_inference_profiles()["inferenceProfileSummaries"]
        pages = list(
            self.bedrock_client.get_paginator("list_inference_profiles").paginate(
                typeEquals="SYSTEM_DEFINED", PaginationConfig={"PageSize": 4}
            )
        )
        self.assertGreater(len(pages), 1)
        read = [profile for page in pages for profile in page["inferenceProfileSummaries"]]
        system = [profile for profile in whole if profile["type"] == "SYSTEM_DEFINED"]
        self.assertEqual(system, read)

    def test_a_profile_is_made_called_by_its_arn_and_deleted(self):
        source = self.bedrock_client.get_inference_profile(inferenceProfileIdentifier=PROFILE)
        made = self.bedrock_client.create_inference_profile(
            inferenceProfileName="search team",
            modelSource={"copyFrom": source["inferenceProfileArn"]},
            tags=[{"key": "team", "value": "search"}],
        )
        arn = made["inferenceProfileArn"]
        self.assertEqual(201, made["ResponseMetadata"]["HTTPStatusCode"])
        found = self.bedrock_client.get_inference_profile(inferenceProfileIdentifier=arn)
        self.assertEqual(("search team", source["models"]), (found["inferenceProfileName"], found["models"]))
        self.assertEqual(200, invoke(arn))
        self.bedrock_client.delete_inference_profile(inferenceProfileIdentifier=arn)
        self.assertEqual("ValidationException", self.refused(invoke, model=arn))

    def test_access_is_taken_back_and_asked_for(self):
        model = "anthropic.claude-opus-4-6-v1"
        called = "us.anthropic.claude-opus-4-6-v1"

        def agreement():
            return self.bedrock_client.get_foundation_model_availability(modelId=model)["agreementAvailability"]["status"]

        self.assertEqual(("AVAILABLE", 200), (agreement(), invoke(called)))
        self.bedrock_client.delete_foundation_model_agreement(modelId=model)
        self.assertEqual(("NOT_AVAILABLE", "AccessDeniedException"), (agreement(), self.refused(invoke, model=called)))
        self.bedrock_client.put_use_case_for_model_access(formData=json.dumps(FORM).encode())
        self.assertEqual(FORM, json.loads(self.bedrock_client.get_use_case_for_model_access()["formData"]))
        (offer,) = self.bedrock_client.list_foundation_model_agreement_offers(modelId=model)["offers"]
        self.assertTrue(offer["termDetails"]["legalTerm"]["url"].startswith("https://"))
        self.bedrock_client.create_foundation_model_agreement(modelId=model, offerToken=offer["offerToken"])
        self.assertEqual(("AVAILABLE", 200), (agreement(), invoke(called)))

    def test_the_mode_of_retention_is_kept_and_held_to(self):
        before = self.bedrock_client.get_account_data_retention()["mode"]
        self.assertEqual(200, invoke("us.anthropic.claude-fable-5"))
        self.bedrock_client.put_account_data_retention(mode="default")
        self.assertEqual("default", self.bedrock_client.get_account_data_retention()["mode"])
        self.assertEqual("ValidationException", self.refused(invoke, model="us.anthropic.claude-fable-5"))
        self.bedrock_client.put_account_data_retention(mode=before)

    def test_logging_is_configured_and_ended(self):
        def configured():
            return self.bedrock_client.get_model_invocation_logging_configuration().get("loggingConfig")

        self.assertIsNone(configured())
        self.bedrock_client.put_model_invocation_logging_configuration(loggingConfig=LOGGING)
        self.assertEqual(LOGGING, configured())
        self.bedrock_client.delete_model_invocation_logging_configuration()
        self.assertIsNone(configured())


class Program(emulator.EmulatorCase):
    """The program's commands for the same things, judged by what boto3 then sees."""

    def done(self, *arguments, stdin=""):
        """What a command prints; it must end well."""
        ended = self.bedrock(*arguments, stdin=stdin)
        self.assertEqual(0, ended.code, ended)
        return ended.stdout

    def json(self, *arguments, stdin=""):
        """The same as one JSON value."""
        return json.loads(self.done(*arguments, "--output", "json", stdin=stdin))

    def failed(self, code, *arguments, stdin=""):
        """The error of a command that must end with this code."""
        ended = self.bedrock(*arguments, "--output", "json", stdin=stdin)
        self.assertEqual((code, ""), (ended.code, ended.stdout), ended)
        return ended.error

    def client(self):
        """boto3's client of the control plane."""
        with self.exports():
            return boto3.Session().client("bedrock")

    def test_profiles_are_listed_made_shown_called_and_deleted(self):
        listed = self.json("profiles", "list", "--type", "system-defined")["inferenceProfileSummaries"]
        self.assertIn(PROFILE, [profile["inferenceProfileId"] for profile in listed])
        arn = self.done("profiles", "create", "docs team", "-m", PROFILE, "--tag", "team=docs").strip()
        self.assertEqual("docs team", self.client().get_inference_profile(inferenceProfileIdentifier=arn)["inferenceProfileName"])
        self.assertEqual("APPLICATION", self.json("profiles", "show", arn)["type"])
        self.assertIn("docs team", self.done("profiles", "show", arn))
        self.assertIn(arn, self.done("profiles", "list"))
        self.assertIn("Hi", self.done("chat", "-m", arn, "Hi"))
        self.assertEqual("", self.done("profiles", "delete", arn))
        self.assertEqual("ResourceNotFoundException", self.failed(1, "profiles", "show", arn)["code"])

    def test_models_are_those_that_aws_lists(self):
        with self.exports():
            listed = boto3.Session().client("bedrock").list_foundation_models(byProvider="anthropic")["modelSummaries"]
        told = self.json("models", "list", "--remote")["modelSummaries"]
        self.assertEqual([model["modelArn"] for model in listed], [model["modelArn"] for model in told])
        self.assertRegex(self.done("models", "list", "--remote"), r"Claude Opus 4\.8 +global\.anthropic\.claude-opus-4-8 +active +1M")

    def test_access_says_what_is_missing_and_asks_for_it(self):
        model = "anthropic.claude-sonnet-4-5-20250929-v1:0"
        self.assertEqual("AVAILABLE", self.json("access", "show", model)["agreementAvailability"]["status"])
        self.assertIn("It can be called.", self.done("access", "show", "sonnet-4.5"))
        self.client().delete_foundation_model_agreement(modelId=model)
        shown = self.done("access", "show", model)
        self.assertIn("cannot be called yet", shown)
        self.assertIn(f"bedrock access request {model}", shown)
        refused = self.failed(2, "access", "request", model)
        self.assertEqual("config", refused["kind"])
        self.assertIn("--yes", refused["hint"])
        self.assertIn("It can be called.", self.done("access", "request", model, "--yes"))
        again = self.json("access", "request", model, "--yes")
        self.assertEqual(("AVAILABLE", "aws_review"), (again["agreementAvailability"]["status"], again["mode"]))

    def test_logging_is_shown_enabled_and_disabled(self):
        self.assertEqual({}, self.json("logging", "show"))
        self.assertIn("not kept", self.done("logging", "show"))
        ended = self.bedrock("logging", "enable", "--s3", "my-logs/claude", "--text")
        self.assertEqual(0, ended.code, ended)
        self.assertIn("are kept: texts.", ended.stdout)
        self.assertIn("s3://my-logs/claude/AWSLogs/", ended.stdout)
        self.assertIn("arn:aws:s3:::my-logs/claude/AWSLogs/123456789012/BedrockModelInvocationLogs/*", ended.stderr)
        found = self.client().get_model_invocation_logging_configuration()["loggingConfig"]
        self.assertEqual({"bucketName": "my-logs", "keyPrefix": "claude"}, found["s3Config"])
        self.assertEqual((True, False), (found["textDataDeliveryEnabled"], found["imageDataDeliveryEnabled"]))
        role = "arn:aws:iam::123456789012:role/logs"
        enabled = self.json("logging", "enable", "--cloudwatch", "claude", "--role", role)["loggingConfig"]
        self.assertEqual({"logGroupName": "claude", "roleArn": role}, enabled["cloudWatchConfig"])
        self.assertNotIn("s3Config", enabled)
        self.assertEqual("ValidationException", self.failed(1, "logging", "enable", "--s3", "ab")["code"])
        self.assertEqual({}, self.json("logging", "disable"))

    def test_records_are_read_gzipped_or_not(self):
        record = {
            "schemaType": "ModelInvocationLog",
            "timestamp": "2026-11-22T08:15:00Z",
            "region": "us-east-1",
            "modelId": "global.anthropic.claude-opus-4-6-v1",
            "identity": {"arn": "arn:aws:iam::123456789012:user/a"},
            "input": {"inputTokenCount": 1000, "inputBodyJson": {"messages": []}},
            "output": {"outputTokenCount": 200},
        }
        failure = record | {"errorCode": "ThrottlingException"}
        lines = "".join(json.dumps(line) + "\n" for line in (record, failure)).encode()
        expected = {
            "day": "2026-11-22",
            "modelId": record["modelId"],
            "identityArn": record["identity"]["arn"],
            "requests": 2,
            "errors": 1,
            "inputTokenCount": 2000,
            "outputTokenCount": 400,
            "cacheReadInputTokenCount": 0,
            "cacheWriteInputTokenCount": 0,
            "costUsd": "0.01",
            "requestsWithoutPrice": 0,
        }
        for body in (lines, gzip.compress(lines), gzip.compress(lines[:100]) + gzip.compress(lines[100:])):
            self.assertEqual(expected, self.json("logging", "read", "-", stdin=body))
        self.assertIn("$0.0100", self.done("logging", "read", "-", stdin=lines))
        broken = self.failed(2, "logging", "read", "-", stdin=lines + b"{")
        self.assertIn("line 3", broken["message"])
        self.assertEqual("io", self.failed(2, "logging", "read", "-", stdin=gzip.compress(lines)[:-9])["kind"])


class NoAccess(emulator.EmulatorCase):
    """An account that never asked for access."""

    options = ("--no-model-access",)

    def test_the_form_is_read_the_terms_agreed_to_and_the_model_answers(self):
        refused = self.bedrock("chat", "-m", "opus-4.8", "Hi", "--output", "json")
        self.assertEqual((1, 403), (refused.code, refused.error["status"]))
        missing = self.bedrock("access", "request", "opus-4.8", "--yes", "--output", "json")
        self.assertEqual((2, "config"), (missing.code, missing.error["kind"]))
        self.assertIn("--form", missing.error["hint"])
        holes = self.bedrock("access", "request", "opus-4.8", "--form", "-", "--yes", "--output", "json", stdin="{}")
        self.assertEqual((2, "config"), (holes.code, holes.error["kind"]))
        asked = self.bedrock("access", "request", "opus-4.8", "--form", "-", "--yes", stdin=json.dumps(FORM))
        self.assertEqual(0, asked.code, asked)
        self.assertIn("It can be called.", asked.stdout)
        self.assertIn("terms: https://", asked.stderr)
        with self.exports():
            sent = boto3.Session().client("bedrock").get_use_case_for_model_access()["formData"]
        self.assertEqual(FORM, json.loads(sent))
        self.assertIn("Hi", self.bedrock("chat", "-m", "opus-4.8", "Hi").stdout)

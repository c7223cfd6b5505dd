"""Every operation of the control plane, held to AWS's model of it: answers, refusals of what is malformed, and of what is not there."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

import emulator
import shapes

MODEL = "anthropic.claude-opus-4-8"
PROFILE = f"us.{MODEL}"
ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{PROFILE}"
NOWHERE = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.nothing"
FORM = {
    "companyName": "Example",
    "companyWebsite": "https://example.com",
    "intendedUsers": "0",
    "industryOption": "Education",
    "otherIndustryOption": "",
    "useCases": "Summaries of lectures",
}
ROLE = "arn:aws:iam::123456789012:role/logs"
BUCKET = {"bucketName": "my-logs", "keyPrefix": "bedrock"}
WHOLE = {
    "cloudWatchConfig": {"logGroupName": "bedrock", "roleArn": ROLE, "largeDataDeliveryS3Config": BUCKET},
    "s3Config": BUCKET,
    "textDataDeliveryEnabled": True,
    "imageDataDeliveryEnabled": False,
    "embeddingDataDeliveryEnabled": True,
    "videoDataDeliveryEnabled": False,
    "audioDataDeliveryEnabled": True,
}
NAMED = {"inferenceProfileName": "search team", "modelSource": {"copyFrom": ARN}}
TAG = {"key": "team", "value": "search"}

MALFORMED, MISSING = "ValidationException", "ResourceNotFoundException"
#: Operation, what is wrong with its arguments, and how that is refused.
REFUSED = [
    ("list_foundation_models", {"byInferenceType": "SOMETIMES"}, MALFORMED),
    ("list_foundation_models", {"byOutputModality": "SMELL"}, MALFORMED),
    ("list_foundation_models", {"byCustomizationType": "NONE"}, MALFORMED),
    ("list_foundation_models", {"byProvider": "no_provider!"}, MALFORMED),
    ("get_foundation_model", {"modelIdentifier": "No Model!"}, MALFORMED),
    ("get_foundation_model", {"modelIdentifier": "anthropic.nothing"}, MISSING),
    ("get_foundation_model", {"modelIdentifier": "arn:aws:bedrock:us-east-1::foundation-model/anthropic.nothing"}, MISSING),
    ("list_inference_profiles", {"typeEquals": "OTHER"}, MALFORMED),
    ("list_inference_profiles", {"maxResults": 0}, MALFORMED),
    ("list_inference_profiles", {"maxResults": 1001}, MALFORMED),
    ("list_inference_profiles", {"nextToken": "nonsense"}, MALFORMED),
    ("get_inference_profile", {"inferenceProfileIdentifier": "no profile!"}, MALFORMED),
    ("get_inference_profile", {"inferenceProfileIdentifier": "abcdefghij12"}, MISSING),
    ("get_inference_profile", {"inferenceProfileIdentifier": NOWHERE}, MISSING),
    ("create_inference_profile", NAMED | {"inferenceProfileName": "dots. are not for names"}, MALFORMED),
    ("create_inference_profile", NAMED | {"inferenceProfileName": "a" * 65}, MALFORMED),
    ("create_inference_profile", NAMED | {"description": "no!"}, MALFORMED),
    ("create_inference_profile", NAMED | {"modelSource": {"copyFrom": PROFILE}}, MALFORMED),
    ("create_inference_profile", NAMED | {"clientRequestToken": "-"}, MALFORMED),
    ("create_inference_profile", NAMED | {"tags": [TAG | {"key": "no!"}]}, MALFORMED),
    ("create_inference_profile", NAMED | {"tags": [TAG] * 201}, MALFORMED),
    ("create_inference_profile", {"modelSource": {"copyFrom": ARN}}, MALFORMED),
    ("create_inference_profile", NAMED | {"modelSource": {"copyFrom": NOWHERE}}, MALFORMED),
    ("delete_inference_profile", {"inferenceProfileIdentifier": "no profile!"}, MALFORMED),
    ("delete_inference_profile", {"inferenceProfileIdentifier": PROFILE}, MALFORMED),
    ("delete_inference_profile", {"inferenceProfileIdentifier": "abcdefghij12"}, MISSING),
    ("get_foundation_model_availability", {"modelId": "No Model!"}, MALFORMED),
    ("get_foundation_model_availability", {"modelId": "anthropic.nothing"}, MISSING),
    ("list_foundation_model_agreement_offers", {"modelId": "No Model!"}, MALFORMED),
    ("list_foundation_model_agreement_offers", {"modelId": MODEL, "offerType": "PRIVATE"}, MALFORMED),
    ("list_foundation_model_agreement_offers", {"modelId": "anthropic.nothing"}, MISSING),
    ("create_foundation_model_agreement", {"modelId": "No Model!", "offerToken": "a"}, MALFORMED),
    ("create_foundation_model_agreement", {"modelId": MODEL, "offerToken": "wrong"}, MALFORMED),
    ("create_foundation_model_agreement", {"modelId": MODEL}, MALFORMED),
    ("create_foundation_model_agreement", {"modelId": "anthropic.nothing", "offerToken": "a"}, MISSING),
    ("delete_foundation_model_agreement", {"modelId": "No Model!"}, MALFORMED),
    ("delete_foundation_model_agreement", {}, MALFORMED),
    ("delete_foundation_model_agreement", {"modelId": "anthropic.nothing"}, MISSING),
    ("put_use_case_for_model_access", {"formData": b"short"}, MALFORMED),
    ("put_use_case_for_model_access", {"formData": b"not JSON at all"}, MALFORMED),
    ("put_use_case_for_model_access", {"formData": b'{"companyName":"Example"}'}, MALFORMED),
    ("put_use_case_for_model_access", {"formData": json.dumps(FORM | {"useCases": "a" * 17_000}).encode()}, MALFORMED),
    ("put_use_case_for_model_access", {}, MALFORMED),
    ("put_account_data_retention", {"mode": "forever"}, MALFORMED),
    ("put_account_data_retention", {}, MALFORMED),
    ("put_model_invocation_logging_configuration", {}, MALFORMED),
    ("put_model_invocation_logging_configuration", {"loggingConfig": {"textDataDeliveryEnabled": True}}, MALFORMED),
    ("put_model_invocation_logging_configuration", {"loggingConfig": {"s3Config": {"bucketName": "ab"}}}, MALFORMED),
    ("put_model_invocation_logging_configuration", {"loggingConfig": {"s3Config": {"keyPrefix": "a"}}}, MALFORMED),
    (
        "put_model_invocation_logging_configuration",
        {"loggingConfig": {"cloudWatchConfig": {"logGroupName": "bedrock", "roleArn": "role/logs"}}},
        MALFORMED,
    ),
]


class Shapes(emulator.EmulatorCase):
    """boto3, which sends what it is given."""

    def setUp(self):
        environment = self.exports()
        environment.start()
        self.addCleanup(environment.stop)
        as_given = Config(parameter_validation=False, retries={"max_attempts": 0})
        self.client = shapes.judged(boto3.Session().client("bedrock", config=as_given))

    def test_every_refusal_is_one_of_the_operation(self):
        for operation, arguments, code in REFUSED:
            with self.subTest(operation, arguments=str(arguments)[:100]):
                with self.assertRaises(ClientError) as caught:
                    getattr(self.client, operation)(**arguments)
                self.assertEqual(code, caught.exception.response["Error"]["Code"], caught.exception)
                self.assertIsInstance(caught.exception, getattr(self.client.exceptions, code))

    def test_models(self):
        for region in ("us-east-1", "eu-west-1", "ap-northeast-1", "ca-central-1"):
            client = shapes.judged(boto3.Session().client("bedrock", region_name=region))
            models = client.list_foundation_models()["modelSummaries"]
            self.assertGreater(len(models), 3, region)
            for model in models:
                found = client.get_foundation_model(modelIdentifier=model["modelId"])["modelDetails"]
                self.assertEqual(model, found)

    def test_profiles(self):
        for region in ("us-east-1", "eu-west-1", "ap-northeast-1", "ca-central-1"):
            client = shapes.judged(boto3.Session().client("bedrock", region_name=region))
            for page in client.get_paginator("list_inference_profiles").paginate(PaginationConfig={"PageSize": 50}):
                self.assertTrue(page["inferenceProfileSummaries"])
        made = self.client.create_inference_profile(**NAMED, description="Of: the team.", clientRequestToken="a-1", tags=[TAG])
        again = self.client.create_inference_profile(**NAMED, description="Of: the team.", clientRequestToken="a-1", tags=[TAG])
        arn = made["inferenceProfileArn"]
        self.assertEqual((arn, "ACTIVE"), (again["inferenceProfileArn"], again["status"]))
        with self.assertRaises(self.client.exceptions.ConflictException):
            self.client.create_inference_profile(**NAMED, clientRequestToken="a-1")
        found = self.client.get_inference_profile(inferenceProfileIdentifier=arn)
        self.assertEqual(("APPLICATION", "Of: the team."), (found["type"], found["description"]))
        (own,) = self.client.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
        self.assertEqual(own, {name: value for name, value in found.items() if name != "ResponseMetadata"})
        self.client.delete_inference_profile(inferenceProfileIdentifier=arn)
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.delete_inference_profile(inferenceProfileIdentifier=arn)

    def test_access(self):
        model = {"modelId": MODEL}
        (offer,) = self.client.list_foundation_model_agreement_offers(**model, offerType="ALL")["offers"]
        with self.assertRaises(self.client.exceptions.ConflictException):
            self.client.create_foundation_model_agreement(**model, offerToken=offer["offerToken"])
        self.client.delete_foundation_model_agreement(**model)
        with self.assertRaises(self.client.exceptions.ResourceNotFoundException):
            self.client.delete_foundation_model_agreement(**model)
        self.assertEqual("NOT_AVAILABLE", self.client.get_foundation_model_availability(**model)["agreementAvailability"]["status"])
        self.client.put_use_case_for_model_access(formData=json.dumps(FORM).encode())
        self.assertEqual(FORM, json.loads(self.client.get_use_case_for_model_access()["formData"]))
        agreed = self.client.create_foundation_model_agreement(**model, offerToken=offer["offerToken"])
        self.assertEqual(MODEL, agreed["modelId"])

    def test_retention(self):
        for mode in ("default", "none", "provider_data_share", "inherit", "aws_review"):
            self.assertEqual(mode, self.client.put_account_data_retention(mode=mode)["mode"])
            self.assertEqual(mode, self.client.get_account_data_retention()["mode"])

    def test_logging(self):
        for config in (WHOLE, {"s3Config": {"bucketName": "my-logs"}}):
            self.client.put_model_invocation_logging_configuration(loggingConfig=config)
            self.assertEqual(config, self.client.get_model_invocation_logging_configuration()["loggingConfig"])
        for _ in range(2):
            self.client.delete_model_invocation_logging_configuration()
        self.assertNotIn("loggingConfig", self.client.get_model_invocation_logging_configuration())


class NothingYet(emulator.EmulatorCase):
    """An account that never asked for access."""

    options = ("--no-model-access",)

    def test_there_is_no_form(self):
        with self.exports():
            client = shapes.judged(boto3.Session().client("bedrock"))
            with self.assertRaises(client.exceptions.ResourceNotFoundException):
                client.get_use_case_for_model_access()
            offers = client.list_foundation_model_agreement_offers(modelId=MODEL)["offers"]
            with self.assertRaises(client.exceptions.ResourceNotFoundException):
                client.create_foundation_model_agreement(modelId=MODEL, offerToken=offers[0]["offerToken"])

"""Inference profiles, as boto3 asks the control plane for them."""

import boto3
import botocore.exceptions

import emulator

PROFILE = "us.anthropic.claude-opus-4-8"
ARN = f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/{PROFILE}"


class Profiles(emulator.EmulatorCase):
    """Over plain http."""

    def test_a_profile_of_awss_is_found_by_id_and_arn(self):
        with self.exports():
            client = boto3.Session().client("bedrock")
            for identifier in (PROFILE, ARN):
                profile = client.get_inference_profile(inferenceProfileIdentifier=identifier)
                self.assertEqual(profile["inferenceProfileId"], PROFILE)
                self.assertEqual(profile["inferenceProfileArn"], ARN)
                self.assertEqual((profile["status"], profile["type"]), ("ACTIVE", "SYSTEM_DEFINED"))
                models = {model["modelArn"].rsplit("/", 1)[1] for model in profile["models"]}
                self.assertEqual(models, {"anthropic.claude-opus-4-8"})

    def test_one_that_is_not_there_is_a_modelled_refusal(self):
        with self.exports():
            client = boto3.Session().client("bedrock")
            with self.assertRaises(client.exceptions.ResourceNotFoundException) as caught:
                client.get_inference_profile(inferenceProfileIdentifier="abcdefghij12")
        self.assertIsInstance(caught.exception, botocore.exceptions.ClientError)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 404)

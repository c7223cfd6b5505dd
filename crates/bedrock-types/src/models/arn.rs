//! [`ModelArn`]: the parts of an id that is an ARN.

/// The parts of the ARN of something that can be invoked:
/// `arn:{partition}:{service}:{region}:{account}:{kind}/{resource id}`.
///
/// Which forms there are stands at <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html>.
///
/// ```
/// use bedrock_types::models::{ArnKind, ModelId};
///
/// let id = ModelId::parse("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1")?;
/// let arn = id.arn().ok_or("an ARN")?;
/// assert_eq!((arn.partition, arn.region, arn.account), ("aws", Some("eu-west-1"), Some("123456789012")));
/// assert_eq!((arn.kind, arn.resource_id), (ArnKind::InferenceProfile, "eu.anthropic.claude-opus-4-6-v1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelArn<'a> {
    /// Partition, such as `aws` or `aws-us-gov`.
    pub partition: &'a str,
    /// Service, `bedrock`, or `sagemaker` for an endpoint of the marketplace.
    pub service: &'a str,
    /// Region it is in.
    pub region: Option<&'a str>,
    /// Account it belongs to; what AWS itself offers has none.
    pub account: Option<&'a str>,
    /// What it names.
    pub kind: ArnKind,
    /// Its id among those of its kind; for models and profiles of AWS that is the id they can be called by.
    pub resource_id: &'a str,
}

/// What an ARN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArnKind {
    /// A base model: `foundation-model`.
    FoundationModel,
    /// An inference profile of AWS: `inference-profile`.
    InferenceProfile,
    /// An inference profile of the account's own: `application-inference-profile`.
    ApplicationInferenceProfile,
    /// Bought throughput: `provisioned-model`.
    ProvisionedModel,
    /// A customised model: `custom-model`.
    CustomModel,
    /// A customised model on demand: `custom-model-deployment`.
    CustomModelDeployment,
    /// A model brought along: `imported-model`.
    ImportedModel,
    /// A router between models: `prompt-router`, or AWS's own, `default-prompt-router`.
    PromptRouter,
    /// A prompt of prompt management: `prompt`.
    Prompt,
    /// An endpoint of SageMaker: `endpoint`.
    Endpoint,
    /// Something this version does not know.
    Other,
}

impl<'a> ModelArn<'a> {
    /// Takes an ARN apart; `None` if the text is none or does not say what it names.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let (partition, service, region, account) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (kind, resource_id) = parts.next()?.split_once('/')?;
        if partition.is_empty() || resource_id.is_empty() {
            return None;
        }
        let kind = match (service, kind) {
            ("bedrock", "foundation-model") => ArnKind::FoundationModel,
            ("bedrock", "inference-profile") => ArnKind::InferenceProfile,
            ("bedrock", "application-inference-profile") => ArnKind::ApplicationInferenceProfile,
            ("bedrock", "provisioned-model") => ArnKind::ProvisionedModel,
            ("bedrock", "custom-model") => ArnKind::CustomModel,
            ("bedrock", "custom-model-deployment") => ArnKind::CustomModelDeployment,
            ("bedrock", "imported-model") => ArnKind::ImportedModel,
            ("bedrock", "prompt-router" | "default-prompt-router") => ArnKind::PromptRouter,
            ("bedrock", "prompt") => ArnKind::Prompt,
            ("sagemaker", "endpoint") => ArnKind::Endpoint,
            _ => ArnKind::Other,
        };
        let given = |part: &'a str| (!part.is_empty()).then_some(part);
        Some(Self { partition, service, region: given(region), account: given(account), kind, resource_id })
    }

    /// The model or profile id within, for the two kinds that hold one.
    pub(super) fn id(&self) -> Option<&'a str> {
        matches!(self.kind, ArnKind::FoundationModel | ArnKind::InferenceProfile).then_some(self.resource_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_known_in_every_partition() {
        use ArnKind::*;
        let account = Some("123456789012");
        for (partition, region) in [
            ("aws", "eu-west-1"),
            ("aws-cn", "cn-north-1"),
            ("aws-us-gov", "us-gov-west-1"),
            ("aws-eusc", "eusc-de-east-1"),
            ("aws-iso", "us-iso-east-1"),
            ("aws-iso-b", "us-isob-east-1"),
            ("aws-iso-e", "eu-isoe-west-1"),
            ("aws-iso-f", "us-isof-south-1"),
        ] {
            for (tail, account, kind, resource_id) in [
                (
                    ":foundation-model/anthropic.claude-v2:1:18k",
                    None,
                    FoundationModel,
                    "anthropic.claude-v2:1:18k",
                ),
                ("123456789012:inference-profile/eu.a.b-v1:0", account, InferenceProfile, "eu.a.b-v1:0"),
                (
                    "123456789012:application-inference-profile/abcdefghijkl",
                    account,
                    ApplicationInferenceProfile,
                    "abcdefghijkl",
                ),
                ("123456789012:provisioned-model/abcdefghijkl", account, ProvisionedModel, "abcdefghijkl"),
                ("123456789012:custom-model/a.b:0/abcdefghijkl", account, CustomModel, "a.b:0/abcdefghijkl"),
                (
                    "123456789012:custom-model-deployment/abcdefghijkl",
                    account,
                    CustomModelDeployment,
                    "abcdefghijkl",
                ),
                ("123456789012:imported-model/abcdefghijkl", account, ImportedModel, "abcdefghijkl"),
                ("123456789012:prompt-router/abcdefghijkl", account, PromptRouter, "abcdefghijkl"),
                (
                    "123456789012:default-prompt-router/anthropic.claude:1",
                    account,
                    PromptRouter,
                    "anthropic.claude:1",
                ),
                ("123456789012:prompt/ABCDEFGHIJ:2", account, Prompt, "ABCDEFGHIJ:2"),
                ("123456789012:something-new/x", account, Other, "x"),
            ] {
                let text = format!("arn:{partition}:bedrock:{region}:{tail}");
                let expected = ModelArn {
                    partition,
                    service: "bedrock",
                    region: Some(region),
                    account,
                    kind,
                    resource_id,
                };
                assert_eq!(ModelArn::parse(&text), Some(expected), "{text}");
            }
        }
        let endpoint = ModelArn::parse("arn:aws:sagemaker:us-east-1:123456789012:endpoint/mine");
        assert_eq!(endpoint.map(|arn| arn.kind), Some(Endpoint));
        let elsewhere = ModelArn::parse("arn:aws:sagemaker:us-east-1:123456789012:foundation-model/a");
        assert_eq!(elsewhere.map(|arn| (arn.kind, arn.id())), Some((Other, None)));
        let anywhere = ModelArn::parse("arn:aws:bedrock:::foundation-model/a");
        assert_eq!(anywhere.map(|arn| (arn.region, arn.account)), Some((None, None)));
    }

    #[test]
    fn other_texts_are_no_arn() {
        for text in [
            "",
            "arn",
            "arn:",
            "arn:aws:bedrock",
            "anthropic.claude-v2:1",
            "arn:aws:bedrock:us-east-1::foundation-model",
            "arn:aws:bedrock:us-east-1::foundation-model/",
            "arn::bedrock:us-east-1::foundation-model/a",
            "ARN:aws:bedrock:us-east-1::foundation-model/a",
        ] {
            assert_eq!(ModelArn::parse(text), None, "{text}");
        }
    }
}

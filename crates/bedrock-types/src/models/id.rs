//! [`ModelId`]: what a request names its model by, checked once.
//!
//! A base id, a profile id and an ARN are all text to Bedrock, and new ones come every month, so the check is for what could never be an
//! id or would end up in another path than the one that was signed. Percent-encoding for the path is not here: transport does it.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::arn::{ArnKind, ModelArn};
use super::catalog::{ModelInfo, catalog};

/// Id of a model: base id, inference profile id, or ARN.
///
/// ```
/// use bedrock_types::models::ModelId;
///
/// let id = ModelId::parse("global.anthropic.claude-sonnet-4-6")?;
/// assert_eq!(id.base_model().map(|model| model.name), Some("Claude Sonnet 4.6"));
///
/// let newer_than_this_crate = ModelId::parse("us.anthropic.claude-opus-9")?;
/// assert!(newer_than_this_crate.base_model().is_none());
/// # Ok::<(), bedrock_types::models::ParseModelIdError>(())
/// ```
///
/// The ids of the models of today are constants, each under the name of the model and the prefix of the profile:
///
/// ```
/// use bedrock_types::{MessageCreateParams, models::ModelId};
///
/// let params = MessageCreateParams::new(ModelId::GLOBAL_CLAUDE_SONNET_4_6, 256);
/// assert_eq!(params.model, "global.anthropic.claude-sonnet-4-6");
/// assert_eq!(ModelId::EU_CLAUDE_OPUS_4_6.as_str(), "eu.anthropic.claude-opus-4-6-v1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModelId(Cow<'static, str>); // holds what `check` lets through

impl ModelId {
    /// Takes any text that could be an id; whether Bedrock knows it, only Bedrock can say.
    ///
    /// # Errors
    ///
    /// When the text is empty, longer than 2048 bytes, has a control character, or is `.` or `..`, alone or before a `;`: clients and
    /// servers drop such path segments, and the request would be another one than was signed.
    pub fn parse(id: &str) -> Result<Self, ParseModelIdError> {
        check(id)?;
        Ok(Self(Cow::Owned(id.to_owned())))
    }

    /// An id of the catalog, which a test shows to be one, without a copy.
    pub(super) const fn of_catalog(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The model behind it, where the id says so and the catalog knows it.
    ///
    /// That is so for base ids, mantle ids, inference profile ids with a prefix that the catalog knows, and the ARNs of base models and
    /// profiles, in any partition. It is `None` for ids the catalog does not know, and for ARNs that do not name a model: application
    /// profiles, provisioned and imported models, prompt routers.
    pub fn base_model(&self) -> Option<&'static ModelInfo> {
        let id = self.named()?;
        let of_base = |base: &str| catalog().iter().find(|model| model.id == base);
        let of_mantle = |id: &str| catalog().iter().find(|model| model.mantle.is_some_and(|it| it.id == id));
        match profile_parts(id) {
            Some((_, base)) => of_base(base),
            None => of_base(id).or_else(|| of_mantle(id)),
        }
    }

    /// How far from the region of the call a request with it may run; `None` where the id does not say.
    ///
    /// It does not for prompt routers and prompts, and for texts of no known form.
    ///
    /// ```
    /// use bedrock_types::models::{ModelId, ModelScope};
    ///
    /// let id = ModelId::parse("eu.anthropic.claude-opus-4-6-v1")?;
    /// assert_eq!(id.scope(), Some(ModelScope::Regional { prefix: "eu" }));
    /// # Ok::<(), bedrock_types::models::ParseModelIdError>(())
    /// ```
    pub fn scope(&self) -> Option<ModelScope<'_>> {
        match self.arn().map(|arn| arn.kind) {
            None | Some(ArnKind::FoundationModel | ArnKind::InferenceProfile) => {
                let id = self.named()?;
                match profile_parts(id) {
                    Some((GLOBAL, _)) => Some(ModelScope::Global),
                    Some((prefix, _)) => Some(ModelScope::Regional { prefix }),
                    None => id.starts_with(ANTHROPIC).then_some(ModelScope::InRegion),
                }
            }
            Some(ArnKind::ApplicationInferenceProfile) => Some(ModelScope::Application),
            Some(
                ArnKind::ProvisionedModel
                | ArnKind::CustomModel
                | ArnKind::CustomModelDeployment
                | ArnKind::ImportedModel
                | ArnKind::Endpoint,
            ) => Some(ModelScope::InRegion),
            Some(ArnKind::PromptRouter | ArnKind::Prompt | ArnKind::Other) => None,
        }
    }

    /// Its parts, if it is an ARN.
    pub fn arn(&self) -> Option<ModelArn<'_>> {
        ModelArn::parse(&self.0)
    }

    /// The region in it, if it is an ARN that has one: the call must go there.
    pub fn region(&self) -> Option<&str> {
        self.arn()?.region
    }

    /// The account in it, if it is an ARN that has one.
    pub fn account(&self) -> Option<&str> {
        self.arn()?.account
    }

    /// The model or profile id: of an ARN the one within, if it has one.
    fn named(&self) -> Option<&str> {
        match self.arn() {
            Some(arn) => arn.id(),
            None => Some(&self.0),
        }
    }
}

/// How far from the region of the call a request may run, as an id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModelScope<'a> {
    /// In any commercial region: a `global.` profile.
    Global,
    /// Within a geography.
    Regional {
        /// What the profile's id starts with, such as `eu`.
        prefix: &'a str,
    },
    /// In the region itself: a base model, or one of the account's own.
    InRegion,
    /// As far as the profile goes that the account's own profile was made from.
    Application,
}

/// Prefix and base id of a profile's id, known or newer, if its prefix is one of the catalog.
fn profile_parts(id: &str) -> Option<(&str, &str)> {
    let (prefix, base) = id.split_once('.')?;
    let known = catalog().iter().any(|model| model.profile(prefix).is_some());
    (known && base.starts_with(ANTHROPIC)).then_some((prefix, base))
}

fn check(id: &str) -> Result<(), ParseModelIdError> {
    if id.is_empty() {
        return Err(ParseModelIdError::Empty);
    }
    if id.len() > MAX_BYTES {
        return Err(ParseModelIdError::TooLong { limit: MAX_BYTES, got: id.len() });
    }
    // Nearly every id is of visible ASCII, which its bytes tell without a look at each character.
    let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain && let Some(at) = id.find(char::is_control) {
        return Err(ParseModelIdError::ControlCharacter { at });
    }
    // `a;b` is one segment with a parameter, and some servers look at `a` alone.
    let segment = || id.split_once(';').map_or(id, |(segment, _)| segment);
    if id.starts_with('.') && matches!(segment(), "." | "..") {
        return Err(ParseModelIdError::DotSegment);
    }
    Ok(())
}

impl fmt::Display for ModelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ModelId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for ModelId {
    type Err = ParseModelIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::parse(id)
    }
}

impl TryFrom<&str> for ModelId {
    type Error = ParseModelIdError;

    fn try_from(id: &str) -> Result<Self, Self::Error> {
        Self::parse(id)
    }
}

impl TryFrom<String> for ModelId {
    type Error = ParseModelIdError;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        check(&id)?;
        Ok(Self(Cow::Owned(id)))
    }
}

impl From<ModelId> for String {
    fn from(id: ModelId) -> Self {
        id.0.into_owned()
    }
}

impl<'de> Deserialize<'de> for ModelId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl Serialize for ModelId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Why a text cannot be a [`ModelId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseModelIdError {
    /// There is no text.
    Empty,
    /// It is longer than Bedrock takes.
    TooLong {
        /// Most bytes an id may have.
        limit: usize,
        /// Bytes it has.
        got: usize,
    },
    /// It has a control character.
    ControlCharacter {
        /// Byte position of the first one.
        at: usize,
    },
    /// It is `.` or `..`, alone or before a `;`.
    DotSegment,
}

impl fmt::Display for ParseModelIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("model id is empty"),
            Self::TooLong { limit, got } => write!(f, "model id has {got} bytes, more than {limit}"),
            Self::ControlCharacter { at } => write!(f, "model id has a control character at byte {at}"),
            Self::DotSegment => f.write_str("model id is a dot segment of a path"),
        }
    }
}

impl std::error::Error for ParseModelIdError {}

/// Prefix of the profiles that run anywhere.
pub(super) const GLOBAL: &str = "global";

/// What the base ids of Anthropic's models start with.
const ANTHROPIC: &str = "anthropic.";

const MAX_BYTES: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    fn base(id: &str) -> Option<&'static str> {
        ModelId::parse(id).expect("a legal id").base_model().map(|model| model.id)
    }

    #[test]
    fn arns_of_models_and_profiles_mean_their_model_in_every_partition() {
        let opus = Some("anthropic.claude-opus-4-6-v1");
        let haiku = Some("anthropic.claude-3-haiku-20240307-v1:0");
        for (arn, expected) in [
            ("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-6-v1", opus),
            ("arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1", opus),
            (
                "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1",
                opus,
            ),
            (
                "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
                haiku,
            ),
            ("arn:aws-cn:bedrock:cn-north-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", haiku),
            ("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl", None),
            ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl", None),
            ("arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl", None),
            ("arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1", None),
            ("arn:aws:sagemaker:us-east-1:123456789012:foundation-model/anthropic.claude-opus-4-6-v1", None),
            ("arn:aws:bedrock:us-east-1::foundation-model/", None),
            ("arn:aws:bedrock", None),
        ] {
            assert_eq!(base(arn), expected, "{arn}");
        }
    }

    #[test]
    fn unknown_ids_pass_and_mean_no_model() {
        for id in [
            "claude",
            "anthropic.claude-sonnet-4-6-v1",
            "zz.anthropic.claude-sonnet-4-6",
            "a/../b",
            "modèle",
            "...",
        ] {
            assert_eq!(base(id), None, "{id}");
        }
        // A profile newer than the catalog, of a geography and a model it knows.
        assert_eq!(base("in.anthropic.claude-opus-4-6-v1"), Some("anthropic.claude-opus-4-6-v1"));
    }

    #[test]
    fn a_mantle_id_means_its_model_and_is_no_profile() {
        let haiku = Some("anthropic.claude-haiku-4-5-20251001-v1:0");
        assert_eq!(base("anthropic.claude-haiku-4-5"), haiku);
        assert_eq!(base("us.anthropic.claude-haiku-4-5"), None);
    }

    #[test]
    fn an_id_says_how_far_a_request_may_run() {
        let account = "arn:aws:bedrock:us-east-1:123456789012";
        for (id, expected) in [
            ("global.anthropic.claude-opus-4-6-v1".to_owned(), Some(ModelScope::Global)),
            ("us-gov.anthropic.claude-opus-5".into(), Some(ModelScope::Regional { prefix: "us-gov" })),
            ("eu.anthropic.claude-newer".into(), Some(ModelScope::Regional { prefix: "eu" })),
            ("anthropic.claude-haiku-4-5".into(), Some(ModelScope::InRegion)),
            ("anthropic.claude-newer".into(), Some(ModelScope::InRegion)),
            ("zz.anthropic.claude-opus-4-6-v1".into(), None),
            ("us.meta.llama3".into(), None),
            ("claude".into(), None),
            (format!("{account}:inference-profile/global.anthropic.claude-newer"), Some(ModelScope::Global)),
            (
                format!("{account}:inference-profile/jp.anthropic.claude-sonnet-4-6"),
                Some(ModelScope::Regional { prefix: "jp" }),
            ),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1".into(),
                Some(ModelScope::InRegion),
            ),
            (format!("{account}:application-inference-profile/abc"), Some(ModelScope::Application)),
            (format!("{account}:provisioned-model/abc"), Some(ModelScope::InRegion)),
            (format!("{account}:custom-model-deployment/abc"), Some(ModelScope::InRegion)),
            (format!("{account}:imported-model/abc"), Some(ModelScope::InRegion)),
            (format!("{account}:default-prompt-router/anthropic.claude:1"), None),
        ] {
            let parsed = ModelId::parse(&id).expect("a legal id");
            assert_eq!(parsed.scope(), expected, "{id}");
            let of_arn = id.starts_with("arn:").then_some("us-east-1");
            assert_eq!(parsed.region(), of_arn, "{id}");
            assert_eq!(parsed.account(), id.contains(":1234").then_some("123456789012"), "{id}");
        }
    }

    #[test]
    fn constants_are_the_ids_of_the_catalog() {
        assert_eq!(ModelId::CLAUDE_OPUS_5_5.as_str(), "anthropic.claude-opus-5-5");
        assert_eq!(ModelId::GLOBAL_CLAUDE_OPUS_4_6.as_str(), "global.anthropic.claude-opus-4-6-v1");
        assert_eq!(ModelId::US_GOV_CLAUDE_SONNET_5.as_str(), "us-gov.anthropic.claude-sonnet-5");
        assert_eq!(String::from(ModelId::EU_CLAUDE_SONNET_4_6), "eu.anthropic.claude-sonnet-4-6");
    }

    #[test]
    fn every_id_of_the_catalog_is_one() {
        for model in catalog() {
            let profiles = model.profiles.iter().map(|profile| profile.id);
            for id in [model.id].into_iter().chain(profiles).chain(model.mantle.map(|mantle| mantle.id)) {
                assert_eq!(check(id), Ok(()), "{id}");
            }
        }
    }

    #[test]
    fn what_could_never_be_an_id_is_refused() {
        let long = "a".repeat(2049);
        for (id, expected) in [
            ("", ParseModelIdError::Empty),
            (long.as_str(), ParseModelIdError::TooLong { limit: 2048, got: 2049 }),
            ("a\r\nhost: b", ParseModelIdError::ControlCharacter { at: 1 }),
            ("a\u{85}", ParseModelIdError::ControlCharacter { at: 1 }),
            (".", ParseModelIdError::DotSegment),
            ("..", ParseModelIdError::DotSegment),
            (".;v=1", ParseModelIdError::DotSegment),
            ("..;", ParseModelIdError::DotSegment),
        ] {
            assert_eq!(ModelId::parse(id), Err(expected), "{id:?}");
            assert_eq!(ModelId::try_from(id.to_owned()), Err(expected), "{id:?}");
        }
        assert!(ModelId::parse(&long[1..]).is_ok());
    }

    #[test]
    fn json_is_the_text_and_is_checked() {
        let id: ModelId = serde_json::from_str(r#""anthropic.claude-v2:1""#).expect("a legal id");
        assert_eq!(serde_json::to_string(&id).expect("text"), r#""anthropic.claude-v2:1""#);
        assert!(serde_json::from_str::<ModelId>(r#""..""#).is_err());
    }
}

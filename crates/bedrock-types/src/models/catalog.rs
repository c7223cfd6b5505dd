//! The catalog itself: one [`ModelInfo`] per base model, and lookups by any of its names.

use super::written::written_members;

use super::capabilities::{BetaInfo, Feature, Modality, PromptCache, Sampling, Support, Thinking};
use super::generated;
use super::routing::Profile;
use super::terms::{Confidence, Lifecycle, Price};

/// Every model the catalog knows, oldest first.
pub fn catalog() -> &'static [ModelInfo] {
    generated::MODELS
}

/// The model that a name of the catalog means: base id, profile id, mantle id, alias, or id on Anthropic's own API, which is also what an
/// answer's `model` says; exactly as listed.
///
/// For ARNs, and for profiles the catalog does not list yet, see [`ModelId::base_model`](super::ModelId::base_model).
///
/// ```
/// use bedrock_types::models::find;
///
/// let sonnet = find("sonnet").ok_or("an alias")?;
/// assert_eq!(sonnet.id, "anthropic.claude-sonnet-5-5");
/// assert!(find("anthropic.claude-sonnet-4-6-v1").is_none());
/// # Ok::<(), &str>(())
/// ```
pub fn find(name: &str) -> Option<&'static ModelInfo> {
    catalog().iter().find(|model| {
        model.id == name
            || model.is_called(name)
            || model.mantle.is_some_and(|mantle| mantle.id == name)
            || model.profiles.iter().any(|profile| profile.id == name)
    })
}

/// What is known of one model on Bedrock.
///
/// Absent facts are `None` or empty, never guessed; [`confidence`](Self::confidence) says how well the row is founded as a whole.
/// As JSON its members and values have their names here, in snake case, and prices are decimal texts.
///
/// ```
/// use bedrock_types::models::find;
///
/// let haiku = find("haiku-4.5").ok_or("an alias")?;
/// let json = serde_json::to_value(haiku)?;
/// assert_eq!(json["cache"]["ttl"], serde_json::json!(["5m", "1h"]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Base model id, such as `anthropic.claude-opus-4-6-v1`.
    ///
    /// Sent as it is, it works only in the regions of [`in_region`](Self::in_region).
    pub id: &'static str,
    /// Name for people, such as `Claude Opus 4.6`.
    pub name: &'static str,
    /// Line of models it belongs to, such as `opus`.
    pub family: &'static str,
    /// Short names of our own, unique over the catalog, for [`resolve`](super::resolve).
    pub aliases: &'static [&'static str],
    /// Id on Anthropic's own API.
    pub anthropic_id: Option<&'static str>,
    /// Its entry on the mantle endpoint.
    pub mantle: Option<MantleInfo>,
    /// Regions where the base id may be invoked on demand.
    pub in_region: &'static [&'static str],
    /// Inference profiles that AWS defines for it.
    pub profiles: &'static [Profile],
    /// Tokens that fit into prompt and answer together, without any beta.
    pub context_window: u32,
    /// Largest `max_tokens` it takes, without any beta.
    pub max_output_tokens: u32,
    /// Kinds of input it takes. Output is text for all of them.
    pub input: &'static [Modality],
    /// Values of `anthropic_version` it takes.
    pub api_versions: &'static [&'static str],
    /// How it thinks, and what can be asked of that.
    pub thinking: Thinking,
    /// Values of `output_config.effort` it takes.
    pub effort: &'static [&'static str],
    /// Which of `temperature`, `top_p` and `top_k` it takes.
    pub sampling: Sampling,
    /// Explicit prompt caching, where it has that.
    pub cache: Option<PromptCache>,
    /// What it can do; ask with [`supports`](Self::supports).
    pub features: &'static [Feature],
    /// What it may be able to do: not found, or the sources disagree.
    pub unsure: &'static [Feature],
    /// Beta flags that mean something for this model only.
    pub betas: &'static [BetaInfo],
    /// How many tokens of quota one output token takes.
    pub output_burndown: Option<u32>,
    /// Where it stands between launch and end of life.
    pub lifecycle: Lifecycle,
    /// Listed price.
    pub price: Option<Price>,
    /// How well this row is founded.
    pub confidence: Confidence,
    /// What a reader of this row should know: where sources disagree, or what was not found.
    pub note: Option<&'static str>,
}

impl ModelInfo {
    /// Whether this is a short name of it, or its name on Anthropic's own API: no id of Bedrock, and so never one given in full.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.aliases.contains(&name) || self.anthropic_id == Some(name)
    }

    /// Whether it refuses accounts that have nothing kept of their requests, as all have until they say otherwise:
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-fable-5.html>, 2026-11.
    ///
    /// ```
    /// use bedrock_types::models::find;
    ///
    /// assert!(find("fable").is_some_and(|model| model.needs_data_retention()));
    /// assert!(find("opus").is_some_and(|model| !model.needs_data_retention()));
    /// ```
    pub fn needs_data_retention(&self) -> bool {
        matches!(self.family, "fable" | "mythos")
    }

    /// Whether it can do this.
    pub fn supports(&self, feature: Feature) -> Support {
        if self.features.contains(&feature) {
            Support::Yes
        } else if self.unsure.contains(&feature) {
            Support::Unsure
        } else {
            Support::No
        }
    }

    /// Whether it takes this value of `anthropic_version`.
    pub fn takes_api_version(&self, version: &str) -> bool {
        self.api_versions.contains(&version)
    }

    /// Its inference profile with this prefix, such as `eu` or `global`.
    pub fn profile(&self, prefix: &str) -> Option<&'static Profile> {
        self.profiles.iter().find(|profile| profile.prefix == prefix)
    }
}

/// A model on the mantle endpoint, which knows no profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MantleInfo {
    /// Id to send there, such as `anthropic.claude-haiku-4-5`.
    pub id: &'static str,
    /// Regions whose mantle endpoint serves it; empty where that was not found.
    pub regions: &'static [&'static str],
}

/// Day the catalog was last checked against its sources.
pub const AS_OF: &str = generated::AS_OF;

written_members! {
    ModelInfo { id, name, family, aliases, anthropic_id, mantle, in_region, profiles, context_window, max_output_tokens, input, api_versions, thinking, effort, sampling, cache, features, unsure, betas, output_burndown, lifecycle, price, confidence, note }
    MantleInfo { id, regions }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_name_means_one_model() {
        let mut seen = HashSet::new();
        for model in catalog() {
            let names = model
                .aliases
                .iter()
                .chain([&model.id])
                .chain(model.profiles.iter().map(|profile| &profile.id));
            for name in names {
                assert!(seen.insert(*name), "{name} stands twice");
                assert_eq!(find(name).map(|found| found.id), Some(model.id), "{name}");
            }
        }
    }

    #[test]
    fn the_name_in_an_answer_finds_its_model() {
        for model in catalog() {
            let Some(name) = model.anthropic_id else { continue };
            assert_eq!(find(name).map(|found| found.id), Some(model.id), "{name}");
        }
    }

    #[test]
    fn a_mantle_id_finds_its_model() {
        assert_eq!(
            find("anthropic.claude-haiku-4-5").map(|m| m.id),
            Some("anthropic.claude-haiku-4-5-20251001-v1:0")
        );
        for model in catalog() {
            let Some(mantle) = model.mantle else { continue };
            assert_eq!(find(mantle.id).map(|found| found.id), Some(model.id));
        }
    }

    #[test]
    fn family_aliases_mean_the_newest_model_that_can_be_called() {
        for family in ["opus", "sonnet", "haiku", "fable", "mythos"] {
            let named = find(family).expect("each family has its alias");
            let newest = catalog().iter().rfind(|m| m.family == family && !m.profiles.is_empty());
            assert_eq!(Some(named.id), newest.map(|m| m.id), "{family}");
        }
    }

    #[test]
    fn the_newer_api_version_starts_with_opus_4_7() {
        let takers: Vec<_> =
            catalog().iter().filter(|m| m.takes_api_version("2026-10-21")).map(|m| m.name).collect();
        assert_eq!(takers.first(), Some(&"Claude Opus 4.7"));
        assert!(find("sonnet-4.6").is_some_and(|m| !m.takes_api_version("2026-10-21")));
        assert!(catalog().iter().all(|m| m.takes_api_version("bedrock-2023-05-31")));
    }

    #[test]
    fn limits_are_those_of_a_model() {
        for model in catalog() {
            assert!(model.max_output_tokens < model.context_window, "{}", model.id);
            assert!(model.input.contains(&Modality::Text), "{}", model.id);
        }
    }

    #[test]
    fn features_are_yes_no_or_unsure_but_never_two_of_them() {
        for model in catalog() {
            assert!(model.features.iter().all(|f| !model.unsure.contains(f)), "{}", model.id);
        }
        let opus = find("opus-5.5").expect("in the catalog");
        assert_eq!(opus.supports(Feature::Tools), Support::Yes);
        assert_eq!(opus.supports(Feature::ForcedToolChoice), Support::No);
        assert_eq!(find("opus-4.8").map(|m| m.supports(Feature::StructuredOutput)), Some(Support::Unsure));
    }
}

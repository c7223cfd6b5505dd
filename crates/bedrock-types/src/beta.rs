//! [`Beta`]: features in preview that a request asks for by name, and where each name works.
//!
//! Where a flag goes is the route's matter: in the body with InvokeModel and Converse, in a header on both Messages APIs.
//! Names: <https://platform.claude.com/docs/en/api/beta-headers>; on Bedrock:
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>.

use std::borrow::Cow;
use std::fmt;

use crate::models::{ModelInfo, Support, catalog};
use crate::route::Route;

/// The name of a feature in preview; one that this version does not know is as good.
///
/// ```
/// use bedrock_types::models::Support;
/// use bedrock_types::{Beta, MessageCreateParams, Route};
///
/// let params = MessageCreateParams::new("global.anthropic.claude-opus-4-5-20251101-v1:0", 256)
///     .beta(Beta::EFFORT_2025_11_24)
///     .beta("brand-new-2026-12-01");
/// assert_eq!(params.betas.as_deref().unwrap_or_default().len(), 2);
///
/// let facts = Beta::TOOL_SEARCH_TOOL_2025_10_19.facts().ok_or("known")?;
/// assert_eq!(facts.on(Route::InvokeModel), Support::Yes);
/// assert_eq!(facts.on(Route::Converse), Support::No);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Beta(Cow<'static, str>);

impl Beta {
    /// A name as it is.
    pub fn new(flag: impl Into<String>) -> Self {
        Self(Cow::Owned(flag.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is known of it.
    pub fn facts(&self) -> Option<&'static BetaFacts> {
        betas().iter().find(|facts| facts.flag == self.as_str())
    }
}

impl fmt::Display for Beta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Beta {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Beta {
    fn from(flag: &str) -> Self {
        Self::new(flag)
    }
}

impl From<String> for Beta {
    fn from(flag: String) -> Self {
        Self::new(flag)
    }
}

impl From<Beta> for String {
    fn from(beta: Beta) -> Self {
        beta.0.into_owned()
    }
}

impl PartialEq<str> for Beta {
    fn eq(&self, flag: &str) -> bool {
        self.as_str() == flag
    }
}

/// Every flag that this version knows.
pub fn betas() -> &'static [BetaFacts] {
    FACTS
}

/// Where a flag works, and with which models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BetaFacts {
    /// Its name.
    pub flag: &'static str,
    /// Whether there is still reason to send it.
    pub status: FlagStatus,
    /// The models it does something for.
    pub models: BetaModels,
    invoke_model: Support,
    converse: Support,
    mantle: Support,
}

impl BetaFacts {
    /// Whether the route takes it; one that does not refuses the request or drops the flag.
    ///
    /// Of the Messages API of bedrock-runtime only that is known which is on no route.
    pub fn on(&self, route: Route) -> Support {
        match route {
            Route::InvokeModel => self.invoke_model,
            Route::Converse => self.converse,
            Route::Mantle => self.mantle,
            Route::Messages => match [self.invoke_model, self.converse, self.mantle] {
                [Support::No, Support::No, Support::No] => Support::No,
                _ => Support::Unsure,
            },
        }
    }

    /// Whether it does something for this model.
    pub fn for_model(&self, model: &ModelInfo) -> Support {
        let at = |id: &str| catalog().iter().position(|model| model.id == id);
        match self.models {
            BetaModels::Unknown => Support::Unsure,
            BetaModels::Only(ids) if ids.contains(&model.id) => Support::Yes,
            BetaModels::Only(_) => Support::No,
            BetaModels::Known(ids) if ids.contains(&model.id) => Support::Yes,
            BetaModels::Known(_) => Support::Unsure,
            BetaModels::Since(first) if at(model.id) >= at(first) => Support::Yes,
            BetaModels::Since(_) => Support::No,
        }
    }
}

/// Whether there is reason to send a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FlagStatus {
    /// What it names is to be had with it.
    Preview,
    /// What it names is to be had without it, or is no more; Bedrock refuses some of these.
    Superseded,
    /// What it names is not on Bedrock.
    NotOnBedrock,
}

/// The models a flag does something for, by base id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BetaModels {
    /// Which was not found.
    Unknown,
    /// These; of others it was not found.
    Known(&'static [&'static str]),
    /// These and no others.
    Only(&'static [&'static str]),
    /// This one and all that came later.
    Since(&'static str),
}

/// Writes each row twice: as a constant, and as facts.
macro_rules! flags {
    ($( $(#[$doc:meta])* $constant:ident = $flag:literal: $invoke_model:ident $converse:ident $mantle:ident, $status:ident, $models:expr; )+) => {
        impl Beta {
            $(
                #[doc = concat!("`", $flag, "`: ")]
                $(#[$doc])*
                pub const $constant: Self = Self(Cow::Borrowed($flag));
            )+
        }

        static FACTS: &[BetaFacts] = &[
            $( BetaFacts {
                flag: $flag,
                status: FlagStatus::$status,
                models: $models,
                invoke_model: Support::$invoke_model,
                converse: Support::$converse,
                mantle: Support::$mantle,
            }, )+
        ];
    };
}

use BetaModels::{Known, Only, Since, Unknown};

// In this order: InvokeModel, Converse, mantle. Unsure also where sources disagree.
flags! {
    /// a window of a million tokens; later models have it without, earlier ones no longer.
    CONTEXT_1M_2025_08_07 = "context-1m-2025-08-07": Yes Yes Yes, Superseded, Only(&[]);
    /// the tool `computer_20241022`.
    COMPUTER_USE_2024_10_22 = "computer-use-2024-10-22": Yes Yes Yes, Preview, Unknown;
    /// the tool `computer_20250124`.
    COMPUTER_USE_2025_01_24 = "computer-use-2025-01-24": Yes Yes Yes, Preview, Unknown;
    /// the tool `computer_20251124`.
    COMPUTER_USE_2025_11_24 = "computer-use-2025-11-24": Yes Yes Yes, Preview, Known(&[OPUS_5_5]);
    /// thinking between calls of tools; models that think adaptively do it without.
    INTERLEAVED_THINKING_2025_05_14 = "interleaved-thinking-2025-05-14": Unsure No Yes, Preview,
        Only(&[OPUS_4, SONNET_4, OPUS_4_1, SONNET_4_5, HAIKU_4_5, OPUS_4_5]);
    /// calls of tools in fewer tokens; built in since Claude 4.
    TOKEN_EFFICIENT_TOOLS_2025_02_19 = "token-efficient-tools-2025-02-19": Unsure No Yes, Superseded, Only(&[SONNET_3_7]);
    /// an answer of 128 thousand tokens.
    OUTPUT_128K_2025_02_19 = "output-128k-2025-02-19": Unsure No Yes, Preview, Only(&[SONNET_3_7]);
    /// all of the thinking, for accounts that AWS lets have it.
    DEV_FULL_THINKING_2025_05_14 = "dev-full-thinking-2025-05-14": Yes Unsure Unsure, Preview, Unknown;
    /// edits of the context: `clear_tool_uses_20250919`, `clear_thinking_20251015`.
    CONTEXT_MANAGEMENT_2025_06_27 = "context-management-2025-06-27": Yes No Yes, Preview, Unknown;
    /// effort; models from Claude 4.6 on take it without.
    EFFORT_2025_11_24 = "effort-2025-11-24": Yes Yes Yes, Preview, Only(&[OPUS_4_5]);
    /// search among tools; Bedrock's name for what is elsewhere `advanced-tool-use-2025-11-20`.
    TOOL_SEARCH_TOOL_2025_10_19 = "tool-search-tool-2025-10-19": Yes No Yes, Preview, Since(SONNET_4_5);
    /// `input_examples` of a tool.
    TOOL_EXAMPLES_2025_10_29 = "tool-examples-2025-10-29": Yes No Yes, Preview, Known(&[OPUS_4_5]);
    /// tool input that streams without being checked first.
    FINE_GRAINED_TOOL_STREAMING_2025_05_14 = "fine-grained-tool-streaming-2025-05-14": Yes Yes Yes, Preview, Unknown;
    /// compaction as an edit of the context: `compact_20260112`.
    COMPACT_2026_01_12 = "compact-2026-01-12": Yes No Yes, Preview, Known(&[OPUS_4_6, SONNET_4_6]);
    /// compaction as a parameter of its own.
    COMPACT_2026_09_04 = "compact-2026-09-04": Yes No Unsure, Preview, Known(&[OPUS_5_5]);
    /// `output_format`, the older name of `output_config.format`.
    STRUCTURED_OUTPUTS_2025_11_13 = "structured-outputs-2025-11-13": No Yes Yes, Superseded, Unknown;
    /// another `output_config` in the course of a conversation; AWS takes it by three other names too:
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html>.
    MID_CONVERSATION_OUTPUT_CONFIG_2026_07_01 = "mid-conversation-output-config-2026-07-01": Yes No Unsure, Preview,
        Known(&[FABLE_5_1, MYTHOS_5_1]);
    /// `tool_addition` and `tool_removal`.
    MID_CONVERSATION_TOOL_CHANGES_2026_07_01 = "mid-conversation-tool-changes-2026-07-01": Yes No Unsure, Preview, Unknown;
    /// what happens to thinking blocks whose turns have changed.
    THINKING_BINDING_CONTROLS_2026_08_01 = "thinking-binding-controls-2026-08-01": Yes Yes Yes, Preview, Unknown;
    /// thinking shown as updates.
    THINKING_DISPLAY_UPDATES_2026_08_18 = "thinking-display-updates-2026-08-18": Yes Yes Yes, Preview, Unknown;
    /// `safeguards`.
    DANGEROUS_TOOL_USE_2026_09_03 = "dangerous-tool-use-2026-09-03": Yes No Yes, Preview, Unknown;
    /// search in the web; mantle takes the flag and runs no search.
    WEB_SEARCH_2025_03_05 = "web-search-2025-03-05": No No Yes, NotOnBedrock, Only(&[]);
    /// reading of web pages.
    WEB_FETCH_2025_09_10 = "web-fetch-2025-09-10": No No No, NotOnBedrock, Only(&[]);
    /// files by id.
    FILES_API_2025_04_14 = "files-api-2025-04-14": No No No, NotOnBedrock, Only(&[]);
    /// skills.
    SKILLS_2025_10_02 = "skills-2025-10-02": No No No, NotOnBedrock, Only(&[]);
    /// code that the service runs.
    CODE_EXECUTION_2025_05_22 = "code-execution-2025-05-22": No No No, NotOnBedrock, Only(&[]);
    /// code that the service runs, in its second form.
    CODE_EXECUTION_2025_08_25 = "code-execution-2025-08-25": No No No, NotOnBedrock, Only(&[]);
    /// MCP servers that the service calls.
    MCP_CLIENT_2025_04_04 = "mcp-client-2025-04-04": No No No, NotOnBedrock, Only(&[]);
    /// MCP servers that the service calls, in their second form.
    MCP_CLIENT_2025_11_20 = "mcp-client-2025-11-20": No No No, NotOnBedrock, Only(&[]);
    /// MCP servers that the service calls, in their third form.
    MCP_CLIENT_2026_09_15 = "mcp-client-2026-09-15": No No No, NotOnBedrock, Only(&[]);
    /// faster answers.
    FAST_MODE_2026_02_01 = "fast-mode-2026-02-01": No No No, NotOnBedrock, Only(&[]);
    /// a second model that advises.
    ADVISOR_TOOL_2026_03_01 = "advisor-tool-2026-03-01": No No No, NotOnBedrock, Only(&[]);
    /// cache entries of a wider scope.
    PROMPT_CACHING_SCOPE_2026_01_05 = "prompt-caching-scope-2026-01-05": No No No, NotOnBedrock, Only(&[]);
    /// tools defined where they are used.
    INLINE_TOOLS_2026_09_15 = "inline-tools-2026-09-15": No No No, NotOnBedrock, Only(&[]);
    /// the cache.
    PROMPT_CACHING_2024_07_31 = "prompt-caching-2024-07-31": Unsure Unsure Unsure, Superseded, Only(&[]);
    /// PDF documents.
    PDFS_2024_09_25 = "pdfs-2024-09-25": Unsure Unsure Unsure, Superseded, Only(&[]);
    /// counting of tokens.
    TOKEN_COUNTING_2024_11_01 = "token-counting-2024-11-01": Unsure Unsure Unsure, Superseded, Only(&[]);
    /// batches of Anthropic's own API.
    MESSAGE_BATCHES_2024_09_24 = "message-batches-2024-09-24": Unsure Unsure Unsure, Superseded, Only(&[]);
    /// cache entries of an hour.
    EXTENDED_CACHE_TTL_2025_04_11 = "extended-cache-ttl-2025-04-11": Unsure Unsure Unsure, Superseded, Only(&[]);
    /// why something was not in the cache.
    CACHE_DIAGNOSIS_2026_04_07 = "cache-diagnosis-2026-04-07": Unsure Unsure Unsure, Superseded, Only(&[]);
}

const SONNET_3_7: &str = "anthropic.claude-3-7-sonnet-20250219-v1:0";
const OPUS_4: &str = "anthropic.claude-opus-4-20250514-v1:0";
const SONNET_4: &str = "anthropic.claude-sonnet-4-20250514-v1:0";
const OPUS_4_1: &str = "anthropic.claude-opus-4-1-20250805-v1:0";
const SONNET_4_5: &str = "anthropic.claude-sonnet-4-5-20250929-v1:0";
const HAIKU_4_5: &str = "anthropic.claude-haiku-4-5-20251001-v1:0";
const OPUS_4_5: &str = "anthropic.claude-opus-4-5-20251101-v1:0";
const OPUS_4_6: &str = "anthropic.claude-opus-4-6-v1";
const SONNET_4_6: &str = "anthropic.claude-sonnet-4-6";
const FABLE_5_1: &str = "anthropic.claude-fable-5-1";
const MYTHOS_5_1: &str = "anthropic.claude-mythos-5-1";
const OPUS_5_5: &str = "anthropic.claude-opus-5-5";

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::models::{BetaStatus, find};

    #[test]
    fn flags_are_dated_and_stand_once() {
        let mut seen = HashSet::new();
        for facts in betas() {
            assert!(seen.insert(facts.flag), "{} stands twice", facts.flag);
            let shape: String =
                facts.flag.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            assert!(shape.ends_with("-0000-00-00"), "{}", facts.flag);
            assert_eq!(Beta::new(facts.flag).facts(), Some(facts));
        }
        assert_eq!(Beta::new("brand-new-2026-12-01").facts(), None);
    }

    #[test]
    fn models_of_a_flag_are_in_the_catalog_and_agree_with_it() {
        for facts in betas() {
            let ids = match facts.models {
                Unknown => &[][..],
                Known(ids) | Only(ids) => ids,
                Since(first) => &[first][..],
            };
            for id in ids {
                assert!(catalog().iter().any(|model| model.id == *id), "{}: {id}", facts.flag);
            }
        }
        for model in catalog() {
            for beta in model.betas {
                let facts = Beta::new(beta.flag).facts().expect(beta.flag);
                let expected = match beta.status {
                    BetaStatus::Needed => Support::Yes,
                    BetaStatus::Withdrawn => Support::No,
                };
                assert_eq!(facts.for_model(model), expected, "{}: {}", model.id, beta.flag);
            }
        }
    }

    #[test]
    fn a_flag_works_on_some_routes_for_some_models() {
        let opus = find("opus-4.6").expect("in the catalog");
        for (beta, route, on, for_opus) in [
            (Beta::CONTEXT_1M_2025_08_07, Route::InvokeModel, Support::Yes, Support::No),
            (Beta::COMPACT_2026_01_12, Route::Converse, Support::No, Support::Yes),
            (Beta::COMPACT_2026_09_04, Route::Mantle, Support::Unsure, Support::Unsure),
            (Beta::TOOL_SEARCH_TOOL_2025_10_19, Route::Mantle, Support::Yes, Support::Yes),
            (Beta::EFFORT_2025_11_24, Route::Messages, Support::Unsure, Support::No),
            (Beta::FILES_API_2025_04_14, Route::Messages, Support::No, Support::No),
            (Beta::CONTEXT_MANAGEMENT_2025_06_27, Route::InvokeModel, Support::Yes, Support::Unsure),
        ] {
            let facts = beta.facts().expect("a constant");
            assert_eq!((facts.on(route), facts.for_model(opus)), (on, for_opus), "{beta} {route}");
        }
        let older = find("opus-4.1").expect("in the catalog");
        let search = Beta::TOOL_SEARCH_TOOL_2025_10_19.facts().expect("a constant");
        assert_eq!(search.for_model(older), Support::No);
    }

    #[test]
    fn what_is_not_on_bedrock_is_no_preview() {
        for facts in betas().iter().filter(|facts| facts.status == FlagStatus::NotOnBedrock) {
            assert_eq!(facts.models, Only(&[]), "{}", facts.flag);
            assert_eq!((facts.invoke_model, facts.converse), (Support::No, Support::No), "{}", facts.flag);
        }
    }
}

//! What a model can do: inputs, thinking, sampling, caching, and features that only some models have.
//!
//! Facts only; whether a request keeps to them is decided where the request is.

use super::written::{written_members, written_words};

/// A kind of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Modality {
    /// Text.
    Text,
    /// Images.
    Image,
}

/// Something that some models can do and others cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// The native Messages endpoint of bedrock-runtime, beside InvokeModel and Converse, which all models have.
    MessagesRoute,
    /// Tools.
    Tools,
    /// `strict` in a tool's definition.
    StrictTools,
    /// A `tool_choice` of `any` or `tool`.
    ForcedToolChoice,
    /// The same while the model thinks.
    ///
    /// Which models take it on Bedrock was tried out by others: <https://github.com/langchain-ai/langchain-aws/pull/1141> and
    /// <https://github.com/langchain-ai/langchain-aws/pull/1151>, 2026-07.
    ForcedToolChoiceWithThinking,
    /// `output_config.format` with a JSON schema.
    StructuredOutput,
    /// PDF documents.
    Pdf,
    /// Citations.
    Citations,
    /// A conversation that ends with the beginning of the assistant's answer.
    Prefill,
    /// System messages between the turns.
    MidConversationSystem,
    /// The CountTokens operation of bedrock-runtime.
    CountTokensRuntime,
    /// The `count_tokens` path of the mantle endpoint.
    CountTokensMantle,
    /// Batch inference jobs.
    Batch,
}

/// Whether a model can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Support {
    /// It can.
    Yes,
    /// It cannot; a request that asks for it is refused.
    No,
    /// Not found, or the sources disagree.
    Unsure,
}

/// How a model thinks, and what can be asked of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thinking {
    /// Who decides how much it thinks.
    pub mode: ThinkingMode,
    /// Whether it thinks when the request says nothing about it.
    pub on_by_default: bool,
    /// Whether `{"type": "enabled", "budget_tokens": …}` is taken.
    pub manual: ManualThinking,
    /// Least `budget_tokens`.
    pub min_budget: Option<u32>,
    /// Whether `{"type": "disabled"}` is taken.
    pub disable: DisableThinking,
    /// Whether `{"type": "between_tools"}` is taken.
    pub between_tools: bool,
    /// Effort it works with when the request names none.
    pub default_effort: Option<&'static str>,
    /// Whether thinking blocks are bound to the model and to the turns before them: replayed elsewhere, they are refused.
    pub bound_blocks: bool,
}

/// Who decides how much a model thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThinkingMode {
    /// It does not think.
    None,
    /// The request, with a budget of tokens.
    Manual,
    /// The model, where the request allows it.
    Adaptive,
    /// The model, always.
    AlwaysOn,
}

/// Whether thinking with a budget is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ManualThinking {
    /// It is the way to ask.
    Accepted,
    /// It still works.
    Deprecated,
    /// It is refused.
    Rejected,
}

/// Whether thinking can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DisableThinking {
    /// With any effort.
    AnyEffort,
    /// With effort `high` or lower only.
    UpToHighEffort,
    /// Never: there is none, or it is always on.
    Never,
}

/// Which of `temperature`, `top_p` and `top_k` a model takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Sampling {
    /// All of them, together too.
    Full,
    /// `temperature` or `top_p`, not both.
    TemperatureOrTopP,
    /// Only `temperature` 1.0.
    FixedTemperature,
    /// Only `temperature` 1.0 or `top_p` 0.99.
    FixedTemperatureOrTopP,
    /// None of them.
    None,
}

/// Explicit prompt caching with `cache_control`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PromptCache {
    /// Least prefix that is cached; below it the call works and nothing is cached.
    pub min_tokens: Option<u32>,
    /// Lifetimes that can be asked for.
    pub ttl: &'static [CacheTtl],
}

/// Lifetime of a cache entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CacheTtl {
    /// `5m`, the default.
    FiveMinutes,
    /// `1h`.
    OneHour,
}

/// A beta flag that means something for one model only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BetaInfo {
    /// Value for `anthropic_beta`.
    pub flag: &'static str,
    /// What it does there.
    pub status: BetaStatus,
}

/// What a beta flag does for a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BetaStatus {
    /// The model needs it for what it names.
    Needed,
    /// It did something once and no longer does.
    Withdrawn,
}

written_members! {
    Thinking { mode, on_by_default, manual, min_budget, disable, between_tools, default_effort, bound_blocks }
    PromptCache { min_tokens, ttl }
    BetaInfo { flag, status }
}

written_words! {
    Modality { Text = "text", Image = "image" }
    Feature { MessagesRoute = "messages_route", Tools = "tools", StrictTools = "strict_tools", ForcedToolChoice = "forced_tool_choice", ForcedToolChoiceWithThinking = "forced_tool_choice_with_thinking", StructuredOutput = "structured_output", Pdf = "pdf", Citations = "citations", Prefill = "prefill", MidConversationSystem = "mid_conversation_system", CountTokensRuntime = "count_tokens_runtime", CountTokensMantle = "count_tokens_mantle", Batch = "batch" }
    Support { Yes = "yes", No = "no", Unsure = "unsure" }
    ThinkingMode { None = "none", Manual = "manual", Adaptive = "adaptive", AlwaysOn = "always_on" }
    ManualThinking { Accepted = "accepted", Deprecated = "deprecated", Rejected = "rejected" }
    DisableThinking { AnyEffort = "any_effort", UpToHighEffort = "up_to_high_effort", Never = "never" }
    Sampling { Full = "full", TemperatureOrTopP = "temperature_or_top_p", FixedTemperature = "fixed_temperature", FixedTemperatureOrTopP = "fixed_temperature_or_top_p", None = "none" }
    CacheTtl { FiveMinutes = "5m", OneHour = "1h" }
    BetaStatus { Needed = "needed", Withdrawn = "withdrawn" }
}

#[cfg(test)]
mod tests {
    use super::super::{catalog, find};
    use super::*;

    #[test]
    fn thinking_facts_agree_with_the_mode() {
        for model in catalog() {
            let thinking = model.thinking;
            let agrees = match thinking.mode {
                ThinkingMode::None => !thinking.on_by_default && thinking.manual == ManualThinking::Rejected,
                ThinkingMode::Manual => {
                    thinking.min_budget.is_some() && thinking.manual == ManualThinking::Accepted
                }
                ThinkingMode::Adaptive => thinking.disable != DisableThinking::Never,
                ThinkingMode::AlwaysOn => {
                    thinking.on_by_default && thinking.disable == DisableThinking::Never
                }
            };
            assert!(agrees, "{}: {thinking:?}", model.id);
            assert!(
                thinking.default_effort.is_none_or(|effort| model.effort.contains(&effort)),
                "{}",
                model.id
            );
        }
    }

    #[test]
    fn the_million_tokens_beta_is_withdrawn_where_it_was() {
        let flag = "context-1m-2025-08-07";
        for model in catalog() {
            for beta in model.betas.iter().filter(|beta| beta.flag == flag) {
                assert_eq!(
                    (beta.status, model.context_window),
                    (BetaStatus::Withdrawn, 200_000),
                    "{}",
                    model.id
                );
            }
        }
        assert!(find("sonnet-4.5").is_some_and(|model| model.betas.iter().any(|beta| beta.flag == flag)));
    }
}

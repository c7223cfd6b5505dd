//! What a check finds: the rule, the place, the fix.

use std::fmt;

use crate::{
    messages::SizeLimit,
    models::{Feature, Modality},
    route::Route,
};

/// Something in a request that its model or its route does not take.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What will come of it.
    pub outcome: Outcome,
    /// Where it stands in the request, such as `messages[0].content[1].source`; `model` for what is about the model as a whole.
    pub path: String,
    /// The rule that it breaks.
    pub rule: Rule,
    /// What would mend it.
    pub fix: Fix,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubt = match self.outcome {
            Outcome::Refused => "",
            Outcome::Unsure => "perhaps ",
            Outcome::NoEffect => "without effect: ",
        };
        write!(f, "{}: {doubt}{}; {}", self.path, self.rule, self.fix)
    }
}

impl std::error::Error for Finding {}

/// What will come of something that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The request is refused.
    Refused,
    /// The request may be refused: the sources disagree, or it depends on the account.
    Unsure,
    /// The request is taken, and this does nothing.
    NoEffect,
}

/// A rule of a model or a route, each with the page that says it, as read in 2026-11. Which model it holds for is in the catalog.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// The model is gone.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html>
    EndOfLife {
        /// Since when, in the last region that had it.
        since: Option<&'static str>,
    },
    /// The model is on its way out: new accounts are refused, and those that have not used it for 15 days.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html>
    Legacy {
        /// Since when.
        since: Option<&'static str>,
        /// The day it ends.
        until: Option<&'static str>,
    },
    /// The model is offered by invitation.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html>
    Gated,
    /// The route does not have this: the model, a member, a kind of tool.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/endpoints.html>
    NotOnRoute {
        /// The route.
        route: Route,
    },
    /// Anthropic's own API has this and Bedrock has not, on any route.
    /// <https://platform.claude.com/docs/en/build-with-claude/claude-in-amazon-bedrock>
    NotOnBedrock,
    /// The version of the API has no longer this.
    /// <https://platform.claude.com/docs/en/api/versioning>
    NotInApiVersion {
        /// The version.
        version: String,
    },
    /// The model does not take this version of the API.
    /// <https://platform.claude.com/docs/en/api/versioning>
    ApiVersionNotTaken {
        /// What it takes.
        taken: &'static [&'static str],
    },
    /// The answer cannot be as long as `max_tokens` allows.
    /// <https://platform.claude.com/docs/en/about-claude/models/overview>
    MaxTokensOverLimit {
        /// The most.
        limit: u64,
        /// What was asked for.
        got: u64,
    },
    /// The model has not this feature.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html>
    FeatureNotTaken {
        /// The feature.
        feature: Feature,
    },
    /// The model does not read this kind of input.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-cards.html>
    ModalityNotTaken {
        /// The kind.
        modality: Modality,
    },
    /// The model does not take this mode of thinking.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html>
    ThinkingModeNotTaken {
        /// The modes it takes, by their `type`; none if it does not think.
        taken: Vec<&'static str>,
    },
    /// The budget for thinking is too small.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html>
    ThinkingBudgetTooSmall {
        /// The least.
        least: u64,
        /// What was asked for.
        got: u64,
    },
    /// The budget for thinking must leave some of `max_tokens` for the answer.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html>
    ThinkingBudgetNotUnderMaxTokens {
        /// `max_tokens`.
        max_tokens: u64,
        /// The budget.
        got: u64,
    },
    /// The mode of thinking does not go with so much effort.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html>
    ThinkingModeWithEffort {
        /// The `type` of the mode.
        mode: &'static str,
        /// The effort.
        effort: String,
    },
    /// The model does not take this effort.
    /// <https://platform.claude.com/docs/en/build-with-claude/effort>
    EffortNotTaken {
        /// What it takes; none if it knows no effort.
        taken: &'static [&'static str],
    },
    /// The model chooses its sampling itself.
    /// <https://platform.claude.com/docs/en/about-claude/models/migration-guide>
    SamplingNotTaken,
    /// The model takes only one value here.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-card-anthropic-claude-fable-5-1.html>
    SamplingFixed {
        /// The least it takes; the most is 1.
        least: f64,
    },
    /// The value lies outside what there is.
    /// <https://platform.claude.com/docs/en/api/messages>
    SamplingOutOfRange {
        /// The most; the least is 0.
        most: u64,
    },
    /// The model takes `temperature` or `top_p`, not both.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>
    TemperatureAndTopP,
    /// The value is not taken while the model thinks.
    /// <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>
    SamplingWithThinking,
    /// No answer can be begun while the model thinks.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html>
    PrefillWithThinking,
    /// No tool can be forced while the model thinks.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html>
    ForcedToolChoiceWithThinking,
    /// An answer of a given form has no citations.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html>
    StructuredOutputWithCitations,
    /// The conversation has calls of tools or their results, and the request defines no tools.
    /// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html>
    ToolsOfHistoryMissing,
    /// The result is for a call that the model's turn before it does not have.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>
    ToolResultWithoutCall,
    /// In a turn, results stand before everything else.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>
    ToolResultNotFirst,
    /// The conversation goes on without the result of this call.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls>
    ToolCallWithoutResult,
    /// There are too many pictures, in the request or in one turn.
    /// <https://platform.claude.com/docs/en/build-with-claude/vision>
    TooManyImages {
        /// The most.
        limit: usize,
        /// How many there are.
        got: usize,
    },
    /// The file is too large, by itself or with those before it.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>
    FileTooLarge {
        /// What it makes too large.
        of: SizeLimit,
        /// The most, in bytes of base64.
        limit: usize,
        /// How many there are.
        got: usize,
    },
    /// The model has no prompt caching that can be asked for.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>
    CacheControlNotTaken,
    /// There are too many cache marks.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>
    TooManyCacheControls {
        /// The most.
        limit: usize,
        /// How many there are.
        got: usize,
    },
    /// The model does not take a lifetime in a cache mark.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>
    CacheTtlNotTaken,
    /// A mark of an hour stands after one of five minutes.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>
    CacheTtlOrder,
    /// The route does not take this beta flag.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>
    BetaNotOnRoute {
        /// The flag.
        flag: String,
        /// The route.
        route: Route,
    },
    /// The flag means nothing to this model.
    /// <https://platform.claude.com/docs/en/api/beta-headers>
    BetaNotOfModel {
        /// The flag.
        flag: String,
    },
    /// What the flag asked for is no longer offered for this model.
    /// <https://platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock-legacy>
    BetaWithdrawn {
        /// The flag.
        flag: String,
    },
    /// The model takes this only with a beta flag.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-tool-use.html>
    BetaNeeded {
        /// The flag.
        flag: &'static str,
    },
    /// The model has no window of a million tokens.
    /// <https://platform.claude.com/docs/en/build-with-claude/context-windows>
    NoLongContext {
        /// What it has.
        context_window: u32,
    },
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfLife { since: Some(day) } => write!(f, "the model is gone since {day}"),
            Self::EndOfLife { since: None } => f.write_str("the model is gone"),
            Self::Legacy { since, until } => {
                f.write_str("the model is for accounts that already use it")?;
                since.map_or(Ok(()), |day| write!(f, " since {day}"))?;
                until.map_or(Ok(()), |day| write!(f, " and ends on {day}"))
            }
            Self::Gated => f.write_str("the model is offered by invitation"),
            Self::NotOnRoute { route } => write!(f, "{route} does not have this"),
            Self::NotOnBedrock => f.write_str("Bedrock does not have this"),
            Self::NotInApiVersion { version } => write!(f, "version {version} of the API has no longer this"),
            Self::ApiVersionNotTaken { taken } => write!(f, "the model takes {}", listed(taken)),
            Self::MaxTokensOverLimit { limit, got } => write!(f, "{got} is more than the model's {limit}"),
            Self::FeatureNotTaken { feature } => {
                write!(f, "the model does not take {}", feature_name(*feature))
            }
            Self::ModalityNotTaken { modality } => f.write_str(match modality {
                Modality::Text => "the model reads no text",
                Modality::Image => "the model reads no images",
            }),
            Self::ThinkingModeNotTaken { taken } if taken.is_empty() => {
                f.write_str("the model does not think")
            }
            Self::ThinkingModeNotTaken { taken } => write!(f, "the model takes {}", listed(taken)),
            Self::ThinkingBudgetTooSmall { least, got } => {
                write!(f, "{got} is less than the least budget, {least}")
            }
            Self::ThinkingBudgetNotUnderMaxTokens { max_tokens, got } => {
                write!(f, "{got} is not less than `max_tokens`, {max_tokens}")
            }
            Self::ThinkingModeWithEffort { mode, effort } => {
                write!(f, "`{mode}` does not go with effort `{effort}`")
            }
            Self::EffortNotTaken { taken: [] } => f.write_str("the model takes no effort"),
            Self::EffortNotTaken { taken } => write!(f, "the model takes {}", listed(taken)),
            Self::SamplingNotTaken => f.write_str("the model chooses its sampling itself"),
            Self::SamplingFixed { least } if *least < 1.0 => write!(f, "the model takes {least} to 1 only"),
            Self::SamplingFixed { .. } => f.write_str("the model takes 1 only"),
            Self::SamplingOutOfRange { most } => write!(f, "it goes from 0 to {most}"),
            Self::TemperatureAndTopP => f.write_str("the model takes `temperature` or `top_p`, not both"),
            Self::SamplingWithThinking => f.write_str("it is not taken while the model thinks"),
            Self::PrefillWithThinking => f.write_str("no answer can be begun while the model thinks"),
            Self::ForcedToolChoiceWithThinking => f.write_str("no tool can be forced while the model thinks"),
            Self::StructuredOutputWithCitations => f.write_str("an answer of a given form has no citations"),
            Self::ToolsOfHistoryMissing => {
                f.write_str("the conversation has calls of tools, and none is defined")
            }
            Self::ToolResultWithoutCall => f.write_str("the model's turn before it has no such call"),
            Self::ToolResultNotFirst => f.write_str("results of tools stand at the head of a turn"),
            Self::ToolCallWithoutResult => f.write_str("the turn behind it has no result for the call"),
            Self::TooManyImages { limit, got } => write!(f, "{got} pictures are more than {limit}"),
            Self::FileTooLarge { of, limit, got } => {
                write!(f, "{of} may have {limit} bytes in base64, with this it has {got}")
            }
            Self::CacheControlNotTaken => f.write_str("the model has no prompt caching"),
            Self::TooManyCacheControls { limit, got } => write!(f, "{got} cache marks are more than {limit}"),
            Self::CacheTtlNotTaken => f.write_str("the model takes no lifetime of cache entries"),
            Self::CacheTtlOrder => f.write_str("a cache mark of an hour stands after one of five minutes"),
            Self::BetaNotOnRoute { flag, route } => write!(f, "{route} does not take `{flag}`"),
            Self::BetaNotOfModel { flag } => write!(f, "the model does not know `{flag}`"),
            Self::BetaWithdrawn { flag } => write!(f, "`{flag}` is no longer offered for the model"),
            Self::BetaNeeded { flag } => write!(f, "the model takes it only with `{flag}`"),
            Self::NoLongContext { context_window } => {
                write!(f, "the model's window has {context_window} tokens and cannot be made larger")
            }
        }
    }
}

/// What would mend a finding.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fix {
    /// Leave it out.
    Remove,
    /// Put this JSON there.
    Set(String),
    /// Make it this much, or less.
    AtMost(u64),
    /// Make it this much, or more.
    AtLeast(u64),
    /// Put it before the others of its kind.
    MoveToFront,
    /// Send this beta flag too.
    AddBeta(&'static str),
    /// Take this route.
    Route(Route),
    /// Ask another model.
    Model,
    /// Send the bytes themselves, in base64.
    SendBytes,
    /// Offer the form as the input of a tool, and have the model call it.
    AskWithTool,
    /// Say it in a turn of the user.
    SayAsUser,
    /// Define the tools that the conversation has used.
    DefineTools,
    /// Put a `tool_result` for it at the head of the next turn.
    AddToolResult,
    /// Split the file, or for a picture, scale it down.
    SmallerFile,
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remove => f.write_str("leave it out"),
            Self::Set(json) => write!(f, "write {json}"),
            Self::AtMost(most) => write!(f, "make it at most {most}"),
            Self::AtLeast(least) => write!(f, "make it at least {least}"),
            Self::MoveToFront => f.write_str("put it before the others"),
            Self::AddBeta(flag) => write!(f, "add the beta `{flag}`"),
            Self::Route(route) => write!(f, "send it by {route}"),
            Self::Model => f.write_str("ask another model"),
            Self::SendBytes => f.write_str("send the bytes in base64"),
            Self::AskWithTool => f.write_str("ask for it as the input of a tool"),
            Self::SayAsUser => f.write_str("say it in a turn of the user"),
            Self::DefineTools => f.write_str("define the tools that were used"),
            Self::AddToolResult => f.write_str("put its `tool_result` at the head of the next turn"),
            Self::SmallerFile => f.write_str("split it or scale it down"),
        }
    }
}

/// `a`, `b` or `c`.
fn listed(names: &[&str]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index + 1 == names.len() => " or ",
            _ => ", ",
        });
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    text
}

fn feature_name(feature: Feature) -> &'static str {
    match feature {
        Feature::MessagesRoute => "the Messages API of bedrock-runtime",
        Feature::Tools => "tools",
        Feature::StrictTools => "strict tools",
        Feature::ForcedToolChoice => "a forced tool",
        Feature::ForcedToolChoiceWithThinking => "a forced tool while it thinks",
        Feature::StructuredOutput => "a form for the answer",
        Feature::Pdf => "PDFs",
        Feature::Citations => "citations",
        Feature::Prefill => "an answer that is begun for it",
        Feature::MidConversationSystem => "system turns in a conversation",
        Feature::CountTokensRuntime => "CountTokens",
        Feature::CountTokensMantle => "`count_tokens`",
        Feature::Batch => "batch jobs",
    }
}

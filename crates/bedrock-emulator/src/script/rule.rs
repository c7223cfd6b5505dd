//! Which rule a request gets: the first that means it, and whose turn it is.

use std::sync::atomic::{AtomicU64, Ordering};

use bedrock_types::models::ModelInfo;
use bedrock_types::{MessageCreateParams, Route};
use serde::Deserialize;

use super::file::WrittenRule;
use super::model_pattern::ModelPattern;
use super::refusal::Refusal;
use super::text_pattern::TextPattern;
use crate::error::AwsError;
use crate::fault::Schedule;
use crate::play::Play;
use crate::reply::prompt;
use crate::script::Answer;

/// The rules of a script, in their order.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(super) rules: Vec<Rule>,
    /// Whether a request without a rule is refused.
    pub(super) strict: bool,
}

/// What a request asks for, beside its body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calling<'a> {
    /// The id that it was called by.
    pub(crate) id: &'a str,
    pub(crate) route: Route,
    pub(crate) streamed: bool,
}

impl Rules {
    /// Whether no answer is decided here.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && !self.strict
    }

    /// What the rule of this request gives, and how it is sent; nothing without a rule.
    ///
    /// # Errors
    ///
    /// `ValidationException` if the script is strict and no rule means the request.
    pub(crate) fn rule_of(
        &self,
        calling: &Calling<'_>,
        params: &MessageCreateParams,
        model: &ModelInfo,
    ) -> Result<Option<(&Gives, Play)>, AwsError> {
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.when.means(calling, params, model) && rule.turns.take() {
                tracing::debug!(rule = index + 1, name = rule.name, "a rule of the script is met");
                return Ok(Some((&rule.gives, rule.play())));
            }
        }
        if !self.strict {
            return Ok(None);
        }
        let text =
            prompt::last_text(params).map_or("without a text".to_owned(), |text| format!("text {text:?}"));
        Err(AwsError::validation(format!(
            "No rule of the script is for this request: {} by {}, {text}",
            calling.id, calling.route
        )))
    }
}

/// One rule.
#[derive(Debug, Deserialize)]
#[serde(try_from = "WrittenRule")]
pub(super) struct Rule {
    pub(super) name: Option<String>,
    pub(super) when: When,
    pub(super) turns: Turns,
    pub(super) gives: Gives,
    /// How it is sent, but for the fault.
    pub(super) play: Play,
    pub(super) faults: Schedule,
}

impl Rule {
    fn play(&self) -> Play {
        Play { fault: self.faults.next().cloned(), ..self.play.clone() }
    }
}

/// What a rule gives.
#[derive(Debug)]
pub(crate) enum Gives {
    /// The ordinary answer.
    Ordinary,
    Answer(Box<Answer>),
    Refusal(Refusal),
}

/// Which requests a rule means; all that is said has to hold.
#[derive(Debug, Default)]
pub(super) struct When {
    pub(super) model: Option<ModelPattern>,
    pub(super) route: Option<Route>,
    pub(super) streamed: Option<bool>,
    /// Of the last text of the user's last turn.
    pub(super) text: TextPattern,
    /// The name of a tool of which a result came.
    pub(super) tool_result: Option<String>,
    /// Of the text of such a result, or of any.
    pub(super) tool_result_contains: Option<String>,
}

impl When {
    fn means(&self, calling: &Calling<'_>, params: &MessageCreateParams, model: &ModelInfo) -> bool {
        self.model.as_ref().is_none_or(|pattern| pattern.matches(calling.id, model))
            && self.route.is_none_or(|route| route == calling.route)
            && self.streamed.is_none_or(|streamed| streamed == calling.streamed)
            && (self.text.is_empty() || self.text.is_met_by(prompt::last_text(params)))
            && self.means_result(params)
    }

    fn means_result(&self, params: &MessageCreateParams) -> bool {
        if self.tool_result.is_none() && self.tool_result_contains.is_none() {
            return true;
        }
        prompt::tool_results(params).into_iter().any(|(tool, result)| {
            let text = result.content.as_ref().and_then(prompt::text_of).unwrap_or_default();
            self.tool_result.as_deref().is_none_or(|meant| meant == tool)
                && self.tool_result_contains.as_deref().is_none_or(|part| text.contains(part))
        })
    }
}

/// Of the requests that a rule means, those that it takes: from the `first` on, so many.
#[derive(Debug)]
pub(super) struct Turns {
    first: u64,
    /// One behind the last.
    end: u64,
    met: AtomicU64,
}

impl Turns {
    pub(super) fn new(first: u64, times: Option<u64>) -> Self {
        Self {
            first,
            end: times.map_or(u64::MAX, |times| first.saturating_add(times)),
            met: AtomicU64::new(0),
        }
    }

    /// Counts a request, and says whether it is taken.
    fn take(&self) -> bool {
        let nth = self.met.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        (self.first..self.end).contains(&nth)
    }
}

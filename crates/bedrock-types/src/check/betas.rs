//! Beta flags, and the window of a million tokens that once was one.

use super::{Check, Finding, Fix, Outcome, Rule, place::Place};
use crate::{
    messages::MessageCreateParams,
    models::{BetaStatus, ModelInfo},
};

impl MessageCreateParams {
    /// Asks for a context window of a million tokens, with what this model needs for that: nothing where the window is so large
    /// anyway, a beta flag where it takes one.
    ///
    /// ```
    /// use bedrock_types::{MessageCreateParams, models};
    ///
    /// let opus = models::find("opus-4.6").ok_or("in the catalog")?;
    /// let params = MessageCreateParams::new(opus.id, 64).context_1m(opus)?;
    /// assert!(params.betas.is_none());
    ///
    /// let sonnet = models::find("sonnet-4.5").ok_or("in the catalog")?;
    /// let finding = MessageCreateParams::new(sonnet.id, 64).context_1m(sonnet).unwrap_err();
    /// assert_eq!(finding.to_string(), "model: `context-1m-2025-08-07` is no longer offered for the model; ask another model");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The model has no such window, or no longer.
    pub fn context_1m(self, model: &ModelInfo) -> Result<Self, Finding> {
        if model.context_window >= MILLION {
            return Ok(self);
        }
        let rule = match model.betas.iter().find(|beta| beta.flag == CONTEXT_1M).map(|beta| beta.status) {
            Some(BetaStatus::Needed)
                if self.betas.iter().flatten().any(|flag| flag.as_str() == CONTEXT_1M) =>
            {
                return Ok(self);
            }
            Some(BetaStatus::Needed) => return Ok(self.beta(CONTEXT_1M)),
            Some(BetaStatus::Withdrawn) => Rule::BetaWithdrawn { flag: CONTEXT_1M.to_owned() },
            None => Rule::NoLongContext { context_window: model.context_window },
        };
        Err(Finding { outcome: Outcome::Refused, path: "model".to_owned(), rule, fix: Fix::Model })
    }
}

pub(super) fn check(check: &mut Check<'_>) {
    let betas = Place::member("anthropic_beta");
    for (index, flag) in check.params.betas.iter().flatten().enumerate() {
        let flag = flag.as_str();
        let withdrawn =
            check.model.betas.iter().any(|beta| beta.flag == flag && beta.status == BetaStatus::Withdrawn);
        if withdrawn {
            let rule = Rule::BetaWithdrawn { flag: flag.to_owned() };
            check.found(Outcome::NoEffect, betas.at(index), rule, Fix::Remove);
        }
    }
}

const MILLION: u32 = 1_000_000;
const CONTEXT_1M: &str = "context-1m-2025-08-07";

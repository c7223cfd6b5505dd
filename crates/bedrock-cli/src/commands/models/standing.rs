//! Where a model stands on a day: the catalog has dates, and a day passes without a new catalog.

use std::fmt;

use bedrock_types::models::{Lifecycle, LifecycleStatus};

/// Where a model stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Offered to everyone; its end may be known already.
    Active { ends: Option<&'static str> },
    /// Offered by invitation.
    Gated,
    /// For those who already use it.
    Legacy { ends: Option<&'static str> },
    /// Gone.
    Ended { on: Option<&'static str> },
}

impl Standing {
    /// `today` is like `2026-11-22`.
    pub(super) fn on(today: &str, life: &Lifecycle) -> Self {
        let past = |day: Option<&str>| day.is_some_and(|day| day <= today);
        if past(life.eol) || life.status == LifecycleStatus::Eol {
            Self::Ended { on: life.eol }
        } else if past(life.legacy) || life.status == LifecycleStatus::Legacy {
            Self::Legacy { ends: life.eol }
        } else if life.status == LifecycleStatus::Gated {
            Self::Gated
        } else {
            Self::Active { ends: life.eol }
        }
    }

    /// That it ends or ended, as the end of a sentence.
    pub(crate) fn end(self) -> Option<String> {
        match self {
            Self::Ended { on: Some(day) } => Some(format!("reached its end of life on {day}")),
            Self::Ended { on: None } => Some("reached its end of life".to_owned()),
            Self::Active { ends: Some(day) } | Self::Legacy { ends: Some(day) } => {
                Some(format!("ends on {day}"))
            }
            Self::Active { ends: None } | Self::Legacy { ends: None } | Self::Gated => None,
        }
    }

    /// As AWS's `modelLifecycle` has it, with two states more: AWS lists no model that is gone or by invitation.
    pub(super) fn as_aws_says(self) -> &'static str {
        match self {
            Self::Active { .. } => "ACTIVE",
            Self::Gated => "GATED",
            Self::Legacy { .. } => "LEGACY",
            Self::Ended { .. } => "EOL",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, day) = match self {
            Self::Active { ends } => ("active", ends),
            Self::Gated => ("by invitation", &None),
            Self::Legacy { ends } => ("legacy", ends),
            Self::Ended { on: Some(day) } => return write!(f, "ended {day}"),
            Self::Ended { on: None } => ("ended", &None),
        };
        match day {
            Some(day) => write!(f, "{what}, ends {day}"),
            None => f.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use bedrock_types::models::find;

    use super::*;

    #[test]
    fn a_model_grows_old_under_an_old_catalog() {
        let life = find("opus-4.1").expect("in the catalog").lifecycle;
        for (today, standing) in [
            ("2026-11-22", "legacy, ends 2027-01-08"),
            ("2027-01-07", "legacy, ends 2027-01-08"),
            ("2027-01-08", "ended 2027-01-08"),
        ] {
            assert_eq!(Standing::on(today, &life).to_string(), standing);
        }
        let life = find("claude-2").expect("in the catalog").lifecycle;
        assert_eq!(Standing::on("2026-11-22", &life).to_string(), "ended");
    }
}

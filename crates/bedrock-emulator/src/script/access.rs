//! Which models the account may use when it starts, as a script says it.

use std::collections::BTreeMap;

use bedrock_types::control::DataRetentionMode;
use serde::Deserialize;

use super::model_pattern::{model, unknown};
use crate::control::{ModelAccess, ModelState};

/// What the account has, checked.
#[derive(Deserialize)]
#[serde(try_from = "Written")]
pub(super) struct Access {
    others: ModelState,
    models: BTreeMap<&'static str, ModelState>,
    has_form: bool,
    retention: DataRetentionMode,
}

impl Access {
    pub(super) fn into_account(self) -> ModelAccess {
        ModelAccess::with(self.others, self.models, self.has_form, self.retention)
    }
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    others: State,
    #[serde(default)]
    models: BTreeMap<String, State>,
    #[serde(default = "yes")]
    use_case_form: bool,
    #[serde(default = "aws_review")]
    data_retention: DataRetentionMode,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    #[default]
    Granted,
    Missing,
    Pending,
    Failed,
    NotAuthorized,
    NotEntitled,
}

fn yes() -> bool {
    true
}

fn aws_review() -> DataRetentionMode {
    DataRetentionMode::AwsReview
}

impl From<State> for ModelState {
    fn from(state: State) -> Self {
        match state {
            State::Granted => Self::Granted,
            State::Missing => Self::Missing,
            State::Pending => Self::Pending,
            State::Failed => Self::Failed,
            State::NotAuthorized => Self::NotAuthorized,
            State::NotEntitled => Self::NotEntitled,
        }
    }
}

impl TryFrom<Written> for Access {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut models = BTreeMap::new();
        for (name, state) in written.models {
            let model = model(&name).ok_or_else(|| unknown(&name))?;
            models.insert(model.id, state.into());
        }
        let retention = written.data_retention;
        if !ModelAccess::MODES.contains(&retention) {
            let modes: Vec<_> =
                ModelAccess::MODES.iter().map(|mode| format!("`{}`", mode.as_str())).collect();
            return Err(format!(
                "`{}` is no mode of data retention: take {}",
                retention.as_str(),
                modes.join(", ")
            ));
        }
        Ok(Self { others: written.others.into(), models, has_form: written.use_case_form, retention })
    }
}

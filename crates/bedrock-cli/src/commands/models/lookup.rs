//! Which model a name means; and if none, which ones are called nearly so.

use bedrock_types::models::{ModelId, ModelInfo, catalog, find};

use crate::{failure::Failure, output};

/// The model of a short name, id or ARN.
pub(super) fn model(name: &str) -> Result<&'static ModelInfo, Failure> {
    let id = ModelId::parse(name).ok();
    if let Some(model) = find(name).or_else(|| id.as_ref().and_then(ModelId::base_model)) {
        return Ok(model);
    }
    if id.as_ref().is_some_and(|id| id.arn().is_some()) {
        return Err(Failure::config(
            format!("{} does not say which model is behind it", output::printable(name)),
            "only your account knows: aws bedrock get-inference-profile --inference-profile-identifier ARN",
        ));
    }
    Err(unknown(name))
}

/// That a name is one of the catalog, or an id that may be newer than it.
pub(crate) fn known(name: &str) -> Result<(), Failure> {
    let is_id = name.starts_with("arn:") || name.contains("anthropic.");
    if is_id || find(name).is_some() { Ok(()) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> Failure {
    let nearest = nearest(name);
    let hint = match nearest.as_slice() {
        [] => "`bedrock models list` shows them; an id of Bedrock that is newer than this program can still be sent".to_owned(),
        names => format!("did you mean {}? `bedrock models list` shows all", names.join(", ")),
    };
    Failure::config(format!("no model is called {:?}", output::printable(name)), hint)
}

/// The names of the catalog that look like this one, the most alike first, one a model.
pub(crate) fn nearest(name: &str) -> Vec<&'static str> {
    let name = name.to_ascii_lowercase();
    let mut found: Vec<(f64, &str)> = catalog()
        .iter()
        .filter_map(|model| {
            let ids = [model.id].into_iter().chain(model.profiles.iter().map(|profile| profile.id));
            ids.chain(model.aliases.iter().copied())
                .map(|known| (likeness(&name, known), known))
                .max_by(|one, other| one.0.total_cmp(&other.0))
        })
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().map(|(_, name)| name).take(AT_MOST).collect()
}

/// From 0 to 1, which is also a name that was not typed to its end.
fn likeness(name: &str, known: &str) -> f64 {
    if known.starts_with(name) { 1.0 } else { strsim::jaro_winkler(name, known) }
}

/// From 0 to 1; below this, names have little in common.
const ALIKE: f64 = 0.85;

const AT_MOST: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_model_first() {
        for (slip, meant) in [
            ("opsu", "opus"),
            ("sonet-4.6", "sonnet-4.6"),
            ("Haiku-5.5", "haiku-5.5"),
            ("claude-sonnet-4-6-v1", "claude-sonnet-4-6"),
            ("us.anthropic.claude-opus-4-6", "us.anthropic.claude-opus-4-6-v1"),
        ] {
            assert_eq!(nearest(slip).first(), Some(&meant), "{slip}: {:?}", nearest(slip));
        }
        assert!(nearest("zzzzzz").is_empty());
    }

    #[test]
    fn a_model_has_many_names() {
        for name in [
            "opus-4.6",
            "claude-opus-4-6",
            "eu.anthropic.claude-opus-4-6-v1",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-6-v1",
        ] {
            assert_eq!(model(name).map(|model| model.name).ok(), Some("Claude Opus 4.6"), "{name}");
        }
        let arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc";
        assert!(model(arn).is_err_and(|error| error.message().contains("does not say which model")));
    }

    #[test]
    fn an_id_newer_than_the_catalog_is_one() {
        assert!(known("us.anthropic.claude-opus-9").is_ok() && known("opus").is_ok());
        assert!(known("opus-9").is_err());
    }
}

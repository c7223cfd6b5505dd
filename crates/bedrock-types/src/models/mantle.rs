//! From a short name to the id to send to the mantle endpoint, which knows no profiles and has ids of its own.

use std::fmt;

use super::catalog::{ModelInfo, catalog};
use super::id::{ModelId, ModelScope};
use super::resolve::ResolveError;
use super::routing::add_regions;
use crate::joined::joined;

/// The id to send to the mantle endpoint of `region` for an alias of the catalog, or for an id of Anthropic's own API; any other id is
/// taken as typed, if mantle can take it.
///
/// Where the catalog does not know which regions serve a model there, the id is given for any. An id given in full is never rewritten:
/// one that only bedrock-runtime takes is an error that names the one to use.
///
/// ```
/// use bedrock_types::models::resolve_mantle;
///
/// assert_eq!(resolve_mantle("haiku-4.5", "us-east-1")?.as_str(), "anthropic.claude-haiku-4-5");
///
/// let refused = resolve_mantle("us.anthropic.claude-opus-5", "us-east-1").unwrap_err();
/// assert!(refused.to_string().ends_with("its id there is anthropic.claude-opus-5"));
/// # Ok::<(), bedrock_types::models::ResolveError>(())
/// ```
///
/// # Errors
///
/// When the alias's model is not on mantle, or not in that region, with the regions that have it; when the id is that of a profile, an
/// ARN, or another one that the catalog knows to be none of mantle's; and when a text that is no alias cannot be a [`ModelId`] either.
pub fn resolve_mantle(alias_or_id: &str, region: &str) -> Result<ModelId, ResolveError> {
    if let Some(model) = catalog().iter().find(|model| model.is_called(alias_or_id)) {
        return of_model(model, region).map_err(ResolveError::Mantle);
    }
    let id = ModelId::parse(alias_or_id).map_err(ResolveError::Id)?;
    match refused(&id) {
        Some(error) => Err(ResolveError::Mantle(error)),
        None => Ok(id),
    }
}

/// Why a model cannot be named so on mantle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MantleError {
    /// The model is not on mantle at all; bedrock-runtime has it.
    Absent {
        /// Name of the model, for people.
        model: &'static str,
    },
    /// The model is on mantle, but not in the region.
    Region {
        /// Name of the model, for people.
        model: &'static str,
        /// Region the call would go to.
        region: String,
        /// Regions whose mantle endpoint serves it, sorted.
        regions: Vec<&'static str>,
    },
    /// The id is one for bedrock-runtime.
    RuntimeId {
        /// That id.
        id: ModelId,
        /// The id of the same model on mantle, where it is known and there is one.
        mantle: Option<&'static str>,
    },
}

impl fmt::Display for MantleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { model } => write!(f, "{model} is not on mantle"),
            Self::Region { model, region, regions } => {
                write!(f, "{model} is not on mantle in {region}; it is in {}", joined(regions, ", "))
            }
            Self::RuntimeId { id, mantle: Some(mantle) } => {
                write!(f, "mantle does not take {id}; its id there is {mantle}")
            }
            Self::RuntimeId { id, mantle: None } => write!(f, "mantle does not take {id}"),
        }
    }
}

impl std::error::Error for MantleError {}

fn of_model(model: &'static ModelInfo, region: &str) -> Result<ModelId, MantleError> {
    let mantle = model.mantle.ok_or(MantleError::Absent { model: model.name })?;
    if mantle.regions.is_empty() || mantle.regions.contains(&region) {
        return Ok(ModelId::of_catalog(mantle.id));
    }
    let mut regions = Vec::new();
    add_regions(&mut regions, mantle.regions);
    Err(MantleError::Region { model: model.name, region: region.to_owned(), regions })
}

/// Why mantle would refuse an id; `None` also where that is not known.
fn refused(id: &ModelId) -> Option<MantleError> {
    let model = id.base_model();
    let mantle = model.and_then(|model| model.mantle).map(|mantle| mantle.id);
    if mantle == Some(id.as_str()) {
        return None;
    }
    let profile = matches!(id.scope(), Some(ModelScope::Global | ModelScope::Regional { .. }));
    match model {
        Some(model) if mantle.is_none() && model.id == id.as_str() => {
            Some(MantleError::Absent { model: model.name })
        }
        _ if model.is_some() || profile || id.arn().is_some() => {
            Some(MantleError::RuntimeId { id: id.clone(), mantle })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(name: &str, region: &str) -> Result<String, String> {
        resolve_mantle(name, region).map(String::from).map_err(|error| error.to_string())
    }

    #[test]
    fn an_alias_becomes_the_mantle_id() {
        for (alias, region, expected) in [
            ("haiku-4.5", "us-west-2", "anthropic.claude-haiku-4-5"),
            ("claude-haiku-4-5-20251001", "us-east-1", "anthropic.claude-haiku-4-5"),
            ("claude-opus-4-8", "eu-west-1", "anthropic.claude-opus-4-8"),
            ("opus", "us-east-1", "anthropic.claude-opus-5-5"),
            // Which regions have these was not found.
            ("haiku-5.5", "sa-east-1", "anthropic.claude-haiku-5-5"),
            ("sonnet-5.5", "sa-east-1", "anthropic.claude-sonnet-5-5"),
        ] {
            assert_eq!(resolved(alias, region).as_deref(), Ok(expected), "{alias} {region}");
        }
    }

    #[test]
    fn an_id_of_mantle_or_an_unknown_one_is_sent_as_typed() {
        for id in
            ["anthropic.claude-opus-5-5", "anthropic.claude-haiku-4-5", "anthropic.claude-newer", "newer"]
        {
            assert_eq!(resolved(id, "sa-east-1").as_deref(), Ok(id));
        }
    }

    #[test]
    fn an_error_says_what_would_work() {
        for (name, region, expected) in [
            (
                "opus-5.5",
                "eu-west-1",
                "Claude Opus 5.5 is not on mantle in eu-west-1; it is in ap-southeast-4, us-east-1",
            ),
            ("opus-4.6", "us-east-1", "Claude Opus 4.6 is not on mantle"),
            ("anthropic.claude-opus-4-6-v1", "us-east-1", "Claude Opus 4.6 is not on mantle"),
            (
                "us.anthropic.claude-opus-5",
                "us-east-1",
                "mantle does not take us.anthropic.claude-opus-5; its id there is anthropic.claude-opus-5",
            ),
            (
                "anthropic.claude-haiku-4-5-20251001-v1:0",
                "us-east-1",
                "mantle does not take anthropic.claude-haiku-4-5-20251001-v1:0; its id there is anthropic.claude-haiku-4-5",
            ),
            (
                "global.anthropic.claude-opus-4-6-v1",
                "us-east-1",
                "mantle does not take global.anthropic.claude-opus-4-6-v1",
            ),
            ("eu.anthropic.claude-newer", "eu-west-1", "mantle does not take eu.anthropic.claude-newer"),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5",
                "us-east-1",
                "mantle does not take arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-5; \
                 its id there is anthropic.claude-opus-5",
            ),
            (
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
                "us-east-1",
                "mantle does not take arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
            ),
            ("..", "us-east-1", "neither an alias of the catalog nor a model id"),
        ] {
            assert_eq!(resolved(name, region), Err(expected.to_owned()));
        }
    }

    #[test]
    fn regions_of_an_error_work() {
        for model in catalog() {
            let alias = model.aliases.first().expect("each model has an alias");
            if let Err(ResolveError::Mantle(MantleError::Region { regions, .. })) =
                resolve_mantle(alias, "nowhere-1")
            {
                assert!(!regions.is_empty() && regions.is_sorted(), "{alias}");
                for region in regions {
                    assert!(resolve_mantle(alias, region).is_ok(), "{alias} {region}");
                }
            }
        }
    }
}

//! From a short name to the id to send: which of a model's ids works from a region, and within the scope that was asked for.

use std::fmt;
use std::str::FromStr;

use super::catalog::{ModelInfo, catalog};
use super::id::{GLOBAL, ModelId, ParseModelIdError};
use super::mantle::MantleError;
use super::routing::add_regions;
use crate::joined::joined;

/// The id to send from `region` for an alias of the catalog, or for an id of Anthropic's own API; any other id is taken as typed.
///
/// Without a scope it is the widest that works: global, else regional, else in-region. An id given in full is never rewritten, whatever
/// the scope says.
///
/// ```
/// use bedrock_types::models::{Scope, resolve};
///
/// assert_eq!(resolve("opus-4.6", "eu-west-1", None)?.as_str(), "global.anthropic.claude-opus-4-6-v1");
/// assert_eq!(resolve("opus-4.6", "eu-west-2", Some(Scope::InRegion))?.as_str(), "anthropic.claude-opus-4-6-v1");
///
/// let refused = resolve("opus-4.6", "sa-east-1", Some(Scope::Regional)).unwrap_err();
/// assert!(refused.to_string().contains("scope global works here"));
/// # Ok::<(), bedrock_types::models::ResolveError>(())
/// ```
///
/// # Errors
///
/// When the alias's model cannot be called from the region in that scope, with what would work; and when a text that is no alias cannot be
/// a [`ModelId`] either.
pub fn resolve(alias_or_id: &str, region: &str, scope: Option<Scope>) -> Result<ModelId, ResolveError> {
    let Some(model) = catalog().iter().find(|model| model.is_called(alias_or_id)) else {
        return ModelId::parse(alias_or_id).map_err(ResolveError::Id);
    };
    let wanted = scope.map_or(WIDEST_FIRST.to_vec(), |scope| vec![scope]);
    match wanted.iter().find_map(|scope| id_in(model, region, *scope)) {
        Some(id) => Ok(ModelId::of_catalog(id)),
        None => Err(ResolveError::Unavailable(Box::new(unavailable(model, region, scope, &wanted)))),
    }
}

/// How far from the region of the call a request may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// In any commercial region: `global.…`.
    Global,
    /// Within a geography: `us.…`, `eu.…` and so on.
    Regional,
    /// In the region itself: the base id, where the model is offered so.
    InRegion,
}

impl Scope {
    /// Its name in text: `global`, `regional` or `in-region`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Regional => "regional",
            Self::InRegion => "in-region",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        WIDEST_FIRST.into_iter().find(|scope| scope.as_str() == text).ok_or(ParseScopeError)
    }
}

/// A text that names no [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseScopeError;

impl fmt::Display for ParseScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("scope is none of global, regional and in-region")
    }
}

impl std::error::Error for ParseScopeError {}

/// Why a name has no id to send.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// It is no alias, and no id either.
    Id(ParseModelIdError),
    /// It is an alias, and its model cannot be called so.
    Unavailable(Box<Unavailable>),
    /// Mantle does not take it.
    Mantle(MantleError),
}

/// A model that cannot be called from a region in the scope that was asked for, and how it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unavailable {
    /// Name of the model, for people.
    pub model: &'static str,
    /// Region the call would come from.
    pub region: String,
    /// Scope that was asked for; `None` when any would have done.
    pub scope: Option<Scope>,
    /// Scopes that work from this region.
    pub scopes: Vec<Scope>,
    /// Regions from which it works as asked, sorted.
    pub regions: Vec<&'static str>,
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(_) => f.write_str("neither an alias of the catalog nor a model id"),
            Self::Unavailable(unavailable) => unavailable.fmt(f),
            Self::Mantle(error) => error.fmt(f),
        }
    }
}

impl Unavailable {
    /// All regions where they are few, else those whose names begin most like that of the region asked for; and how many more there are.
    fn nearest_regions(&self) -> (Vec<&'static str>, usize) {
        if self.regions.len() <= NAMED_AT_MOST {
            return (self.regions.clone(), 0);
        }
        let mut nearest = Vec::new();
        let mut begin = self.region.as_bytes();
        while nearest.len() < NAMED_OF_MANY {
            for region in &self.regions {
                if region.as_bytes().starts_with(begin) && !nearest.contains(region) {
                    nearest.push(*region);
                }
            }
            begin = begin.split_last().map_or(begin, |(_, shorter)| shorter);
        }
        nearest.truncate(NAMED_OF_MANY);
        (nearest, self.regions.len() - NAMED_OF_MANY) // more than NAMED_AT_MOST, which is not less
    }
}

/// More than so many names nobody reads.
const NAMED_AT_MOST: usize = 6;
const NAMED_OF_MANY: usize = 3;

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no ", self.model)?;
        if let Some(scope) = self.scope {
            write!(f, "{scope} ")?;
        }
        write!(f, "id for {}", self.region)?;
        for scope in &self.scopes {
            write!(f, "; scope {scope} works here")?;
        }
        if self.regions.is_empty() {
            return match self.scope {
                Some(scope) => write!(f, "; scope {scope} works from no region"),
                None => f.write_str("; the catalog knows no region that serves it"),
            };
        }
        let (named, others) = self.nearest_regions();
        write!(f, "; it works from {}", joined(&named, ", "))?;
        if others > 0 { write!(f, " and {others} other regions") } else { Ok(()) }
    }
}

impl std::error::Error for ResolveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Id(source) => Some(source),
            Self::Unavailable(_) | Self::Mantle(_) => None,
        }
    }
}

/// The model's id for calls from a region within a scope.
fn id_in(model: &'static ModelInfo, region: &str, scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::InRegion => model.in_region.contains(&region).then_some(model.id),
        Scope::Global | Scope::Regional => {
            let mut profiles =
                model.profiles.iter().filter(|profile| scope_of_prefix(profile.prefix) == scope);
            profiles.find(|profile| profile.serves(region)).map(|profile| profile.id)
        }
    }
}

fn unavailable(
    model: &'static ModelInfo,
    region: &str,
    scope: Option<Scope>,
    wanted: &[Scope],
) -> Unavailable {
    let mut regions = Vec::new();
    for profile in model.profiles.iter().filter(|profile| wanted.contains(&scope_of_prefix(profile.prefix))) {
        add_regions(&mut regions, &profile.sources());
    }
    if wanted.contains(&Scope::InRegion) {
        add_regions(&mut regions, model.in_region);
    }
    let scopes = WIDEST_FIRST.into_iter().filter(|scope| id_in(model, region, *scope).is_some()).collect();
    Unavailable { model: model.name, region: region.to_owned(), scope, scopes, regions }
}

fn scope_of_prefix(prefix: &str) -> Scope {
    if prefix == GLOBAL { Scope::Global } else { Scope::Regional }
}

const WIDEST_FIRST: [Scope; 3] = [Scope::Global, Scope::Regional, Scope::InRegion];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_becomes_the_id_for_region_and_scope() {
        use Scope::{Global, InRegion, Regional};
        for (alias, region, scope, expected) in [
            ("claude-opus-4-6", "eu-west-1", Some(Regional), "eu.anthropic.claude-opus-4-6-v1"),
            ("claude-opus-4-6", "eu-west-1", Some(Global), "global.anthropic.claude-opus-4-6-v1"),
            ("claude-opus-4-6", "eu-west-1", None, "global.anthropic.claude-opus-4-6-v1"),
            ("claude-opus-4-6", "ap-southeast-6", Some(Regional), "au.anthropic.claude-opus-4-6-v1"),
            ("claude-opus-4-6", "eu-west-2", Some(InRegion), "anthropic.claude-opus-4-6-v1"),
            ("sonnet-4", "eu-central-1", None, "eu.anthropic.claude-sonnet-4-20250514-v1:0"),
            ("opus-4.1", "us-west-2", None, "us.anthropic.claude-opus-4-1-20250805-v1:0"),
            ("opus-3", "us-west-2", Some(InRegion), "anthropic.claude-3-opus-20240229-v1:0"),
            ("sonnet", "us-gov-west-1", None, "us-gov.anthropic.claude-sonnet-5-5"),
            ("haiku-4.5", "ap-south-1", Some(Regional), "in.anthropic.claude-haiku-4-5-20251001-v1:0"),
            (
                "claude-sonnet-4-5-20250929",
                "us-east-1",
                None,
                "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
            ),
            ("fable", "us-east-1", None, "global.anthropic.claude-fable-5-2"),
        ] {
            let id = resolve(alias, region, scope).map(|id| id.to_string());
            assert_eq!(id.as_deref(), Ok(expected), "{alias} {region} {scope:?}");
        }
    }

    #[test]
    fn an_id_given_in_full_is_sent_as_typed() {
        for id in [
            "anthropic.claude-opus-4-6-v1",
            "us.anthropic.claude-opus-4-6-v1",
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdefghijkl",
            "something-new",
        ] {
            let resolved = resolve(id, "eu-west-1", Some(Scope::Global)).map(|id| id.to_string());
            assert_eq!(resolved.as_deref(), Ok(id));
        }
        assert_eq!(resolve("..", "eu-west-1", None), Err(ResolveError::Id(ParseModelIdError::DotSegment)));
    }

    #[test]
    fn an_error_names_the_scopes_and_regions_that_would_work() {
        let Err(ResolveError::Unavailable(what)) = resolve("opus-4.6", "sa-east-1", Some(Scope::Regional))
        else {
            panic!("no geography holds sa-east-1");
        };
        assert_eq!((what.model, what.scope), ("Claude Opus 4.6", Some(Scope::Regional)));
        assert_eq!(what.scopes, [Scope::Global]);
        assert!(what.regions.contains(&"eu-west-1") && what.regions.is_sorted());

        for (alias, region, scope, text) in [
            (
                "opus-4.1",
                "eu-west-1",
                None,
                "Claude Opus 4.1 has no id for eu-west-1; it works from us-east-1, us-east-2, us-west-2",
            ),
            (
                "opus-4.6",
                "us-east-1",
                Some(Scope::InRegion),
                "Claude Opus 4.6 has no in-region id for us-east-1; scope global works here; scope regional works here; \
                 it works from eu-west-2",
            ),
            (
                "opus-4.6",
                "us-esat-1",
                None,
                "Claude Opus 4.6 has no id for us-esat-1; it works from us-east-1, us-east-2, us-west-1 and 28 other regions",
            ),
            (
                "opus-4.1",
                "us-east-1",
                Some(Scope::Global),
                "scope regional works here; scope global works from no region",
            ),
            (
                "mythos-5.2",
                "us-east-1",
                None,
                "Claude Mythos 5.2 has no id for us-east-1; the catalog knows no region that serves it",
            ),
        ] {
            let error = resolve(alias, region, scope).expect_err(alias).to_string();
            assert!(error.ends_with(text), "{error}");
        }
    }

    #[test]
    fn what_an_error_promises_holds() {
        for model in catalog() {
            let alias = model.aliases.first().expect("each model has an alias");
            for scope in [None, Some(Scope::Global), Some(Scope::Regional), Some(Scope::InRegion)] {
                let Err(ResolveError::Unavailable(what)) = resolve(alias, "nowhere-1", scope) else {
                    panic!("{alias} from nowhere");
                };
                assert_eq!(what.scopes, []);
                for region in what.regions {
                    assert!(resolve(alias, region, scope).is_ok(), "{alias} {region} {scope:?}");
                }
            }
        }
    }

    #[test]
    fn a_scope_is_its_name() {
        for scope in WIDEST_FIRST {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert_eq!("world".parse::<Scope>(), Err(ParseScopeError));
    }
}

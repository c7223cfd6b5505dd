//! Environment variables.

use std::fmt;
use std::sync::Arc;

/// Environment variables.
pub trait Env: fmt::Debug + Send + Sync {
    /// The value of a variable; `None` when it is unset, blank, or not Unicode. AWS counts blank as unset, and so must every
    /// implementation.
    fn var(&self, name: &str) -> Option<String>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnv;

/// An environment that is a map.
///
/// ```
/// use bedrock_auth::{Env, MapEnv};
///
/// let env = MapEnv::from([("AWS_REGION", "eu-west-1"), ("AWS_PROFILE", " ")]);
/// assert_eq!(env.var("AWS_REGION").as_deref(), Some("eu-west-1"));
/// assert_eq!(env.var("AWS_PROFILE"), None);
/// ```
#[derive(Clone, Default)]
pub struct MapEnv(Vec<(String, String)>);

impl Env for ProcessEnv {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment, behind `Env`")]
    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(is_set)
    }
}

impl Env for MapEnv {
    fn var(&self, name: &str) -> Option<String> {
        // Of a name that was given twice, the last counts.
        let (_, value) = self.0.iter().rfind(|(known, _)| known == name)?;
        Some(value).filter(|value| is_set(value)).cloned()
    }
}

impl<E: Env + ?Sized> Env for Arc<E> {
    fn var(&self, name: &str) -> Option<String> {
        (**self).var(name)
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for MapEnv {
    fn from(variables: [(K, V); N]) -> Self {
        variables.into_iter().collect()
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for MapEnv {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for MapEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[expect(clippy::ptr_arg, reason = "`Option<String>::filter` hands out `&String`")]
fn is_set(value: &String) -> bool {
    !value.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_and_no_values() {
        let env = MapEnv::from([("AWS_SECRET_ACCESS_KEY", "canary")]);
        assert_eq!(format!("{env:?}"), r#"{"AWS_SECRET_ACCESS_KEY"}"#);
    }

    #[test]
    fn the_process_environment_is_readable() {
        assert!(ProcessEnv.var("PATH").is_some());
        assert_eq!(ProcessEnv.var("BEDROCK_AUTH_NO_SUCH_VARIABLE"), None);
    }
}

//! As whom a call was made: what may be told of an identity.

use bedrock_auth::{Identity, IdentitySource, ResolvedIdentity};

use crate::text::beginning;

/// As whom a call was made; there is no secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// Where the identity came from.
    pub source: IdentitySource,
    /// Beginning and end of the access key id, like `AKIA…MPLE`; none for API keys.
    pub access_key: Option<String>,
}

impl Caller {
    pub(crate) fn of(resolved: &ResolvedIdentity) -> Self {
        let access_key = match &resolved.identity {
            Identity::Credentials(keys) => Some(shortened(keys.access_key_id())),
            _ => None,
        };
        Self { source: resolved.source.clone(), access_key }
    }
}

/// Enough of an id to tell it from others. It is no secret, but nothing to leave lying about either.
fn shortened(id: &str) -> String {
    let end = id.char_indices().nth_back(SHOWN - 1).and_then(|(at, _)| id.get(at..));
    match end {
        Some(end) if id.chars().count() > 2 * SHOWN => format!("{}…{end}", beginning(id, SHOWN)),
        _ => "…".to_owned(),
    }
}

/// At each end.
const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_id_its_ends_are_told() {
        for (id, told) in
            [("AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE"), ("ÄKIDEXÄMPLE", "ÄKID…MPLE"), ("short", "…")]
        {
            assert_eq!(shortened(id), told);
        }
    }
}

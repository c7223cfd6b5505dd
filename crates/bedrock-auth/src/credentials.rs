//! AWS credentials: the key pair SigV4 signs with, and the session token that goes along with a temporary one.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::secret::SecretString;

/// An AWS access key, as SigV4 needs it.
///
/// ```
/// use bedrock_auth::Credentials;
///
/// let long_term = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let temporary = long_term.clone().session_token("EXAMPLESESSIONTOKEN==");
/// assert!(temporary.token().is_some());
/// assert!(!format!("{temporary:?}").contains("SESSION"));
/// ```
///
/// `Debug` shows the access key id, which AWS itself prints in logs and errors, and neither the secret nor the token. A clone is the
/// same key: no secret is copied.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(Arc<Key>);

#[derive(Clone, PartialEq, Eq)]
struct Key {
    access_key_id: String,
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
    expires_at: Option<SystemTime>,
    account_id: Option<String>,
}

impl Credentials {
    /// A long-term access key; [`session_token`](Self::session_token) makes it a temporary one.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self::of(access_key_id.into(), secret_access_key.into())
    }

    fn of(access_key_id: String, secret_access_key: String) -> Self {
        Self(Arc::new(Key {
            access_key_id,
            secret_access_key: SecretString::from(secret_access_key),
            session_token: None,
            expires_at: None,
            account_id: None,
        }))
    }

    /// Adds the session token of temporary credentials.
    pub fn session_token(mut self, token: impl Into<String>) -> Self {
        self.key().session_token = Some(SecretString::from(token.into()));
        self
    }

    /// Says from when on AWS refuses these credentials.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.key().expires_at = Some(time);
        self
    }

    /// Says which account they belong to.
    pub fn in_account(mut self, account_id: impl Into<String>) -> Self {
        self.key().account_id = Some(account_id.into());
        self
    }

    /// The access key id, which is no secret.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret access key.
    pub fn secret_access_key(&self) -> &SecretString {
        &self.0.secret_access_key
    }

    /// The session token, with temporary credentials only.
    pub fn token(&self) -> Option<&SecretString> {
        self.0.session_token.as_ref()
    }

    /// When they expire, if the source said so.
    pub fn expiry(&self) -> Option<SystemTime> {
        self.0.expires_at
    }

    /// The account they belong to, if the source said so.
    pub fn account_id(&self) -> Option<&str> {
        self.0.account_id.as_deref()
    }

    fn key(&mut self) -> &mut Key {
        Arc::make_mut(&mut self.0)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key { access_key_id, secret_access_key, session_token, expires_at, account_id } = &*self.0;
        f.debug_struct("Credentials")
            .field("access_key_id", access_key_id)
            .field("secret_access_key", secret_access_key)
            .field("session_token", session_token)
            .field("expires_at", expires_at)
            .field("account_id", account_id)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_access_key_id_and_no_secret() {
        let shown = format!("{:?}", Credentials::new("AKID", "canary-secret").session_token("canary-token"));
        assert!(shown.contains("AKID"), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

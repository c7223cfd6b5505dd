//! The file in which the AWS CLI keeps the token of a session.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::provider::profile::plan::SsoSettings;
use crate::provider::{Context, session_cache};
use crate::secret_json::SecretJson;
use crate::sha1::sha1;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// A token as it stands in its file, or renewed since.
#[derive(Debug)]
pub(super) struct CachedToken {
    path: PathBuf,
    /// Has an `accessToken` that a header can carry: [`read`](Self::read) and the renewal see to it.
    content: SecretJson,
    expires_at: SystemTime,
}

/// What renews a token.
#[derive(Debug)]
pub(super) struct Grant<'a> {
    content: &'a SecretJson,
}

/// A token that was given in exchange for a [`Grant`].
#[derive(Debug)]
pub(super) struct RenewedToken {
    pub(super) answer: SecretJson,
    pub(super) expires_at: SystemTime,
}

impl CachedToken {
    /// Reads the file of a session.
    pub(super) fn read(context: &Context<'_>, settings: &SsoSettings) -> Result<Self, SourceProblem> {
        let path = path(context, settings)?;
        let content = session_cache::read(context, &path)?;
        match check(&content) {
            Ok(expires_at) => Ok(Self { path, content, expires_at }),
            Err(problem) => Err(session_cache::content(&path, problem)),
        }
    }

    pub(super) fn access_token(&self) -> &str {
        self.content.text(ACCESS_TOKEN).expect("a token is there from the start")
    }

    pub(super) fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// Whether it lives longer than this from now.
    pub(super) fn lives_beyond(&self, now: SystemTime, life: Duration) -> bool {
        self.expires_at.duration_since(now).is_ok_and(|left| left > life)
    }

    /// What renews it; `None` where the session has nothing to renew it with, or its registration has expired.
    pub(super) fn grant(&self, now: SystemTime) -> Option<Grant<'_>> {
        let registered_until = self.content.text("registrationExpiresAt").and_then(timestamp::parse)?;
        let is_complete = GRANT.iter().all(|key| self.content.text(key).is_some());
        (registered_until > now && is_complete).then_some(Grant { content: &self.content })
    }

    /// The same with a new token, in memory and in the file, where everything else stays as it is.
    pub(super) fn renewed(mut self, context: &Context<'_>, renewed: &RenewedToken) -> Self {
        for key in [ACCESS_TOKEN, REFRESH_TOKEN] {
            if let Some(text) = renewed.answer.text(key) {
                self.content.set(key, text);
            }
        }
        if let Some(expires_at) = timestamp::format(renewed.expires_at) {
            self.content.set(EXPIRES_AT, &expires_at);
        }
        session_cache::write(context, &self.path, &self.content);
        self.expires_at = renewed.expires_at;
        self
    }
}

impl Grant<'_> {
    pub(super) fn client_id(&self) -> &str {
        self.text(CLIENT_ID)
    }

    pub(super) fn client_secret(&self) -> &str {
        self.text(CLIENT_SECRET)
    }

    pub(super) fn refresh_token(&self) -> &str {
        self.text(REFRESH_TOKEN)
    }

    fn text(&self, key: &str) -> &str {
        self.content.text(key).expect("a grant is complete")
    }
}

/// `~/.aws/sso/cache/<SHA-1 of the session's name>.json`; by the settings of old, of the start URL.
fn path(context: &Context<'_>, settings: &SsoSettings) -> Result<PathBuf, SourceProblem> {
    let name = hex::encode(sha1(settings.session.as_ref().unwrap_or(&settings.start_url).as_bytes()));
    Ok(session_cache::home(context)?.join(".aws/sso/cache").join(name + ".json"))
}

/// When the token in a file expires; or what is wrong with the file.
fn check(content: &SecretJson) -> Result<SystemTime, &'static str> {
    let access_token = content.text(ACCESS_TOKEN).ok_or("it has no `accessToken`")?;
    if !is_token(access_token) {
        return Err("its `accessToken` has characters that no header can carry");
    }
    let expires_at = content.text(EXPIRES_AT).ok_or("it has no `expiresAt`")?;
    timestamp::parse(expires_at).ok_or("its `expiresAt` is not RFC 3339")
}

/// Whether a text can go into a header as it is.
pub(super) fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

const ACCESS_TOKEN: &str = "accessToken";
const EXPIRES_AT: &str = "expiresAt";
const CLIENT_ID: &str = "clientId";
const CLIENT_SECRET: &str = "clientSecret";
const REFRESH_TOKEN: &str = "refreshToken";
const GRANT: [&str; 3] = [CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN];

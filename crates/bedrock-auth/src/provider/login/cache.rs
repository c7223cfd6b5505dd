//! The file in which the AWS CLI keeps a session of `aws login`.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use crate::credentials::Credentials;
use crate::provider::{Context, session_cache};
use crate::secret_json::SecretJson;
use crate::sigv4::sha256_hex;
use crate::source_error::SourceProblem;
use crate::timestamp;

/// A session as it stands in its file.
#[derive(Debug)]
pub(super) struct CachedSession {
    #[cfg_attr(not(feature = "aws-login"), expect(dead_code, reason = "only a renewal writes"))]
    path: PathBuf,
    #[cfg_attr(not(feature = "aws-login"), expect(dead_code, reason = "only a renewal needs the rest"))]
    content: SecretJson,
    credentials: Credentials,
    expires_at: SystemTime,
}

impl CachedSession {
    /// Reads the file of a session.
    pub(super) fn read(context: &Context<'_>, session: &str) -> Result<Self, SourceProblem> {
        let path = path(context, session)?;
        let content = session_cache::read(context, &path)?;
        match credentials(&content) {
            Ok((credentials, expires_at)) => Ok(Self { path, content, credentials, expires_at }),
            Err(problem) => Err(session_cache::content(&path, problem)),
        }
    }

    pub(super) fn credentials(self) -> Credentials {
        self.credentials
    }

    /// Whether its credentials live longer than this from now.
    pub(super) fn lives_beyond(&self, now: SystemTime, life: Duration) -> bool {
        self.expires_at.duration_since(now).is_ok_and(|left| left > life)
    }
}

#[cfg(feature = "aws-login")]
impl CachedSession {
    pub(super) fn expires_at(&self) -> SystemTime {
        self.expires_at
    }

    /// The region that the session was opened in; sessions of older AWS CLIs do not say.
    pub(super) fn region(&self) -> Option<&str> {
        self.content.text("signInRegion")
    }

    /// Something that a renewal needs.
    ///
    /// # Errors
    ///
    /// [`SourceProblem::Content`] where it is not there.
    pub(super) fn required(&self, key: &str) -> Result<&str, SourceProblem> {
        self.content.text(key).ok_or_else(|| self.problem(format!("it has no `{key}`")))
    }

    /// What is wrong with the file, told without its content.
    pub(super) fn problem(&self, problem: impl Into<String>) -> SourceProblem {
        session_cache::content(&self.path, problem)
    }

    /// The new credentials, also in the file, where everything else stays as it is.
    pub(super) fn renewed(mut self, context: &Context<'_>, renewed: &super::renewal::Renewed) -> Credentials {
        for key in ["accessKeyId", "secretAccessKey", "sessionToken"] {
            if let Some(text) = renewed.answer.text_in(ACCESS_TOKEN, key) {
                self.content.set_in(ACCESS_TOKEN, key, text);
            }
        }
        if let Some(text) = renewed.answer.text("refreshToken") {
            self.content.set("refreshToken", text);
        }
        if let Some(expires_at) = timestamp::format(renewed.expires_at) {
            self.content.set_in(ACCESS_TOKEN, "expiresAt", &expires_at);
        }
        session_cache::write(context, &self.path, &self.content);
        match self.credentials.account_id() {
            Some(account) => renewed.credentials.clone().in_account(account),
            None => renewed.credentials.clone(),
        }
    }
}

/// `<SHA-256 of the session>.json` in `AWS_LOGIN_CACHE_DIRECTORY`, else in `~/.aws/login/cache`.
fn path(context: &Context<'_>, session: &str) -> Result<PathBuf, SourceProblem> {
    let folder = match context.effects.env.var("AWS_LOGIN_CACHE_DIRECTORY") {
        Some(folder) => match folder.strip_prefix("~/") {
            Some(below) => session_cache::home(context)?.join(below),
            None => PathBuf::from(folder),
        },
        None => session_cache::home(context)?.join(".aws/login/cache"),
    };
    Ok(folder.join(sha256_hex(session.as_bytes()) + ".json"))
}

/// The credentials in a file and when they expire; or what is wrong with the file.
fn credentials(content: &SecretJson) -> Result<(Credentials, SystemTime), String> {
    let required =
        |key| content.text_in(ACCESS_TOKEN, key).ok_or_else(|| format!("it has no `accessToken.{key}`"));
    let expires_at =
        timestamp::parse(required("expiresAt")?).ok_or("its `accessToken.expiresAt` is not RFC 3339")?;
    let credentials = Credentials::new(required("accessKeyId")?, required("secretAccessKey")?)
        .session_token(required("sessionToken")?)
        .expires_at(expires_at);
    let credentials = match content.text_in(ACCESS_TOKEN, "accountId") {
        Some(account) => credentials.in_account(account),
        None => credentials,
    };
    Ok((credentials, expires_at))
}

const ACCESS_TOKEN: &str = "accessToken";

//! Why a source that is configured gave nothing: which, what is wrong, and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use crate::effects::{HttpError, ProcessError};
use crate::identity::IdentitySource;
use crate::text::{is_one_of, joined};

/// A source of identities that is configured and failed.
///
/// `Display` says which source and what is wrong; [`hint`](Self::hint) says what to run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SourceError {
    /// The source.
    pub source: IdentitySource,
    /// What is wrong.
    pub problem: SourceProblem,
}

/// What is wrong with a source.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SourceProblem {
    /// A setting is missing, is not what it must be, or contradicts another.
    Setting {
        /// The setting, as it is written in the file or the environment.
        name: String,
        /// What is wrong with it, without its value.
        problem: String,
    },
    /// The `source_profile`s of a profile lead back to one that was there before.
    Loop {
        /// The profiles in the order visited; the last is the one that was there before.
        profiles: Vec<String>,
    },
    /// A file that a setting names cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: Arc<io::Error>,
    },
    /// A file is there and does not hold what it must.
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, without the content.
        problem: String,
    },
    /// The credentials, or the session they come from, have expired and cannot be renewed without a person.
    Expired {
        /// When they expired, where the source says so.
        at: Option<SystemTime>,
        /// The command that renews them, such as `aws sso login --profile dev`.
        renew: String,
    },
    /// A multi-factor code is needed and nobody can be asked.
    MfaCodeNeeded {
        /// The device, from `mfa_serial`.
        serial: String,
    },
    /// This build cannot do it.
    NotBuiltIn {
        /// The feature of this crate that is off.
        feature: &'static str,
        /// The command that does it instead.
        instead: String,
    },
    /// The network is needed and there is no [`Http`](crate::Http).
    NoHttp,
    /// There was no answer.
    Unreachable(HttpError),
    /// The service refused.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The service's name for the error, such as `AccessDenied`.
        code: Option<String>,
        /// What the service says, cleaned of what was sent.
        message: Option<String>,
    },
    /// The answer is not what it must be.
    BadAnswer {
        /// What is wrong, without the content.
        problem: String,
    },
    /// The program of `credential_process` gave nothing.
    Process(ProcessError),
    /// The program of `credential_process` failed.
    ProcessFailed {
        /// How it ended, such as `exit status: 1`.
        status: String,
    },
}

impl SourceError {
    /// A failure of a source.
    pub fn new(source: IdentitySource, problem: SourceProblem) -> Self {
        Self { source, problem }
    }

    /// Whether the same may succeed at once or soon: no answer, a status of 429 or 5xx, a code that says so.
    ///
    /// A program that took too long does not count: it has had a minute, and whoever waits is not to wait for three.
    pub fn is_transient(&self) -> bool {
        self.problem.is_transient()
    }

    /// What to do, as a sentence for people.
    pub fn hint(&self) -> String {
        match &self.problem {
            // Whatever is wrong with the cache of a session, a new one is the remedy.
            SourceProblem::File { .. } | SourceProblem::Content { .. }
                if let Some(login) = self.source.login_command() =>
            {
                format!("run `{login}`")
            }
            SourceProblem::BadAnswer { .. } if matches!(self.source, IdentitySource::Process { .. }) => {
                RUN_BY_HAND.to_owned()
            }
            SourceProblem::Setting { name, .. } => format!("correct `{name}` and try again"),
            SourceProblem::Loop { .. } => "let one of these profiles have keys of its own".to_owned(),
            SourceProblem::File { path, .. } | SourceProblem::Content { path, .. } => {
                format!("see to {}, or remove the setting that names it", path.display())
            }
            SourceProblem::Expired { renew, .. } => format!("run `{renew}`"),
            SourceProblem::MfaCodeNeeded { .. } => {
                "run this in a terminal, or give the library a prompt for multi-factor codes".to_owned()
            }
            SourceProblem::NotBuiltIn { feature, instead } => {
                format!("run `{instead}`, or build with the feature `{feature}`")
            }
            SourceProblem::NoHttp => "give the chain an HTTP client".to_owned(),
            SourceProblem::Unreachable(_) => {
                "check the network, the region and the proxy settings".to_owned()
            }
            problem @ SourceProblem::Refused { .. } if problem.is_transient() => {
                "try again in a moment".to_owned()
            }
            problem @ SourceProblem::Refused { .. } if problem.is_expiry() => self.source.renewal_hint(),
            SourceProblem::Refused { code: Some(code), .. } if is_wrong_key(code) => {
                "check the access key, its secret, and the clock of this machine".to_owned()
            }
            SourceProblem::Refused { status: 400.., .. }
                if let IdentitySource::Sso { profile } = &self.source =>
            {
                format!(
                    "check `sso_account_id` and `sso_role_name` of profile `{profile}`: the role must be assigned to you in IAM \
                     Identity Center"
                )
            }
            SourceProblem::Refused { status: 400.., .. } => {
                "check that this identity may do so: the role's trust policy, the account, the region"
                    .to_owned()
            }
            // Nobody here follows a redirect, and AWS sends none.
            SourceProblem::BadAnswer { .. } | SourceProblem::Refused { .. } => {
                "check what stands at this address; another server may have answered".to_owned()
            }
            SourceProblem::Process(_) | SourceProblem::ProcessFailed { .. } => RUN_BY_HAND.to_owned(),
        }
    }
}

impl SourceProblem {
    /// A setting, and what is wrong with it, without its value.
    #[inline(never)]
    pub(crate) fn setting(name: &str, problem: &str) -> Self {
        Self::Setting { name: name.to_owned(), problem: problem.to_owned() }
    }

    /// What is wrong with an answer, without its content.
    #[inline(never)]
    pub(crate) fn bad_answer(problem: &str) -> Self {
        Self::BadAnswer { problem: problem.to_owned() }
    }

    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, code, .. } => {
                *status == 429 || *status >= 500 || code.as_deref().is_some_and(is_throttling)
            }
            Self::Setting { .. }
            | Self::Loop { .. }
            | Self::File { .. }
            | Self::Content { .. }
            | Self::Expired { .. }
            | Self::MfaCodeNeeded { .. }
            | Self::NotBuiltIn { .. }
            | Self::NoHttp
            | Self::BadAnswer { .. }
            | Self::Process(_)
            | Self::ProcessFailed { .. } => false,
        }
    }

    /// Whether what was sent has expired, credentials or a token.
    pub(crate) fn is_expiry(&self) -> bool {
        const CODES: &[&str] = &["ExpiredToken", "ExpiredTokenException"];
        matches!(self, Self::Refused { code: Some(code), .. } if is_one_of(code, CODES))
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.problem)
    }
}

impl fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { name, problem } => write!(f, "`{name}` {problem}"),
            Self::Loop { profiles } => {
                write!(f, "the profiles lead back to where they were: {}", joined(profiles, " -> "))
            }
            Self::File { path, .. } => write!(f, "{} cannot be read", path.display()),
            Self::Content { path, problem } => write!(f, "{}: {problem}", path.display()),
            Self::Expired { .. } => f.write_str("the session has expired"),
            Self::MfaCodeNeeded { serial } => write!(f, "a code of the device {serial} is needed"),
            Self::NotBuiltIn { feature, .. } => write!(f, "this build lacks the feature `{feature}`"),
            Self::NoHttp => f.write_str("there is no HTTP client to ask with"),
            Self::Unreachable(_) => f.write_str("there was no answer"),
            Self::Refused { status, code, message } => {
                write!(f, "refused with status {status}")?;
                if let Some(code) = code {
                    write!(f, " {code}")?;
                }
                message.as_ref().map_or(Ok(()), |message| write!(f, ": {message}"))
            }
            Self::BadAnswer { problem } => write!(f, "the answer is not what it must be: {problem}"),
            Self::Process(_) => f.write_str("the command of `credential_process` gave nothing"),
            Self::ProcessFailed { status } => {
                write!(f, "the command of `credential_process` failed with {status}")
            }
        }
    }
}

impl std::error::Error for SourceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            SourceProblem::File { error, .. } => Some(&**error),
            SourceProblem::Unreachable(error) => Some(error),
            SourceProblem::Process(error) => Some(error),
            _ => None,
        }
    }
}

fn is_throttling(code: &str) -> bool {
    const CODES: &[&str] = &[
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "IDPCommunicationError",
        "SlowDownException",
    ];
    is_one_of(code, CODES)
}

/// Whether a code speaks of the key itself. A signature that is too old has the same code as a wrong one.
fn is_wrong_key(code: &str) -> bool {
    const CODES: &[&str] = &[
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "IncompleteSignature",
        "UnrecognizedClientException",
        "RequestExpired",
    ];
    is_one_of(code, CODES)
}

const RUN_BY_HAND: &str = "run the command of `credential_process` by hand to see what it says";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hint_to_a_refusal_follows_its_reason() {
        let cases = [
            (400, Some("Throttling"), "try again in a moment"),
            (503, None, "try again in a moment"),
            (403, Some("ExpiredToken"), "run `aws sso login --profile dev`"),
            (400, Some("ExpiredTokenException"), "run `aws sso login --profile dev`"),
            (403, Some("InvalidClientTokenId"), "check the access key, "),
            (403, Some("SignatureDoesNotMatch"), "check the access key, "),
            (403, Some("AccessDenied"), "check that this identity may do so"),
            (404, None, "check that this identity may do so"),
            (302, None, "check what stands at this address"),
        ];
        for (status, code, expected) in cases {
            let base = Box::new(IdentitySource::Sso { profile: "dev".to_owned() });
            let source = IdentitySource::Role { arn: "arn".to_owned(), base };
            let code = code.map(str::to_owned);
            let problem = SourceProblem::Refused { status, code, message: None };
            let error = SourceError::new(source, problem);
            assert!(error.hint().starts_with(expected), "{error}: {}", error.hint());
        }
    }
}

//! Why a client cannot be set up.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use super::proxy::ProxyProblem;
use crate::Cause;

/// The client cannot be set up as asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// The CA bundle cannot be read.
    UnreadableCaBundle {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The CA bundle is not well-formed PEM.
    InvalidCaBundle {
        /// The file, unless the bundle was given as bytes.
        path: Option<PathBuf>,
        /// What is wrong.
        source: Cause,
    },
    /// The CA bundle has certificates, but none that can be read.
    UnusableCaBundle {
        /// The file, unless the bundle was given as bytes.
        path: Option<PathBuf>,
        /// What is wrong with the last of them.
        source: Cause,
    },
    /// The CA bundle has a private key in it, which belongs elsewhere.
    PrivateKeyInCaBundle {
        /// The file, unless the bundle was given as bytes.
        path: Option<PathBuf>,
    },
    /// The CA bundle has no certificate in it.
    EmptyCaBundle {
        /// The file, unless the bundle was given as bytes.
        path: Option<PathBuf>,
    },
    /// The client certificate or its key cannot be read.
    UnreadableClientCertificate {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The client certificate and its key are not well-formed PEM, or do not belong together.
    InvalidClientCertificate {
        /// What is wrong.
        source: Cause,
    },
    /// A proxy cannot be used.
    UnusableProxy {
        /// Which one: `https`, `http` or `all`, as the fields of [`ProxySettings`](crate::ProxySettings).
        setting: &'static str,
        /// What is wrong with it; it may have a password in it, and is not shown.
        problem: ProxyProblem,
    },
    /// The user agent has characters that a header may not have.
    UserAgent,
    /// Built without cryptography, and the process has installed none for rustls.
    NoCryptoProvider,
    /// The cryptography cannot do TLS 1.2 or later.
    Tls {
        /// What rustls says.
        source: Cause,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, what) = match self {
            Self::UnreadableCaBundle { path, .. } => (Some(path), "cannot be read"),
            Self::InvalidCaBundle { path, .. } => (path.as_ref(), "is not well-formed PEM"),
            Self::UnusableCaBundle { path, .. } => (path.as_ref(), "has no certificate that can be used"),
            Self::PrivateKeyInCaBundle { path } => (path.as_ref(), "has a private key in it"),
            Self::EmptyCaBundle { path } => (path.as_ref(), "has no certificate in it"),
            Self::UnreadableClientCertificate { path, .. } => {
                return write!(f, "{} of the client certificate cannot be read", path.display());
            }
            Self::InvalidClientCertificate { .. } => {
                return f.write_str("the client certificate cannot be used");
            }
            Self::UnusableProxy { setting, problem } => {
                return write!(f, "the proxy for {setting} cannot be used: {problem}");
            }
            Self::UserAgent => return f.write_str("the user agent cannot be a header value"),
            Self::NoCryptoProvider => return f.write_str("no cryptography for TLS was compiled in"),
            Self::Tls { .. } => return f.write_str("TLS cannot be set up"),
        };
        match path {
            Some(path) => write!(f, "the CA bundle {} {what}", path.display()),
            None => write!(f, "the CA bundle {what}"),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::UnreadableCaBundle { source, .. } | Self::UnreadableClientCertificate { source, .. } => {
                Some(source)
            }
            Self::InvalidCaBundle { source, .. }
            | Self::UnusableCaBundle { source, .. }
            | Self::InvalidClientCertificate { source }
            | Self::Tls { source } => Some(source.as_ref()),
            Self::PrivateKeyInCaBundle { .. }
            | Self::EmptyCaBundle { .. }
            | Self::UnusableProxy { .. }
            | Self::UserAgent
            | Self::NoCryptoProvider => None,
        }
    }
}

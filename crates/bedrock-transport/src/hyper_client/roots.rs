//! Which certificate authorities are trusted: the system's, or exactly those of a bundle.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use rustls::RootCertStore;
use rustls::pki_types::pem::{PemObject, SectionKind};

use crate::Cause;

/// Where the trusted certificates come from.
#[derive(Clone, Debug)]
pub(super) enum Roots {
    System,
    File(PathBuf),
    Pem(Vec<u8>),
}

impl Roots {
    pub(super) fn load(self) -> Result<RootCertStore, BuildError> {
        match self {
            Self::System => Ok(system()),
            Self::File(path) => match fs::read(&path) {
                Ok(pem) => bundle(&pem, Some(path)),
                Err(source) => Err(BuildError::UnreadableCaBundle { path, source }),
            },
            Self::Pem(pem) => bundle(&pem, None),
        }
    }
}

/// The system's certificates as far as they can be used. Having none is no error yet: plain http to this machine needs
/// none, and https then fails with a certificate that is not trusted.
#[cfg(feature = "native-roots")]
fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (trusted, ignored) = roots.add_parsable_certificates(found.certs);
    let errors = found.errors.len();
    if trusted == 0 {
        tracing::warn!(
            ignored,
            errors,
            "the system has no usable CA certificates: no https server will be trusted"
        );
    } else {
        tracing::debug!(trusted, ignored, errors, "loaded the system's CA certificates");
    }
    roots
}

#[cfg(not(feature = "native-roots"))]
fn system() -> RootCertStore {
    RootCertStore::empty()
}

/// The certificates of a bundle, of which one at least must be usable: bundles of whole companies have some that are not.
///
/// A private key in it is a mistake that somebody wants to know of, and never needed here.
fn bundle(pem: &[u8], path: Option<PathBuf>) -> Result<RootCertStore, BuildError> {
    let mut roots = RootCertStore::empty();
    let mut unreadable = None;
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem) {
        let (kind, der) = match section {
            Ok(section) => section,
            Err(error) => return Err(BuildError::InvalidCaBundle { path, source: error.into() }),
        };
        match kind {
            SectionKind::Certificate => {
                if let Err(error) = roots.add(der.into()) {
                    tracing::warn!(%error, path = ?path, "ignored a certificate of the CA bundle");
                    unreadable = Some(error);
                }
            }
            SectionKind::PrivateKey | SectionKind::RsaPrivateKey | SectionKind::EcPrivateKey => {
                return Err(BuildError::PrivateKeyInCaBundle { path });
            }
            _ => {} // revocation lists and the like say nothing of whom to trust
        }
    }
    match unreadable {
        _ if !roots.is_empty() => Ok(roots),
        Some(error) => Err(BuildError::UnusableCaBundle { path, source: error.into() }),
        None => Err(BuildError::EmptyCaBundle { path }),
    }
}

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
            Self::UnreadableCaBundle { source, .. } => Some(source),
            Self::InvalidCaBundle { source, .. }
            | Self::UnusableCaBundle { source, .. }
            | Self::Tls { source } => Some(source.as_ref()),
            Self::PrivateKeyInCaBundle { .. }
            | Self::EmptyCaBundle { .. }
            | Self::UserAgent
            | Self::NoCryptoProvider => None,
        }
    }
}

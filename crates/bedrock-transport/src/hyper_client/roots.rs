//! Which certificate authorities are trusted: the system's, or exactly those of a bundle.

use std::fs;
use std::path::PathBuf;

use rustls::RootCertStore;
use rustls::pki_types::pem::{PemObject, SectionKind};

use super::build_error::BuildError;
use crate::RootsSource;

/// Where the trusted certificates come from.
#[derive(Clone, Debug)]
pub(super) enum Roots {
    /// The system's, where the build can read them; else Mozilla's, where the build has them; else none.
    System,
    #[cfg(feature = "webpki-roots")]
    Webpki,
    File(PathBuf),
    Pem(Vec<u8>),
}

impl Roots {
    /// For people: where they come from.
    pub(super) fn source(&self) -> RootsSource {
        match self {
            Self::System => RootsSource::System,
            #[cfg(feature = "webpki-roots")]
            Self::Webpki => RootsSource::Mozilla,
            Self::File(path) => RootsSource::File(path.clone()),
            Self::Pem(_) => RootsSource::Given,
        }
    }

    pub(super) fn load(self) -> Result<RootCertStore, BuildError> {
        match self {
            Self::System => Ok(system()),
            #[cfg(feature = "webpki-roots")]
            Self::Webpki => Ok(webpki()),
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

#[cfg(all(not(feature = "native-roots"), feature = "webpki-roots"))]
fn system() -> RootCertStore {
    webpki()
}

#[cfg(not(any(feature = "native-roots", feature = "webpki-roots")))]
fn system() -> RootCertStore {
    RootCertStore::empty()
}

/// Mozilla's list, as it was when the crate `webpki-roots` was made.
#[cfg(feature = "webpki-roots")]
fn webpki() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
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

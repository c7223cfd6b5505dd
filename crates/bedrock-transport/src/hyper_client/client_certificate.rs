//! Who the client is to servers that ask for a certificate.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::build_error::BuildError;

/// Where the certificate, those between it and its CA, and its key come from.
#[derive(Clone)]
pub(super) enum ClientCertificate {
    Files { certificates: PathBuf, key: PathBuf },
    Pem { certificates: Vec<u8>, key: Vec<u8> },
}

impl ClientCertificate {
    pub(super) fn load(self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), BuildError> {
        let (certificates, key) = match self {
            Self::Files { certificates, key } => (read(certificates)?, read(key)?),
            Self::Pem { certificates, key } => (certificates, key),
        };
        let invalid = |source| BuildError::InvalidClientCertificate { source };
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&certificates)
            .collect::<Result<_, _>>()
            .map_err(|error| invalid(error.into()))?;
        if certificates.is_empty() {
            return Err(invalid("there is no certificate in it".into()));
        }
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| invalid(error.into()))?;
        Ok((certificates, key))
    }
}

fn read(path: PathBuf) -> Result<Vec<u8>, BuildError> {
    fs::read(&path).map_err(|source| BuildError::UnreadableClientCertificate { path, source })
}

/// The files, or that there are bytes: one is a private key.
impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files { certificates, key } => {
                f.debug_struct("Files").field("certificates", certificates).field("key", key).finish()
            }
            Self::Pem { .. } => f.debug_struct("Pem").finish_non_exhaustive(),
        }
    }
}

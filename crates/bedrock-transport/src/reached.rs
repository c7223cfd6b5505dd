//! What a connection is like: for diagnosis, before anything is requested on it.

use std::fmt;
use std::path::PathBuf;

/// A server that could be connected to, and how: see [`HttpClient::probe`](crate::HttpClient::probe).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// The proxy on the way, without user and password.
    pub proxy: Option<String>,
    /// There with `https`.
    pub tls: Option<TlsFacts>,
}

/// What was agreed on with a server whose certificate is good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsFacts {
    /// Like `TLS 1.3`.
    pub version: &'static str,
    /// Like `TLS13_AES_256_GCM_SHA384`.
    pub cipher_suite: Option<&'static str>,
    /// Who is trusted to say that it is good.
    pub trusted: TrustedRoots,
}

/// The certificate authorities that are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustedRoots {
    /// Where they come from.
    pub source: RootsSource,
    /// How many they are.
    pub certificates: usize,
}

/// Where trusted certificates come from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootsSource {
    /// The system; where this was built without a way to ask it, Mozilla's list.
    System,
    /// Mozilla's list, as it was when this was built.
    Mozilla,
    /// A CA bundle.
    File(PathBuf),
    /// The program itself.
    Given,
}

impl fmt::Display for TrustedRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificates = if self.certificates == 1 { "certificate" } else { "certificates" };
        write!(f, "{} {certificates} ", self.certificates)?;
        match &self.source {
            RootsSource::System => f.write_str("of the system"),
            RootsSource::Mozilla => f.write_str("of Mozilla's list"),
            RootsSource::File(path) => write!(f, "of {}", path.display()),
            RootsSource::Given => f.write_str("given by the program"),
        }
    }
}

//! What leads clients to an emulator: variables of the environment, and with TLS a file of theirs.

use std::io::{self, Write};

use tempfile::NamedTempFile;

use super::{Emulator, REGION};

impl Emulator {
    /// The environment variables that make AWS SDKs, Anthropic SDKs and this project's clients talk to it.
    ///
    /// With TLS three of them name a file with the authority's certificate, which is removed when the emulator is dropped.
    /// [`variables_to_unset`](Self::variables_to_unset) names those that should be unset besides.
    ///
    /// After [`EmulatorBuilder::key_ttl`](super::EmulatorBuilder::key_ttl) they name [`credentials_url`](Self::credentials_url) instead of keys. Keys of a default
    /// profile outrank that.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let url = self.url();
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", url.clone()),
            ("ANTHROPIC_BEDROCK_BASE_URL", url.clone()),
            ("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", format!("{url}/mantle/anthropic")),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ];
        if self.account.key_ttl.is_some() {
            variables.push(("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.credentials_url()));
        } else {
            let keys = self.credentials();
            variables.push(("AWS_ACCESS_KEY_ID", keys.access_key_id().to_owned()));
            variables.push(("AWS_SECRET_ACCESS_KEY", keys.secret_access_key().expose().to_owned()));
            variables.extend(keys.token().map(|token| ("AWS_SESSION_TOKEN", token.expose().to_owned())));
        }
        variables.push(("AWS_EC2_METADATA_DISABLED", "true".to_owned()));
        if let Some(trust) = &self.trust {
            let file = trust.ca_file.path().display().to_string();
            variables.extend(TRUST_VARIABLES.map(|name| (name, file.clone())));
        }
        variables
    }

    /// The environment variables that would outrank those of [`environment`](Self::environment).
    pub fn variables_to_unset(&self) -> Vec<&'static str> {
        let mut names = OUTRANKING_KEYS.to_vec();
        if self.account.key_ttl.is_some() {
            names.extend(OUTRANKING_CONTAINERS);
        }
        let set = self.environment();
        names.retain(|name| set.iter().all(|(variable, _)| variable != name));
        names
    }
}

/// What a client needs to trust the certificate.
#[derive(Debug)]
pub(super) struct Trust {
    pub(super) ca_pem: String,
    /// The same in a file, as environment variables want it; it goes with the emulator.
    ca_file: NamedTempFile,
}

impl Trust {
    pub(super) fn write(ca_pem: String) -> io::Result<Self> {
        let mut ca_file =
            tempfile::Builder::new().prefix("bedrock-emulator-ca-").suffix(".pem").tempfile()?;
        ca_file.write_all(ca_pem.as_bytes())?;
        ca_file.flush()?;
        Ok(Self { ca_pem, ca_file })
    }
}

pub(super) const OUTRANKING_KEYS: [&str; 3] =
    ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"];
pub(super) const OUTRANKING_CONTAINERS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
pub(super) const TRUST_VARIABLES: [&str; 3] = ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"];

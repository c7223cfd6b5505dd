//! The HTTP client that a client has unless it is given one.

use std::{path::PathBuf, sync::Arc};

use bedrock_transport::HttpClient;

use crate::{Error, settings::Sources};

#[cfg(feature = "hyper")]
pub(super) fn default_http(
    ca_bundle: Option<PathBuf>,
    app_id: Option<&str>,
    sources: &Sources<'_>,
) -> Result<Arc<dyn HttpClient>, Error> {
    use bedrock_transport::{HyperClient, ProxySettings};

    let app_id = app_id.map(str::to_owned).or_else(|| sources.app_id());
    let mut builder = HyperClient::builder().user_agent(user_agent(app_id.as_deref())?);
    if let Some(path) = ca_bundle.or_else(|| sources.ca_bundle()) {
        builder = builder.ca_bundle(path);
    }
    builder = builder.proxies(ProxySettings::from_variables(|name| sources.env.var(name)));
    let http = builder.build().map_err(|error| {
        let (message, hint) = what_to_mend(&error);
        Error::config(message, hint).with_source(error)
    })?;
    Ok(Arc::new(http))
}

/// What is wrong with a setting of the HTTP client, and what to do about it.
#[cfg(feature = "hyper")]
fn what_to_mend(error: &bedrock_transport::BuildError) -> (&'static str, &'static str) {
    use bedrock_transport::BuildError;

    match error {
        BuildError::UnreadableCaBundle { .. }
        | BuildError::InvalidCaBundle { .. }
        | BuildError::UnusableCaBundle { .. }
        | BuildError::PrivateKeyInCaBundle { .. }
        | BuildError::EmptyCaBundle { .. } => (
            "the CAs to trust cannot be taken",
            "name a readable PEM file with at least one certificate in --ca-bundle or AWS_CA_BUNDLE",
        ),
        BuildError::UnreadableClientCertificate { .. } | BuildError::InvalidClientCertificate { .. } => (
            "the client certificate cannot be shown",
            "give PEM of the certificate, those between it and its CA, and the private key that belongs to it",
        ),
        BuildError::UnusableProxy { .. } => (
            "a proxy of the environment cannot be used",
            "set HTTPS_PROXY, HTTP_PROXY and ALL_PROXY to URLs like http://proxy.example:3128, or unset them",
        ),
        BuildError::UserAgent => {
            ("the user agent is no header value", "use printable ASCII, without line breaks")
        }
        _ => (
            "TLS cannot be set up",
            "build with the feature `ring` or `aws-lc-rs`, or install a crypto provider of rustls before",
        ),
    }
}

/// The name of this library, and that of the program.
#[cfg(feature = "hyper")]
fn user_agent(app_id: Option<&str>) -> Result<String, Error> {
    const LIBRARY: &str = concat!("bedrock-rust/", env!("CARGO_PKG_VERSION"));
    let Some(name) = app_id else { return Ok(LIBRARY.to_owned()) };
    let is_taken = |byte: u8| byte.is_ascii_alphanumeric() || b"!$%&'*+-.^_|~".contains(&byte);
    if name.is_empty() || name.len() > 50 || !name.bytes().all(is_taken) {
        return Err(Error::config(
            format!("{name:?} is no application id"),
            "give app_id, AWS_SDK_UA_APP_ID or sdk_ua_app_id at most 50 letters, digits and !$%&'*+-.^_|~",
        ));
    }
    Ok(format!("{LIBRARY} app/{name}"))
}

#[cfg(not(feature = "hyper"))]
pub(super) fn default_http(
    _: Option<PathBuf>,
    _: Option<&str>,
    _: &Sources<'_>,
) -> Result<Arc<dyn HttpClient>, Error> {
    Err(Error::config(
        "this build has no HTTP client of its own",
        "give one with .http_client(), or turn on the feature `hyper`",
    ))
}

#[cfg(all(test, feature = "hyper"))]
mod tests {
    use bedrock_transport::{BuildError, HyperClient};

    use super::*;

    #[test]
    fn the_program_is_named_behind_the_library() {
        let library = user_agent(None).expect("a constant");
        assert!(library.starts_with("bedrock-rust/"));
        assert_eq!(user_agent(Some("my-app_1.0")).expect("legal"), format!("{library} app/my-app_1.0"));
        for name in ["", "two words", "two\nlines", "ä", &"a".repeat(51)] {
            assert_eq!(user_agent(Some(name)).expect_err(name).kind(), crate::ErrorKind::Config);
        }
    }

    #[test]
    fn each_hint_is_about_what_is_wrong() {
        let agent = HyperClient::builder().user_agent("two\nlines").build().unwrap_err();
        let certificate = HyperClient::builder().client_certificate_pem("", "").build().unwrap_err();
        let bundle = HyperClient::builder().ca_bundle("/nowhere").build().unwrap_err();
        for (error, word) in [
            (agent, "ASCII"),
            (certificate, "private key"),
            (bundle, "AWS_CA_BUNDLE"),
            (BuildError::NoCryptoProvider, "ring"),
        ] {
            assert!(what_to_mend(&error).1.contains(word), "{error}");
        }
    }
}

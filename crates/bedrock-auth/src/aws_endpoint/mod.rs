//! Where the services that give out credentials are: configured endpoints, else the hosts of AWS's partitions.
//!
//! Rules: botocore's `endpoint-rule-set-1` and `partitions.json` for sts, sso, sso-oidc and signin (read 2026-11). Not here: the
//! endpoints of Bedrock, which are the transport's, and the global host of STS, which AWS advises against.

mod host;

use std::net::IpAddr;

use http::uri::{Authority, Scheme};
use http::{Uri, uri};

use self::host::aws_host;
use crate::provider::Context;
use crate::source_error::SourceProblem;
use crate::text::{cut, is_word};

/// A service that gives out credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsService {
    /// Security Token Service.
    Sts,
    /// The portal of IAM Identity Center, which gives credentials for a token.
    Sso,
    /// The part of IAM Identity Center that renews tokens.
    SsoOidc,
    /// The service behind `aws login`.
    #[cfg_attr(
        not(any(test, feature = "aws-login")),
        expect(dead_code, reason = "only the renewal of a login session asks it")
    )]
    Signin,
}

impl AwsService {
    /// The base URL of the service; [`below`] puts a path behind it.
    ///
    /// `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services` section, its `endpoint_url`, then AWS's own host
    /// in `region`.
    ///
    /// # Errors
    ///
    /// [`SourceProblem::Setting`]: the region is no host label, the URL is none that credentials may go to, or FIPS or dual-stack
    /// is asked for together with a URL. Nothing has been sent.
    pub(crate) fn endpoint(self, context: &Context<'_>, region: &str) -> Result<Uri, SourceProblem> {
        let fips = context.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint");
        let dual_stack = context.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint");
        let Some((setting, url)) = self.configured(context) else {
            return aws_host(self, region, fips, dual_stack);
        };
        if fips || dual_stack {
            return Err(SourceProblem::setting(
                &setting,
                "cannot be combined with a FIPS or dual-stack endpoint",
            ));
        }
        let endpoint = parse(&url).map_err(|wrong| SourceProblem::setting(&setting, wrong))?;
        tracing::debug!(%setting, authority = ?endpoint.authority(), "credentials are asked for at a configured endpoint");
        Ok(endpoint)
    }

    /// The configured URL and the setting it is in. What the profile says can be switched off, what the environment says cannot:
    /// so it is with the endpoints of Bedrock.
    fn configured(self, context: &Context<'_>) -> Option<(String, String)> {
        let variable = format!("AWS_ENDPOINT_URL_{}", self.section().to_ascii_uppercase());
        for name in [variable, "AWS_ENDPOINT_URL".to_owned()] {
            if let Some(url) = context.effects.env.var(&name) {
                return Some((name, url));
            }
        }
        if context.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return None;
        }
        let profile = context.profiles.selected()?;
        let services = profile.get("services").and_then(|name| context.profiles.services(name));
        let of_service = services.and_then(|services| services.nested(self.section(), "endpoint_url"));
        let url = of_service.or_else(|| profile.get("endpoint_url"))?;
        Some(("endpoint_url".to_owned(), url.to_owned()))
    }

    /// Its name in a `services` section.
    fn section(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "sso",
            Self::SsoOidc => "sso_oidc",
            Self::Signin => "signin",
        }
    }
}

/// The URI of a path, with its query, below an endpoint; whoever calls has encoded both.
///
/// # Errors
///
/// [`SourceProblem::Setting`] where they are too long for a URI.
pub(crate) fn below(endpoint: &Uri, path_and_query: &str) -> Result<Uri, SourceProblem> {
    let path = format!("{}{path_and_query}", endpoint.path().trim_end_matches('/'));
    let mut parts = endpoint.clone().into_parts();
    parts.path_and_query = Some(
        path.try_into().map_err(|_| SourceProblem::setting("endpoint_url", "has a path that is too long"))?,
    );
    Uri::from_parts(parts).map_err(|_| SourceProblem::setting("endpoint_url", "is not a URL"))
}

/// Whether a host is this machine by its name alone: `127.0.0.0/8`, `::1` or `localhost`; brackets around IPv6 do not matter.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => is_word(host, "localhost"),
    }
}

/// Whether an authority is a host, with a port or without, and nothing else: of `[::1].example.com:80` the host is `[::1]` for the
/// crate `http`, and another name for whoever reads it anew.
pub(crate) fn is_host_and_port(authority: &Authority) -> bool {
    let host = authority.host();
    match authority.as_str().strip_prefix(host) {
        Some("") => !host.is_empty(),
        Some(rest) => {
            !host.is_empty() && rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
        }
        None => false,
    }
}

/// A configured URL, or what is wrong with it; never the URL itself, which may hold a password.
fn parse(url: &str) -> Result<Uri, &'static str> {
    let (scheme, rest) = cut(url.trim(), "://").ok_or("does not begin with http:// or https://")?;
    let scheme = if is_word(scheme, "http") {
        Scheme::HTTP
    } else if is_word(scheme, "https") {
        Scheme::HTTPS
    } else {
        return Err("does not begin with http:// or https://");
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.as_bytes().contains(&b'@') {
        return Err("has a user or password in it");
    }
    if path.contains(['?', '#']) {
        return Err("has a query or a fragment");
    }
    let authority = Authority::try_from(authority).map_err(|_| "has no host, or a malformed one")?;
    if !is_host_and_port(&authority) {
        return Err("has no host, or a malformed one");
    }
    if scheme == Scheme::HTTP && !is_loopback(authority.host()) {
        return Err("is plain http to another machine, where no credentials go");
    }
    uri(scheme, authority, if path.is_empty() { "/" } else { path }).ok_or("has a malformed path")
}

fn uri(scheme: Scheme, authority: Authority, path: &str) -> Option<Uri> {
    let mut parts = uri::Parts::default();
    parts.scheme = Some(scheme);
    parts.authority = Some(authority);
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::AwsService::{Signin, Sso, SsoOidc, Sts};
    use super::*;
    use crate::effects::{Effects, MapEnv, MapFiles};
    use crate::profile::Profiles;

    const CONFIG: &str = "[default]\nservices = mine\nendpoint_url = https://all.example/base/\n\
        [profile plain]\nuse_fips_endpoint = true\n\
        [services mine]\nsso_oidc =\n  endpoint_url = http://127.0.0.1:2/oidc\n";

    /// The endpoint with these variables, or the setting that is wrong.
    fn endpoint(service: AwsService, variables: &[(&str, &str)], region: &str) -> Result<String, String> {
        let env: MapEnv = variables.iter().copied().chain([("HOME", "/h")]).collect();
        let effects = Effects::new(env, MapFiles::from([("/h/.aws/config", CONFIG)]));
        let profiles = Profiles::load(&*effects.env, &*effects.files).unwrap();
        let context = Context { effects: &effects, profiles: &profiles, region: None };
        match service.endpoint(&context, region) {
            Ok(endpoint) => Ok(endpoint.to_string()),
            Err(SourceProblem::Setting { name, problem }) => {
                assert!(!problem.contains("canary"), "{problem}");
                Err(name)
            }
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_first_endpoint_that_is_configured_wins() {
        let sts = ("AWS_ENDPOINT_URL_STS", "https://sts.example");
        let all = ("AWS_ENDPOINT_URL", "http://localhost:1/base");
        let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        let plain = ("AWS_PROFILE", "plain");
        for (service, variables, expected) in [
            (Sts, &[sts, all][..], "https://sts.example/"),
            (Sso, &[sts, all], "http://localhost:1/base"),
            (Signin, &[("AWS_ENDPOINT_URL_SIGNIN", "https://[::1]:3")], "https://[::1]:3/"),
            (SsoOidc, &[("AWS_ENDPOINT_URL_SSO_OIDC", "HTTPS://a.example")], "https://a.example/"),
            (SsoOidc, &[], "http://127.0.0.1:2/oidc"),
            (Sts, &[], "https://all.example/base/"),
            (SsoOidc, &[ignore], "https://oidc.eu-west-1.amazonaws.com/"),
            (Sts, &[ignore, sts], "https://sts.example/"),
            (Sts, &[plain], "https://sts-fips.eu-west-1.amazonaws.com/"),
            (Sts, &[plain, ("AWS_USE_FIPS_ENDPOINT", "false")], "https://sts.eu-west-1.amazonaws.com/"),
        ] {
            assert_eq!(endpoint(service, variables, "eu-west-1").unwrap(), expected, "{variables:?}");
        }
    }

    #[test]
    fn credentials_are_asked_for_at_no_other_kind_of_place() {
        for url in [
            "http://example.com",
            "http://127.0.0.1.example.com",
            "https://canary@example.com",
            "https://user:canary@example.com",
            "https://example.com?canary",
            "https://example.com/#canary",
            "file:///canary",
            "example.com",
            "https://",
            "https://:1",
            "https://a:99999",
            "https://a:",
            "http://[::1].example.com",
            "http://[::1].example.com:80/",
            "http://[::1]x:80/",
            "https://a b/",
            "https://a/b c",
        ] {
            let variables = [("AWS_ENDPOINT_URL_STS", url)];
            let found = endpoint(AwsService::Sts, &variables, "us-east-1");
            assert_eq!(found.unwrap_err(), "AWS_ENDPOINT_URL_STS", "{url}");
        }
        let both = [("AWS_ENDPOINT_URL", "https://a"), ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE")];
        assert_eq!(endpoint(AwsService::Sso, &both, "us-east-1").unwrap_err(), "AWS_ENDPOINT_URL");
    }

    #[test]
    fn a_region_cannot_change_the_host() {
        let long = "a".repeat(64);
        for region in ["", "us-east-1.evil.com/", "evil.com#", "US-EAST-1", "a@b", "us east", &long] {
            let ignore = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
            assert_eq!(endpoint(AwsService::Sts, &ignore, region).unwrap_err(), "region", "{region}");
        }
    }

    #[test]
    fn a_path_goes_below_the_path_of_the_endpoint() {
        for (endpoint, expected) in [
            ("https://a/", "https://a/token?x=1"),
            ("https://a/base", "https://a/base/token?x=1"),
            ("https://a/base/", "https://a/base/token?x=1"),
        ] {
            assert_eq!(below(&endpoint.parse().unwrap(), "/token?x=1").unwrap(), expected);
        }
    }
}

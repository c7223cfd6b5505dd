//! Which setting wins: explicit, environment, profile, default. Pure: everything read comes in as an argument.

use std::fmt;

use bedrock_auth::{Env, Profile, Profiles};
use bedrock_transport::{Endpoint, EndpointOptions, Region, Service};

use crate::{Error, text::is_word};

/// Where the region came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionSource {
    /// The program said so.
    Explicit,
    /// A variable of the environment: `AWS_REGION` or `AWS_DEFAULT_REGION`.
    Environment(&'static str),
    /// `region` of the selected profile.
    Profile,
    /// Nobody said anything.
    Default,
}

impl fmt::Display for RegionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("set explicitly"),
            Self::Environment(name) => f.write_str(name),
            Self::Profile => f.write_str("the profile's region"),
            Self::Default => f.write_str("the default, since neither AWS_REGION nor a profile names one"),
        }
    }
}

/// Where the endpoint came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointSource {
    /// The program said so.
    Explicit,
    /// A variable of the environment, such as `AWS_ENDPOINT_URL`.
    Environment(&'static str),
    /// `endpoint_url` of the selected profile, or of its `[services]`.
    Profile,
    /// Nobody said anything: it is the host that AWS has in the region.
    Default,
}

impl fmt::Display for EndpointSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("set explicitly"),
            Self::Environment(name) => f.write_str(name),
            Self::Profile => f.write_str("endpoint_url of the profile"),
            Self::Default => f.write_str("AWS's own"),
        }
    }
}

/// Where the endpoint of a service may be configured.
pub(crate) struct EndpointSettings {
    service: Service,
    /// The first that is set wins.
    variables: &'static [&'static str],
    /// What a `[services]` section calls it.
    section: &'static str,
}

/// Bedrock's runtime: the variable of AWS, Anthropic's, the general one.
pub(crate) const RUNTIME: EndpointSettings = EndpointSettings {
    service: Service::Runtime,
    variables: &["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "ANTHROPIC_BEDROCK_BASE_URL", "AWS_ENDPOINT_URL"],
    section: "bedrock_runtime",
};

/// Bedrock-mantle: Anthropic's variable, the general one.
pub(crate) const MANTLE: EndpointSettings = EndpointSettings {
    service: Service::Mantle,
    variables: &[MANTLE_BASE_URL, "AWS_ENDPOINT_URL"],
    section: "bedrock_mantle",
};

/// The one setting that names the API and not its host: it ends before `/v1`.
const MANTLE_BASE_URL: &str = "ANTHROPIC_BEDROCK_MANTLE_BASE_URL";

/// Where the Messages API of bedrock-mantle is, up to what stands before `/v1`.
pub(crate) fn mantle_api(endpoint: Endpoint, source: EndpointSource) -> Result<Endpoint, Error> {
    if source == EndpointSource::Environment(MANTLE_BASE_URL) {
        return Ok(endpoint);
    }
    parse_endpoint(&format!("{endpoint}/anthropic"), source)
}

/// Bedrock's control plane: the variable of AWS, the general one. Anthropic's names the runtime alone.
pub(crate) const CONTROL_PLANE: EndpointSettings = EndpointSettings {
    service: Service::ControlPlane,
    variables: &["AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL"],
    section: "bedrock",
};

/// STS, which only says who is calling here.
pub(crate) const STS: EndpointSettings = EndpointSettings {
    service: Service::Sts,
    variables: &["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"],
    section: "sts",
};

/// S3, where the files of batch jobs are.
pub(crate) const S3: EndpointSettings = EndpointSettings {
    service: Service::S3,
    variables: &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"],
    section: "s3",
};

/// What settings are read from.
pub(crate) struct Sources<'a> {
    pub(crate) env: &'a dyn Env,
    pub(crate) profiles: &'a Profiles,
}

impl Sources<'_> {
    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile, `us-east-1`.
    pub(crate) fn region(&self) -> Result<(Region, RegionSource), Error> {
        let from_env = ["AWS_REGION", "AWS_DEFAULT_REGION"]
            .into_iter()
            .find_map(|name| Some((self.env.var(name)?, RegionSource::Environment(name))));
        let (text, source) = from_env
            .or_else(|| Some((self.profile("region")?.to_owned(), RegionSource::Profile)))
            .unwrap_or((DEFAULT_REGION.to_owned(), RegionSource::Default));
        Ok((parse_region(&text, source)?, source))
    }

    /// The endpoint of a service where one is configured: its variables, from its own to the general one, then the profile.
    pub(crate) fn configured_endpoint(
        &self,
        of: &EndpointSettings,
    ) -> Result<Option<(Endpoint, EndpointSource)>, Error> {
        let from_env = of
            .variables
            .iter()
            .find_map(|name| Some((self.env.var(name)?, EndpointSource::Environment(name))));
        let found = from_env.or_else(|| {
            if self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
                return None;
            }
            let services = self.profile("services").and_then(|name| self.profiles.services(name));
            let of_service = services.and_then(|services| services.nested(of.section, "endpoint_url"));
            Some((of_service.or_else(|| self.profile("endpoint_url"))?.to_owned(), EndpointSource::Profile))
        });
        let Some((url, source)) = found else { return Ok(None) };
        let endpoint = parse_endpoint(&url, source)?;
        if of.service == Service::Runtime {
            tracing::info!(endpoint = %endpoint.origin(), setting = %source, "requests go to a configured endpoint");
        }
        Ok(Some((endpoint, source)))
    }

    /// The endpoint of a service in a region, and where it came from: given, else configured, else AWS's own.
    pub(crate) fn endpoint(
        &self,
        of: &EndpointSettings,
        given: Option<(Endpoint, EndpointSource)>,
        region: &Region,
    ) -> Result<(Endpoint, EndpointSource), Error> {
        let custom = match given {
            Some(given) => Some(given),
            None => self.configured_endpoint(of)?,
        };
        let (custom, source) = match custom {
            Some((custom, source)) => (Some(custom), source),
            None => (None, EndpointSource::Default),
        };
        Ok((endpoint(of, custom, region, self.endpoint_options())?, source))
    }

    /// Whether S3 has an endpoint that is for nothing else.
    pub(crate) fn has_own_s3(&self) -> bool {
        self.env.var("AWS_ENDPOINT_URL_S3").is_some()
    }

    /// Which variant of AWS's hosts.
    pub(crate) fn endpoint_options(&self) -> EndpointOptions {
        EndpointOptions::default()
            .with_fips(self.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
            .with_dual_stack(self.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
    }

    /// What the program is called in the user agent.
    #[cfg(feature = "hyper")]
    pub(crate) fn app_id(&self) -> Option<String> {
        self.env.var("AWS_SDK_UA_APP_ID").or_else(|| self.profile("sdk_ua_app_id").map(str::to_owned))
    }

    /// The file with the CAs to trust instead of the system's.
    ///
    /// `SSL_CERT_FILE` means the same to OpenSSL and is kept to strictly here; together with `SSL_CERT_DIR` it says where
    /// the system's are, which is the transport's to read.
    #[cfg(feature = "hyper")]
    pub(crate) fn ca_bundle(&self) -> Option<std::path::PathBuf> {
        let of_openssl = || match self.env.var("SSL_CERT_DIR") {
            Some(_) => None,
            None => self.env.var("SSL_CERT_FILE"),
        };
        let of_aws = self.env.var("AWS_CA_BUNDLE").or_else(|| self.profile("ca_bundle").map(str::to_owned));
        of_aws.or_else(of_openssl).map(Into::into)
    }

    /// All attempts together.
    pub(crate) fn max_attempts(&self) -> Result<Option<u32>, Error> {
        let text =
            self.env.var("AWS_MAX_ATTEMPTS").or_else(|| self.profile("max_attempts").map(str::to_owned));
        let Some(text) = text else { return Ok(None) };
        match text.trim().parse() {
            Ok(attempts) if attempts > 0 => Ok(Some(attempts)),
            _ => Err(Error::config(
                format!(
                    "AWS_MAX_ATTEMPTS, or max_attempts of the profile, is {text:?}, not a positive number"
                ),
                "set it to a number like 3",
            )),
        }
    }

    fn profile(&self, key: &str) -> Option<&str> {
        self.profiles
            .selected()
            .and_then(|profile: &Profile| profile.get(key))
            .filter(|value| !value.trim().is_empty())
    }

    fn flag(&self, variable: &str, key: &str) -> bool {
        let value = self.env.var(variable).or_else(|| self.profile(key).map(str::to_owned));
        value.is_some_and(|value| is_word(value.trim(), "true"))
    }
}

pub(crate) fn parse_region(text: &str, source: RegionSource) -> Result<Region, Error> {
    Region::parse(text).map_err(|error| {
        Error::config(format!("the region ({source}) is no good"), "name a region like us-east-1")
            .with_source(error)
    })
}

pub(crate) fn parse_endpoint(url: &str, source: EndpointSource) -> Result<Endpoint, Error> {
    Endpoint::parse(url).map_err(|error| {
        Error::config(
            format!("the endpoint ({source}) is no good: {error}"),
            "give scheme, host and if need be port and path, like https://bedrock-runtime.us-east-1.amazonaws.com",
        )
    })
}

/// The endpoint of a service in a region, or the custom one, if it may carry what proves who calls.
pub(crate) fn endpoint(
    of: &EndpointSettings,
    custom: Option<Endpoint>,
    region: &Region,
    options: EndpointOptions,
) -> Result<Endpoint, Error> {
    let Some(endpoint) = custom else {
        return Endpoint::for_service(of.service, region, options).map_err(|error| {
            Error::config(
                "there is no such endpoint",
                "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, or give an endpoint",
            )
            .with_source(error)
        });
    };
    if options.fips || options.dual_stack {
        return Err(Error::config(
            "a custom endpoint and a FIPS or dual-stack endpoint exclude each other",
            "unset AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, or leave the endpoint to be found",
        ));
    }
    if !endpoint.may_carry_credentials() {
        return Err(Error::config(
            format!(
                "{} is neither https nor on this machine, so no credentials are sent to it",
                endpoint.origin()
            ),
            "use https; plain http is for loopback only",
        ));
    }
    Ok(endpoint)
}

const DEFAULT_REGION: &str = "us-east-1";

#[cfg(test)]
mod tests {
    use bedrock_auth::{MapEnv, MapFiles};

    use super::*;

    const CONFIG: &str = "[default]\nregion = eu-west-3\nendpoint_url = http://127.0.0.1:1\nservices = mine\n\
        max_attempts = 5\n[profile plain]\n[services mine]\nbedrock_runtime =\n  endpoint_url = http://127.0.0.1:2\n";

    fn with<T>(variables: &[(&str, &str)], look: impl FnOnce(&Sources<'_>) -> T) -> T {
        let mut variables = variables.to_vec();
        variables.push(("HOME", "/home/me"));
        let env: MapEnv = variables.into_iter().collect();
        let files = MapFiles::from([("/home/me/.aws/config", CONFIG)]);
        let profiles = Profiles::load(&env, &files).expect("a legal file");
        look(&Sources { env: &env, profiles: &profiles })
    }

    #[test]
    fn the_first_region_that_is_set_wins() {
        for (variables, region, source) in [
            (
                &[("AWS_REGION", "a-1"), ("AWS_DEFAULT_REGION", "b-1")][..],
                "a-1",
                RegionSource::Environment("AWS_REGION"),
            ),
            (&[("AWS_DEFAULT_REGION", "b-1")], "b-1", RegionSource::Environment("AWS_DEFAULT_REGION")),
            (&[("AWS_REGION", " ")], "eu-west-3", RegionSource::Profile),
            (&[("AWS_PROFILE", "plain")], "us-east-1", RegionSource::Default),
        ] {
            let found = with(variables, |sources| sources.region().expect("a region"));
            assert_eq!((found.0.as_str(), found.1), (region, source));
        }
        let error = with(&[("AWS_REGION", "us-east-1.evil.com/")], |sources| {
            sources.region().expect_err("no region")
        });
        assert_eq!(error.kind(), crate::ErrorKind::Config);
    }

    #[test]
    fn the_first_endpoint_that_is_set_wins() {
        let url = |port: u16| Some(format!("http://127.0.0.1:{port}"));
        let all = [
            ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9"),
            ("ANTHROPIC_BEDROCK_BASE_URL", "http://127.0.0.1:8"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:7"),
        ];
        for (variables, expected) in [
            (&all[..], url(9)),
            (&all[1..], url(8)),
            (&all[2..], url(7)),
            (&[], url(2)),
            (&[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], None),
            (&[("AWS_PROFILE", "plain")], None),
        ] {
            let found = with(variables, |sources| sources.configured_endpoint(&RUNTIME).expect("legal"));
            assert_eq!(found.map(|(endpoint, _)| endpoint.to_string()), expected);
        }
    }

    #[cfg(feature = "hyper")]
    #[test]
    fn the_first_ca_bundle_that_is_set_wins() {
        let aws = ("AWS_CA_BUNDLE", "/aws.pem");
        let openssl = ("SSL_CERT_FILE", "/openssl.pem");
        for (variables, expected) in [
            (&[aws, openssl][..], Some("/aws.pem")),
            (&[openssl], Some("/openssl.pem")),
            (&[openssl, ("SSL_CERT_DIR", "/certs")], None),
            (&[], None),
        ] {
            let found = with(variables, |sources| sources.ca_bundle());
            assert_eq!(found.as_deref(), expected.map(std::path::Path::new), "{variables:?}");
        }
    }

    #[test]
    fn sts_and_the_control_plane_have_endpoints_of_their_own() {
        for (settings, own) in [(&STS, "AWS_ENDPOINT_URL_STS"), (&CONTROL_PLANE, "AWS_ENDPOINT_URL_BEDROCK")]
        {
            let all = [
                (own, "http://127.0.0.1:9"),
                ("AWS_ENDPOINT_URL", "http://127.0.0.1:8"),
                ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:7"),
                ("ANTHROPIC_BEDROCK_BASE_URL", "http://127.0.0.1:6"),
            ];
            for (variables, expected) in [
                (&all[..], Some("http://127.0.0.1:9")),
                (&all[1..], Some("http://127.0.0.1:8")),
                (&all[2..], Some("http://127.0.0.1:1")), // the profile's
                (&[("AWS_PROFILE", "plain")], None),
            ] {
                let found = with(variables, |sources| sources.configured_endpoint(settings).expect("legal"));
                assert_eq!(found.map(|(endpoint, _)| endpoint.to_string()).as_deref(), expected, "{own}");
            }
        }
    }

    #[test]
    fn each_service_has_its_host() {
        let host = |settings, region, fips| {
            let region = Region::parse(region).expect("a region");
            endpoint(settings, None, &region, EndpointOptions::default().with_fips(fips))
                .expect("AWS's own")
                .to_string()
        };
        assert_eq!(host(&STS, "us-west-2", true), "https://sts-fips.us-west-2.amazonaws.com");
        assert_eq!(host(&STS, "us-gov-west-1", true), "https://sts.us-gov-west-1.amazonaws.com");
        assert_eq!(host(&STS, "cn-north-1", false), "https://sts.cn-north-1.amazonaws.com.cn");
        assert_eq!(host(&CONTROL_PLANE, "eu-west-1", false), "https://bedrock.eu-west-1.amazonaws.com");
    }

    #[test]
    fn mantle_is_an_api_below_its_host() {
        let all = [
            ("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", "http://127.0.0.1:9/mantle/anthropic"),
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:8/base"),
            ("ANTHROPIC_BEDROCK_BASE_URL", "http://127.0.0.1:7"),
        ];
        for (variables, expected) in [
            (&all[..], "http://127.0.0.1:9/mantle/anthropic"),
            (&all[1..], "http://127.0.0.1:8/base/anthropic"),
            (&all[2..], "http://127.0.0.1:1/anthropic"), // the profile's
            (&[("AWS_PROFILE", "plain")], "https://bedrock-mantle.eu-north-1.api.aws/anthropic"),
        ] {
            let found = with(variables, |sources| sources.configured_endpoint(&MANTLE).expect("legal"));
            let (custom, source) =
                found.map_or((None, EndpointSource::Default), |(url, source)| (Some(url), source));
            let region = Region::parse("eu-north-1").expect("a region");
            let endpoint = endpoint(&MANTLE, custom, &region, EndpointOptions::default()).expect("legal");
            assert_eq!(mantle_api(endpoint, source).expect("legal").to_string(), expected);
        }
    }

    #[test]
    fn plain_http_is_for_loopback_and_custom_excludes_fips() {
        let region = Region::parse("us-east-1").expect("a region");
        let at = |url: &str, options| {
            endpoint(&RUNTIME, Some(Endpoint::parse(url).expect("an endpoint")), &region, options)
                .map(|e| e.to_string())
        };
        let fips = EndpointOptions::default().with_fips(true);
        assert!(at("http://localhost:1", EndpointOptions::default()).is_ok());
        assert!(at("https://example.com/base", EndpointOptions::default()).is_ok());
        assert!(at("http://example.com", EndpointOptions::default()).is_err());
        assert!(at("https://example.com", fips).is_err());
        let host = endpoint(&RUNTIME, None, &region, fips).expect("AWS's own");
        assert_eq!(host.to_string(), "https://bedrock-runtime-fips.us-east-1.amazonaws.com");
    }

    #[test]
    fn attempts_are_a_positive_number() {
        assert_eq!(with(&[], |sources| sources.max_attempts().expect("a number")), Some(5));
        assert_eq!(
            with(&[("AWS_MAX_ATTEMPTS", "1")], |sources| sources.max_attempts().expect("a number")),
            Some(1)
        );
        assert!(with(&[("AWS_MAX_ATTEMPTS", "0")], |sources| sources.max_attempts().is_err()));
    }
}

//! Which host a request goes to: the rules of AWS's partitions, and endpoints given as a URL.
//!
//! Rules: botocore's `endpoint-rule-set-1` and `partitions.json` for bedrock, bedrock-runtime, sts and s3 (read 2026-11).
//! Which setting wins is not decided here.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Uri, uri};

use crate::Region;

/// Scheme, host and base path that requests of one service go to.
///
/// ```
/// use bedrock_transport::{Endpoint, EndpointOptions, Region, Service};
///
/// let region = Region::parse("us-east-1")?;
/// let endpoint = Endpoint::for_service(Service::Runtime, &region, EndpointOptions::default())?;
/// assert_eq!(endpoint.to_string(), "https://bedrock-runtime.us-east-1.amazonaws.com");
///
/// let local = Endpoint::parse("http://127.0.0.1:8080/base/")?;
/// assert_eq!(local.uri("/model/x/invoke")?, "http://127.0.0.1:8080/base/model/x/invoke");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The scheme is `http` or `https`; the authority has no userinfo; the base path is empty or begins with `/` and does
/// not end with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    base_path: String,
}

impl Endpoint {
    /// The host AWS gives `service` in `region`.
    ///
    /// A region of no known partition is taken for the standard one.
    ///
    /// # Errors
    ///
    /// [`EndpointError::NoFipsHost`] and [`EndpointError::NoDualStackHost`] where AWS has no such host: Bedrock-mantle
    /// has one host per region, and whoever asks for FIPS must not get another without knowing.
    pub fn for_service(
        service: Service,
        region: &Region,
        options: EndpointOptions,
    ) -> Result<Self, EndpointError> {
        let partition = Partition::of(region);
        let host = match service {
            Service::Mantle if options.fips => return Err(EndpointError::NoFipsHost(service)),
            Service::Mantle if options.dual_stack => return Err(EndpointError::NoDualStackHost(service)),
            Service::Mantle => format!("bedrock-mantle.{region}.api.aws"),
            // GovCloud's ordinary STS hosts are the FIPS ones.
            Service::Sts if options.fips && !options.dual_stack && region.as_str().starts_with("us-gov-") => {
                format!("sts.{region}.{}", partition.suffix)
            }
            // S3 was there before `api.aws`: its dual-stack hosts are below the partition's old name.
            Service::S3 => {
                let fips = if options.fips { "-fips" } else { "" };
                let dual_stack = if options.dual_stack { ".dualstack" } else { "" };
                format!("s3{fips}{dual_stack}.{region}.{}", partition.suffix)
            }
            Service::Runtime | Service::ControlPlane | Service::Sts => {
                let name = service.host_prefix();
                let fips = if options.fips { "-fips" } else { "" };
                let suffix = if options.dual_stack { partition.dual_stack_suffix } else { partition.suffix };
                format!("{name}{fips}.{region}.{suffix}")
            }
        };
        Ok(Self {
            scheme: Scheme::HTTPS,
            authority: Authority::try_from(host).expect("a DNS label between two fixed host parts is a host"),
            base_path: String::new(),
        })
    }

    /// Takes an endpoint given as a URL: `http` or `https`, a host, and maybe a port and a base path.
    ///
    /// # Errors
    ///
    /// [`EndpointError`], which names the part that is wrong and never repeats the URL: it may hold a password.
    pub fn parse(url: &str) -> Result<Self, EndpointError> {
        let (scheme, rest) = split_scheme(url).ok_or(EndpointError::Scheme)?;
        let scheme = if scheme.eq_ignore_ascii_case("http") {
            Scheme::HTTP
        } else if scheme.eq_ignore_ascii_case("https") {
            Scheme::HTTPS
        } else {
            return Err(EndpointError::Scheme);
        };
        if rest.as_bytes().contains(&b'#') {
            return Err(EndpointError::Fragment);
        }
        if rest.as_bytes().contains(&b'?') {
            return Err(EndpointError::Query);
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.as_bytes().contains(&b'@') {
            return Err(EndpointError::Userinfo);
        }
        let authority = Authority::try_from(authority).map_err(|_| EndpointError::Host)?;
        if !is_host_and_port(&authority) {
            return Err(EndpointError::Host);
        }
        let base_path = path.trim_end_matches('/');
        if !base_path.is_empty() {
            PathAndQuery::try_from(base_path).map_err(|_| EndpointError::Path)?;
        }
        Ok(Self { scheme, authority, base_path: base_path.to_owned() })
    }

    /// The URI of `path_and_query` below this endpoint; the path is taken as encoded and begins with `/`.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Path`] when the text cannot be a path as it stands, or is longer than 64 KiB.
    pub fn uri(&self, path_and_query: &str) -> Result<Uri, EndpointError> {
        if !path_and_query.starts_with('/') || path_and_query.as_bytes().contains(&b'#') {
            return Err(EndpointError::Path);
        }
        let path = format!("{}{path_and_query}", self.base_path);
        let mut parts = uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path.try_into().map_err(|_| EndpointError::Path)?);
        Uri::from_parts(parts).map_err(|_| EndpointError::Path)
    }

    /// Whether requests are encrypted.
    pub fn is_https(&self) -> bool {
        self.scheme == Scheme::HTTPS
    }

    /// Whether the host is this machine by its name alone: `127.0.0.0/8`, `::1` or `localhost`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.authority.host())
    }

    /// Whether a signature or a token may be sent there: over https, or in plain text to this machine only.
    pub fn may_carry_credentials(&self) -> bool {
        self.is_https() || self.is_loopback()
    }

    /// The region of a VPC endpoint, which stands in its name.
    ///
    /// AWS's own SDKs sign for the region that is set, which such an endpoint refuses where it is in another:
    ///
    /// ```
    /// # use bedrock_transport::Endpoint;
    /// let url = "https://vpce-0a1b-2c3d.bedrock-runtime.eu-west-3.vpce.amazonaws.com";
    /// assert_eq!(Endpoint::parse(url)?.vpc_region().unwrap().as_str(), "eu-west-3");
    /// # Ok::<(), bedrock_transport::EndpointError>(())
    /// ```
    pub fn vpc_region(&self) -> Option<Region> {
        vpc_region(self.authority.host())
    }

    /// The region that a host of AWS names, whichever service's it is.
    ///
    /// ```
    /// # use bedrock_transport::Endpoint;
    /// let region = |url| Endpoint::parse(url).ok()?.aws_region();
    /// assert_eq!(region("https://bedrock-mantle.eu-west-3.api.aws").unwrap().as_str(), "eu-west-3");
    /// assert_eq!(region("https://sts.amazonaws.com"), None);
    /// ```
    pub fn aws_region(&self) -> Option<Region> {
        aws_region(self.authority.host())
    }

    /// Host and port as they go into the `host` header.
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Scheme, host and port without the path: what may be shown and logged.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.base_path)
    }
}

/// The region of `vpce-0a1b-2c3d.bedrock-runtime.eu-west-3.vpce.amazonaws.com`, where the suffix is that region's.
fn vpc_region(host: &str) -> Option<Region> {
    if !host.split('.').nth(3)?.eq_ignore_ascii_case("vpce") {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let mut labels = host.trim_end_matches('.').splitn(5, '.');
    let (name, _service, region) = (labels.next()?, labels.next()?, labels.next()?);
    let region = Region::parse(region).ok()?;
    let is_of_aws = labels.nth(1) == Some(Partition::of(&region).suffix);
    (is_of_aws && name.starts_with("vpce-")).then_some(region)
}

/// The region of `service.eu-west-3.amazonaws.com` and its like, where the suffix is that region's.
fn aws_region(host: &str) -> Option<Region> {
    let host = host.to_ascii_lowercase();
    let (_service, mut rest) = host.trim_end_matches('.').split_once('.')?;
    while let Some((label, suffix)) = rest.split_once('.') {
        let suffix = suffix.strip_prefix("vpce.").unwrap_or(suffix);
        let region = Region::parse(label).ok().filter(|_| is_numbered(label));
        let is_of_aws = |region: &Region| {
            let partition = Partition::of(region);
            suffix == partition.suffix || suffix == partition.dual_stack_suffix
        };
        if let Some(region) = region.filter(is_of_aws) {
            return Some(region);
        }
        (_, rest) = rest.split_once('.')?;
    }
    None
}

/// Whether a label is like `us-gov-west-1`: of the names of services none is.
fn is_numbered(label: &str) -> bool {
    let number = label.rsplit_once('-').filter(|(place, _)| place.as_bytes().contains(&b'-'));
    number.is_some_and(|(_, number)| number.parse::<u8>().is_ok())
}

/// Whether a host of a URI is this machine by its name alone.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// What stands before and after `://`.
pub(crate) fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Whether an authority is a host, with a port or without, and nothing else: of `[::1].example.com:80` the host is `[::1]` for the
/// crate `http`, and another name for whoever connects.
pub(crate) fn is_host_and_port(authority: &Authority) -> bool {
    let host = authority.host();
    match authority.as_str().strip_prefix(host) {
        _ if host.is_empty() => false,
        Some("") => true,
        Some(rest) => rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()),
        None => false,
    }
}

/// An AWS service that Claude on Bedrock is reached through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Amazon Bedrock runtime: InvokeModel, Converse, and the native Messages route.
    Runtime,
    /// The Amazon Bedrock control plane: models, inference profiles, logging, batch jobs.
    ControlPlane,
    /// The bedrock-mantle front end of the native Messages API.
    Mantle,
    /// AWS Security Token Service.
    Sts,
    /// Amazon S3, where the files of batch jobs are.
    S3,
}

impl Service {
    /// The service name in the SigV4 credential scope.
    pub fn signing_name(self) -> &'static str {
        match self {
            Self::Runtime | Self::ControlPlane => "bedrock",
            Self::Mantle => "bedrock-mantle",
            Self::Sts => "sts",
            Self::S3 => "s3",
        }
    }

    fn host_prefix(self) -> &'static str {
        match self {
            Self::Runtime => "bedrock-runtime",
            Self::ControlPlane => "bedrock",
            Self::Mantle => "bedrock-mantle",
            Self::Sts => "sts",
            Self::S3 => "s3",
        }
    }
}

/// Which variant of a service's host to use; the ordinary one by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointOptions {
    /// The host with FIPS 140 validated cryptography.
    pub fips: bool,
    /// The host that answers on IPv6 too.
    pub dual_stack: bool,
}

impl EndpointOptions {
    /// Asks for the FIPS host, or not.
    pub fn with_fips(mut self, fips: bool) -> Self {
        self.fips = fips;
        self
    }

    /// Asks for the dual-stack host, or not.
    pub fn with_dual_stack(mut self, dual_stack: bool) -> Self {
        self.dual_stack = dual_stack;
        self
    }
}

/// The URL cannot be an endpoint, the path not go below one, or AWS has no such host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// The URL does not begin with `http://` or `https://`.
    Scheme,
    /// The URL has a user or password in it.
    Userinfo,
    /// Host or port are missing or malformed.
    Host,
    /// The path has characters that must be percent-encoded, does not begin with `/`, or is too long.
    Path,
    /// The URL has a query.
    Query,
    /// The URL has a fragment.
    Fragment,
    /// AWS has no FIPS host for this service.
    NoFipsHost(Service),
    /// AWS has no dual-stack host for this service.
    NoDualStackHost(Service),
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFipsHost(service) => return write!(f, "{} has no FIPS host", service.host_prefix()),
            Self::NoDualStackHost(service) => {
                return write!(f, "{} has no dual-stack host", service.host_prefix());
            }
            Self::Scheme => "an endpoint begins with http:// or https://",
            Self::Userinfo => "an endpoint has no user or password in it",
            Self::Host => "the endpoint's host or port is missing or malformed",
            Self::Path => "the path is malformed",
            Self::Query => "an endpoint has no query",
            Self::Fragment => "an endpoint has no fragment",
        })
    }
}

impl Error for EndpointError {}

/// A group of regions that share their DNS suffixes.
struct Partition {
    region_prefix: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
}

impl Partition {
    fn of(region: &Region) -> &'static Self {
        PARTITIONS
            .iter()
            .find(|partition| region.as_str().starts_with(partition.region_prefix))
            .unwrap_or(&STANDARD_PARTITION)
    }
}

const STANDARD_PARTITION: Partition =
    Partition { region_prefix: "", suffix: "amazonaws.com", dual_stack_suffix: "api.aws" };

/// No prefix here is a prefix of another, so their order does not matter. GovCloud shares the standard suffixes.
const PARTITIONS: &[Partition] = &[
    Partition {
        region_prefix: "cn-",
        suffix: "amazonaws.com.cn",
        dual_stack_suffix: "api.amazonwebservices.com.cn",
    },
    Partition {
        region_prefix: "eusc-",
        suffix: "amazonaws.eu",
        dual_stack_suffix: "api.amazonwebservices.eu",
    },
    Partition { region_prefix: "us-iso-", suffix: "c2s.ic.gov", dual_stack_suffix: "api.aws.ic.gov" },
    Partition { region_prefix: "us-isob-", suffix: "sc2s.sgov.gov", dual_stack_suffix: "api.aws.scloud" },
    Partition {
        region_prefix: "eu-isoe-",
        suffix: "cloud.adc-e.uk",
        dual_stack_suffix: "api.cloud-aws.adc-e.uk",
    },
    Partition {
        region_prefix: "us-isof-",
        suffix: "csp.hci.ic.gov",
        dual_stack_suffix: "api.aws.hci.ic.gov",
    },
];

#[cfg(test)]
mod tests;

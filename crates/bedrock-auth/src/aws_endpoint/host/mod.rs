//! AWS's own hosts: the rules of its partitions.

use http::Uri;
use http::uri::{Authority, Scheme};

use super::{AwsService, uri};
use crate::source_error::SourceProblem;

/// AWS's own host. The region goes into the host name, so one that is more than a DNS label could name any host.
pub(super) fn aws_host(
    service: AwsService,
    region: &str,
    fips: bool,
    dual_stack: bool,
) -> Result<Uri, SourceProblem> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=63).contains(&region.len()) || !region.bytes().all(legal) {
        return Err(SourceProblem::setting("region", "is not 1 to 63 characters of a-z, 0-9 and -"));
    }
    let partition = Partition::of(region);
    let prefix = service.host_prefix();
    let host = match (service, fips, dual_stack) {
        (AwsService::Signin, false, false) => format!("{region}.signin.{}", partition.signin_suffix),
        (AwsService::Signin, true, false) if partition.is_govcloud() => match region {
            "us-gov-west-1" => format!("signin-fips.{}", partition.signin_suffix),
            _ => format!("{region}.signin-fips.{}", partition.signin_suffix),
        },
        // GovCloud's ordinary hosts are the FIPS ones.
        (_, true, false) if partition.is_govcloud() => format!("{prefix}.{region}.{}", partition.suffix),
        (_, false, false) => format!("{prefix}.{region}.{}", partition.suffix),
        (_, true, false) => format!("{prefix}-fips.{region}.{}", partition.suffix),
        (_, false, true) => format!("{prefix}.{region}.{}", partition.dual_stack_suffix),
        (_, true, true) => format!("{prefix}-fips.{region}.{}", partition.dual_stack_suffix),
    };
    let authority =
        Authority::try_from(host).expect("a DNS label between fixed parts of a host is an authority");
    Ok(uri(Scheme::HTTPS, authority, "/").expect("a scheme, an authority and `/` are a URI"))
}

impl AwsService {
    /// Its name in AWS's hosts.
    fn host_prefix(self) -> &'static str {
        match self {
            Self::Sts => "sts",
            Self::Sso => "portal.sso",
            Self::SsoOidc => "oidc",
            Self::Signin => "signin",
        }
    }
}

/// A group of regions that share their DNS suffixes.
struct Partition {
    region_prefix: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
    signin_suffix: &'static str,
}

impl Partition {
    /// A region of no known partition is taken for the standard one.
    fn of(region: &str) -> &'static Self {
        PARTITIONS
            .iter()
            .find(|partition| region.starts_with(partition.region_prefix))
            .unwrap_or(&STANDARD_PARTITION)
    }

    fn is_govcloud(&self) -> bool {
        self.region_prefix == "us-gov-"
    }
}

const STANDARD_PARTITION: Partition = Partition {
    region_prefix: "",
    suffix: "amazonaws.com",
    dual_stack_suffix: "api.aws",
    signin_suffix: "aws.amazon.com",
};

/// No prefix here is a prefix of another, so their order does not matter.
const PARTITIONS: &[Partition] = &[
    Partition {
        region_prefix: "cn-",
        suffix: "amazonaws.com.cn",
        dual_stack_suffix: "api.amazonwebservices.com.cn",
        signin_suffix: "amazonaws.cn",
    },
    Partition {
        region_prefix: "us-gov-",
        suffix: "amazonaws.com",
        dual_stack_suffix: "api.aws",
        signin_suffix: "amazonaws-us-gov.com",
    },
    Partition {
        region_prefix: "eusc-",
        suffix: "amazonaws.eu",
        dual_stack_suffix: "api.amazonwebservices.eu",
        signin_suffix: "amazonaws-eusc.eu",
    },
    Partition {
        region_prefix: "us-iso-",
        suffix: "c2s.ic.gov",
        dual_stack_suffix: "api.aws.ic.gov",
        signin_suffix: "c2shome.ic.gov",
    },
    Partition {
        region_prefix: "us-isob-",
        suffix: "sc2s.sgov.gov",
        dual_stack_suffix: "api.aws.scloud",
        signin_suffix: "sc2shome.sgov.gov",
    },
    Partition {
        region_prefix: "eu-isoe-",
        suffix: "cloud.adc-e.uk",
        dual_stack_suffix: "api.cloud-aws.adc-e.uk",
        signin_suffix: "csphome.adc-e.uk",
    },
    Partition {
        region_prefix: "us-isof-",
        suffix: "csp.hci.ic.gov",
        dual_stack_suffix: "api.aws.hci.ic.gov",
        signin_suffix: "csphome.hci.ic.gov",
    },
];

#[cfg(test)]
mod tests;

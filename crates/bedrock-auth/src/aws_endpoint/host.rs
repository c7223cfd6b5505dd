//! AWS's own hosts: the rules of its partitions.

use http::Uri;
use http::uri::{Authority, Scheme};

use super::{AwsService, problem, uri};
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
        return Err(problem("region", "is not 1 to 63 characters of a-z, 0-9 and -"));
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
mod tests {
    use super::AwsService::{Signin, Sso, SsoOidc, Sts};
    use super::*;

    /// Service, region, and the hosts: ordinary, FIPS, dual-stack, both. Each host was compared once with what the endpoint provider
    /// of botocore 1.44.5 makes of its rule sets, for 12 regions of all partitions; these rows are those that differ in kind.
    #[test]
    fn hosts_follow_service_partition_and_options() {
        for (service, region, hosts) in HOSTS {
            for (index, host) in hosts.iter().enumerate() {
                let found = aws_host(*service, region, index % 2 == 1, index >= 2).unwrap();
                assert_eq!(found.to_string(), format!("https://{host}/"), "{service:?} {region}");
            }
        }
    }

    const HOSTS: &[(AwsService, &str, [&str; 4])] = &[
        (
            Sts,
            "us-east-1",
            [
                "sts.us-east-1.amazonaws.com",
                "sts-fips.us-east-1.amazonaws.com",
                "sts.us-east-1.api.aws",
                "sts-fips.us-east-1.api.aws",
            ],
        ),
        (
            Sts,
            "cn-north-1",
            [
                "sts.cn-north-1.amazonaws.com.cn",
                "sts-fips.cn-north-1.amazonaws.com.cn",
                "sts.cn-north-1.api.amazonwebservices.com.cn",
                "sts-fips.cn-north-1.api.amazonwebservices.com.cn",
            ],
        ),
        (
            Sts,
            "us-gov-west-1",
            [
                "sts.us-gov-west-1.amazonaws.com",
                "sts.us-gov-west-1.amazonaws.com",
                "sts.us-gov-west-1.api.aws",
                "sts-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            Sts,
            "us-gov-east-1",
            [
                "sts.us-gov-east-1.amazonaws.com",
                "sts.us-gov-east-1.amazonaws.com",
                "sts.us-gov-east-1.api.aws",
                "sts-fips.us-gov-east-1.api.aws",
            ],
        ),
        (
            Sts,
            "eusc-de-east-1",
            [
                "sts.eusc-de-east-1.amazonaws.eu",
                "sts-fips.eusc-de-east-1.amazonaws.eu",
                "sts.eusc-de-east-1.api.amazonwebservices.eu",
                "sts-fips.eusc-de-east-1.api.amazonwebservices.eu",
            ],
        ),
        (
            Sts,
            "us-iso-east-1",
            [
                "sts.us-iso-east-1.c2s.ic.gov",
                "sts-fips.us-iso-east-1.c2s.ic.gov",
                "sts.us-iso-east-1.api.aws.ic.gov",
                "sts-fips.us-iso-east-1.api.aws.ic.gov",
            ],
        ),
        (
            Sts,
            "us-isob-east-1",
            [
                "sts.us-isob-east-1.sc2s.sgov.gov",
                "sts-fips.us-isob-east-1.sc2s.sgov.gov",
                "sts.us-isob-east-1.api.aws.scloud",
                "sts-fips.us-isob-east-1.api.aws.scloud",
            ],
        ),
        (
            Sts,
            "eu-isoe-west-1",
            [
                "sts.eu-isoe-west-1.cloud.adc-e.uk",
                "sts-fips.eu-isoe-west-1.cloud.adc-e.uk",
                "sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
                "sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
            ],
        ),
        (
            Sts,
            "us-isof-south-1",
            [
                "sts.us-isof-south-1.csp.hci.ic.gov",
                "sts-fips.us-isof-south-1.csp.hci.ic.gov",
                "sts.us-isof-south-1.api.aws.hci.ic.gov",
                "sts-fips.us-isof-south-1.api.aws.hci.ic.gov",
            ],
        ),
        (
            Sts,
            "xx-new-9",
            [
                "sts.xx-new-9.amazonaws.com",
                "sts-fips.xx-new-9.amazonaws.com",
                "sts.xx-new-9.api.aws",
                "sts-fips.xx-new-9.api.aws",
            ],
        ),
        (
            Sso,
            "us-east-1",
            [
                "portal.sso.us-east-1.amazonaws.com",
                "portal.sso-fips.us-east-1.amazonaws.com",
                "portal.sso.us-east-1.api.aws",
                "portal.sso-fips.us-east-1.api.aws",
            ],
        ),
        (
            Sso,
            "cn-north-1",
            [
                "portal.sso.cn-north-1.amazonaws.com.cn",
                "portal.sso-fips.cn-north-1.amazonaws.com.cn",
                "portal.sso.cn-north-1.api.amazonwebservices.com.cn",
                "portal.sso-fips.cn-north-1.api.amazonwebservices.com.cn",
            ],
        ),
        (
            Sso,
            "us-gov-west-1",
            [
                "portal.sso.us-gov-west-1.amazonaws.com",
                "portal.sso.us-gov-west-1.amazonaws.com",
                "portal.sso.us-gov-west-1.api.aws",
                "portal.sso-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            SsoOidc,
            "us-east-1",
            [
                "oidc.us-east-1.amazonaws.com",
                "oidc-fips.us-east-1.amazonaws.com",
                "oidc.us-east-1.api.aws",
                "oidc-fips.us-east-1.api.aws",
            ],
        ),
        (
            SsoOidc,
            "cn-north-1",
            [
                "oidc.cn-north-1.amazonaws.com.cn",
                "oidc-fips.cn-north-1.amazonaws.com.cn",
                "oidc.cn-north-1.api.amazonwebservices.com.cn",
                "oidc-fips.cn-north-1.api.amazonwebservices.com.cn",
            ],
        ),
        (
            SsoOidc,
            "us-gov-west-1",
            [
                "oidc.us-gov-west-1.amazonaws.com",
                "oidc.us-gov-west-1.amazonaws.com",
                "oidc.us-gov-west-1.api.aws",
                "oidc-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            Signin,
            "us-east-1",
            [
                "us-east-1.signin.aws.amazon.com",
                "signin-fips.us-east-1.amazonaws.com",
                "signin.us-east-1.api.aws",
                "signin-fips.us-east-1.api.aws",
            ],
        ),
        (
            Signin,
            "cn-north-1",
            [
                "cn-north-1.signin.amazonaws.cn",
                "signin-fips.cn-north-1.amazonaws.com.cn",
                "signin.cn-north-1.api.amazonwebservices.com.cn",
                "signin-fips.cn-north-1.api.amazonwebservices.com.cn",
            ],
        ),
        (
            Signin,
            "us-gov-west-1",
            [
                "us-gov-west-1.signin.amazonaws-us-gov.com",
                "signin-fips.amazonaws-us-gov.com",
                "signin.us-gov-west-1.api.aws",
                "signin-fips.us-gov-west-1.api.aws",
            ],
        ),
        (
            Signin,
            "us-gov-east-1",
            [
                "us-gov-east-1.signin.amazonaws-us-gov.com",
                "us-gov-east-1.signin-fips.amazonaws-us-gov.com",
                "signin.us-gov-east-1.api.aws",
                "signin-fips.us-gov-east-1.api.aws",
            ],
        ),
        (
            Signin,
            "eusc-de-east-1",
            [
                "eusc-de-east-1.signin.amazonaws-eusc.eu",
                "signin-fips.eusc-de-east-1.amazonaws.eu",
                "signin.eusc-de-east-1.api.amazonwebservices.eu",
                "signin-fips.eusc-de-east-1.api.amazonwebservices.eu",
            ],
        ),
        (
            Signin,
            "us-iso-east-1",
            [
                "us-iso-east-1.signin.c2shome.ic.gov",
                "signin-fips.us-iso-east-1.c2s.ic.gov",
                "signin.us-iso-east-1.api.aws.ic.gov",
                "signin-fips.us-iso-east-1.api.aws.ic.gov",
            ],
        ),
        (
            Signin,
            "us-isob-east-1",
            [
                "us-isob-east-1.signin.sc2shome.sgov.gov",
                "signin-fips.us-isob-east-1.sc2s.sgov.gov",
                "signin.us-isob-east-1.api.aws.scloud",
                "signin-fips.us-isob-east-1.api.aws.scloud",
            ],
        ),
        (
            Signin,
            "eu-isoe-west-1",
            [
                "eu-isoe-west-1.signin.csphome.adc-e.uk",
                "signin-fips.eu-isoe-west-1.cloud.adc-e.uk",
                "signin.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
                "signin-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
            ],
        ),
        (
            Signin,
            "us-isof-south-1",
            [
                "us-isof-south-1.signin.csphome.hci.ic.gov",
                "signin-fips.us-isof-south-1.csp.hci.ic.gov",
                "signin.us-isof-south-1.api.aws.hci.ic.gov",
                "signin-fips.us-isof-south-1.api.aws.hci.ic.gov",
            ],
        ),
        (
            Signin,
            "xx-new-9",
            [
                "xx-new-9.signin.aws.amazon.com",
                "signin-fips.xx-new-9.amazonaws.com",
                "signin.xx-new-9.api.aws",
                "signin-fips.xx-new-9.api.aws",
            ],
        ),
    ];
}

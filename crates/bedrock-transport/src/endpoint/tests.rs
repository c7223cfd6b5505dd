//! Which hosts and which URLs.

use super::*;

const PLAIN: EndpointOptions = EndpointOptions { fips: false, dual_stack: false };
const FIPS: EndpointOptions = EndpointOptions { fips: true, dual_stack: false };
const DUAL: EndpointOptions = EndpointOptions { fips: false, dual_stack: true };
const BOTH: EndpointOptions = EndpointOptions { fips: true, dual_stack: true };

fn host(service: Service, region: &str, options: EndpointOptions) -> String {
    let endpoint = Endpoint::for_service(service, &Region::parse(region).unwrap(), options).unwrap();
    assert!(endpoint.may_carry_credentials());
    assert_eq!(endpoint.to_string(), format!("https://{}", endpoint.authority()));
    endpoint.authority().to_owned()
}

/// Without FIPS and dual-stack, with FIPS, with dual-stack, with both: as botocore 1.44.5 finds them.
#[test]
fn each_partition_has_its_hosts() {
    for (region, plain, fips, dual_stack, both) in [
        (
            "us-east-1",
            "bedrock-runtime.us-east-1.amazonaws.com",
            "bedrock-runtime-fips.us-east-1.amazonaws.com",
            "bedrock-runtime.us-east-1.api.aws",
            "bedrock-runtime-fips.us-east-1.api.aws",
        ),
        (
            "mx-central-1",
            "bedrock-runtime.mx-central-1.amazonaws.com",
            "bedrock-runtime-fips.mx-central-1.amazonaws.com",
            "bedrock-runtime.mx-central-1.api.aws",
            "bedrock-runtime-fips.mx-central-1.api.aws",
        ),
        (
            "cn-northwest-1",
            "bedrock-runtime.cn-northwest-1.amazonaws.com.cn",
            "bedrock-runtime-fips.cn-northwest-1.amazonaws.com.cn",
            "bedrock-runtime.cn-northwest-1.api.amazonwebservices.com.cn",
            "bedrock-runtime-fips.cn-northwest-1.api.amazonwebservices.com.cn",
        ),
        (
            "eusc-de-east-1",
            "bedrock-runtime.eusc-de-east-1.amazonaws.eu",
            "bedrock-runtime-fips.eusc-de-east-1.amazonaws.eu",
            "bedrock-runtime.eusc-de-east-1.api.amazonwebservices.eu",
            "bedrock-runtime-fips.eusc-de-east-1.api.amazonwebservices.eu",
        ),
        (
            "us-gov-west-1",
            "bedrock-runtime.us-gov-west-1.amazonaws.com",
            "bedrock-runtime-fips.us-gov-west-1.amazonaws.com",
            "bedrock-runtime.us-gov-west-1.api.aws",
            "bedrock-runtime-fips.us-gov-west-1.api.aws",
        ),
        (
            "us-iso-east-1",
            "bedrock-runtime.us-iso-east-1.c2s.ic.gov",
            "bedrock-runtime-fips.us-iso-east-1.c2s.ic.gov",
            "bedrock-runtime.us-iso-east-1.api.aws.ic.gov",
            "bedrock-runtime-fips.us-iso-east-1.api.aws.ic.gov",
        ),
        (
            "us-isob-east-1",
            "bedrock-runtime.us-isob-east-1.sc2s.sgov.gov",
            "bedrock-runtime-fips.us-isob-east-1.sc2s.sgov.gov",
            "bedrock-runtime.us-isob-east-1.api.aws.scloud",
            "bedrock-runtime-fips.us-isob-east-1.api.aws.scloud",
        ),
        (
            "eu-isoe-west-1",
            "bedrock-runtime.eu-isoe-west-1.cloud.adc-e.uk",
            "bedrock-runtime-fips.eu-isoe-west-1.cloud.adc-e.uk",
            "bedrock-runtime.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
            "bedrock-runtime-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
        ),
        (
            "us-isof-south-1",
            "bedrock-runtime.us-isof-south-1.csp.hci.ic.gov",
            "bedrock-runtime-fips.us-isof-south-1.csp.hci.ic.gov",
            "bedrock-runtime.us-isof-south-1.api.aws.hci.ic.gov",
            "bedrock-runtime-fips.us-isof-south-1.api.aws.hci.ic.gov",
        ),
        (
            "moon-base-1", // of no partition that is known
            "bedrock-runtime.moon-base-1.amazonaws.com",
            "bedrock-runtime-fips.moon-base-1.amazonaws.com",
            "bedrock-runtime.moon-base-1.api.aws",
            "bedrock-runtime-fips.moon-base-1.api.aws",
        ),
    ] {
        for (options, runtime) in [(PLAIN, plain), (FIPS, fips), (DUAL, dual_stack), (BOTH, both)] {
            assert_eq!(host(Service::Runtime, region, options), runtime);
            let renamed = |name| runtime.replacen("bedrock-runtime", name, 1);
            assert_eq!(host(Service::ControlPlane, region, options), renamed("bedrock"));
            let sts = match (region, options) {
                ("us-gov-west-1", FIPS) => "sts.us-gov-west-1.amazonaws.com".to_owned(),
                _ => renamed("sts"),
            };
            assert_eq!(host(Service::Sts, region, options), sts);
        }
    }
}

/// What the tests in `config/endpoint.rs` of aws-sdk-bedrockruntime, aws-sdk-bedrock and aws-sdk-sts (2026-11) ask of every
/// host. Three are held elsewhere: a custom endpoint and its refusal together with FIPS or dual-stack, which is for whoever
/// reads the settings, and no region at all, which `Region` has no value for. Not followed is `use_global_endpoint`, the
/// old `sts.amazonaws.com`: AWS's own SDKs no longer ask for it.
#[test]
fn each_case_of_the_aws_sdks_agrees() {
    for (region, suffix, dual_stack_suffix) in [
        ("us-east-1", "amazonaws.com", Some("api.aws")),
        ("cn-north-1", "amazonaws.com.cn", Some("api.amazonwebservices.com.cn")),
        ("us-gov-east-1", "amazonaws.com", Some("api.aws")),
        ("us-iso-east-1", "c2s.ic.gov", None),
        ("us-isob-east-1", "sc2s.sgov.gov", None),
    ] {
        for (service, name) in
            [(Service::Runtime, "bedrock-runtime"), (Service::ControlPlane, "bedrock"), (Service::Sts, "sts")]
        {
            let fips = if (service, region) == (Service::Sts, "us-gov-east-1") { "" } else { "-fips" };
            assert_eq!(host(service, region, PLAIN), format!("{name}.{region}.{suffix}"));
            assert_eq!(host(service, region, FIPS), format!("{name}{fips}.{region}.{suffix}"));
            if let Some(suffix) = dual_stack_suffix {
                assert_eq!(host(service, region, DUAL), format!("{name}.{region}.{suffix}"));
                assert_eq!(host(service, region, BOTH), format!("{name}-fips.{region}.{suffix}"));
            }
        }
    }
    for region in [
        "af-south-1",
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-south-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ] {
        assert_eq!(host(Service::Sts, region, PLAIN), format!("sts.{region}.amazonaws.com"));
    }
    for region in ["us-east-1", "us-east-2", "us-west-1", "us-west-2"] {
        assert_eq!(host(Service::Sts, region, FIPS), format!("sts-fips.{region}.amazonaws.com"));
    }
}

#[test]
fn mantle_has_one_host_per_region() {
    assert_eq!(host(Service::Mantle, "us-west-2", PLAIN), "bedrock-mantle.us-west-2.api.aws");
    for (options, error, text) in [
        (FIPS, EndpointError::NoFipsHost(Service::Mantle), "bedrock-mantle has no FIPS host"),
        (BOTH, EndpointError::NoFipsHost(Service::Mantle), "bedrock-mantle has no FIPS host"),
        (DUAL, EndpointError::NoDualStackHost(Service::Mantle), "bedrock-mantle has no dual-stack host"),
    ] {
        let region = Region::parse("us-west-2").unwrap();
        assert_eq!(Endpoint::for_service(Service::Mantle, &region, options), Err(error));
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_vpc_endpoint_tells_its_region() {
    for (host, region) in [
        ("vpce-0a-1b.bedrock-runtime.us-east-1.vpce.amazonaws.com", Some("us-east-1")),
        ("vpce-0a-1b-us-west-2a.bedrock-runtime.us-west-2.vpce.amazonaws.com:443", Some("us-west-2")),
        ("VPCE-0a-1b.bedrock.eu-west-3.vpce.amazonaws.com.", Some("eu-west-3")),
        ("vpce-0a-1b.bedrock-mantle.us-gov-west-1.vpce.amazonaws.com", Some("us-gov-west-1")),
        ("vpce-0a-1b.sts.cn-north-1.vpce.amazonaws.com.cn", Some("cn-north-1")),
        ("vpce-0a-1b.sts.cn-north-1.vpce.amazonaws.com", None),
        ("vpce-0a-1b.bedrock-runtime.us-east-1.vpce.amazonaws.com.evil.example", None),
        ("vpce-0a-1b.us-east-1.vpce.amazonaws.com", None),
        ("bedrock-runtime.us-east-1.amazonaws.com", None),
        ("x.bedrock-runtime.us-east-1.vpce.amazonaws.com", None),
        ("127.0.0.1", None),
    ] {
        let endpoint = Endpoint::parse(&format!("https://{host}")).unwrap();
        assert_eq!(endpoint.vpc_region().as_ref().map(Region::as_str), region, "{host}");
    }
}

#[test]
fn an_endpoint_url_has_scheme_host_port_and_path_only() {
    for (url, shown) in [
        ("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080")),
        ("HTTPS://Example.com/", Ok("https://Example.com")),
        ("https://example.com/a/b//", Ok("https://example.com/a/b")),
        ("http://[::1]:9", Ok("http://[::1]:9")),
        ("http://localhost", Ok("http://localhost")),
        ("example.com", Err(EndpointError::Scheme)),
        ("file:///etc/passwd", Err(EndpointError::Scheme)),
        ("ftp://example.com", Err(EndpointError::Scheme)),
        ("https://", Err(EndpointError::Host)),
        ("https:///path", Err(EndpointError::Host)),
        ("https://:443", Err(EndpointError::Host)),
        ("http://[::1].example.com:80", Err(EndpointError::Host)),
        ("http://[::1]example.com", Err(EndpointError::Host)),
        ("https://example.com:", Err(EndpointError::Host)),
        ("https://example.com:99999", Err(EndpointError::Host)),
        ("https://example.com:port", Err(EndpointError::Host)),
        ("https://ex ample.com", Err(EndpointError::Host)),
        ("https://example.com\r\nx: y", Err(EndpointError::Host)),
        ("https://user:secret@example.com", Err(EndpointError::Userinfo)),
        ("https://user@example.com", Err(EndpointError::Userinfo)),
        ("https://example.com/?a=b", Err(EndpointError::Query)),
        ("https://example.com?a", Err(EndpointError::Query)),
        ("https://example.com#a", Err(EndpointError::Fragment)),
        ("https://example.com/a b", Err(EndpointError::Path)),
    ] {
        assert_eq!(
            Endpoint::parse(url).map(|endpoint| endpoint.to_string()),
            shown.map(str::to_owned),
            "{url:?}"
        );
    }
}

#[test]
fn credentials_go_over_https_or_to_this_machine() {
    for (url, loopback, allowed) in [
        ("https://example.com", false, true),
        ("http://example.com", false, false),
        ("http://127.0.0.1", true, true),
        ("http://127.9.9.9:1", true, true),
        ("http://[::1]:1", true, true),
        ("http://[::ffff:127.0.0.1]", true, true),
        ("http://LocalHost:1", true, true),
        ("http://localhost.example.com", false, false),
        ("http://127.0.0.1.example.com", false, false),
        ("http://169.254.169.254", false, false),
        ("http://0.0.0.0", false, false),
    ] {
        let endpoint = Endpoint::parse(url).unwrap();
        assert_eq!((endpoint.is_loopback(), endpoint.may_carry_credentials()), (loopback, allowed), "{url}");
    }
}

#[test]
fn a_path_goes_below_the_base_path_as_it_is() {
    let endpoint = Endpoint::parse("https://gateway.example:8443/bedrock/").unwrap();
    assert_eq!(endpoint.origin(), "https://gateway.example:8443");
    assert_eq!(endpoint.authority(), "gateway.example:8443");
    let uri = endpoint.uri("/model/a%3A0%2Fb/invoke?x=%20y").unwrap();
    assert_eq!(uri.to_string(), "https://gateway.example:8443/bedrock/model/a%3A0%2Fb/invoke?x=%20y");
    let too_long = format!("/{}", "a".repeat(70_000));
    for bad in ["", "model", "/a b", "/a#b", "/a\r\n", too_long.as_str()] {
        assert_eq!(endpoint.uri(bad), Err(EndpointError::Path), "{bad:?}");
    }
}

#[test]
fn the_signing_name_is_the_services() {
    assert_eq!(Service::Runtime.signing_name(), "bedrock");
    assert_eq!(Service::ControlPlane.signing_name(), "bedrock");
    assert_eq!(Service::Mantle.signing_name(), "bedrock-mantle");
    assert_eq!(Service::Sts.signing_name(), "sts");
}

#[test]
fn s3_has_hosts_of_its_own_kind() {
    let both = FIPS.with_dual_stack(true);
    for (region, options, expected) in [
        ("us-east-1", PLAIN, "https://s3.us-east-1.amazonaws.com"),
        ("cn-north-1", PLAIN, "https://s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", FIPS, "https://s3-fips.us-gov-west-1.amazonaws.com"),
        ("eu-west-1", PLAIN.with_dual_stack(true), "https://s3.dualstack.eu-west-1.amazonaws.com"),
        ("us-east-1", both, "https://s3-fips.dualstack.us-east-1.amazonaws.com"),
    ] {
        let region = Region::parse(region).unwrap();
        let endpoint = Endpoint::for_service(Service::S3, &region, options).unwrap();
        assert_eq!(endpoint.to_string(), expected);
    }
    assert_eq!(Service::S3.signing_name(), "s3");
}

#[test]
fn a_host_of_aws_names_its_region() {
    for (host, region) in [
        ("bedrock-runtime.eu-west-3.amazonaws.com", Some("eu-west-3")),
        ("Bedrock-Runtime-FIPS.us-gov-west-1.amazonaws.com.", Some("us-gov-west-1")),
        ("bedrock-runtime.us-east-2.api.aws", Some("us-east-2")),
        ("bedrock-mantle.us-east-2.api.aws", Some("us-east-2")),
        ("vpce-0a1b-2c3d.bedrock-runtime.eu-west-3.vpce.amazonaws.com", Some("eu-west-3")),
        ("bucket.s3.eu-west-3.amazonaws.com", Some("eu-west-3")),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", Some("cn-north-1")),
        ("bedrock-runtime.cn-north-1.amazonaws.com", None),
        ("sts.amazonaws.com", None),
        ("bucket.s3.amazonaws.com", None),
        ("eu-west-3.amazonaws.com", None),
        ("bedrock-runtime.eu-west-3.amazonaws.com.example.org", None),
        ("gateway.eu-west-3.example.org", None),
        ("127.0.0.1", None),
        ("localhost", None),
    ] {
        let endpoint = Endpoint::parse(&format!("https://{host}")).unwrap();
        assert_eq!(endpoint.aws_region().as_ref().map(Region::as_str), region, "{host}");
    }
}

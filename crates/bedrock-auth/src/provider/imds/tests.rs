//! The exchanges with the service, what lets the search go on, what ends it, and where the service is.

use super::*;
use crate::effects::testing::{ScriptedHttp, Warnings};
use crate::effects::{Effects, MAX_RESPONSE_BYTES, ManualClock, MapEnv, MapFiles, NetworkPath};
use crate::profile::Profiles;

const PUT: &str = "PUT http://169.254.169.254/latest/api/token";
const LIST: &str = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/";
const GET: &str = "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/role";
const BODY: &str = r#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t"}"#;

type Variables = &'static [(&'static str, &'static str)];
type Script = &'static [(&'static str, u16, &'static str)];

fn world(variables: &[(&str, &str)], config: &str) -> (Effects, Profiles) {
    let env: MapEnv = variables.iter().copied().chain([("HOME", "/h")]).collect();
    let files = MapFiles::from([("/h/.aws/config", config)]);
    let profiles = Profiles::load(&env, &files).unwrap();
    (Effects::new(env, files), profiles)
}

async fn run(variables: &[(&str, &str)], http: &ScriptedHttp) -> Result<Outcome, IdentityError> {
    let (effects, profiles) = world(variables, "");
    let effects = effects.with_http(http.clone());
    let outcome = identity(&Context { effects: &effects, profiles: &profiles, region: None }).await;
    assert!(http.is_done());
    outcome
}

#[tokio::test]
async fn a_token_buys_the_role_and_its_credentials() {
    let http = ScriptedHttp::new([(PUT, 200, "canary\n"), (LIST, 200, "role\n"), (GET, 200, BODY)]);
    let outcome = run(&[], &http).await.unwrap();
    assert!(matches!(outcome, Outcome::Found(found) if found.source == IdentitySource::InstanceMetadata));

    let asked = http.requests();
    assert_eq!(asked[0].0.headers()[TOKEN_LIFETIME], "21600");
    for (request, _) in &asked[1..] {
        assert_eq!(request.headers()[TOKEN], "canary");
        assert!(request.headers()[TOKEN].is_sensitive());
    }
    for (_, options) in asked {
        assert_eq!((options.path, options.timeout), (NetworkPath::Direct, Duration::from_secs(1)));
    }
}

#[tokio::test]
async fn what_is_not_there_lets_the_search_go_on() {
    let off = "AWS_EC2_METADATA_DISABLED is true";
    let no_token = "no token is given out there (status 404)";
    let cases: [(Variables, ScriptedHttp, &str); 8] = [
        (&[(DISABLED, "true")], ScriptedHttp::default(), off),
        (&[(DISABLED, "TrUe")], ScriptedHttp::default(), off),
        (
            &[(DISABLED, "false")],
            ScriptedHttp::default().then_fails(PUT),
            "nobody answers at http://169.254.169.254",
        ),
        (&[], ScriptedHttp::new([(PUT, 403, "")]), "the metadata service is switched off (403 to a token)"),
        (&[], ScriptedHttp::new([(PUT, 404, "<html>")]), no_token),
        (&[], ScriptedHttp::new([(PUT, 200, "t"), (LIST, 404, "")]), "the instance has no role"),
        (&[], ScriptedHttp::new([(PUT, 200, "t"), (LIST, 200, "\n")]), "the instance has no role"),
        (
            &[],
            ScriptedHttp::new([(PUT, 200, "t"), (LIST, 200, "role"), (GET, 404, "")]),
            "the instance has no role",
        ),
    ];
    for (variables, http, reason) in cases {
        let outcome = run(variables, &http).await.unwrap();
        assert!(matches!(&outcome, Outcome::Absent(attempt) if attempt.reason == reason), "{outcome:?}");
    }
    let (effects, profiles) = world(&[], "");
    let context = Context { effects: &effects, profiles: &profiles, region: None };
    assert!(matches!(identity(&context).await, Ok(Outcome::Absent(_))));
    assert!(matches!(required(&context).await, Err(SourceProblem::NoHttp)));
}

#[tokio::test]
async fn where_a_profile_names_it_nothing_is_an_error() {
    let cases = [
        (
            ScriptedHttp::new([(PUT, 200, "t"), (LIST, 404, "")]),
            "`credential_source` is Ec2InstanceMetadata, but the instance has no role",
        ),
        (ScriptedHttp::default().then_fails(PUT), "there was no answer"),
    ];
    for (http, text) in cases {
        let (effects, profiles) = world(&[], "");
        let effects = effects.with_http(http);
        let context = Context { effects: &effects, profiles: &profiles, region: None };
        assert_eq!(required(&context).await.unwrap_err().to_string(), text);
    }
}

#[tokio::test]
async fn what_is_there_and_fails_ends_it() {
    const EXPIRED: &str = r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"canary no trust"}"#;
    let cases: [(Script, &str); 9] = [
        (&[(PUT, 429, "")], "refused with status 429"),
        (&[(PUT, 500, ""), (PUT, 502, "")], "refused with status 502"),
        (&[(PUT, 200, "")], "its token cannot be sent back"),
        (&[(PUT, 200, "a\nb")], "its token cannot be sent back"),
        (&[(PUT, 200, "canary"), (LIST, 401, "")], "refused with status 401"),
        (&[(PUT, 200, "canary"), (LIST, 200, "../../x")], "a name that no role can have"),
        (&[(PUT, 200, "canary"), (LIST, 200, "..")], "a name that no role can have"),
        (
            &[(PUT, 200, "canary"), (LIST, 200, "role"), (GET, 200, EXPIRED)],
            "refused with status 200 AssumeRoleUnauthorizedAccess: [redacted] no trust",
        ),
        (&[(PUT, 200, "canary"), (LIST, 200, "role"), (GET, 200, "{}")], "it has no AccessKeyId"),
    ];
    for (script, text) in cases {
        let error = run(&[], &ScriptedHttp::new(script.iter().copied())).await.unwrap_err();
        let IdentityError::Source(error) = error else { panic!("{error:?}") };
        assert!(error.to_string().contains(text), "{error}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
    let http = ScriptedHttp::new([(PUT, 200, "canary")]).then_fails(LIST);
    assert!(run(&[], &http).await.unwrap_err().is_transient());
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_looked_into() {
    let large = "x".repeat(MAX_RESPONSE_BYTES + 1);
    let error = run(&[], &ScriptedHttp::new([(PUT, 200, large.as_str())])).await.unwrap_err();
    assert!(format!("{error:?}").contains("it is too large"), "{:.200}", format!("{error:?}"));
}

#[tokio::test]
async fn credentials_that_the_service_did_not_renew_are_used_on() {
    const BODY: &str = r#"{"Code":"Success","AccessKeyId":"A","SecretAccessKey":"s","Token":"t",
        "Expiration":"2026-11-22T00:00:00Z"}"#;
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600);
    // Minutes since they expired, and until when they count as alive; the same for all who ask within 15 minutes.
    for (passed, alive_until) in [(-1, 0), (0, 15), (1, 15), (14, 15), (15, 30), (100, 105)] {
        let at = |minutes: i64| match u64::try_from(minutes) {
            Ok(minutes) => expiry + Duration::from_secs(60 * minutes),
            Err(_) => expiry - Duration::from_secs(60 * minutes.unsigned_abs()),
        };
        let http = ScriptedHttp::new([(PUT, 200, "t"), (LIST, 200, "role"), (GET, 200, BODY)]);
        let (effects, profiles) = world(&[], "");
        let effects = effects.with_http(http).with_clock(ManualClock::at(at(passed)));
        let context = Context { effects: &effects, profiles: &profiles, region: None };
        let warnings = Warnings::listen();
        assert_eq!(required(&context).await.unwrap().expiry(), Some(at(alive_until)), "{passed}");
        assert_eq!(warnings.count(), usize::from(passed >= 0), "{passed}");
    }
}

#[tokio::test]
async fn a_fault_of_the_service_is_asked_again_once() {
    let http = ScriptedHttp::new([
        (PUT, 503, ""),
        (PUT, 200, "t"),
        (LIST, 503, ""),
        (LIST, 200, "role"),
        (GET, 503, ""),
        (GET, 200, BODY),
    ]);
    assert!(matches!(run(&[], &http).await, Ok(Outcome::Found(_))));
}

#[test]
fn the_endpoint_is_set_or_that_of_the_mode() {
    const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    const IN_PROFILE: &str = "[default]\nec2_metadata_service_endpoint = http://profile:1\n";
    let cases: [(Variables, &str, Result<&str, &str>); 11] = [
        (&[], "", Ok("http://169.254.169.254")),
        (&[(MODE, "IPv4")], "", Ok("http://169.254.169.254")),
        (&[(MODE, "ipv6")], "", Ok("http://[fd00:ec2::254]")),
        (&[(MODE, "IPv7")], "", Err("must be IPv4 or IPv6")),
        (&[], "[default]\nec2_metadata_service_endpoint_mode = IPv6\n", Ok("http://[fd00:ec2::254]")),
        (&[], IN_PROFILE, Ok("http://profile:1")),
        (&[(MODE, "IPv6"), (ENDPOINT, "http://127.0.0.1:8/")], IN_PROFILE, Ok("http://127.0.0.1:8")),
        (&[(ENDPOINT, "not a uri")], "", Err("is not a URI")),
        (&[(ENDPOINT, "127.0.0.1")], "", Err("must start with http")),
        (&[(ENDPOINT, "http://canary@127.0.0.1")], "", Err("no user name")),
        (&[(ENDPOINT, "http://127.0.0.1/?a")], "", Err("no user name, query")),
    ];
    for (variables, config, expected) in cases {
        let (effects, profiles) = world(variables, config);
        match (endpoint(&Context { effects: &effects, profiles: &profiles, region: None }), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found, expected),
            (Err(problem), Err(text)) => assert!(problem.to_string().contains(text), "{problem}"),
            (found, _) => panic!("{variables:?}: {found:?}"),
        }
    }
}

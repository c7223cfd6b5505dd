use std::time::SystemTime;

use super::*;
use crate::effects::testing::{MemoryFiles, ScriptedHttp};
use crate::effects::{Effects, ManualClock, MapEnv};
use crate::identity_error::IdentityError;
use crate::profile::Profiles;
use crate::source_error::SourceError;

const NOW: u64 = 1_795_305_600; // 2026-11-22T00:00:00Z
const SESSION_FILE: &str = "/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const LEGACY_FILE: &str = "/home/me/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json";
const OIDC: &str = "POST https://oidc.eu-west-1.amazonaws.com/token";
const PORTAL: &str = "GET https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?account_id=123456789012&role_name=Dev%2FOps";
const ROLE_CREDENTIALS: &str = r#"{"roleCredentials":{"accessKeyId":"AKID","secretAccessKey":"secret","sessionToken":"session","expiration":1795309200000}}"#;
const RENEWED: &str =
    r#"{"accessToken":"canary-new","expiresIn":3600,"refreshToken":"canary-refresh-2","tokenType":"Bearer"}"#;

/// A cache file as the AWS CLI writes it, with something in it that we do not know.
fn cached(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken":"canary-old","clientId":"client","clientSecret":"canary-client","expiresAt":"{expires_at}","more":{{"kept":[1]}},"refreshToken":"canary-refresh","region":"eu-west-1","registrationExpiresAt":"2027-01-01T00:00:00Z","startUrl":"https://corp.awsapps.com/start"}}"#
    )
}

fn settings(session: Option<&str>) -> SsoSettings {
    SsoSettings {
        profile: "dev".to_owned(),
        session: session.map(str::to_owned),
        start_url: "https://corp.awsapps.com/start".to_owned(),
        region: "eu-west-1".to_owned(),
        account_id: Some("123456789012".to_owned()),
        role_name: Some("Dev/Ops".to_owned()),
    }
}

async fn run(
    settings: &SsoSettings,
    files: &MemoryFiles,
    http: &ScriptedHttp,
) -> Result<Credentials, SourceProblem> {
    let effects = effects(files, http);
    let profiles = Profiles::load(&*effects.env, files).unwrap();
    let found =
        credentials(&Context { effects: &effects, profiles: &profiles, region: None }, settings).await;
    assert!(http.is_done(), "the script has more than was asked");
    if let Err(problem) = &found {
        assert!(!shown(problem).contains("canary"), "{}", shown(problem));
    }
    found
}

fn effects(files: &MemoryFiles, http: &ScriptedHttp) -> Effects {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    Effects::new(MapEnv::from([("HOME", "/home/me")]), files.clone())
        .with_http(http.clone())
        .with_clock(ManualClock::at(now))
}

fn shown(problem: &SourceProblem) -> String {
    let error = SourceError::new(IdentitySource::Sso { profile: "dev".into() }, problem.clone());
    format!("{error} {error:?} {}", error.hint())
}

fn names_the_login(problem: &SourceProblem) -> bool {
    shown(problem).ends_with("run `aws sso login --profile dev`")
}

#[tokio::test]
async fn a_token_that_lives_gives_credentials() {
    // What cannot be renewed is used to its end.
    for (session, file, expires_at) in
        [(Some("corp"), SESSION_FILE, "2026-11-22T00:05:01Z"), (None, LEGACY_FILE, "2026-11-22T00:00:01Z")]
    {
        let files = MemoryFiles::new([(file, cached(expires_at).as_str())]);
        let http = ScriptedHttp::new([(PORTAL, 200, ROLE_CREDENTIALS)]);
        let found = run(&settings(session), &files, &http).await.unwrap();

        let expected = Credentials::new("AKID", "secret")
            .session_token("session")
            .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 3600))
            .in_account("123456789012");
        assert_eq!(found, expected);
        let (request, _) = http.requests().remove(0);
        let token = &request.headers()["x-amz-sso_bearer_token"];
        assert_eq!((token.as_bytes(), token.is_sensitive()), (b"canary-old".as_slice(), true));
        assert!(files.written().is_empty());
    }
}

#[tokio::test]
async fn a_token_about_to_expire_is_renewed_and_its_file_keeps_the_rest() {
    for expires_at in ["2026-11-22T00:05:00Z", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00UTC"] {
        let files = MemoryFiles::new([(SESSION_FILE, cached(expires_at).as_str())]);
        let http = ScriptedHttp::new([(OIDC, 200, RENEWED), (PORTAL, 200, ROLE_CREDENTIALS)]);
        run(&settings(Some("corp")), &files, &http).await.unwrap();

        let requests = http.requests();
        let asked = requests.iter().map(|(request, _)| request).collect::<Vec<_>>();
        assert_eq!(asked[0].headers()["content-type"], "application/json");
        assert_eq!(
            asked[0].body(),
            r#"{"clientId":"client","clientSecret":"canary-client","grantType":"refresh_token","refreshToken":"canary-refresh"}"#
        );
        assert_eq!(asked[1].headers()["x-amz-sso_bearer_token"], "canary-new");
        assert_eq!(files.written(), [std::path::PathBuf::from(SESSION_FILE)]);
        let expected = cached("2026-11-22T01:00:00Z")
            .replace("canary-old", "canary-new")
            .replace("canary-refresh", "canary-refresh-2");
        assert_eq!(files.text(SESSION_FILE), Some(expected));
    }
}

#[tokio::test]
async fn an_expired_session_that_cannot_be_renewed_needs_a_person() {
    let expired = "2026-11-22T00:00:00Z";
    let without = |key: &str| cached(expired).replace(&format!("\"{key}\""), "\"other\"");
    let mut cases = vec![
        (Some("corp"), cached(expired).replace("2027-01-01", "2026-11-01")),
        (Some("corp"), cached(expired).replace("2027-01-01T00:00:00Z", "never")),
        (None, cached(expired)),
    ];
    cases.extend(
        ["clientId", "clientSecret", "refreshToken", "registrationExpiresAt"]
            .map(|key| (Some("corp"), without(key))),
    );
    for (session, content) in cases {
        let file = if session.is_some() { SESSION_FILE } else { LEGACY_FILE };
        let files = MemoryFiles::new([(file, content.as_str())]);
        let problem = run(&settings(session), &files, &ScriptedHttp::default()).await.unwrap_err();
        assert!(matches!(problem, SourceProblem::Expired { at: Some(_), .. }), "{content}: {problem:?}");
        assert!(names_the_login(&problem), "{}", shown(&problem));
    }
}

#[tokio::test]
async fn a_cache_that_is_not_there_or_not_a_cache_is_named_with_the_login() {
    let no_file = run(&settings(None), &MemoryFiles::default(), &ScriptedHttp::default()).await.unwrap_err();
    assert!(matches!(&no_file, SourceProblem::File { path, .. } if path.to_str() == Some(LEGACY_FILE)));
    assert!(names_the_login(&no_file), "{}", shown(&no_file));

    for (content, expected) in [
        ("canary".to_owned(), "it is no JSON object"),
        (cached("x").replace("accessToken", "token"), "it has no `accessToken`"),
        (
            cached("x").replace("canary-old", "canary\\n"),
            "its `accessToken` has characters that no header can carry",
        ),
        (cached("x").replace("expiresAt", "expires"), "it has no `expiresAt`"),
        (cached("canary"), "its `expiresAt` is not RFC 3339"),
    ] {
        let files = MemoryFiles::new([(SESSION_FILE, content.as_str())]);
        let problem = run(&settings(Some("corp")), &files, &ScriptedHttp::default()).await.unwrap_err();
        assert!(
            matches!(&problem, SourceProblem::Content { problem, .. } if problem == expected),
            "{problem:?}"
        );
        assert!(names_the_login(&problem), "{}", shown(&problem));
    }
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_a_token_that_lives_in_use() {
    let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-22T00:00:01Z").as_str())]);
    for (status, body) in [(400, r#"{"error":"invalid_grant"}"#), (503, ""), (200, "canary"), (200, "{}")] {
        let http = ScriptedHttp::new([(OIDC, status, body), (PORTAL, 200, ROLE_CREDENTIALS)]);
        run(&settings(Some("corp")), &files, &http).await.unwrap();
        assert_eq!(http.requests()[1].0.headers()["x-amz-sso_bearer_token"], "canary-old");
    }
    assert!(files.written().is_empty());
}

#[tokio::test]
async fn a_renewal_that_fails_after_expiry_says_whether_it_may_succeed_later() {
    let refused =
        r#"{"error":"invalid_grant","error_description":"canary-refresh is not good, nor is canary-client"}"#;
    let cases = [
        (400, refused, "the session has expired", false),
        (401, r#"{"error":"invalid_client"}"#, "the session has expired", false),
        (400, r#"{"__type":"SlowDownException","message":"canary-refresh"}"#, "SlowDownException", true),
        (500, "canary", "status 500", true),
        (429, refused, "status 429", true),
        (302, "", "status 302", false),
        (200, "canary", "it is no JSON object", false),
        (200, r#"{"accessToken":"canary"}"#, "it has no `expiresIn`", false),
        (200, r#"{"accessToken":"canary","expiresIn":18446744073709551615}"#, "it has no `expiresIn`", false),
        (200, r#"{"accessToken":"canary\r\nx: y","expiresIn":1}"#, "it has no `accessToken`", false),
    ];
    for (status, body, expected, transient) in cases {
        let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-21T00:00:00Z").as_str())]);
        let http = ScriptedHttp::new([(OIDC, status, body)]);
        let problem = run(&settings(Some("corp")), &files, &http).await.unwrap_err();
        assert!(shown(&problem).contains(expected), "{status} {body}: {}", shown(&problem));
        assert_eq!(problem.is_transient(), transient, "{status} {body}");
    }

    let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-21T00:00:00Z").as_str())]);
    let problem =
        run(&settings(Some("corp")), &files, &ScriptedHttp::default().then_fails(OIDC)).await.unwrap_err();
    assert!(matches!(problem, SourceProblem::Unreachable(_)), "{problem:?}");
}

/// An [`Http`](crate::Http) that refuses the renewal, while another program has just done it.
#[derive(Debug)]
struct Overtaken(MemoryFiles, ScriptedHttp);

impl crate::effects::Http for Overtaken {
    fn exchange(
        &self,
        request: http::Request<bytes::Bytes>,
        options: crate::effects::HttpOptions,
    ) -> crate::identity::BoxFuture<'_, Result<http::Response<bytes::Bytes>, crate::effects::HttpError>> {
        let other = cached("2026-11-22T01:00:00Z").replace("canary-old", "canary-theirs");
        self.0.put(SESSION_FILE, &other);
        self.1.exchange(request, options)
    }
}

#[tokio::test]
async fn a_token_that_another_program_renewed_in_between_is_used() {
    let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-21T00:00:00Z").as_str())]);
    let refused = r#"{"error":"invalid_grant"}"#;
    let http = ScriptedHttp::new([(OIDC, 400, refused), (PORTAL, 200, ROLE_CREDENTIALS)]);
    let effects = effects(&files, &http).with_http(Overtaken(files.clone(), http.clone()));
    let profiles = Profiles::load(&*effects.env, &files).unwrap();
    let context = Context { effects: &effects, profiles: &profiles, region: None };
    credentials(&context, &settings(Some("corp"))).await.unwrap();
    assert_eq!(http.requests()[1].0.headers()["x-amz-sso_bearer_token"], "canary-theirs");
}

#[tokio::test]
async fn what_the_portal_refuses_is_told() {
    let cases = [
        (401, r#"{"message":"Session token not found or invalid"}"#, "aws sso login --profile dev"),
        (
            403,
            r#"{"__type":"ForbiddenException","message":"No access: canary-old"}"#,
            "403 ForbiddenException: No access: [redacted]",
        ),
        (200, "{}", "it has no `roleCredentials.expiration`"),
        (
            200,
            r#"{"roleCredentials":{"expiration":1,"accessKeyId":"canary"}}"#,
            "it has no `roleCredentials.secretAccessKey`",
        ),
        (200, "canary", "it is no JSON object"),
    ];
    for (status, body, expected) in cases {
        let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-23T00:00:00Z").as_str())]);
        let http = ScriptedHttp::new([(PORTAL, status, body)]);
        let problem = run(&settings(Some("corp")), &files, &http).await.unwrap_err();
        assert!(shown(&problem).contains(expected), "{}", shown(&problem));
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused() {
    let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-23T00:00:00Z").as_str())]);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(crate::effects::MAX_RESPONSE_BYTES));
    let http = ScriptedHttp::new([(PORTAL, 200, large.as_str())]);
    let problem = run(&settings(Some("corp")), &files, &http).await.unwrap_err();
    assert!(matches!(&problem, SourceProblem::BadAnswer { problem } if problem == "it is too large"));
}

#[tokio::test]
async fn without_a_home_or_a_role_the_setting_is_named() {
    let files = MemoryFiles::new([(SESSION_FILE, cached("2026-11-23T00:00:00Z").as_str())]);
    let no_role = SsoSettings { role_name: None, ..settings(Some("corp")) };
    let problem = run(&no_role, &files, &ScriptedHttp::default()).await.unwrap_err();
    assert!(matches!(&problem, SourceProblem::Setting { name, .. } if name == "sso_role_name"));

    let effects = Effects::new(MapEnv::default(), files.clone());
    let profiles = Profiles::load(&*effects.env, &files).unwrap();
    let context = Context { effects: &effects, profiles: &profiles, region: None };
    let problem = credentials(&context, &settings(Some("corp"))).await.unwrap_err();
    assert!(matches!(&problem, SourceProblem::Setting { name, .. } if name == "HOME"), "{problem:?}");
}

#[tokio::test]
async fn the_token_of_a_profile_is_loaded_and_not_shown() {
    let config = "[profile dev]\nsso_session = corp\n[profile keys]\naws_access_key_id = a\n\
        aws_secret_access_key = b\n[sso-session corp]\nsso_region = eu-west-1\n\
        sso_start_url = https://corp.awsapps.com/start\n";
    let files = MemoryFiles::new([
        ("/home/me/.aws/config", config),
        (SESSION_FILE, cached("2026-11-22T00:00:00Z").as_str()),
    ]);
    let effects = effects(&files, &ScriptedHttp::new([(OIDC, 200, RENEWED)]));

    let token = SsoToken::load(&effects, Some("dev")).await.unwrap();
    assert_eq!(token.expose(), "canary-new");
    assert_eq!(token.expires_at(), SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 3600));
    assert!(!format!("{token:?}").contains("canary"));

    let no_sso = SsoToken::load(&effects, Some("keys")).await.unwrap_err();
    assert!(matches!(&no_sso, IdentityError::NoneFound { tried } if tried.len() == 1), "{no_sso:?}");
    files.remove(SESSION_FILE);
    let no_file = SsoToken::load(&effects, Some("dev")).await.unwrap_err();
    assert_eq!(no_file.hint(), "run `aws sso login --profile dev`");
}

use std::time::SystemTime;

use super::*;
use crate::effects::testing::{MemoryFiles, ScriptedHttp};
use crate::effects::{Effects, ManualClock, MapEnv};
use crate::profile::Profiles;
use crate::source_error::SourceError;

const NOW: u64 = 1_795_305_600; // 2026-11-22T00:00:00Z
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/Admin/me";
const FILE: &str =
    "/home/me/.aws/login/cache/c03a7323bda916bba892295dd46ea73c98866a0ad0a2606cb839909f35fbc865.json";

/// A cache file as the AWS CLI writes it, with something in it that we do not know.
fn cached(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken":{{"accessKeyId":"AKID-OLD","accountId":"123456789012","expiresAt":"{expires_at}","more":1,"secretAccessKey":"canary-old","sessionToken":"canary-old-session"}},"clientId":"arn:aws:signin:::devtools/same-device","dpopKey":"{KEY}","idToken":"canary-id","refreshToken":"canary-refresh"}}"#
    )
}

/// The scalar with the bytes 1 to 32, made for these tests and good for nothing else.
const KEY: &str = r"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8goAoGCCqGSM49\nAwEHoUQDQgAEUVw9brnjlrkE0/7Kf1T9zQzB6Ze/N13KUVrQpsO0A19FNr46UPMY\n+/mlR1kCoiFQK+8NV+CMU7LMClbxfZ+TVA==\n-----END EC PRIVATE KEY-----\n";

async fn run(files: &MemoryFiles, http: &ScriptedHttp) -> Result<Credentials, SourceProblem> {
    run_in(&[], files, http).await
}

async fn run_in(
    variables: &[(&str, &str)],
    files: &MemoryFiles,
    http: &ScriptedHttp,
) -> Result<Credentials, SourceProblem> {
    let env: MapEnv = [("HOME", "/home/me")].iter().chain(variables).copied().collect();
    let effects = Effects::new(env, files.clone())
        .with_http(http.clone())
        .with_clock(ManualClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)));
    let profiles = Profiles::load(&*effects.env, files).unwrap();
    let context = Context { effects: &effects, profiles: &profiles, region: None };
    let found = credentials(&context, "dev", SESSION).await;
    assert!(http.is_done(), "the script has more than was asked");
    if let Err(problem) = &found {
        assert!(!shown(problem).contains("canary"), "{}", shown(problem));
    }
    found
}

fn shown(problem: &SourceProblem) -> String {
    let error = SourceError::new(IdentitySource::Login { profile: "dev".into() }, problem.clone());
    format!("{error} {error:?} {}", error.hint())
}

fn old_until(seconds: u64) -> Credentials {
    Credentials::new("AKID-OLD", "canary-old")
        .session_token("canary-old-session")
        .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + seconds))
        .in_account("123456789012")
}

#[tokio::test]
async fn a_session_that_lives_is_used_in_every_build() {
    let files = MemoryFiles::new([(FILE, cached("2026-11-22T00:05:01Z").as_str())]);
    assert_eq!(run(&files, &ScriptedHttp::default()).await.unwrap(), old_until(301));
    assert!(files.written().is_empty());
}

#[tokio::test]
async fn the_folder_of_the_cache_can_be_chosen() {
    let name = FILE.rsplit('/').next().unwrap();
    for (folder, path) in [("/else", "/else"), ("~/else", "/home/me/else")] {
        let files =
            MemoryFiles::new([(format!("{path}/{name}").as_str(), cached("2026-11-23T00:00:00Z").as_str())]);
        let found = run_in(&[("AWS_LOGIN_CACHE_DIRECTORY", folder)], &files, &ScriptedHttp::default()).await;
        assert_eq!(found.unwrap().access_key_id(), "AKID-OLD", "{folder}");
    }
}

#[tokio::test]
async fn a_cache_that_is_not_there_or_not_a_cache_is_named_with_the_login() {
    let no_file = run(&MemoryFiles::default(), &ScriptedHttp::default()).await.unwrap_err();
    assert!(matches!(&no_file, SourceProblem::File { path, .. } if path.to_str() == Some(FILE)));
    assert!(shown(&no_file).ends_with("run `aws login --profile dev`"), "{}", shown(&no_file));

    let whole = cached("2026-11-23T00:00:00Z");
    let mut cases = vec![
        ("canary".to_owned(), "it is no JSON object".to_owned()),
        (cached("canary"), "its `accessToken.expiresAt` is not RFC 3339".to_owned()),
    ];
    cases.extend(["accessKeyId", "secretAccessKey", "sessionToken", "expiresAt"].map(|key| {
        (whole.replace(&format!("\"{key}\""), "\"other\""), format!("it has no `accessToken.{key}`"))
    }));
    for (content, expected) in cases {
        let files = MemoryFiles::new([(FILE, content.as_str())]);
        let problem = run(&files, &ScriptedHttp::default()).await.unwrap_err();
        assert!(
            matches!(&problem, SourceProblem::Content { problem, .. } if *problem == expected),
            "{problem:?}"
        );
        assert!(shown(&problem).ends_with("run `aws login --profile dev`"), "{}", shown(&problem));
    }
}

#[cfg(not(feature = "aws-login"))]
#[tokio::test]
async fn without_the_feature_a_session_is_used_to_its_end_and_then_named_with_the_login() {
    let files = MemoryFiles::new([(FILE, cached("2026-11-22T00:00:01Z").as_str())]);
    assert_eq!(run(&files, &ScriptedHttp::default()).await.unwrap(), old_until(1));

    let files = MemoryFiles::new([(FILE, cached("2026-11-22T00:00:00Z").as_str())]);
    let problem = run(&files, &ScriptedHttp::default()).await.unwrap_err();
    assert!(
        matches!(&problem, SourceProblem::NotBuiltIn { feature: "aws-login", instead } if instead == "aws login --profile dev"),
        "{problem:?}"
    );
}

#[cfg(feature = "aws-login")]
mod renewal {
    use super::*;

    const SIGNIN: &str = "POST https://us-east-1.signin.aws.amazon.com/v1/token";
    const RENEWED: &str = r#"{"accessToken":{"accessKeyId":"AKID-NEW","secretAccessKey":"canary-new","sessionToken":"canary-new-session"},"expiresIn":900,"refreshToken":"canary-refresh-2","tokenType":"aws_sigv4"}"#;

    #[tokio::test]
    async fn credentials_about_to_expire_are_renewed_and_the_file_keeps_the_rest() {
        for expires_at in ["2026-11-22T00:05:00Z", "2026-11-21T00:00:00Z"] {
            let files = MemoryFiles::new([(FILE, cached(expires_at).as_str())]);
            let http = ScriptedHttp::new([(SIGNIN, 200, RENEWED)]);
            let found = run(&files, &http).await.unwrap();

            let expected = Credentials::new("AKID-NEW", "canary-new")
                .session_token("canary-new-session")
                .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW + 900))
                .in_account("123456789012");
            assert_eq!(found, expected);
            let (request, _) = http.requests().remove(0);
            assert_eq!(request.headers()["content-type"], "application/json");
            assert_eq!(request.headers()["dpop"].to_str().unwrap().split('.').count(), 3);
            assert!(request.headers()["dpop"].is_sensitive());
            assert_eq!(
                request.body(),
                r#"{"clientId":"arn:aws:signin:::devtools/same-device","grantType":"refresh_token","refreshToken":"canary-refresh"}"#
            );
            let expected = cached("2026-11-22T00:15:00Z")
                .replace("AKID-OLD", "AKID-NEW")
                .replace("canary-old", "canary-new")
                .replace("canary-refresh", "canary-refresh-2");
            assert_eq!(files.text(FILE), Some(expected));
        }
    }

    #[tokio::test]
    async fn a_session_is_renewed_where_it_was_opened() {
        let there = cached("2026-11-21T00:00:00Z")
            .replace("\"idToken\"", "\"signInRegion\":\"eu-west-1\",\"idToken\"");
        let elsewhere = "POST https://eu-west-1.signin.aws.amazon.com/v1/token";
        for (content, expected) in [(there, elsewhere), (cached("2026-11-21T00:00:00Z"), SIGNIN)] {
            let files = MemoryFiles::new([(FILE, content.as_str())]);
            run(&files, &ScriptedHttp::new([(expected, 200, RENEWED)])).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_renewal_that_fails_leaves_a_session_that_lives_in_use() {
        let files = MemoryFiles::new([(FILE, cached("2026-11-22T00:00:01Z").as_str())]);
        for (status, body) in [(403, r#"{"error":"TOKEN_EXPIRED"}"#), (500, ""), (200, "canary"), (200, "{}")]
        {
            let http = ScriptedHttp::new([(SIGNIN, status, body)]);
            assert_eq!(run(&files, &http).await.unwrap(), old_until(1), "{status} {body}");
        }
        assert!(files.written().is_empty());
    }

    #[tokio::test]
    async fn a_renewal_that_fails_after_expiry_is_told_by_its_reason() {
        let login = "run `aws login --profile dev`";
        let cases = [
            (403, r#"{"error":"TOKEN_EXPIRED","message":"canary-refresh"}"#, login, false),
            (403, r#"{"error":"USER_CREDENTIALS_CHANGED","message":"no"}"#, login, false),
            (
                403,
                r#"{"error":"INSUFFICIENT_PERMISSIONS","message":"not canary-refresh"}"#,
                "status 403 INSUFFICIENT_PERMISSIONS: not [redacted]",
                false,
            ),
            (400, "", "status 400", false),
            (429, r#"{"error":"canary-refresh"}"#, "status 429 [redacted]", true),
            (503, "canary", "status 503", true),
            (200, "canary", "it is no JSON object", false),
            (200, r#"{"accessToken":{"accessKeyId":"canary"}}"#, "it has no `expiresIn`", false),
            (200, r#"{"accessToken":{},"expiresIn":900}"#, "it has no `accessToken.accessKeyId`", false),
        ];
        for (status, body, expected, transient) in cases {
            let files = MemoryFiles::new([(FILE, cached("2026-11-21T00:00:00Z").as_str())]);
            let problem = run(&files, &ScriptedHttp::new([(SIGNIN, status, body)])).await.unwrap_err();
            assert!(shown(&problem).contains(expected), "{status} {body}: {}", shown(&problem));
            assert_eq!(problem.is_transient(), transient, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn what_a_renewal_needs_is_named() {
        let whole = cached("2026-11-21T00:00:00Z");
        let mut cases = vec![(
            whole.replace("EC PRIVATE", "PUBLIC"),
            "its `dpopKey` is no key of P-256 in PEM".to_owned(),
        )];
        cases
            .extend(["clientId", "refreshToken", "dpopKey"].map(|key| {
                (whole.replace(&format!("\"{key}\""), "\"other\""), format!("it has no `{key}`"))
            }));
        for (content, expected) in cases {
            let files = MemoryFiles::new([(FILE, content.as_str())]);
            let problem = run(&files, &ScriptedHttp::default()).await.unwrap_err();
            assert!(
                matches!(&problem, SourceProblem::Content { problem, .. } if *problem == expected),
                "{problem:?}"
            );
        }
    }
}

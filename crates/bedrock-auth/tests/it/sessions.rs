//! Sessions that a person has opened, from real files: used, renewed, written back for their owner alone, or named with what opens
//! a new one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bedrock_auth::{
    BoxFuture, DefaultIdentity, Effects, Http, HttpError, HttpOptions, Identity, IdentityError, ManualClock,
    MapEnv, OsFiles,
};
use bytes::Bytes;
use http::{Request, Response};
use tempfile::TempDir;

const NOW: u64 = 1_795_305_600; // 2026-11-22T00:00:00Z
const SSO_FILE: &str = "sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const CONFIG: &str = "[profile dev]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Dev
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[profile console]
login_session = me
";

/// Answers by host.
#[derive(Debug)]
struct Services;

impl Http for Services {
    fn exchange(
        &self,
        request: Request<Bytes>,
        _options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let answer = match request.uri().host().unwrap() {
            "oidc.eu-west-1.amazonaws.com" => {
                r#"{"accessToken":"new","expiresIn":3600,"refreshToken":"refresh-2"}"#
            }
            "portal.sso.eu-west-1.amazonaws.com" => {
                r#"{"roleCredentials":{"accessKeyId":"AKID-SSO","secretAccessKey":"s","sessionToken":"t","expiration":1795309200000}}"#
            }
            "us-east-1.signin.aws.amazon.com" => {
                r#"{"accessToken":{"accessKeyId":"AKID-NEW","secretAccessKey":"s","sessionToken":"t"},"expiresIn":900,"refreshToken":"refresh-2"}"#
            }
            other => panic!("{other} was asked"),
        };
        Box::pin(async move { Ok(Response::new(Bytes::from_static(answer.as_bytes()))) })
    }
}

/// A home folder with the config file and one cache file, readable by everybody as a careless program leaves it.
fn home(cache_file: &str, content: &str) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |path: PathBuf, content: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    };
    write(home.path().join(".aws/config"), CONFIG);
    write(home.path().join(".aws").join(cache_file), content);
    home
}

async fn key_id_of(profile: &str, home: &Path) -> Result<String, IdentityError> {
    let effects = Effects::new(MapEnv::from([("HOME", home.to_str().unwrap())]), OsFiles)
        .with_http(Services)
        .with_clock(ManualClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)));
    match DefaultIdentity::new(effects).profile(profile).resolve().await?.identity {
        Identity::Credentials(found) => Ok(found.access_key_id().to_owned()),
        other => panic!("{other:?}"),
    }
}

fn sso(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken":"old","clientId":"c","clientSecret":"s","expiresAt":"{expires_at}","refreshToken":"refresh","registrationExpiresAt":"2027-01-01T00:00:00Z"}}"#
    )
}

fn login(expires_at: &str) -> String {
    format!(
        r#"{{"accessToken":{{"accessKeyId":"AKID-OLD","secretAccessKey":"s","sessionToken":"t","expiresAt":"{expires_at}"}},"clientId":"c","refreshToken":"refresh","dpopKey":"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8goAoGCCqGSM49\nAwEHoUQDQgAEUVw9brnjlrkE0/7Kf1T9zQzB6Ze/N13KUVrQpsO0A19FNr46UPMY\n+/mlR1kCoiFQK+8NV+CMU7LMClbxfZ+TVA==\n-----END EC PRIVATE KEY-----\n"}}"#
    )
}

const LOGIN_FILE: &str = "login/cache/2744ccd10c7533bd736ad890f9dd5cab2adb27b07d500b9493f29cdc420cb2e0.json";

/// The renewed content, in a file that only its owner can read.
fn written(home: &Path, cache_file: &str) -> String {
    let path = home.join(".aws").join(cache_file);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn an_sso_session_is_renewed_and_written_back_for_its_owner_alone() {
    let home = home(SSO_FILE, &sso("2026-11-21T00:00:00Z"));
    assert_eq!(key_id_of("dev", home.path()).await.unwrap(), "AKID-SSO");
    let content = written(home.path(), SSO_FILE);
    assert_eq!(
        content,
        sso("2026-11-22T01:00:00Z").replace("\"old\"", "\"new\"").replace("\"refresh\"", "\"refresh-2\"")
    );
}

#[tokio::test]
async fn an_sso_session_that_is_missing_or_over_names_the_command_that_opens_one() {
    let without_grant = sso("2026-11-21T00:00:00Z").replace("refreshToken", "other");
    for home in [home(SSO_FILE, &without_grant), home("other.json", "{}")] {
        let error = key_id_of("dev", home.path()).await.unwrap_err();
        assert_eq!(error.hint(), "run `aws sso login --profile dev`", "{error:?}");
    }
}

#[tokio::test]
async fn a_login_session_that_lives_is_used_in_every_build() {
    let home = home(LOGIN_FILE, &login("2026-11-22T00:14:00Z"));
    assert_eq!(key_id_of("console", home.path()).await.unwrap(), "AKID-OLD");
}

#[cfg(feature = "aws-login")]
#[tokio::test]
async fn a_login_session_is_renewed_and_written_back_for_its_owner_alone() {
    let home = home(LOGIN_FILE, &login("2026-11-21T00:00:00Z"));
    assert_eq!(key_id_of("console", home.path()).await.unwrap(), "AKID-NEW");
    let content = written(home.path(), LOGIN_FILE);
    for kept_or_new in ["AKID-NEW", "2026-11-22T00:15:00Z", "refresh-2", "EC PRIVATE KEY"] {
        assert!(content.contains(kept_or_new), "{content}");
    }
}

#[cfg(not(feature = "aws-login"))]
#[tokio::test]
async fn without_the_feature_a_login_session_that_is_over_names_the_command_that_opens_one() {
    let home = home(LOGIN_FILE, &login("2026-11-21T00:00:00Z"));
    let error = key_id_of("console", home.path()).await.unwrap_err();
    assert!(error.hint().starts_with("run `aws login --profile console`"), "{error:?}");
}

//! The files of a person who keeps a canary in every place where a secret can be.

use bedrock_auth::MapFiles;

/// Part of a private key, which is no text that one could write `canary` into.
pub(super) const DPOP_KEY: &str = "MHcCAQEEIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8goAoGCCqGSM49";

/// Config, credentials, caches of sessions, tokens. The caches have the names that the AWS CLI gives them: SHA-1 of the session's
/// name or address, SHA-256 of the login session.
pub(super) fn files() -> MapFiles {
    let sso = |token: &str| {
        format!(
            r#"{{"accessToken":"{token}","expiresAt":"2026-11-22T00:01:00Z","clientId":"id","clientSecret":"canary-sso-client","refreshToken":"canary-sso-refresh","registrationExpiresAt":"2027-01-01T00:00:00Z"}}"#
        )
    };
    let login = |expires_at: &str, key: &str| {
        format!(
            r#"{{"accessToken":{{"accessKeyId":"AKID","secretAccessKey":"canary-login","sessionToken":"canary-login-token","expiresAt":"{expires_at}"}},"clientId":"c","refreshToken":"canary-login-refresh","dpopKey":"{key}"}}"#
        )
    };
    let pem = format!(
        "-----BEGIN EC PRIVATE KEY-----\\n{DPOP_KEY}\\nAwEHoUQDQgAEUVw9brnjlrkE0/7Kf1T9zQzB6Ze/N13KUVrQpsO0A19FNr46UPMY\\n\
        +/mlR1kCoiFQK+8NV+CMU7LMClbxfZ+TVA==\\n-----END EC PRIVATE KEY-----\\n"
    );
    [
        ("/home/me/.aws/config", CONFIG.to_owned()),
        ("/home/me/.aws/credentials", CREDENTIALS.to_owned()),
        ("/broken-config", "[default]\nregion = x\ncanary-broken\n".to_owned()),
        ("/broken-credentials", "[canary\naws_secret_access_key = canary\n".to_owned()),
        ("/web-identity-token", "canary-web-identity".to_owned()),
        ("/container-token", "canary-file-container".to_owned()),
        ("/broken", "canary\r\nline\n\u{e9}".to_owned()),
        ("/home/me/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", sso("canary-sso")),
        (
            "/home/me/.aws/sso/cache/a51746d4aa793ae07b25e90c3a5db96fc7832bd7.json",
            sso("canary-sso-of-old").replace("refreshToken", "other"),
        ),
        ("/home/me/.aws/sso/cache/0b8a1caec23d75d1154b8d9bef9cec6c03697638.json", sso("canary\\nline")),
        ("/home/me/.aws/sso/cache/372ea08cab33e71c02c651dbc83a474d32c676ea.json", "canary: {".to_owned()),
        (
            "/home/me/.aws/login/cache/135fc7a09da25f03e44f7a2c700efd4a9d0a989af4d4704eabfe9ada71b26590.json",
            login("2026-11-22T00:14:00Z", &pem),
        ),
        (
            "/home/me/.aws/login/cache/5fb6a47e368e12e5d8b19280796e6a3d146fe391ed2e967d5f95c55bfb0f9c2f.json",
            login("2026-11-21T00:00:00Z", &pem),
        ),
        (
            "/home/me/.aws/login/cache/3a86e4c51bcc8d434e8e28a81b71a5af4f5d2525f4874a38f3644fb6291b3406.json",
            login("2026-11-21T00:00:00Z", "canary-dpop"),
        ),
    ]
    .map(|(path, text)| (path, text.into_bytes()))
    .into_iter()
    .chain([("/not-text", b"[default]\ncanary = \xff\xfe\n".to_vec())])
    .collect()
}

const CONFIG: &str = "[profile role]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = first
mfa_serial = arn:aws:iam::123456789012:mfa/me
[profile first]
role_arn = arn:aws:iam::123456789012:role/first
source_profile = keys
[profile role-of-env]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = Environment
[profile role-of-container]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = EcsContainer
[profile role-of-instance]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = Ec2InstanceMetadata
[profile web-identity]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = /web-identity-token
[profile process]
credential_process = /bin/keys --token canary-argument
[profile broken-process]
credential_process = /bin/keys 'canary
[profile broken-role]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
duration_seconds = canary
[profile login]
login_session = alive
[profile login-over]
login_session = over
[profile login-broken]
login_session = nokey
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Dev
[profile sso-broken]
sso_session = broken
sso_account_id = 123456789012
sso_role_name = Dev
[profile sso-not-json]
sso_session = text
sso_account_id = 123456789012
sso_role_name = Dev
[profile sso-of-old]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = Dev
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[sso-session broken]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
[sso-session text]
sso_region = eu-west-1
sso_start_url = https://corp.awsapps.com/start
";

const CREDENTIALS: &str = "[keys]
aws_access_key_id = AKID
aws_secret_access_key = canary-keys
aws_session_token = canary-keys-token
[partial]
aws_secret_access_key = canary-partial
aws_session_token = canary-partial-token
";

//! No secret of a source shows, whichever way it came: program, container, role, session, file. A server that repeats all it was
//! sent is asked by each, and answers with secrets before that.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex},
};

use bedrock_auth::{
    BoxFuture, Command, MapEnv, MapFiles, MfaPrompt, ProcessError, ProcessOutput, Processes, SecretString,
};
use bedrock_client::{Body, Client, Exchange, HttpClient, TransportError};

use crate::{
    secrets::Log,
    support::{Answer, answer, builder, hello},
};

/// In every secret of this file.
const CANARY: &str = "canary";

/// Gives the answers it has, then repeats what it is sent in the words of every service.
#[derive(Clone, Default)]
struct Echoing {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    sent: Arc<Mutex<String>>,
}

impl fmt::Debug for Echoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Echoing")
    }
}

impl HttpClient for Echoing {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let (head, body) = exchange.request.into_parts();
        let mut said: Vec<_> = head
            .headers
            .values()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        said.push(String::from_utf8_lossy(&body).into_owned());
        let said = said.join(" ");
        *self.sent.lock().unwrap() += &said;
        let answer_of_script = self.answers.lock().unwrap().pop_front();
        Box::pin(std::future::ready(answer_of_script.unwrap_or_else(|| {
            let text = serde_json::to_string(&said).unwrap();
            answer(
                403,
                &[],
                format!(
                    r#"{{"__type":"Denied","message":{text},"error":"denied","error_description":{text}}}"#
                ),
            )
        })))
    }
}

/// Prints this, and ends well or not.
struct Program(&'static str, bool);

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Program")
    }
}

impl Processes for Program {
    fn run(&self, _: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        let output = ProcessOutput::new(self.1, "exit status: 1", self.0.as_bytes().to_vec());
        Box::pin(std::future::ready(Ok(output)))
    }
}

/// Knows the code.
#[derive(Debug)]
struct Device;

impl MfaPrompt for Device {
    fn code<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(std::future::ready(Some(SecretString::from("canary-mfa"))))
    }
}

#[derive(Default)]
struct Case {
    name: &'static str,
    env: Vec<(&'static str, &'static str)>,
    config: &'static str,
    answers: Vec<Answer>,
    program: Option<Program>,
    /// Whether an identity is found at the end.
    found: bool,
}

#[tokio::test]
async fn no_source_shows_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let mut seen = String::new();
    for case in cases().into_iter().chain(refused()) {
        let Case { name, env, config, answers, program, found } = case;
        let http = Echoing { answers: Arc::new(Mutex::new(answers.into())), ..Default::default() };
        let client = client(env, config, program, &http);
        let explanation = client.identity().explain().await;
        assert_eq!(explanation.outcome.is_ok(), found, "{name}: {explanation:?}");
        seen += &format!("{explanation:?}\n");
        if let Err(error) = &explanation.outcome {
            let hint = error.hint();
            seen += &format!("{hint} {}\n", chain(error));
        }
        // What was found is used for calls that are refused with all that they said; else for the same failure once more.
        seen += &format!("{client:?}\n");
        let errors = [
            client.identity().whoami().await.map(drop).unwrap_err(),
            client.messages().create(&hello()).await.map(drop).unwrap_err(),
            client.messages().stream(&hello()).await.map(drop).unwrap_err(),
        ];
        for error in errors {
            seen += &format!("{error:?} {} {:?}\n", chain(&error), error.hint());
        }
        for line in seen.lines() {
            assert!(!line.contains(CANARY), "{name}: {line}");
        }
        let sent = http.sent.lock().unwrap().clone();
        assert!(program_alone(name) || sent.contains(CANARY), "{name}: nothing secret was sent");
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("attempt failed") && log.contains("identity found"), "the log was heard");
    for line in log.lines() {
        assert!(!line.contains(CANARY), "{line}");
    }
}

/// A program that fails sends nothing.
fn program_alone(name: &str) -> bool {
    name.starts_with("a program that")
}

fn client(
    env: Vec<(&'static str, &'static str)>,
    config: &'static str,
    program: Option<Program>,
    http: &Echoing,
) -> Client {
    let always = [("HOME", "/h"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let env: MapEnv = always.into_iter().chain(env).collect();
    let files = MapFiles::from([
        ("/h/.aws/config", config),
        ("/token", "canary-token-of-a-file"),
        ("/h/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", SSO_CACHE),
    ]);
    let builder = builder().env(env).files(files).mfa_prompt(Device).http_client(http.clone()).max_retries(0);
    match program {
        Some(program) => builder.processes(program),
        None => builder,
    }
    .build()
    .unwrap()
}

/// Sources that give secrets.
fn cases() -> Vec<Case> {
    let container = r#"{"AccessKeyId":"AKID","SecretAccessKey":"canary-secret","Token":"canary-session",
        "Expiration":"2999-01-01T00:00:00Z"}"#;
    let json = [("content-type", "application/json")];
    vec![
        Case {
            name: "a bearer token",
            env: vec![("AWS_BEARER_TOKEN_BEDROCK", "canary-bearer")],
            found: true,
            ..Default::default()
        },
        Case {
            name: "a program",
            config: "[default]\ncredential_process = run --password canary-argument\n",
            program: Some(Program(
                r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"canary-secret","SessionToken":"canary-session"}"#,
                true,
            )),
            found: true,
            ..Default::default()
        },
        Case {
            name: "a container",
            env: vec![
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/canary-path"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "canary-authorization"),
            ],
            answers: (0..2).map(|_| answer(200, &json, container)).collect(),
            found: true,
            ..Default::default()
        },
        Case {
            name: "a role with a code",
            config: ROLE,
            answers: (0..2).map(|_| answer(200, &[("content-type", "text/xml")], ASSUMED)).collect(),
            found: true,
            ..Default::default()
        },
        Case {
            name: "a session",
            config: SSO,
            answers: (0..2)
                .map(|_| {
                    let keys = r#"{"roleCredentials":{"accessKeyId":"AKID","secretAccessKey":"canary-secret",
                        "sessionToken":"canary-session","expiration":32472144000000}}"#;
                    answer(200, &json, keys)
                })
                .collect(),
            found: true,
            ..Default::default()
        },
    ]
}

/// The same, refused with what they sent, or with an answer that is none.
fn refused() -> Vec<Case> {
    vec![
        Case {
            name: "a program that fails",
            config: "[default]\ncredential_process = run --password canary-argument\n",
            program: Some(Program("canary-output", false)),
            ..Default::default()
        },
        Case {
            name: "a program that prints something else",
            config: "[default]\ncredential_process = run --password canary-argument\n",
            program: Some(Program(
                r#"{"Version":1,"SecretAccessKey":"canary-secret","AccessKeyId":7}"#,
                true,
            )),
            ..Default::default()
        },
        Case {
            name: "a container that refuses",
            env: vec![
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
                ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/token"),
            ],
            ..Default::default()
        },
        Case { name: "a role that is refused", config: ROLE, ..Default::default() },
        Case {
            name: "a web identity that is refused",
            env: vec![
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token"),
                ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
            ],
            ..Default::default()
        },
        Case { name: "a session that is refused", config: SSO, ..Default::default() },
    ]
}

/// Every level of an error.
fn chain(error: &dyn std::error::Error) -> String {
    let next = error.source().map(chain).unwrap_or_default();
    format!("{error} {error:?} {next}")
}

const ROLE: &str = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n\
    mfa_serial = arn:aws:iam::123456789012:mfa/me\nexternal_id = canary-external\n\
    [profile base]\naws_access_key_id = AKID\naws_secret_access_key = canary-secret\naws_session_token = canary-session\n";

const ASSUMED: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKID2</AccessKeyId>\
    <SecretAccessKey>canary-secret</SecretAccessKey><SessionToken>canary-session</SessionToken>\
    <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

const SSO: &str = "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = dev\n\
    [sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n";

const SSO_CACHE: &str = r#"{"accessToken":"canary-access","expiresAt":"2999-01-01T00:00:00Z","refreshToken":"canary-refresh",
    "clientId":"id","clientSecret":"canary-client","startUrl":"https://corp.awsapps.com/start","region":"us-east-1"}"#;

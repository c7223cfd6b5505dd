//! Services and programs that give out canaries, or repeat what they were sent, wherever an answer has room for it.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bedrock_auth::{
    BoxFuture, Command, Http, HttpError, HttpOptions, MfaPrompt, ProcessError, ProcessOutput, Processes,
    SecretString,
};
use bytes::Bytes;
use http::{Request, Response};

/// How a service or a program answers when it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// With an error that repeats headers and body of the request.
    Repeats(u16),
    /// With a secret that is not in the form it must be.
    Garbles,
    /// With the form it must have, cut in the middle.
    Cuts,
    /// Not at all.
    IsSilent,
}

/// All services and programs; the first few requests are answered as they should be, so that the later ones are made too.
pub(super) struct World {
    manner: Manner,
    good: AtomicUsize,
    has_failed: AtomicBool,
    /// All that was sent.
    sent: Arc<Mutex<String>>,
}

impl World {
    pub(super) fn new(manner: Manner, good: usize, sent: Arc<Mutex<String>>) -> Self {
        Self { manner, good: AtomicUsize::new(good), has_failed: AtomicBool::new(false), sent }
    }

    /// Whether nothing has gone wrong yet.
    pub(super) fn is_all_good(&self) -> bool {
        !self.has_failed.load(Ordering::SeqCst)
    }

    /// How this one goes wrong, if it does.
    fn failure(&self) -> Option<Manner> {
        let left = self.good.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        self.has_failed.fetch_or(left.is_err(), Ordering::SeqCst);
        left.is_err().then_some(self.manner)
    }
}

/// Without what was sent, which holds all there is to hide.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("manner", &self.manner).finish_non_exhaustive()
    }
}

impl Http for World {
    fn exchange(
        &self,
        request: Request<Bytes>,
        _options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let sent = text(&request);
        self.sent.lock().unwrap().push_str(&sent);
        let good = answer(&request);
        let answer = match self.failure() {
            None => Ok(Response::new(good.into())),
            Some(Manner::Repeats(status)) => Ok(refusal(status, &sent)),
            Some(Manner::Garbles) => {
                Ok(Response::new(Bytes::from_static(b"canary-garbled\n{\"canary-garbled\":")))
            }
            Some(Manner::Cuts) => {
                Ok(Response::new(good.chars().take(good.len() * 3 / 4).collect::<String>().into()))
            }
            Some(Manner::IsSilent) => Err(HttpError::new("nobody is there")),
        };
        Box::pin(std::future::ready(answer))
    }
}

impl Processes for World {
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        self.sent.lock().unwrap().push_str(&command.arguments.join(" "));
        let output = |success, stdout: &str| Ok(ProcessOutput::new(success, "exit status: 1", stdout.into()));
        let result = match self.failure() {
            None => output(
                true,
                r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"canary-process","SessionToken":"canary-process-token"}"#,
            ),
            Some(Manner::Repeats(_)) => output(false, &command.arguments.join(" ")),
            Some(Manner::Garbles) => {
                output(true, r#"{"Version":"canary-version","SecretAccessKey":["canary"]}"#)
            }
            Some(Manner::Cuts) => {
                output(true, r#"{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"canary-pro"#)
            }
            Some(Manner::IsSilent) => Err(ProcessError::TimedOut(Duration::from_secs(60))),
        };
        Box::pin(std::future::ready(result))
    }
}

impl MfaPrompt for World {
    fn code<'a>(&'a self, _serial: &'a str) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(std::future::ready(Some("canary-mfa-code".into())))
    }
}

/// What is sent of a request: the values of its headers, and its body.
fn text(request: &Request<Bytes>) -> String {
    let values = request.headers().values().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut text = values.collect::<Vec<_>>().join(" ");
    text.push_str(&String::from_utf8_lossy(request.body()));
    text
}

/// A refusal as each of the services writes one, all at once.
fn refusal(status: u16, sent: &str) -> Response<Bytes> {
    let quoted = sent.replace('"', "'");
    let body = if sent.contains("Version=2011-06-15") {
        format!(
            "<ErrorResponse><Error><Code>{0}</Code><Message>{0}\n{0}</Message></Error><RequestId>{0}</RequestId></ErrorResponse>",
            format_args!("<![CDATA[{sent}]]>")
        )
    } else {
        format!(
            r#"{{"__type":"x#{quoted}","Code":"{quoted}","error":"{quoted}","message":"{quoted}\n{quoted}"}}"#
        )
    };
    let mut answer = Response::builder().status(status);
    if status == 401 {
        answer = answer.header("x-amzn-errortype", quoted);
    }
    answer.body(body.into()).unwrap()
}

fn answer(request: &Request<Bytes>) -> String {
    let body = String::from_utf8_lossy(request.body());
    let action = if body.contains("WebIdentity") { "AssumeRoleWithWebIdentity" } else { "AssumeRole" };
    let text = match (request.uri().host().unwrap(), request.uri().path()) {
        ("oidc.eu-west-1.amazonaws.com", _) => {
            r#"{"accessToken":"canary-sso-2","expiresIn":3600,"refreshToken":"canary-sso-refresh-2"}"#
        }
        ("portal.sso.eu-west-1.amazonaws.com", _) => {
            r#"{"roleCredentials":{"accessKeyId":"AKID","secretAccessKey":"canary-sso-secret","sessionToken":"canary-sso-session","expiration":1795309200000}}"#
        }
        ("us-east-1.signin.aws.amazon.com", _) => {
            r#"{"accessToken":{"accessKeyId":"AKID","secretAccessKey":"canary-login-2","sessionToken":"canary-login-3"},"expiresIn":900,"refreshToken":"canary-login-4"}"#
        }
        ("169.254.169.254", "/latest/api/token") => "canary-imds-token",
        ("169.254.169.254", path) if path.ends_with('/') => "role",
        ("169.254.169.254" | "169.254.170.2" | "localhost", _) => {
            r#"{"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"canary-machine","Token":"canary-machine-token","Expiration":"2026-11-22T01:00:00Z"}"#
        }
        ("sts.us-east-1.amazonaws.com", _) => &format!(
            "<{action}Response><{action}Result><Credentials><AccessKeyId>ASIA</AccessKeyId>\
            <SecretAccessKey>canary-role</SecretAccessKey><SessionToken>canary-role-token</SessionToken>\
            <Expiration>2026-11-22T01:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"
        ),
        (other, _) => panic!("{other} was asked"),
    };
    text.to_owned()
}

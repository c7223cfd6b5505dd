//! No secret shows: not in logs at any level, not in Debug or Display of anything, not in errors.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use bedrock_auth::{BearerToken, Credentials, MapEnv, ProvideIdentity};
use bedrock_emulator::Emulator;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{Scripted, answer, builder, hello, message};

const SECRET: &str = "canary-secret-access-key";
const TOKEN: &str = "canary-session-token";
const BEARER: &str = "canary-bearer-token";
const PROMPT: &str = "wörld";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_shows_a_secret_or_a_prompt() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(log.clone())
        .finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let mut seen = String::new();

    let keys = || Credentials::new("AKIDEXAMPLE", SECRET).session_token(TOKEN);
    let bearer = || BearerToken::parse(BEARER).unwrap();
    let env = MapEnv::from([
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_SESSION_TOKEN", TOKEN),
        ("AWS_BEARER_TOKEN_BEDROCK", BEARER),
    ]);
    seen.push_str(&format!("{:?} {:?} {env:?}", keys(), bearer()));
    seen.push_str(&format!("{:?}", keys().identity().await));

    // A server that repeats what it was sent, as AWS does when a signature is wrong.
    let echo =
        format!(r#"{{"message":"bad: {SECRET} {TOKEN} {BEARER}\nhost\nx-amz-security-token:{TOKEN}"}}"#);
    let refusal = || answer(403, &[("x-amzn-errortype", "InvalidSignatureException")], echo.clone());
    let scripted = Scripted::new([refusal(), refusal(), message()]);
    let signed = builder().credentials(keys()).http_client(scripted.clone()).build().unwrap();
    let carried = builder().bearer_token(bearer()).http_client(scripted.clone()).build().unwrap();
    seen.push_str(&format!("{signed:?} {carried:?}"));
    let error = signed.messages().create(&hello()).await.unwrap_err();
    seen.push_str(&error.to_string().replace(BEARER, "")); // not this client's secret: the server made it up
    let error = carried.messages().create(&hello()).await.unwrap_err();
    seen.push_str(&error.to_string().replace(SECRET, "").replace(TOKEN, ""));
    signed.messages().create(&hello()).await.unwrap();
    for request in scripted.requests() {
        seen.push_str(&format!("{:?}", request.headers()));
    }

    // The same over a socket.
    let emulator = Emulator::builder().start().await.unwrap();
    for client in [builder().credentials(keys()), builder().bearer_token(bearer())] {
        let client = client.endpoint_url(emulator.url()).build().unwrap();
        let error = client.messages().stream(&hello()).await.unwrap_err();
        seen.push_str(&format!("{error} {error:?}"));
    }

    seen.push_str(&String::from_utf8(log.0.lock().unwrap().clone()).unwrap());
    assert!(seen.contains("attempt failed"), "the log was heard");
    for canary in [SECRET, TOKEN, BEARER, PROMPT] {
        assert!(!seen.contains(canary), "{canary} shows");
    }
}

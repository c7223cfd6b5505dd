//! No secret shows: not in logs at any level, not in Debug or Display of anything, not in errors.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use bedrock_auth::{BearerToken, Credentials, MapEnv, ProvideIdentity};
use bedrock_client::{AttemptRequest, BoxFuture, CallRecord, ClientBuilder, Error, Middleware};
use bedrock_emulator::Emulator;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    cut::{chunk, exception},
    support::{STREAM, Scripted, answer, builder, hello, message},
};

const SECRET: &str = "canary-secret-access-key";
const TOKEN: &str = "canary-session-token";
const BEARER: &str = "canary-bearer-token";
const PROMPT: &str = "wörld";

#[derive(Clone, Default)]
pub(crate) struct Log(pub(crate) Arc<Mutex<Vec<u8>>>);

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

impl Log {
    fn note(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }
}

/// A middleware that notes all that it can see but the prompt.
struct Looking(Log);

impl Middleware for Looking {
    fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        self.0.note(&format!("before {request:?} {:?}", request.headers()));
        Box::pin(std::future::ready(Ok(())))
    }

    fn after(&self, request: &AttemptRequest, answer: Result<&http::response::Parts, &Error>) {
        // The headers of an answer are the server's, and given to the caller as they are.
        let answer = answer.map(|head| head.status);
        self.0.note(&format!("after {request:?} {:?} {answer:?}", request.headers()));
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

    // Whoever watches is told no more than the log.
    let watched = Log::default();
    let watching = |client: ClientBuilder| {
        let (told, looking) = (watched.clone(), Looking(watched.clone()));
        client.metrics(move |call: &CallRecord| told.note(&format!("{call:?}"))).middleware(looking)
    };

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

    // A server that repeats what it was sent, in every place where it can: AWS does, when a signature is wrong.
    for secret in [SECRET, TOKEN, BEARER] {
        let echo = format!("bad {secret}\\nhost:{secret}");
        let named = format!("Oops{secret}");
        let refusals = [
            answer(
                403,
                &[("x-amzn-errortype", &named), ("x-amzn-requestid", secret)],
                format!(r#"{{"message":"{echo}"}}"#),
            ),
            answer(403, &[], format!(r#"{{"__type":"{named}","Message":"{echo}"}}"#)),
            answer(
                400,
                &[],
                format!(r#"{{"type":"error","error":{{"type":"{named}","message":"{echo}"}}}}"#),
            ),
            answer(502, &[("content-type", secret)], secret.to_owned()),
            answer(200, &[("content-type", secret)], "{}"),
            answer(200, &[("content-type", "application/json"), ("content-encoding", secret)], "{}"),
            answer(
                200,
                &[("content-type", "application/json")],
                format!(r#"{{"id":"{secret}","role":["{secret}"]}}"#),
            ),
        ];
        for refusal in refusals {
            let scripted = Scripted::new([refusal]);
            let client = if secret == BEARER {
                builder().bearer_token(bearer())
            } else {
                builder().credentials(keys())
            };
            let client = watching(client).http_client(scripted.clone()).max_retries(0).build().unwrap();
            let error = client.messages().create(&hello()).await.unwrap_err();
            seen.push_str(&format!("{error} {error:?} {:?} {:?}\n", error.code(), error.request_id()));
        }
        for frame in [
            exception(&named, &format!(r#"{{"message":"{echo}","originalMessage":"{secret}"}}"#)),
            chunk(&format!(r#"{{"type":"error","error":{{"type":"{named}","message":"{echo}"}}}}"#)),
            chunk(&format!(r#"{{"type":"message_start","message":"{secret}"}}"#)),
        ] {
            let scripted = Scripted::new([answer(200, &STREAM, frame)]);
            let client = if secret == BEARER {
                builder().bearer_token(bearer())
            } else {
                builder().credentials(keys())
            };
            let client = watching(client).http_client(scripted.clone()).build().unwrap();
            let error = client.messages().stream(&hello()).await.unwrap().final_message().await.unwrap_err();
            seen.push_str(&format!("{error} {error:?} {:?}\n", error.code()));
        }
    }

    // A good answer repeats them where it can, too, and its message is read.
    for (secret, identity) in
        [(SECRET, builder().credentials(keys())), (BEARER, builder().bearer_token(bearer()))]
    {
        let body = format!(
            r#"{{"id":"msg_{secret}","type":"message","role":"assistant","model":"{secret}","content":[],"stop_reason":"{secret}",
                "stop_sequence":null,"usage":{{"input_tokens":1,"output_tokens":1}}}}"#
        );
        let start = format!(r#"{{"type":"message_start","message":{body}}}"#);
        let scripted = Scripted::new([
            answer(200, &[("content-type", "application/json"), ("x-amzn-requestid", secret)], body.clone()),
            answer(200, &[STREAM[0], ("x-amzn-requestid", secret)], chunk(&start)),
        ]);
        let client = watching(identity).http_client(scripted.clone()).build().unwrap();
        client.messages().create(&hello()).await.unwrap();
        let mut stream = client.messages().stream(&hello()).await.unwrap();
        stream.next_event().await.unwrap();
    }

    let scripted = Scripted::new([message(), message()]);
    let signed = watching(builder().credentials(keys())).http_client(scripted.clone()).build().unwrap();
    let carried = watching(builder().bearer_token(bearer())).http_client(scripted.clone()).build().unwrap();
    seen.push_str(&format!("{signed:?} {carried:?}"));
    signed.messages().create(&hello()).await.unwrap();
    carried.messages().create(&hello()).await.unwrap();
    for request in scripted.requests() {
        seen.push_str(&format!("{:?}", request.headers()));
    }

    // The same over a socket.
    let emulator = Emulator::builder().start().await.unwrap();
    for client in [builder().credentials(keys()), builder().bearer_token(bearer())] {
        let client = watching(client).endpoint_url(emulator.url()).build().unwrap();
        let error = client.messages().stream(&hello()).await.unwrap_err();
        seen.push_str(&format!("{error} {error:?}"));
    }

    seen.push_str(&String::from_utf8(log.0.lock().unwrap().clone()).unwrap());
    assert!(seen.contains("attempt failed"), "the log was heard");
    assert!(seen.contains("bedrock.call") && seen.contains("bedrock.attempt"), "the spans were heard");
    let watched = String::from_utf8(watched.0.lock().unwrap().clone()).unwrap();
    assert!(watched.contains("Dropped") && watched.contains("before") && watched.contains("after"));
    seen.push_str(&watched);
    for canary in [SECRET, TOKEN, BEARER, PROMPT] {
        assert!(!seen.contains(canary), "{canary} shows");
    }
}

#[tokio::test]
async fn a_hint_repeats_no_secret_that_the_server_wrote() {
    let said = format!(r#"{{"message":"not authorized to perform: bedrock:{TOKEN}"}}"#);
    let scripted = Scripted::new([answer(403, &[("x-amzn-errortype", "AccessDeniedException")], said)]);
    let keys = Credentials::new("AKIDEXAMPLE", SECRET).session_token(TOKEN);
    let client = builder().credentials(keys).http_client(scripted).build().unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    let hint = error.hint().expect("what to ask for");
    assert!(hint.contains("bedrock:[redacted]") && !hint.contains(TOKEN), "{hint}");
}

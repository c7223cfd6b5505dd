//! Who is calling, asked of STS.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bedrock_auth::{
    BearerToken, BoxFuture, Command, Credentials, IdentitySource, MapEnv, MapFiles, ProcessError,
    ProcessOutput, Processes,
};
use bedrock_client::{Client, ClientBuilder, ErrorKind};
use bedrock_emulator::Emulator;

use crate::support::{Scripted, answer, builder, client_of, hello};

const STS_ANSWER: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn>\
    <UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

#[tokio::test]
async fn the_caller_is_whom_the_keys_belong_to() {
    let emulator = Emulator::builder().start().await.unwrap();
    let caller = client_of(&emulator).identity().whoami().await.unwrap();
    assert_eq!(caller.arn, "arn:aws:iam::123456789012:user/bedrock-emulator");
    assert_eq!((caller.account.as_str(), caller.user_id.len()), ("123456789012", 21));
    assert!(caller.request_id().is_some() && caller.attempts() == 1);
}

#[tokio::test]
async fn sts_is_asked_where_the_settings_say() {
    let sts = |builder: ClientBuilder| async move {
        let http = Scripted::new([answer(200, &[("content-type", "text/xml")], STS_ANSWER)]);
        let keys = Credentials::new("AKIDEXAMPLE", "secret");
        let client = builder.credentials(keys).http_client(http.clone()).build().unwrap();
        assert_eq!(client.identity().whoami().await.unwrap().account, "123456789012");
        let request = http.requests().remove(0);
        assert_eq!(request.body().as_ref(), b"Action=GetCallerIdentity&Version=2011-06-15");
        let scope =
            request.headers()["authorization"].to_str().unwrap().split(',').next().unwrap().to_owned();
        assert!(scope.ends_with("/sts/aws4_request"), "{scope}");
        request.uri().to_string()
    };
    let env = |name: &'static str, value: &'static str| {
        Client::builder().files(MapFiles::default()).env(MapEnv::from([(name, value)]))
    };
    for (builder, expected) in [
        (builder(), "https://sts.us-east-1.amazonaws.com/"),
        (builder().region("cn-north-1"), "https://sts.cn-north-1.amazonaws.com.cn/"),
        (
            env("AWS_USE_FIPS_ENDPOINT", "true").region("us-west-2"),
            "https://sts-fips.us-west-2.amazonaws.com/",
        ),
        (
            env("AWS_USE_FIPS_ENDPOINT", "true").region("us-gov-west-1"),
            "https://sts.us-gov-west-1.amazonaws.com/",
        ),
        (
            env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9/base").region("us-west-2"),
            "http://127.0.0.1:9/base/",
        ),
        (env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").region("us-west-2"), "http://127.0.0.1:9/"),
        (
            env("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9").region("eu-west-3"),
            "https://sts.eu-west-3.amazonaws.com/",
        ),
        (
            env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
                .region("a-1")
                .endpoint_url("http://127.0.0.1:8"),
            "http://127.0.0.1:8/",
        ),
    ] {
        assert_eq!(sts(builder).await, expected);
    }
}

#[tokio::test]
async fn an_endpoint_that_sts_cannot_have_is_an_error_of_whoami_alone() {
    let emulator = Emulator::builder().start().await.unwrap();
    let env = MapEnv::from([
        ("AWS_ENDPOINT_URL_STS", "http://example.com".to_owned()),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", emulator.url()),
    ]);
    let client = builder().env(env).credentials(emulator.credentials().clone()).build().unwrap();
    client.messages().create(&hello()).await.unwrap();
    let error = client.identity().whoami().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0));
}

#[tokio::test]
async fn an_api_key_is_not_sent_to_sts() {
    let http = Scripted::default();
    let token = BearerToken::parse("ABSKcanary").unwrap();
    let client = builder().bearer_token(token).http_client(http.clone()).build().unwrap();
    let error = client.identity().whoami().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), http.requests().len()), (ErrorKind::Credentials, 0, 0));
    assert!(error.to_string().contains("API key") && !format!("{error:?}").contains("canary"), "{error}");
}

#[tokio::test]
async fn what_sts_refuses_is_an_error_with_its_code() {
    let emulator = Emulator::builder().start().await.unwrap();
    let refused = |id: String| {
        let client = builder()
            .endpoint_url(emulator.url())
            .credentials(Credentials::new(id, "canary"))
            .build()
            .unwrap();
        async move { client.identity().whoami().await.unwrap_err() }
    };
    for (id, code) in [
        (emulator.credentials().access_key_id(), "SignatureDoesNotMatch"),
        ("AKIAELSE", "InvalidClientTokenId"),
    ] {
        let error = refused(id.to_owned()).await;
        assert_eq!((error.kind(), error.code(), error.status()), (ErrorKind::Api, Some(code), Some(403)));
        assert!(error.hint().is_some() && error.request_id().is_some() && error.attempts() == 1, "{error:?}");
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_says_nobody_is_none() {
    for (kind, body) in [("text/xml", "<html/>"), ("text/xml", ""), ("text/html", STS_ANSWER)] {
        let client = Scripted::new([answer(200, &[("content-type", kind)], body)]).client();
        let error = client.identity().whoami().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{kind} {body}");
    }
}

#[tokio::test]
async fn an_explanation_names_what_was_passed_over() {
    let explained =
        builder().env(MapEnv::from([("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "s")])).build();
    let explanation = explained.unwrap().identity().explain().await;
    assert_eq!(explanation.outcome.unwrap().source, IdentitySource::Environment);
    let sources: Vec<_> = explanation.passed_over.into_iter().map(|attempt| attempt.source).collect();
    assert_eq!(sources, [IdentitySource::BearerEnvironment]);

    let given =
        builder().credentials(Credentials::new("AKID", "s")).build().unwrap().identity().explain().await;
    assert_eq!(given.outcome.unwrap().source, IdentitySource::Explicit);
    assert!(given.passed_over.is_empty());
}

/// Runs forever, as far as anybody waits.
#[derive(Debug, Clone, Default)]
struct Endless(Arc<AtomicUsize>);

impl Processes for Endless {
    fn run(&self, command: Command) -> BoxFuture<'_, Result<ProcessOutput, ProcessError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async move { Err(ProcessError::TimedOut(command.timeout)) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_program_that_never_ends_is_waited_for_once() {
    let programs = Endless::default();
    let env = MapEnv::from([("AWS_CONFIG_FILE", "/config")]);
    let files = MapFiles::from([("/config", "[default]\ncredential_process = endless\n")]);
    let client = builder().env(env).files(files).processes(programs.clone()).build().unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Credentials, false));
    assert_eq!(programs.0.load(Ordering::SeqCst), 1);
}

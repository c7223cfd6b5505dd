//! Settings of a client that its calls start with.

use bedrock_client::{Client, ClientBuilder, Credentials, ErrorKind, Guardrail, Messages, Route};

use crate::support::{Scripted, builder, hello, message};

fn with(scripted: &Scripted, set: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    set(builder().credentials(keys).http_client(scripted.clone())).build().unwrap()
}

#[test]
fn a_client_goes_anywhere() {
    fn everywhere<T: Clone + Send + Sync + 'static>() {}
    everywhere::<Client>();
    everywhere::<Messages>();
    everywhere::<bedrock_client::blocking::Client>();
    everywhere::<bedrock_client::blocking::Messages>();
    fn sent<T: Send + 'static>() {}
    sent::<bedrock_client::MessageStream>();
    sent::<bedrock_client::blocking::MessageStream>();
    // And so do its calls.
    fn goes(_: impl Send) {}
    let messages = with(&Scripted::new([]), |builder| builder).messages();
    let params = hello();
    goes(messages.create(&params));
    goes(messages.stream(&params));
    goes(messages.count_tokens(&params));
    goes(messages.tool_runner(params).run());
}

/// A program with a thousand streams has a thousand of them, and they stay what they are until the task ends.
#[test]
fn a_call_takes_little_room_in_the_task_that_waits_for_it() {
    let client = with(&Scripted::new([]), |builder| builder);
    let (messages, params) = (client.messages(), hello());
    let sizes = [size_of_val(&messages.create(&params)), size_of_val(&messages.stream(&params))];
    assert!(sizes.iter().all(|size| *size <= 1024), "{sizes:?}");
}

#[tokio::test]
async fn a_call_has_what_the_client_says_and_its_own_wins() {
    let scripted = Scripted::new([message(), message()]);
    let client = with(&scripted, |builder| {
        builder
            .guardrail(Guardrail::new("abc123def456", "1"))
            .service_tier("flex")
            .request_metadata("team", "search")
            .default_header("X-Team", "search")
            .default_header("x-app", "one")
            .default_query("tenant", "a")
            .default_query("debug", "1")
    });
    client.messages().create(&hello()).await.unwrap();
    let call = client.messages().with_header("x-team", "ads").with_query("tenant", "b");
    call.with_guardrail(Guardrail::new("fed654cba321", "2")).create(&hello()).await.unwrap();

    let seen = scripted.requests().into_iter().map(|request| {
        let header = |name: &str| {
            let values = request.headers().get_all(name).iter();
            values.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>().join(",")
        };
        (
            header("x-team"),
            header("x-app"),
            header("x-amzn-bedrock-guardrailidentifier"),
            header("x-amzn-bedrock-service-tier"),
            request.uri().query().unwrap_or_default().to_owned(),
        )
    });
    let expected = |team: &str, guardrail: &str, query: &str| {
        (team.to_owned(), "one".to_owned(), guardrail.to_owned(), "flex".to_owned(), query.to_owned())
    };
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            expected("search", "abc123def456", "tenant=a&debug=1"),
            expected("ads", "fed654cba321", "debug=1&tenant=b"),
        ]
    );
    let first = scripted.requests().remove(0);
    assert_eq!(first.headers()["x-amzn-bedrock-request-metadata"], r#"{"team":"search"}"#);
}

#[tokio::test]
async fn the_route_of_a_client_is_that_of_its_calls() {
    let scripted = Scripted::new([message(), message()]);
    let client = with(&scripted, |builder| builder.route(Route::Messages));
    client.messages().create(&hello()).await.unwrap();
    client.messages().with_route(Route::InvokeModel).create(&hello()).await.unwrap();
    let paths: Vec<_> = scripted.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    assert_eq!(paths[0], "/anthropic/v1/messages");
    assert!(paths[1].ends_with("/invoke"), "{paths:?}");
}

#[test]
fn what_no_call_could_have_is_refused_when_the_client_is_built() {
    let keys = || builder().credentials(Credentials::new("AKIDEXAMPLE", "secret"));
    for (built, names) in [
        (keys().default_header("authorization", "x").build(), "authorization"),
        (keys().default_header("x y", "z").build(), "x y"),
        (keys().default_header("x-team", "two\nlines").build(), "x-team"),
        (keys().request_metadata("", "x").build(), "metadata"),
    ] {
        let error = built.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(names), "{error}");
    }
}

//! Middleware: its order, what it may change and what not, and how it can end a call.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bedrock_auth::Credentials;
use bedrock_client::{
    AttemptRequest, Body, BoxFuture, Client, Error, ErrorKind, Exchange, HttpClient, MessageCreateParams,
    Middleware, TimeoutPhase, TransportError,
};
use bedrock_emulator::Emulator;
use bedrock_types::Route;

use crate::support::{MODEL, Scripted, answer, builder, hello, message};

type Notes = Arc<Mutex<Vec<String>>>;

/// Notes what it is asked and told.
struct Noting {
    name: &'static str,
    notes: Notes,
}

impl Middleware for Noting {
    fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        self.notes.lock().unwrap().push(format!("{} before {}", self.name, request.number()));
        Box::pin(async { request.set_header(&format!("x-{}", self.name), &request.number().to_string()) })
    }

    fn after(&self, request: &AttemptRequest, answer: Result<&http::response::Parts, &Error>) {
        let came = match answer {
            Ok(head) => head.status.as_u16(),
            Err(error) => error.status().unwrap_or_default(),
        };
        self.notes.lock().unwrap().push(format!("{} after {}: {came}", self.name, request.number()));
    }

    fn dropped(&self, request: &AttemptRequest) {
        self.notes.lock().unwrap().push(format!("{} dropped {}", self.name, request.number()));
    }
}

/// A middleware that does this before each attempt.
struct Before<F>(F);

impl<F: Fn(&mut AttemptRequest) -> Result<(), Error> + Send + Sync> Middleware for Before<F> {
    fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(std::future::ready((self.0)(request)))
    }
}

fn client_with(scripted: &Scripted, middleware: impl Middleware + 'static) -> Client {
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    builder().credentials(keys).http_client(scripted.clone()).middleware(middleware).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn layers_are_asked_in_order_and_told_in_the_other_for_each_attempt() {
    let notes = Notes::default();
    let note = |name| Noting { name, notes: notes.clone() };
    let busy = answer(503, &[("x-amzn-errortype", "ServiceUnavailableException")], "{}");
    let scripted = Scripted::new([busy, message()]);
    let client = builder()
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .http_client(scripted.clone())
        .middleware(note("outer"))
        .middleware(note("inner"))
        .build()
        .unwrap();
    client.messages().create(&hello()).await.unwrap();
    assert_eq!(
        *notes.lock().unwrap(),
        [
            "outer before 1",
            "inner before 1",
            "inner after 1: 503",
            "outer after 1: 503",
            "outer before 2",
            "inner before 2",
            "inner after 2: 200",
            "outer after 2: 200",
        ]
    );
    for (request, number) in scripted.requests().iter().zip(["1", "2"]) {
        for name in ["x-outer", "x-inner"] {
            assert_eq!(request.headers()[name], number);
        }
    }
}

#[tokio::test]
async fn what_it_adds_is_signed_and_the_signature_holds() {
    let emulator = Emulator::builder().start().await.unwrap();
    let middleware = Before(|request: &mut AttemptRequest| request.set_header("x-team", "search"));
    let client = builder()
        .endpoint_url(emulator.url())
        .credentials(emulator.credentials().clone())
        .middleware(middleware)
        .build()
        .unwrap();
    for route in [Route::InvokeModel, Route::Messages, Route::Converse] {
        client.messages().with_route(route).create(&hello()).await.unwrap();
    }
    let scripted = Scripted::new([message()]);
    let added = Before(|request: &mut AttemptRequest| request.set_header("x-team", "search"));
    client_with(&scripted, added).messages().create(&hello()).await.unwrap();
    let requests = scripted.requests();
    let authorization = requests[0].headers()[http::header::AUTHORIZATION].to_str().unwrap();
    assert!(authorization.contains(";x-team,"), "{authorization}");
}

#[tokio::test]
async fn it_sees_what_is_asked_and_not_who_asks() {
    let seen = Arc::new(Mutex::new(String::new()));
    let shown = seen.clone();
    let look = Before(move |request: &mut AttemptRequest| {
        assert_eq!((request.method().as_str(), request.model()), ("POST", Some(MODEL)));
        assert_eq!(request.route(), Some(Route::InvokeModel));
        assert!(request.uri().path().ends_with("/invoke") && !request.body().is_empty());
        shown.lock().unwrap().push_str(&format!("{:?} {request:?}", request.headers()));
        Ok(())
    });
    let scripted = Scripted::new([message()]);
    client_with(&scripted, look).messages().create(&hello()).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.contains("content-type"), "{seen}");
    for name in ["authorization", "x-amz-date", "AKID", "secret"] {
        assert!(!seen.contains(name), "{name} in {seen}");
    }
}

#[tokio::test]
async fn it_cannot_set_what_is_the_clients_to_set() {
    for name in ["Authorization", "x-amz-date", "X-Amz-Security-Token", "host", "content-type", "a b"] {
        for remove in [false, true] {
            let scripted = Scripted::new([]);
            let middleware = Before(move |request: &mut AttemptRequest| match remove {
                true => request.remove_header(name),
                false => request.set_header(name, "mine"),
            });
            let error = client_with(&scripted, middleware).messages().create(&hello()).await.unwrap_err();
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0), "{error}");
            assert!(error.message().to_lowercase().contains(&name.to_lowercase()), "{error}");
            assert!(scripted.requests().is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_can_end_a_call_before_it_is_sent() {
    let notes = Notes::default();
    let scripted = Scripted::new([]);
    let client = builder()
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .http_client(scripted.clone())
        .middleware(Noting { name: "outer", notes: notes.clone() })
        .middleware(Before(|request: &mut AttemptRequest| Err(request.refuse("the budget is spent"))))
        .middleware(Noting { name: "inner", notes: notes.clone() })
        .build()
        .unwrap();
    let error = client.messages().create(&hello()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_retryable()), (ErrorKind::Config, 0, false));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the budget is spent");
    assert_eq!(*notes.lock().unwrap(), ["outer before 1", "outer after 1: 0"]);
    assert!(scripted.requests().is_empty());
}

/// Waits before each attempt, holding a permit.
struct Slow(Arc<()>);

impl Middleware for Slow {
    fn before<'a>(&'a self, request: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        request.extensions_mut().insert(self.0.clone());
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok(())
        })
    }

    fn after(&self, request: &AttemptRequest, _: Result<&http::response::Parts, &Error>) {
        assert!(request.extensions().get::<Arc<()>>().is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn its_waits_are_part_of_the_call_and_its_permits_go_with_the_attempt() {
    let permit = Arc::new(());
    let scripted = Scripted::new([message()]);
    let messages = client_with(&scripted, Slow(permit.clone())).messages();
    let params: MessageCreateParams = hello();
    messages.create(&params).await.unwrap();
    assert_eq!(Arc::strong_count(&permit), 2, "this one, and the middleware's");
    let error =
        messages.clone().with_total_timeout(Duration::from_secs(5)).create(&params).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Total));
    assert_eq!(Arc::strong_count(&permit), 2);
    assert_eq!(scripted.requests().len(), 1);
}

/// Never gets ready.
struct Never;

impl Middleware for Never {
    fn before<'a>(&'a self, _: &'a mut AttemptRequest) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(std::future::pending())
    }
}

/// Answers after so long, if it may.
#[derive(Debug)]
struct Late(Duration);

impl HttpClient for Late {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let deadline = exchange.deadline.map_or_else(far_off, Into::into);
            match tokio::time::timeout_at(deadline, tokio::time::sleep(self.0)).await {
                Ok(()) => message(),
                Err(_) => Err(TransportError::Timeout(TimeoutPhase::Total)),
            }
        })
    }
}

fn far_off() -> tokio::time::Instant {
    tokio::time::Instant::now() + Duration::from_secs(86_400)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_that_was_seen_is_told_of_once_however_it_ends() {
    const TOTAL: Option<Duration> = Some(Duration::from_secs(5));
    // How long the answer takes, whether a middleware in between never gets ready, the total, what both are told.
    for (answer_takes, never, total, expected) in [
        (9, false, TOTAL, &["outer before 1", "inner before 1", "inner after 1: 0", "outer after 1: 0"][..]),
        (9, true, TOTAL, &["outer before 1", "outer after 1: 0"]),
        (9, false, None, &["outer before 1", "inner before 1", "inner dropped 1", "outer dropped 1"]),
        (9, true, None, &["outer before 1", "outer dropped 1"]),
        (1, false, None, &["outer before 1", "inner before 1", "inner after 1: 200", "outer after 1: 200"]),
    ] {
        let notes = Notes::default();
        let mut client = builder()
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .http_client(Late(Duration::from_secs(answer_takes)))
            .middleware(Noting { name: "outer", notes: notes.clone() });
        if never {
            client = client.middleware(Never);
        }
        let client = client.middleware(Noting { name: "inner", notes: notes.clone() }).build().unwrap();
        let mut messages = client.messages();
        if let Some(total) = total {
            messages = messages.with_total_timeout(total);
        }
        // The caller leaves after six seconds.
        let called = tokio::time::timeout(Duration::from_secs(6), messages.create(&hello())).await;
        if let (Some(_), Ok(Err(error))) = (total, &called) {
            assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Total));
        }
        assert_eq!(called.is_ok(), total.is_some() || answer_takes < 6);
        assert_eq!(*notes.lock().unwrap(), expected);
    }
}

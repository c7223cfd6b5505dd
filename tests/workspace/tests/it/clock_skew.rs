//! What a wrong clock costs: one refused request, and only the first.

use std::time::Duration;

use bedrock_auth::{Clock, Credentials, ManualClock, SystemClock};
use bedrock_client::{ClientBuilder, HttpClient};
use bedrock_emulator::Emulator;

use crate::support::{Scripted, builder, hello, message, refusal, start};

const REFUSALS: [&str; 3] = ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"];

fn client(clock: &ManualClock, http: impl HttpClient + 'static) -> ClientBuilder {
    let clock = clock.clone();
    builder()
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .clock(move || clock.now())
        .http_client(http)
}

#[tokio::test(start_paused = true)]
async fn a_clock_ten_minutes_off_costs_one_attempt_and_only_once() {
    for code in REFUSALS {
        for (theirs, corrected) in [
            ("Sun, 22 Nov 2026 00:10:00 GMT", "20261122T001000Z"),
            ("Sat, 21 Nov 2026 23:50:00 GMT", "20261121T235000Z"),
        ] {
            let dated = [("date", theirs)];
            let scripted = Scripted::new([refusal(code, &dated), message(), message()]);
            let client = client(&ManualClock::at(start()), scripted.clone()).build().unwrap();
            assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 2, "{code}");
            assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1, "{code}");
            let requests = scripted.requests();
            let dates: Vec<_> = requests.iter().map(date).collect();
            assert_eq!(dates, ["20261122T000000Z", corrected, corrected]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_refusal_teaches_the_time_too() {
    let mut dated = message().unwrap();
    dated.headers_mut().insert("date", "Sun, 22 Nov 2026 00:10:00 GMT".parse().unwrap());
    let scripted = Scripted::new([Ok(dated), message()]);
    let client = client(&ManualClock::at(start()), scripted.clone()).build().unwrap();
    for _ in 0..2 {
        client.messages().create(&hello()).await.unwrap();
    }
    assert_eq!(date(&scripted.requests()[1]), "20261122T001000Z");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_show_a_wrong_clock_is_not_tried_again() {
    let right = ("date", "Sun, 22 Nov 2026 00:01:00 GMT");
    let wrong = ("date", "Sun, 22 Nov 2026 00:10:00 GMT");
    for (code, headers) in [
        ("InvalidSignatureException", &[][..]),
        ("RequestTimeTooSkewed", &[]),
        ("InvalidSignatureException", &[right]),
        ("InvalidSignatureException", &[wrong, ("age", "1")]),
        ("AccessDeniedException", &[wrong]),
    ] {
        let scripted = Scripted::new([refusal(code, headers)]);
        let client = client(&ManualClock::at(start()), scripted).build().unwrap();
        let error = client.messages().create(&hello()).await.unwrap_err();
        assert_eq!((error.code(), error.attempts()), (Some(code), 1), "{headers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_never_content_is_asked_twice() {
    let dated = [("date", "Sun, 22 Nov 2026 00:10:00 GMT")];
    let scripted = Scripted::new((0..2).map(|_| refusal("RequestTimeTooSkewed", &dated)));
    let client = client(&ManualClock::at(start()), scripted).build().unwrap();
    assert_eq!(client.messages().create(&hello()).await.unwrap_err().attempts(), 2);
}

#[tokio::test]
async fn the_emulator_is_content_with_the_corrected_date() {
    let emulator = Emulator::builder().start().await.unwrap();
    for offset in [-600_i64, 600] {
        let now = move || {
            let now = SystemClock.now();
            let by = Duration::from_secs(offset.unsigned_abs());
            if offset < 0 { now - by } else { now + by }
        };
        let client = builder()
            .endpoint_url(emulator.url())
            .credentials(emulator.credentials().clone())
            .clock(now)
            .build()
            .unwrap();
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 2);
        assert_eq!(client.messages().create(&hello()).await.unwrap().attempts(), 1);
    }
}

fn date(request: &http::Request<bytes::Bytes>) -> &str {
    request.headers()["x-amz-date"].to_str().unwrap()
}

//! The record of a call: one for each, whatever its end, with times by a clock that tests can move.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bedrock_client::{
    Body, BoxFuture, CallOperation, CallOutcome, CallRecord, Client, ClientBuilder, Error, ErrorKind,
    Exchange, HttpClient, MessageCreateParams, PerformanceConfigLatency, StreamFailure, TransportError,
};
use bedrock_emulator::Emulator;
use bedrock_types::{
    Route, StopReason,
    models::{Billing, ModelId, cost},
};
use bytes::Bytes;

use crate::support::{MODEL, STREAM, Scripted, answer, builder, hello, message, recorded_stream, refusal};

/// Keeps the records of a client.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<CallRecord>>>);

impl Kept {
    fn client(&self, builder: ClientBuilder) -> Client {
        let kept = self.0.clone();
        builder.metrics(move |call: &CallRecord| kept.lock().unwrap().push(call.clone())).build().unwrap()
    }

    fn scripted(&self, scripted: &Scripted) -> Client {
        let keys = bedrock_auth::Credentials::new("AKIDEXAMPLE", "secret");
        self.client(builder().credentials(keys).http_client(scripted.clone()))
    }

    /// The records since the last time.
    fn take(&self) -> Vec<CallRecord> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn failed(record: &CallRecord) -> (ErrorKind, Option<u16>, Option<&str>) {
    match &record.outcome {
        CallOutcome::Failed { kind, status, code, .. } => (*kind, *status, code.as_deref()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_that_is_answered_has_a_record_with_its_cost() {
    let emulator = Emulator::builder().start().await.unwrap();
    let kept = Kept::default();
    let client =
        kept.client(builder().endpoint_url(emulator.url()).credentials(emulator.credentials().clone()));
    let answered = client.messages().create(&hello()).await.unwrap();
    let streamed =
        client.messages().with_route(Route::Converse).stream(&hello()).await.unwrap().final_message().await;
    let streamed = streamed.unwrap();
    let params = MessageCreateParams::new("haiku-4.5", 64u64).user("How many?");
    let counted = client.messages().count_tokens(&params).await.unwrap();

    let records = kept.take();
    let [whole, stream, count] = &records[..] else { panic!("{records:#?}") };
    for (record, operation, route, message) in [
        (whole, CallOperation::Create, Route::InvokeModel, &*answered),
        (stream, CallOperation::Stream, Route::Converse, &streamed),
    ] {
        assert_eq!((record.operation, record.route), (operation, route));
        assert_eq!((record.region.as_str(), record.model.as_str()), ("us-east-1", MODEL));
        assert_eq!(record.response_model.as_deref(), Some(&*message.model));
        assert_eq!(record.usage.as_ref(), Some(&message.usage));
        assert_eq!(record.stop_reason, Some(StopReason::EndTurn));
        assert_eq!((record.attempts, &record.outcome), (1, &CallOutcome::Completed));
        let model = ModelId::parse(MODEL).unwrap();
        let expected = cost(&message.usage, &model, Billing::on_demand().region("us-east-1"));
        assert!(expected.is_some() && record.cost == expected, "{record:?}");
        assert!(record.duration > Duration::ZERO);
    }
    assert_eq!(whole.request_id.as_deref(), answered.request_id());
    assert_eq!((whole.time_to_first_event, whole.time_to_first_token), (None, None));
    assert!(stream.time_to_first_event.unwrap() <= stream.time_to_first_token.unwrap());
    assert!(stream.time_to_first_token.unwrap() <= stream.duration);

    assert_eq!((count.operation, &count.outcome), (CallOperation::CountTokens, &CallOutcome::Completed));
    assert_eq!((count.request_id.as_deref(), count.usage.as_ref()), (counted.request_id(), None));
    assert_eq!((count.cost, count.model.as_str()), (None, "anthropic.claude-haiku-4-5-20251001-v1:0"));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_has_a_record_with_the_reason() {
    let whole = recorded_stream().await;
    let busy =
        || answer(503, &[("x-amzn-errortype", "ServiceUnavailableException"), ("retry-after", "2")], "{}");
    let scripted = Scripted::new([
        busy(),
        busy(),
        busy(),
        refusal("AccessDeniedException", &[]),
        answer(200, &[("content-type", "application/json")], "[]"),
        answer(200, &STREAM, whole.slice(..whole.len() - 40)),
    ]);
    let kept = Kept::default();
    let messages = kept.scripted(&scripted).messages();
    for _ in 0..3 {
        messages.create(&hello()).await.unwrap_err();
    }
    messages.stream(&hello()).await.unwrap().final_message().await.unwrap_err();
    messages.with_route(Route::Mantle).create(&hello()).await.unwrap_err(); // a profile, which mantle has not

    let records = kept.take();
    let reasons: Vec<_> = records.iter().map(|record| (failed(record), record.attempts)).collect();
    assert_eq!(
        reasons,
        [
            ((ErrorKind::Api, Some(503), Some("ServiceUnavailableException")), 3),
            ((ErrorKind::Api, Some(403), Some("AccessDeniedException")), 1),
            ((ErrorKind::Decode, Some(200), None), 1),
            ((ErrorKind::Stream(StreamFailure::Truncated), None, None), 1),
            ((ErrorKind::Config, None, None), 0),
        ]
    );
    let [busy, denied, _, cut, unsent] = &records[..] else { panic!("{records:#?}") };
    assert!(busy.duration >= Duration::from_secs(4), "the waits between are in it: {busy:?}");
    assert_eq!(denied.request_id.as_deref(), Some("r-refused"));
    assert!(cut.usage.as_ref().is_some_and(|usage| usage.input_tokens > 0) && cut.cost.is_some(), "{cut:?}");
    assert_eq!((unsent.model.as_str(), unsent.duration), (MODEL, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_has_a_record_with_what_came() {
    let whole = recorded_stream().await;
    let late = answer(503, &[("retry-after", "30")], "{}");
    let scripted = Scripted::new([late, answer(200, &STREAM, whole)]);
    let kept = Kept::default();
    let messages = kept.scripted(&scripted).messages();
    let params = hello();
    tokio::time::timeout(Duration::from_secs(7), messages.create(&params)).await.unwrap_err();
    let mut stream = messages.stream(&hello()).await.unwrap();
    while stream.next_text().await.unwrap().is_none() {}
    assert_eq!(kept.take().len(), 1, "what is read has no record yet");
    drop(stream);
    let unread = Scripted::new([answer(200, &STREAM, "")]);
    let unread = kept.scripted(&unread).messages().stream(&hello()).await.unwrap().into_message();

    let records = kept.take();
    let [stream, incomplete] = &records[..] else { panic!("{records:#?}") };
    assert_eq!(stream.outcome, CallOutcome::Dropped);
    assert_eq!((stream.attempts, stream.request_id.as_deref()), (1, Some("r-1")));
    assert!(stream.usage.is_some() && stream.stop_reason.is_none(), "{stream:?}");
    assert_eq!(unread.unwrap_err().kind(), failed(incomplete).0);
}

#[tokio::test(start_paused = true)]
async fn times_are_those_of_the_stream() {
    let whole = recorded_stream().await;
    let kept = Kept::default();
    let keys = bedrock_auth::Credentials::new("AKIDEXAMPLE", "secret");
    let client = kept.client(builder().credentials(keys).http_client(Late(whole)));
    let mut stream = client.messages().stream(&hello()).await.unwrap();
    stream.next_event().await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    while stream.next_text().await.unwrap().is_none() {}
    tokio::time::sleep(Duration::from_secs(4)).await;
    stream.final_message().await.unwrap();
    let records = kept.take();
    let seconds = |time: Duration| time.as_secs();
    assert_eq!(records[0].time_to_first_event.map(seconds), Some(1));
    assert_eq!(records[0].time_to_first_token.map(seconds), Some(3));
    assert_eq!(seconds(records[0].duration), 7);
}

/// Answers after a second.
#[derive(Debug)]
struct Late(Bytes);

impl HttpClient for Late {
    fn send(&self, _: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            answer(200, &STREAM, self.0.clone())
        })
    }
}

#[tokio::test]
async fn what_has_another_price_has_no_cost() -> Result<(), Error> {
    let scripted = Scripted::new((0..4).map(|_| message()));
    let kept = Kept::default();
    let messages = kept.scripted(&scripted).messages();
    messages.create(&hello()).await?;
    messages.clone().with_service_tier("default").create(&hello()).await?;
    messages.clone().with_service_tier("flex").create(&hello()).await?;
    messages.with_latency(PerformanceConfigLatency::OPTIMIZED).create(&hello()).await?;
    let priced: Vec<_> = kept.take().iter().map(|record| record.cost.is_some()).collect();
    assert_eq!(priced, [true, true, false, false]);
    Ok(())
}

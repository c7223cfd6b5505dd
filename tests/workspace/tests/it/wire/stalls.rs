//! Servers that say nothing, or too little at a time, and callers that leave.

use std::time::Duration;

use bedrock_client::{ErrorKind, TimeoutPhase};
use tokio::{
    io::AsyncWriteExt,
    sync::{mpsc, oneshot},
};

use super::{
    always, broken_stream, client_at, partial_text, patiently,
    server::{STREAM_HEAD, Server, closed, read_request},
    short,
};
use crate::{cut::chunk, support::hello};

const BEGIN: &str = r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#;

#[tokio::test]
async fn silence_is_a_timeout_of_its_phase_and_keeps_the_part() {
    for (fault, phase, part) in [
        ("stall-head", TimeoutPhase::ResponseHead, None),
        ("stall:0", TimeoutPhase::Idle, None),
        ("stall:9", TimeoutPhase::Idle, None),
        ("stall:1500", TimeoutPhase::Idle, Some("Hello ")),
        // A byte now and then is no frame.
        ("dribble:10", TimeoutPhase::Idle, None),
    ] {
        let emulator = always(fault).await;
        let client = client_at(emulator.url(), &emulator).timeouts(short()).build().unwrap();
        let (text, error) = broken_stream(&client).await;
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout(phase), 1), "{fault}: {error}");
        assert_eq!(partial_text(&error).unwrap_or_default(), text, "{fault}");
        assert_eq!(part.is_some(), error.partial_message().is_some(), "{fault}: {error:?}");
        assert!(part.is_none_or(|part| text.starts_with(part)), "{fault}: {text}");
    }
    for (fault, phase) in [("stall-head", TimeoutPhase::ResponseHead), ("stall:9", TimeoutPhase::Idle)] {
        let emulator = always(fault).await;
        let client = client_at(emulator.url(), &emulator).timeouts(short()).build().unwrap();
        let error = patiently(client.messages().create(&hello())).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout(phase), 1), "{fault}: {error}");
    }
}

/// The error is still held when the server sees that the connection is gone.
#[tokio::test]
async fn a_timeout_closes_the_connection() {
    for head in ["", STREAM_HEAD] {
        let (left, mut gone) = mpsc::unbounded_channel();
        let server = Server::start(move |_, mut stream| {
            let left = left.clone();
            async move {
                read_request(&mut stream).await;
                stream.write_all(head.as_bytes()).await.unwrap();
                closed(stream).await;
                left.send(()).unwrap();
            }
        })
        .await;
        let client = server.client_builder().timeouts(short()).build().unwrap();
        let (_, error) = broken_stream(&client).await;
        assert!(matches!(error.kind(), ErrorKind::Timeout(_)), "{error}");
        patiently(gone.recv()).await.expect("the server saw it");
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn slow_but_alive_is_alive() {
    let emulator = always("slow:60").await;
    let timeouts = short().with_idle(Duration::from_secs(1));
    let client = client_at(emulator.url(), &emulator).timeouts(timeouts).build().unwrap();
    let begun = tokio::time::Instant::now();
    let stream = client.messages().stream(&hello()).await.unwrap();
    patiently(stream.final_message()).await.unwrap();
    assert!(begun.elapsed() > timeouts.idle_limit(), "it took longer than any pause may");
}

#[tokio::test]
async fn pings_for_ever_end_with_the_total_or_the_caller() {
    let emulator = always("ping-for-ever").await;
    let builder = client_at(emulator.url(), &emulator).timeouts(short());
    let client = builder.total_timeout(Duration::from_millis(900)).build().unwrap();
    let (text, error) = broken_stream(&client).await;
    assert_eq!(error.kind(), ErrorKind::Timeout(TimeoutPhase::Total), "{error}");
    assert_eq!((text.as_str(), partial_text(&error).as_deref()), ("Hello from ", Some("Hello from ")));
}

#[tokio::test]
async fn who_leaves_closes_the_connection_and_the_next_call_has_another() {
    let (left, mut gone) = mpsc::unbounded_channel();
    let (asked, mut begun) = mpsc::unbounded_channel();
    let server = Server::start(move |number, mut stream| {
        let (left, asked) = (left.clone(), asked.clone());
        async move {
            read_request(&mut stream).await;
            if number % 2 == 1 {
                stream.write_all(STREAM_HEAD.as_bytes()).await.unwrap();
                stream.write_all(&chunk(BEGIN)).await.unwrap();
            }
            asked.send(()).unwrap();
            closed(stream).await;
            left.send(number).unwrap();
        }
    })
    .await;
    let client = server.client();
    for number in [0, 1, 2, 3] {
        if number % 2 == 1 {
            let mut stream = patiently(client.messages().stream(&hello())).await.unwrap();
            patiently(stream.next_event()).await.unwrap().unwrap();
            patiently(begun.recv()).await.unwrap();
            drop(stream);
        } else {
            let (messages, params) = (client.messages(), hello());
            tokio::select! {
                answer = messages.create(&params) => panic!("nothing was answered: {answer:?}"),
                _ = patiently(begun.recv()) => {} // the future is dropped now
            }
        }
        // Both ends know of it, and the time between is that of the machine: no pool, no drain, no timer.
        assert_eq!(patiently(gone.recv()).await, Some(number));
    }
    assert_eq!(server.connections(), 4);
}

#[tokio::test]
async fn a_caller_that_does_not_ask_blocks_the_server() {
    let (report, written) = oneshot::channel();
    let report = std::sync::Mutex::new(Some(report));
    let server = Server::start(move |_, mut stream| {
        let report = report.lock().unwrap().take();
        async move {
            read_request(&mut stream).await;
            stream.write_all(STREAM_HEAD.as_bytes()).await.unwrap();
            let event = chunk(BEGIN);
            stream.write_all(&event).await.unwrap();
            let pings = chunk(r#"{"type":"ping"}"#).repeat(100);
            let mut bytes = 0_usize;
            // Blocked is: not a byte more in a second.
            while let Ok(Ok(more)) = tokio::time::timeout(Duration::from_secs(1), stream.write(&pings)).await
            {
                bytes += more;
                if bytes > UNBOUNDED {
                    break;
                }
            }
            report.expect("one connection").send(bytes).unwrap();
            closed(stream).await;
        }
    })
    .await;
    let mut stream = patiently(server.client().messages().stream(&hello())).await.unwrap();
    patiently(stream.next_event()).await.unwrap().unwrap();
    let bytes = patiently(written).await.unwrap();
    // Mostly the two socket buffers of the system, which differ from machine to machine.
    assert!(bytes < UNBOUNDED, "{bytes} bytes were taken that nobody asked for");
}

const UNBOUNDED: usize = 16 << 20;

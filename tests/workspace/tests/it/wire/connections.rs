//! Connections that are refused, reset, closed or raced.

use std::time::Duration;

use bedrock_client::{ErrorKind, RetryPolicy};
use tokio::io::AsyncWriteExt;

use super::{
    always, broken_stream, client, once_each, patiently,
    server::{Server, answer, read_request},
};
use crate::support::hello;

#[tokio::test]
async fn a_connection_lost_before_a_byte_is_made_anew() {
    for fault in ["reset-at-accept", "reset-before-answer", "close-before-answer", "ssh-banner"] {
        let emulator = once_each(&[fault]).await;
        let message = patiently(client(&emulator).messages().create(&hello())).await.unwrap();
        assert_eq!(message.attempts(), 2, "{fault}");
        let emulator = once_each(&[fault]).await;
        let stream = patiently(client(&emulator).messages().stream(&hello())).await.unwrap();
        patiently(stream.final_message()).await.unwrap();

        let emulator = always(fault).await;
        for error in [
            patiently(client(&emulator).messages().create(&hello())).await.unwrap_err(),
            broken_stream(&client(&emulator)).await.1,
        ] {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 3), "{fault}: {error}");
        }
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closes_is_replaced() {
    let emulator = always("keep-alive-race").await;
    let client = client(&emulator);
    for _ in 0..10 {
        let message = patiently(client.messages().create(&hello())).await.unwrap();
        assert!(message.attempts() <= 2);
        let stream = patiently(client.messages().stream(&hello())).await.unwrap();
        patiently(stream.final_message()).await.unwrap();
    }
}

/// The ordinary wait would be an hour here.
#[tokio::test]
async fn a_kept_connection_that_was_given_up_is_replaced_at_once() {
    let message = r#"{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}"#;
    let server = Server::start(move |number, mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(answer(200, "", message).as_bytes()).await.unwrap();
        if number == 0 {
            read_request(&mut stream).await;
        }
    })
    .await;
    let mut patient = RetryPolicy::default();
    (patient.base, patient.cap) = (Duration::from_secs(3600), Duration::from_secs(3600));
    let client = server.client_builder().retry_policy(patient).build().unwrap();
    assert_eq!(patiently(client.messages().create(&hello())).await.unwrap().attempts(), 1);
    assert_eq!(patiently(client.messages().create(&hello())).await.unwrap().attempts(), 2);
    assert_eq!(server.connections(), 2);
}

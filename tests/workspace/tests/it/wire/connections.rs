//! Connections that are refused, reset, closed or raced.

use bedrock_client::ErrorKind;

use super::{always, broken_stream, client, once_each, patiently};
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

//! The client on real sockets against servers that misbehave: the emulator with faults, and where a test must see what the
//! client does to its socket, a server of its own.
//!
//! Which test shows which promise is in `docs/acceptance.md`, and [`table`] sees to it that the two agree.

mod answers;
mod bounds;
mod connections;
mod server;
mod stalls;
mod streams;
mod table;

use std::time::Duration;

use bedrock_client::{Client, ClientBuilder, Error, RetryPolicy};
use bedrock_emulator::{Emulator, EmulatorBuilder, Fault};
use bedrock_transport::Timeouts;

use crate::support::{builder, hello};

/// A fault by its name.
fn fault(name: &str) -> Fault {
    name.parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// An emulator that does these things wrong, one a request from the first on.
async fn once_each(faults: &[&str]) -> Emulator {
    start(Emulator::builder().faults(faults.iter().map(|name| fault(name)))).await
}

/// An emulator that does this wrong with every answer.
async fn always(name: &str) -> Emulator {
    start(Emulator::builder().fault(fault(name))).await
}

async fn start(builder: EmulatorBuilder) -> Emulator {
    builder.start().await.unwrap()
}

/// A client of an emulator that tries again at once.
fn client(emulator: &Emulator) -> Client {
    client_at(emulator.url(), emulator).build().unwrap()
}

fn client_at(url: String, emulator: &Emulator) -> ClientBuilder {
    builder().endpoint_url(url).credentials(emulator.credentials().clone()).retry_policy(at_once())
}

/// The ordinary attempts without the ordinary waits.
fn at_once() -> RetryPolicy {
    let mut policy = RetryPolicy::default();
    policy.base = Duration::from_millis(1);
    policy
}

/// Short limits; what must happen later than one of them is never waited for.
fn short() -> Timeouts {
    let short = Duration::from_millis(300);
    Timeouts::default().with_response_head(short).with_idle(short)
}

/// Reads a stream to its failure: the text that its events brought, and the error.
async fn broken_stream(client: &Client) -> (String, Error) {
    let mut text = String::new();
    let mut stream = match patiently(client.messages().stream(&hello())).await {
        Ok(stream) => stream,
        Err(error) => return (text, error),
    };
    loop {
        match patiently(stream.next_event()).await {
            Ok(Some(event)) => text.push_str(event.text().unwrap_or_default()),
            Ok(None) => panic!("the stream is complete"),
            Err(error) => return (text, error),
        }
    }
}

/// The text of the part that came, and whether a message had begun at all.
fn partial_text(error: &Error) -> Option<String> {
    error.partial_message().map(|message| message.text())
}

/// Bounds a test that would hang otherwise.
async fn patiently<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("nothing hangs")
}

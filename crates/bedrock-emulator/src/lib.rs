//! A local Amazon Bedrock for tests and for trying things out.
//!
//! Start one, and talk to it as to Bedrock:
//!
//! ```
//! use std::io::{Read, Write};
//!
//! use bedrock_emulator::Emulator;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let emulator = Emulator::builder().start().await?;
//!
//!     let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":64,
//!         "messages":[{"role":"user","content":"Hello, world"}]}"#;
//!     let request = format!(
//!         "POST /model/us.anthropic.claude-opus-4-6-v1/invoke HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
//!          content-length: {}\r\nconnection: close\r\n\r\n{body}",
//!         emulator.addr(),
//!         emulator.bearer_token(),
//!         body.len(),
//!     );
//!     let mut stream = std::net::TcpStream::connect(emulator.addr())?;
//!     stream.write_all(request.as_bytes())?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!
//!     assert!(answer.starts_with("HTTP/1.1 200 OK"));
//!     assert!(answer.contains(r#"You said: \"Hello, world\""#));
//!     emulator.shutdown().await;
//!     Ok(())
//! }
//! ```
//!
//! It has `InvokeModel` and `InvokeModelWithResponseStream` of the runtime, for every model of the catalog in `bedrock-types`, and
//! of STS, on the same port, `GetCallerIdentity`, `AssumeRole` and `AssumeRoleWithWebIdentity`. It is strict: signatures are recomputed, bodies validated, and what Bedrock refuses is refused with the same status, code and
//! words. What it accepts it answers at once, with a text that says that no model is running and quotes the prompt; see
//! [`Emulator`] for its keys. The same request gets the same answer, byte for byte, ids and padding included.
//!
//! | what | is |
//! | --- | --- |
//! | access key | `AKIABEDROCKEMULATOR0` with the secret `local/emulator/secret/that/opens/nothing`, unless the builder says otherwise |
//! | API key | `bedrock-emulator-token-that-opens-nothing`, and short-term keys made from its access key or temporary keys |
//! | temporary keys | `GET /_local/credentials`, or STS: any role can be assumed; an hour, unless the request or the builder says otherwise |
//! | account | `123456789012` |
//! | region | any; `us-east-1` where one has to be named |
//! | a token | four bytes of UTF-8, the last one may be shorter; the input is the compact JSON of system, messages and tools |
//! | latencies | fixed numbers |
//! | bounds | 25,000,000 bytes of body, 60 seconds for it to arrive, 75 seconds for a request head |
//!
//! What a server or a network may do wrong is a [`Fault`]: [`EmulatorBuilder::fault`] breaks answers, so that a client's reaction
//! can be tried.
//!
//! It listens on 127.0.0.1 only, reads nothing from the environment, and never talks to AWS. Everything between the request and
//! the answer is one pure function; sockets, TLS and the clock stand around it.
//!
//! Not here yet: the native Messages routes, Converse, the control plane, scripted answers, and what differs from
//! model to model in a body, such as sampling, thinking and tools. Models past their end of life answer like any other, and base
//! ids in every region.

mod account;
mod answer;
mod auth;
mod digest;
mod emulator;
mod error;
mod fault;
mod local;
mod reply;
mod route;
mod server;
mod short_term_key;
mod stream;
mod sts;
mod temporary;
#[cfg(test)]
mod testing;
mod tls;
mod validate;

pub use emulator::{Emulator, EmulatorBuilder};
pub use fault::{Fault, ParseFaultError};

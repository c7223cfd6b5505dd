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
//! It speaks all four routes to the models of the catalog in `bedrock-types`, and answers the same message on each:
//!
//! | route | path |
//! | --- | --- |
//! | `InvokeModel`, `InvokeModelWithResponseStream` | `/model/{id}/invoke`, `/model/{id}/invoke-with-response-stream` |
//! | `Converse`, `ConverseStream` | `/model/{id}/converse`, `/model/{id}/converse-stream` |
//! | `CountTokens` of either, with a base id | `/model/{id}/count-tokens` |
//! | Messages of bedrock-runtime | `/anthropic/v1/messages` |
//! | the control plane: models, inference profiles, access, data retention, invocation logging, batch jobs | `/foundation-models`, `/inference-profiles` and the others of AWS's API reference |
//! | Messages of bedrock-mantle, and its token counting | `/mantle/anthropic/v1/messages`, `/mantle/anthropic/v1/messages/count_tokens`, and the same without `/mantle` for what is signed for `bedrock-mantle` |
//!
//! Of STS it has, on the same port, `GetCallerIdentity`, `AssumeRole` and `AssumeRoleWithWebIdentity`. It is strict: signatures are
//! recomputed, bodies validated, and what Bedrock refuses is refused with the same status, code and words. What it accepts it
//! answers at once, with a text that says that no model is running and quotes the prompt; see [`Emulator`] for its keys. The same
//! request gets the same answer, byte for byte, ids and padding included; only what is read from a prompt cache is another count, and what
//! was changed in the control plane is obeyed.
//!
//! | what | is |
//! | --- | --- |
//! | access key | `AKIABEDROCKEMULATOR0` with the secret `local/emulator/secret/that/opens/nothing`, unless the builder says otherwise |
//! | API key | `bedrock-emulator-token-that-opens-nothing`, and short-term keys made from its access key or temporary keys |
//! | temporary keys | `GET /_local/credentials`, or STS: any role can be assumed; an hour, unless the request or the builder says otherwise |
//! | account | `123456789012` |
//! | inference profiles | AWS's, as the catalog has them for the region, those of [`EmulatorBuilder::application_profile`], and what is created, 1000 at most |
//! | access to models | to all of them, until an agreement is deleted; none after [`EmulatorBuilder::without_model_access`] |
//! | data retention | `aws_review`; with `default` or `none` Fable and Mythos refuse |
//! | invocation logging | off; what is configured is told, and nothing is logged |
//! | batch jobs | done in two seconds, in four steps; quotas of records are not kept to, and 1000 jobs are all there can be |
//! | objects in S3 | 1 GiB of them, in memory |
//! | region | any; `us-east-1` where one has to be named |
//! | a token | four bytes of UTF-8, the last one may be shorter; the input is the compact JSON of system, messages and tools, where a text that is alone in a list stands for the list; in place of its base64, a picture counts 1,600 and a page of a PDF 2,000 (pages that cannot be seen without unpacking count as one) |
//! | room for input | the model's context window by the catalog, counted so; what does not fit is refused |
//! | guardrail | any name is that of one that lets everything pass, but `alwaysblocks` steps in at every prompt |
//! | latency, service tier | any that Bedrock has, answered as asked |
//! | latencies | fixed numbers |
//! | bounds | 25,000,000 bytes of body, 60 seconds for it to arrive, 75 seconds for a request head |
//!
//! What a server or a network may do wrong is a [`Fault`]: [`EmulatorBuilder::fault`] breaks answers, so that a client's reaction
//! can be tried. What the models are to say, when, and how late is a [`Script`].
//!
//! It listens on 127.0.0.1 only, reads nothing from the environment, and never talks to AWS unless it is to record it. Everything between the request and
//! the answer is one pure function; sockets, TLS and the clock stand around it.
//!
//! Somebody else may answer in its place: recordings ([`EmulatorBuilder::replay`]), and with the feature `upstream` the real side, whose
//! answers are recorded, or a server of the Anthropic Messages API, such as a model on this machine. Its keys and its STS stay in front.
//!
//! What is answered follows the request:
//!
//! | a request that | is answered with |
//! | --- | --- |
//! | says something | a text that quotes it, cut at `stop_sequences` and `max_tokens` |
//! | names a tool behind the word `use` or `call`, as in "use get_weather, city=Paris" | a call of each tool named, unless only one may be called |
//! | forces a tool by `tool_choice` | a call of that tool, of those named, or of the first |
//! | brings results of tools | a text that quotes them, errors too |
//! | asks for thinking, or asks a model that thinks by itself | thinking with a signature, shown as asked; all of it redacted when a user's text has `ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_` |
//! | has documents or search results with citations enabled | a text for each, with the place in it |
//! | has `output_config.format` | JSON of that form |
//!
//! The input of a tool, and JSON of a given form, fit their schema: what the prompt says of a property as `name=value` or `name: value`,
//! and the plainest value elsewhere. Thinking that comes back in a history has to be the emulator's own, unchanged. What a model refuses by the
//! catalog (modes of thinking, sampling, forced tools, betas) is refused.
//!
//! Cache marks are followed from call to call: what a request has in common with an earlier one is counted as read, for five minutes or
//! an hour by the emulator's clock. Models answer to the profiles that serve the region of the signature, to their base id where they are
//! on demand, and until their end of life.
//!
//! Jobs of batch inference go their way by the emulator's clock and are over after two seconds. Their files are in an S3 of its own,
//! on the same port, for what is signed for `s3`: buckets stand in the path and are there once something was put into them.
//!
//! Not here yet: guarded parts of a prompt (`guardContent`) and prompt variables.

mod account;
mod answer;
mod auth;
mod control;
mod deltas;
mod digest;
mod emulator;
mod envelope;
mod error;
mod exception;
mod fault;
mod form;
mod frames;
mod guardrail;
mod local;
mod model;
mod operation;
mod options;
mod play;
mod recording;
#[cfg(feature = "upstream")]
mod relay;
mod replay;
mod reply;
mod route;
mod s3;
mod script;
mod server;
mod short_term_key;
mod source;
mod stream;
mod sts;
mod target;
mod temporary;
#[cfg(test)]
mod testing;
mod tls;
#[cfg(feature = "upstream")]
mod upstream;
mod validate;
mod xml;

pub use emulator::{Emulator, EmulatorBuilder};
pub use fault::{Fault, FaultRule, ParseFaultError};
#[cfg(feature = "upstream")]
pub use recording::Recorder;
pub use recording::{Recordings, RecordingsError};
pub use script::{Script, ScriptError};
#[cfg(feature = "upstream")]
pub use upstream::{Upstream, UpstreamError};

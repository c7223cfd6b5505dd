//! Exchanges with Bedrock in files, as `--record` writes them and `--replay` reads them.
//!
//! An exchange is up to three files with one stem, such as `0001-invoke`:
//!
//! | file | holds |
//! | --- | --- |
//! | `*.request.json` | the body of the request, as it was sent |
//! | `*.response.json`, `.bin` (an event stream), `.sse` or `.txt` | the body of the answer, byte for byte |
//! | `*.meta.json` | everything else: see [`Meta`] |
//!
//! While an answer is coming the last one is called `*.meta.partial.json`: where the recorder was killed, that is what stays.
//! Headers and parameters are those of `headers.rs` and `parameters.rs` alone, which have none that authorises. What is done with recordings is not here; see `replay` and
//! `relay`.

mod frames;
#[cfg(feature = "upstream")]
mod headers;
mod meta;
mod parameters;
mod read;
#[cfg(feature = "upstream")]
mod write;

pub(crate) use frames::{Boundaries, Framing};
#[cfg(feature = "upstream")]
pub(crate) use headers::{of_answer, of_request};
pub(crate) use meta::{End, Frame, Meta};
pub(crate) use parameters::is_recorded_parameter;
pub use read::{Recordings, RecordingsError};
#[cfg(feature = "upstream")]
pub use write::Recorder;
#[cfg(feature = "upstream")]
pub(crate) use write::Recording;

pub(crate) use read::Recorded;

const META: &str = ".meta.json";
const PARTIAL: &str = ".meta.partial.json";
const REQUEST: &str = ".request.json";
const RESPONSE: &str = ".response.";

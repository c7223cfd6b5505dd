//! The programs that are measured: the same three things, done in three ways.

mod bare;
mod derived;
mod ours;
mod sdk;

use std::env;

pub use self::bare::Bare;
pub use self::ours::Ours;
pub use self::sdk::Sdk;
use crate::Result;
use crate::measure::Counter;
use crate::rows;
use crate::server::Script;

/// A way to call Claude on Bedrock.
pub trait Subject: Send + Sync + Sized + 'static {
    /// One prompt for a model, as the program would have it before the call.
    type Request: Send + Sync;
    /// An answer that is read as it comes.
    type Stream: Events;

    /// A client of this server, signing with fixed keys, all else as it comes out of the box.
    ///
    /// # Errors
    ///
    /// It cannot be built.
    fn new(endpoint: &str) -> Result<Self>;

    /// Not measured: the prompt is the program's own, however it came by it.
    fn request(script: Script, prompt: &str) -> Self::Request;

    /// Sends one prompt and gives the length of the text in the answer.
    fn create(&self, request: &Self::Request) -> impl Future<Output = Result<usize>> + Send;

    /// Sends one prompt whose answer is streamed.
    fn stream(&self, request: &Self::Request) -> impl Future<Output = Result<Self::Stream>> + Send;
}

/// The events of an answer, folded into its message.
pub trait Events: Send {
    /// Reads one event, shows its text if it has some, and says whether there may be more.
    fn next(&mut self, seen: impl FnMut(&str) + Send) -> impl Future<Output = Result<bool>> + Send;

    /// The length of all text of the message, which must be complete.
    ///
    /// # Errors
    ///
    /// It is not complete.
    fn finish(self) -> Result<usize>;
}

/// Does the task of a row, `PROGRAM TASK ENDPOINT COUNT`, and prints what was measured, a `name value` a line.
///
/// # Errors
///
/// The task is unknown, or failed.
pub fn main<S: Subject>(counter: Counter) -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [task, endpoint, count] = arguments.as_slice() else {
        return Err("usage: PROGRAM TASK ENDPOINT COUNT; `cargo xtask bench --peers` runs it".into());
    };
    for (name, value) in rows::perform::<S>(task, endpoint, count.parse()?, counter)? {
        println!("{name} {value}");
    }
    Ok(())
}

/// A prompt for a program that makes its JSON from it for each call.
#[derive(Debug)]
pub struct Prompt {
    model: String,
    text: String,
}

/// The keys that requests are signed with; the server does not look.
const ACCESS_KEY: &str = "AKIDEXAMPLE";
const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const REGION: &str = "us-east-1";
const MAX_TOKENS: u32 = 1024;

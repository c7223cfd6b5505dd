//! Faults: what a server may do wrong, as data, so that a client's reaction can be tried.
//!
//! [`parse`](self::parse) gives each its name, [`rule`] that of a request, [`schedule`] says which request meets which, [`script`] turns one and the answer
//! that was due into steps on a socket, [`frames`] breaks the frames of a stream, [`wire`] writes HTTP. All of it is pure; who
//! takes the steps is `server::play`.

mod frames;
mod gzip;
mod parse;
mod rule;
mod schedule;
mod script;
mod wire;

use std::time::Duration;

use http::{HeaderValue, StatusCode};

pub use parse::ParseFaultError;
pub use rule::FaultRule;
pub(crate) use schedule::Schedule;
pub(crate) use script::{Step, script};

/// Something that a server, or what stands before it, does wrong.
///
/// Each has a name, and with a colon its arguments; [`Fault::NAMES`] lists them.
///
/// ```
/// use bedrock_emulator::Fault;
///
/// assert_eq!("cut:120".parse::<Fault>()?, Fault::Cut(120));
/// assert_eq!(Fault::Cut(120).to_string(), "cut:120");
/// # Ok::<(), bedrock_emulator::ParseFaultError>(())
/// ```
///
/// A fault breaks good answers: what the emulator refuses is refused as ever. Bytes are counted in the body, from 0, without
/// the marks of HTTP's chunks; a place after its end is its end. Those that concern frames leave whole answers as they are,
/// but for the exceptions, which refuse them. A frame is one of InvokeModel or Converse, or a server-sent event; a fault that means
/// nothing in one of these is refused there by name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `reset-at-accept`: the connection is reset as soon as it is accepted.
    ResetAtAccept,
    /// `reset-before-answer`: the request is read, then the connection is reset.
    ResetBeforeAnswer,
    /// `close-before-answer`: the request is read, then the connection is closed.
    CloseBeforeAnswer,
    /// `stall-head`: the request is read, and nothing is answered until the client leaves.
    StallHead,
    /// `ssh-banner`: what answers does not speak HTTP.
    SshBanner,
    /// `continue-100`: two informational answers come before the answer.
    Continue,
    /// `huge-headers`: the head has a header of 1 MiB.
    HugeHeaders,
    /// `many-headers`: the head has 5,000 headers.
    ManyHeaders,

    /// `status:503[:2]`: an error, with a pause that is asked for (`2` seconds, or `700ms`).
    Status {
        /// What is answered.
        status: StatusCode,
        /// `retry-after`, or `retry-after-ms` where it is not whole seconds.
        retry_after: Option<Duration>,
    },
    /// `error-flood[:503]`: an error whose body does not end.
    ErrorFlood(StatusCode),
    /// `redirect[:307]`: the request is sent elsewhere, to a host that there is not.
    Redirect(StatusCode),
    /// `expired-token`: the session token has had its time.
    ExpiredToken,
    /// `skew:600`: the clock that signatures are held against goes wrong by so many seconds; before or after (`-600`).
    Skew(i64),

    /// `content-type[:text/html]`: the answer says that it is something else.
    ContentType(HeaderValue),
    /// `gzip`: the body is compressed, although nobody asked for that.
    Gzip,
    /// `empty`: the status is 200, and the body is empty.
    Empty,
    /// `no-content`: the status is 204.
    NoContent,
    /// `short-length`: the length that is announced is longer than the body.
    ShortLength,
    /// `no-last-chunk`: the body is chunked, and its last chunk is missing.
    NoLastChunk,
    /// `trailers`: the body is chunked, and headers follow it.
    Trailers,
    /// `keep-alive-race`: the answer is whole and the connection kept, but closed when the next request comes.
    KeepAliveRace,

    /// `cut:120`: the connection is closed before that byte.
    Cut(usize),
    /// `end:120`: the body ends before that byte as if it was whole, as a proxy may cut it.
    End(usize),
    /// `reset:120`: the connection is reset before that byte, after a moment in which what came can be read.
    Reset(usize),
    /// `stall:120`: nothing more comes from that byte on, until the client leaves.
    Stall(usize),
    /// `flip:120[.7]`: a bit is flipped, 0 being the lowest.
    Flip {
        /// Which byte.
        byte: usize,
        /// Which bit of it, from 0 to 7; others are taken modulo 8.
        bit: u8,
    },
    /// `dribble[:1]`: each byte comes alone, so many milliseconds after the last.
    Dribble(Duration),
    /// `slow[:300]`: so many milliseconds pass before each frame.
    Slow(Duration),
    /// `flood`: the body does not end: text without end in a stream, else blanks.
    Flood,

    /// `exception:throttlingException[:5]`: an exception, after so many frames.
    Exception {
        /// Its name, as the wire has it.
        name: String,
        /// After how many frames it comes.
        after: usize,
    },
    /// `error-frame[:5]`: a frame with `:message-type: error`, after so many frames.
    ErrorFrame {
        /// After how many frames it comes.
        after: usize,
    },
    /// `error-event[:5]`: an `overloaded_error` of the model, after so many frames.
    ErrorEvent {
        /// After how many frames it comes.
        after: usize,
    },
    /// `bad-payload[:5]`: a frame that is sound, with something in it that is not, after so many frames.
    BadPayload {
        /// After how many frames it comes.
        after: usize,
    },
    /// `huge-frame[:5]`: a frame that says it has 4 GiB, after so many frames; then nothing.
    HugeFrame {
        /// After how many frames it comes.
        after: usize,
    },
    /// `ping-for-ever[:5]`: pings without end, after so many frames.
    PingForEver {
        /// After how many frames they come.
        after: usize,
    },
    /// `second-start[:5]`: the message begins again, after so many frames.
    SecondStart {
        /// After how many frames it comes.
        after: usize,
    },
    /// `unknown-event`: frames and events of unknown types stand between the others.
    UnknownEvent,
    /// `no-stop`: the last frame, with `message_stop`, is missing.
    NoStop,
    /// `garbage-after-stop`: bytes that mean nothing follow the last frame.
    GarbageAfterStop,
}

impl Fault {
    /// By how many seconds the clock goes wrong.
    pub(crate) fn clock_error(&self) -> i64 {
        match self {
            Self::Skew(seconds) => *seconds,
            _ => 0,
        }
    }
}

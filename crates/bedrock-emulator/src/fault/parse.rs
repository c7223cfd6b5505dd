//! Names of faults, and their arguments, read and written.

use std::error::Error;
use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use http::{HeaderValue, StatusCode};

use super::Fault;

impl Fault {
    /// Each name as it may be written, and what it does. Brackets stand around what may be left out, with its default.
    pub const NAMES: &'static [(&'static str, &'static str)] = &[
        ("reset-at-accept", "the connection is reset as soon as it is accepted"),
        ("reset-before-answer", "the request is read, then the connection is reset"),
        ("close-before-answer", "the request is read, then the connection is closed"),
        ("stall-head", "the request is read, and nothing is answered"),
        ("ssh-banner", "what answers does not speak HTTP"),
        ("continue-100", "informational answers come before the answer"),
        ("huge-headers", "a header of 1 MiB"),
        ("many-headers", "5,000 headers"),
        ("status:CODE[:RETRY-AFTER]", "an error; it may ask for a pause, such as 2 (seconds) or 700ms"),
        ("error-flood[:503]", "an error whose body does not end"),
        ("redirect[:307]", "a redirect to a host that there is not"),
        ("expired-token", "the session token is refused as expired"),
        ("skew:SECONDS", "the server's clock is wrong by so much, before or after (-600)"),
        ("content-type[:text/html]", "the answer says that it is something else"),
        ("gzip", "the body is compressed, although nobody asked"),
        ("empty", "200 and an empty body"),
        ("no-content", "204"),
        ("short-length", "the body is shorter than announced"),
        ("no-last-chunk", "the body is chunked, and the last chunk is missing"),
        ("trailers", "headers follow the body"),
        ("keep-alive-race", "the connection is kept, but closed when the next request comes"),
        ("cut:BYTE", "the connection is closed before that byte of the body"),
        ("end:BYTE", "the body ends before that byte as if it was whole"),
        ("reset:BYTE", "the connection is reset before that byte"),
        ("stall:BYTE", "nothing more comes from that byte on"),
        ("flip:BYTE[.0]", "a bit of that byte is flipped, 0 being the lowest"),
        ("dribble[:1]", "each byte comes alone, so many milliseconds after the last"),
        ("slow[:300]", "so many milliseconds pass before each frame"),
        ("flood", "the body does not end"),
        ("exception:NAME[:5]", "an exception such as throttlingException, after so many frames"),
        ("error-frame[:5]", "a frame with :message-type error, after so many frames"),
        ("error-event[:5]", "the model's overloaded_error, after so many frames"),
        ("bad-payload[:5]", "a sound frame with something in it that is not, after so many frames"),
        ("huge-frame[:5]", "a frame that says it has 4 GiB, after so many frames"),
        ("ping-for-ever[:5]", "pings without end, after so many frames"),
        ("second-start[:5]", "the message begins again, after so many frames"),
        ("unknown-event", "frames and events of unknown types between the others"),
        ("no-stop", "the last frame, with message_stop, is missing"),
        ("garbage-after-stop", "bytes that mean nothing after the last frame"),
    ];
}

impl FromStr for Fault {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, ParseFaultError> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let read = Argument { name, argument };
        match name {
            "reset-at-accept" => read.none(Self::ResetAtAccept),
            "reset-before-answer" => read.none(Self::ResetBeforeAnswer),
            "close-before-answer" => read.none(Self::CloseBeforeAnswer),
            "stall-head" => read.none(Self::StallHead),
            "ssh-banner" => read.none(Self::SshBanner),
            "continue-100" => read.none(Self::Continue),
            "huge-headers" => read.none(Self::HugeHeaders),
            "many-headers" => read.none(Self::ManyHeaders),
            "status" => {
                let (status, pause) = read.two()?;
                let retry_after = pause.map(|pause| read.pause(pause)).transpose()?;
                Ok(Self::Status { status: read.status(status)?, retry_after })
            }
            "error-flood" => Ok(Self::ErrorFlood(read.status(argument.unwrap_or("503"))?)),
            "redirect" => Ok(Self::Redirect(read.status(argument.unwrap_or("307"))?)),
            "expired-token" => read.none(Self::ExpiredToken),
            "skew" => Ok(Self::Skew(read.number(read.some()?)?)),
            "content-type" => match HeaderValue::from_str(argument.unwrap_or("text/html")) {
                Ok(kind) => Ok(Self::ContentType(kind)),
                Err(_) => Err(read.wrong("a content type")),
            },
            "gzip" => read.none(Self::Gzip),
            "empty" => read.none(Self::Empty),
            "no-content" => read.none(Self::NoContent),
            "short-length" => read.none(Self::ShortLength),
            "no-last-chunk" => read.none(Self::NoLastChunk),
            "trailers" => read.none(Self::Trailers),
            "keep-alive-race" => read.none(Self::KeepAliveRace),
            "cut" => Ok(Self::Cut(read.number(read.some()?)?)),
            "end" => Ok(Self::End(read.number(read.some()?)?)),
            "reset" => Ok(Self::Reset(read.number(read.some()?)?)),
            "stall" => Ok(Self::Stall(read.number(read.some()?)?)),
            "flip" => {
                let (byte, bit) = read.some()?.split_once('.').unwrap_or((read.some()?, "0"));
                match read.number(bit)? {
                    bit @ 0..8 => Ok(Self::Flip { byte: read.number(byte)?, bit }),
                    _ => Err(read.wrong("a bit from 0 to 7")),
                }
            }
            "dribble" => Ok(Self::Dribble(read.milliseconds(1)?)),
            "slow" => Ok(Self::Slow(read.milliseconds(300)?)),
            "flood" => read.none(Self::Flood),
            "exception" => {
                let (name, after) = read.two()?;
                let after = after.map_or(Ok(AFTER), |after| read.number(after))?;
                Ok(Self::Exception { name: name.to_owned(), after })
            }
            "error-frame" => Ok(Self::ErrorFrame { after: read.after()? }),
            "error-event" => Ok(Self::ErrorEvent { after: read.after()? }),
            "bad-payload" => Ok(Self::BadPayload { after: read.after()? }),
            "huge-frame" => Ok(Self::HugeFrame { after: read.after()? }),
            "ping-for-ever" => Ok(Self::PingForEver { after: read.after()? }),
            "second-start" => Ok(Self::SecondStart { after: read.after()? }),
            "unknown-event" => read.none(Self::UnknownEvent),
            "no-stop" => read.none(Self::NoStop),
            "garbage-after-stop" => read.none(Self::GarbageAfterStop),
            _ => Err(ParseFaultError { name: name.to_owned(), wrong: Wrong::Name }),
        }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ResetAtAccept => f.write_str("reset-at-accept"),
            Self::ResetBeforeAnswer => f.write_str("reset-before-answer"),
            Self::CloseBeforeAnswer => f.write_str("close-before-answer"),
            Self::StallHead => f.write_str("stall-head"),
            Self::SshBanner => f.write_str("ssh-banner"),
            Self::Continue => f.write_str("continue-100"),
            Self::HugeHeaders => f.write_str("huge-headers"),
            Self::ManyHeaders => f.write_str("many-headers"),
            Self::Status { status, retry_after: None } => write!(f, "status:{}", status.as_u16()),
            Self::Status { status, retry_after: Some(pause) } => {
                write!(f, "status:{}:{}ms", status.as_u16(), pause.as_millis())
            }
            Self::ErrorFlood(status) => write!(f, "error-flood:{}", status.as_u16()),
            Self::Redirect(status) => write!(f, "redirect:{}", status.as_u16()),
            Self::ExpiredToken => f.write_str("expired-token"),
            Self::Skew(seconds) => write!(f, "skew:{seconds}"),
            Self::ContentType(kind) => {
                write!(f, "content-type:{}", String::from_utf8_lossy(kind.as_bytes()))
            }
            Self::Gzip => f.write_str("gzip"),
            Self::Empty => f.write_str("empty"),
            Self::NoContent => f.write_str("no-content"),
            Self::ShortLength => f.write_str("short-length"),
            Self::NoLastChunk => f.write_str("no-last-chunk"),
            Self::Trailers => f.write_str("trailers"),
            Self::KeepAliveRace => f.write_str("keep-alive-race"),
            Self::Cut(byte) => write!(f, "cut:{byte}"),
            Self::End(byte) => write!(f, "end:{byte}"),
            Self::Reset(byte) => write!(f, "reset:{byte}"),
            Self::Stall(byte) => write!(f, "stall:{byte}"),
            Self::Flip { byte, bit } => write!(f, "flip:{byte}.{}", bit % 8),
            Self::Dribble(pause) => write!(f, "dribble:{}", pause.as_millis()),
            Self::Slow(pause) => write!(f, "slow:{}", pause.as_millis()),
            Self::Flood => f.write_str("flood"),
            Self::Exception { name, after } => write!(f, "exception:{name}:{after}"),
            Self::ErrorFrame { after } => write!(f, "error-frame:{after}"),
            Self::ErrorEvent { after } => write!(f, "error-event:{after}"),
            Self::BadPayload { after } => write!(f, "bad-payload:{after}"),
            Self::HugeFrame { after } => write!(f, "huge-frame:{after}"),
            Self::PingForEver { after } => write!(f, "ping-for-ever:{after}"),
            Self::SecondStart { after } => write!(f, "second-start:{after}"),
            Self::UnknownEvent => f.write_str("unknown-event"),
            Self::NoStop => f.write_str("no-stop"),
            Self::GarbageAfterStop => f.write_str("garbage-after-stop"),
        }
    }
}

/// What stands after the colon of a name.
struct Argument<'a> {
    name: &'a str,
    argument: Option<&'a str>,
}

impl<'a> Argument<'a> {
    fn none(&self, fault: Fault) -> Result<Fault, ParseFaultError> {
        if self.argument.is_none() { Ok(fault) } else { Err(self.wrong("nothing")) }
    }

    fn some(&self) -> Result<&'a str, ParseFaultError> {
        self.argument.ok_or_else(|| self.wrong("an argument, as in name:argument"))
    }

    /// An argument and perhaps a second one.
    fn two(&self) -> Result<(&'a str, Option<&'a str>), ParseFaultError> {
        let argument = self.some()?;
        Ok(argument.split_once(':').map_or((argument, None), |(first, second)| (first, Some(second))))
    }

    fn after(&self) -> Result<usize, ParseFaultError> {
        self.argument.map_or(Ok(AFTER), |after| self.number(after))
    }

    fn milliseconds(&self, default: u64) -> Result<Duration, ParseFaultError> {
        Ok(Duration::from_millis(self.argument.map_or(Ok(default), |time| self.number(time))?))
    }

    fn number<N: FromStr>(&self, text: &str) -> Result<N, ParseFaultError> {
        text.parse().map_err(|_| self.wrong("a number"))
    }

    fn status(&self, text: &str) -> Result<StatusCode, ParseFaultError> {
        match StatusCode::from_bytes(text.as_bytes()) {
            // A number below is no answer yet; those above 599 nobody has defined.
            Ok(status) if (200..600).contains(&status.as_u16()) => Ok(status),
            _ => Err(self.wrong("a status from 200 to 599")),
        }
    }

    fn pause(&self, text: &str) -> Result<Duration, ParseFaultError> {
        match text.strip_suffix("ms") {
            Some(milliseconds) => Ok(Duration::from_millis(self.number(milliseconds)?)),
            None => Ok(Duration::from_secs(self.number(text)?)),
        }
    }

    fn wrong(&self, expected: &'static str) -> ParseFaultError {
        ParseFaultError { name: self.name.to_owned(), wrong: Wrong::Argument { expected } }
    }
}

/// A text that is no [`Fault`], or no [`FaultRule`](crate::FaultRule).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseFaultError {
    name: String,
    wrong: Wrong,
}

impl ParseFaultError {
    /// What stands behind the `@` of a rule is no number.
    pub(super) fn no_number(name: &str) -> Self {
        Self { name: name.to_owned(), wrong: Wrong::Number }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    Name,
    Number,
    Argument { expected: &'static str },
}

impl Display for ParseFaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wrong {
            Wrong::Name => write!(f, "no fault is called `{}`", self.name),
            Wrong::Number => {
                write!(
                    f,
                    "after the @ of the fault `{}` stands the number of a request, from 1 on",
                    self.name
                )
            }
            Wrong::Argument { expected } => write!(f, "the fault `{}` takes {expected}", self.name),
        }
    }
}

impl Error for ParseFaultError {}

/// After the beginning, a ping, and two words.
const AFTER: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    /// A name of the list as somebody may write it: with all its arguments, or with as few as possible.
    fn written(pattern: &str, all: bool) -> String {
        let example = pattern
            .replace("CODE", "503")
            .replace("RETRY-AFTER", "2")
            .replace("SECONDS", "-600")
            .replace("BYTE", "120")
            .replace("NAME", "throttlingException");
        match example.split_once('[') {
            Some((must, may)) if all => format!("{must}{}", may.trim_end_matches(']')),
            Some((must, _)) => must.to_owned(),
            None => example,
        }
    }

    #[test]
    fn every_name_of_the_list_is_read_and_written_back() {
        for (pattern, _) in Fault::NAMES {
            for all in [false, true] {
                let text = written(pattern, all);
                let fault: Fault = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
                assert_eq!(fault.to_string().parse(), Ok(fault), "{text}");
            }
        }
    }

    #[test]
    fn what_may_be_left_out_has_the_default_that_the_list_says() {
        for (pattern, _) in Fault::NAMES.iter().filter(|(pattern, _)| !pattern.starts_with("status")) {
            let [few, all] = [false, true].map(|all| written(pattern, all).parse::<Fault>());
            assert_eq!(few, all, "{pattern}");
        }
    }

    #[test]
    fn a_mistake_is_named() {
        for (text, error) in [
            ("cutt:1", "no fault is called `cutt`"),
            ("cut", "the fault `cut` takes an argument, as in name:argument"),
            ("cut:x", "the fault `cut` takes a number"),
            ("gzip:9", "the fault `gzip` takes nothing"),
            ("flip:1.8", "the fault `flip` takes a bit from 0 to 7"),
            ("status:99", "the fault `status` takes a status from 200 to 599"),
            ("status:503:soon", "the fault `status` takes a number"),
            ("content-type:a\nb", "the fault `content-type` takes a content type"),
        ] {
            assert_eq!(text.parse::<Fault>().unwrap_err().to_string(), error);
        }
    }
}

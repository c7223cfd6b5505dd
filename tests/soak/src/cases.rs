//! What each fault allows a call to end with, besides the right answer: by docs/faults.md, after the retries.

/// One emulator: a fault, and the kinds of errors that may come of it.
#[derive(Debug)]
pub(crate) struct Case {
    /// `None` for the one that does nothing wrong.
    pub(crate) fault: Option<&'static str>,
    /// Of a whole answer, as the program names them.
    pub(crate) whole: &'static [&'static str],
    /// Of a streamed one.
    pub(crate) streamed: &'static [&'static str],
}

impl Case {
    pub(crate) fn name(&self) -> &'static str {
        self.fault.unwrap_or("none")
    }

    /// Whether calls have to fail sooner or later: it is not only what is tried again and then succeeds, or what a fast machine
    /// never sees.
    pub(crate) fn must_show(&self) -> bool {
        self.fault != Some(DRIBBLE)
            && self.whole.iter().chain(self.streamed).any(|kind| !matches!(*kind, "connect" | "api"))
    }
}

const fn case(
    fault: &'static str,
    whole: &'static [&'static str],
    streamed: &'static [&'static str],
) -> Case {
    Case { fault: Some(fault), whole, streamed }
}

pub(crate) const CASES: &[Case] = &[
    Case { fault: None, whole: &[], streamed: &[] },
    // What is tried again fails only if three attempts in a row are broken.
    case("reset-at-accept", &["connect"], &["connect"]),
    case("reset-before-answer", &["connect"], &["connect"]),
    case("close-before-answer", &["connect"], &["connect"]),
    case("stall-head", &["timeout_read"], &["timeout_read"]),
    case("ssh-banner", &["connect"], &["connect"]),
    case("continue-100", &[], &[]),
    case("huge-headers", &["protocol"], &["protocol"]),
    case("many-headers", &["protocol"], &["protocol"]),
    case("status:429:700ms", &["api"], &["api"]),
    case("status:503", &["api"], &["api"]),
    case("status:400", &["api"], &["api"]),
    case("error-flood", &["api"], &["api"]),
    case("redirect", &["api"], &["api"]),
    case("expired-token", &["credentials"], &["credentials"]),
    // The clock is right again with the next request, which may have been signed by the wrong one.
    case("skew:600", &["api"], &["api"]),
    case("skew:-600", &["api"], &["api"]),
    case("content-type", &["decode"], &["decode"]),
    case("gzip", &["decode"], &["decode"]),
    case("empty", &["decode"], &["stream_incomplete"]),
    case("no-content", &["decode"], &["decode"]),
    case("short-length", &["connect"], &[]),
    case("no-last-chunk", &["connect"], &[]),
    case("trailers", &[], &[]),
    // Each try may take a kept connection that closes just then.
    case("keep-alive-race", &["connect"], &["connect"]),
    case("cut:200", &["connect"], &["stream_truncated"]),
    case("cut:700", &["connect"], &["stream_truncated"]),
    case("end:200", &["decode"], &["stream_truncated"]),
    case("reset:300", &["connect"], &["stream_truncated"]),
    case("stall:300", &["timeout_idle"], &["timeout_idle"]),
    // In the prelude's checksum, or in the name of the first member or event: elsewhere JSON would carry it unseen.
    case("flip:10.7", &["decode"], &["stream_corrupt", "decode"]),
    // On a busy machine a frame may take longer than the limit, and bytes alone are no sign of life.
    case(DRIBBLE, &[], &["timeout_idle"]),
    case("slow:20", &[], &[]),
    case("exception:throttlingException", &["api"], &["stream_exception", "stream_api"]),
    case("error-frame", &[], &["stream_exception"]),
    case("error-event", &[], &["stream_api"]),
    case("bad-payload", &[], &["decode"]),
    case("huge-frame", &[], &["too_large"]),
    case("second-start", &[], &["protocol"]),
    case("unknown-event", &[], &[]),
    case("no-stop", &[], &["stream_incomplete"]),
    case("garbage-after-stop", &[], &[]),
];

const DRIBBLE: &str = "dribble";

#[cfg(test)]
mod tests {
    use bedrock_emulator::Fault;

    use super::*;

    /// Those that never end are for one call at a time: `tests/workspace`.
    const WITHOUT_END: &[&str] = &["flood", "ping-for-ever"];

    #[test]
    fn every_fault_that_ends_is_met() {
        let kind = |text: &str| text.split([':', '[']).next().unwrap_or_default().to_owned();
        let met: Vec<_> = CASES.iter().filter_map(|case| case.fault).map(kind).collect();
        for (name, _) in Fault::NAMES {
            let name = kind(name);
            assert_ne!(met.contains(&name), WITHOUT_END.contains(&name.as_str()), "{name}");
        }
        for fault in CASES.iter().filter_map(|case| case.fault) {
            assert!(fault.parse::<Fault>().is_ok(), "{fault}");
        }
    }
}

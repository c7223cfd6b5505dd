//! What is said about the way, on stderr: warnings unless the output is for programs, more with `-v`.

use std::io::{self, IsTerminal, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    args::{Global, Output},
    status,
};

/// Starts logging as the options say.
pub(crate) fn start(global: &Global) {
    let (ours, others) = match (global.verbose, global.output) {
        (0, Output::Json) => (LevelFilter::OFF, LevelFilter::OFF),
        (0, Output::Text) | (1, Output::Json) => (LevelFilter::WARN, LevelFilter::OFF),
        (1, Output::Text) | (2, Output::Json) => (LevelFilter::DEBUG, LevelFilter::WARN),
        _ => (LevelFilter::TRACE, LevelFilter::DEBUG),
    };
    let mut filter = Targets::new().with_default(others);
    for name in ["bedrock", "bedrock_auth", "bedrock_client", "bedrock_emulator", "bedrock_transport"] {
        filter = filter.with_target(name, ours);
    }
    let ansi = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(|| Beside)
        .with_ansi(ansi)
        .without_time()
        .with_target(false);
    tracing_subscriber::registry().with(filter).with(lines).init();
}

/// Stderr, without writing over a spinner.
struct Beside;

impl Write for Beside {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        status::beside(|| io::stderr().write(line))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

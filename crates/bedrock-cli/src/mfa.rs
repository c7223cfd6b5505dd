//! Asking a person for the code of a multi-factor device.

use std::{
    fs::OpenOptions,
    io::{BufRead, BufReader, Read, Write},
};

use bedrock_auth::{BoxFuture, MfaPrompt, SecretString};

use crate::output;

/// Asks on the terminal of the program, also where stdin is a pipe; without one nobody answers.
#[derive(Debug)]
pub(crate) struct Terminal;

impl MfaPrompt for Terminal {
    fn code<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Option<SecretString>> {
        let serial = output::printable(serial);
        Box::pin(async move { tokio::task::spawn_blocking(move || ask(&serial)).await.ok().flatten() })
    }
}

/// The code may be seen while it is typed: it is good for one use within seconds.
fn ask(serial: &str) -> Option<SecretString> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    write!(terminal, "MFA code of {serial}: ").ok()?;
    let mut line = String::new();
    BufReader::new(terminal.take(LONGEST_LINE)).read_line(&mut line).ok()?;
    let code = line.trim();
    (!code.is_empty()).then(|| SecretString::from(code))
}

const LONGEST_LINE: u64 = 1024;

//! `bedrock serve`: the emulator until it is stopped.

use std::io;

use bedrock_emulator::Emulator;

use crate::{
    args::{Global, Serve},
    failure::Failure,
    output::{self, Stderr},
};

pub(crate) async fn run(global: &Global, args: &Serve) -> Result<(), Failure> {
    let stderr = Stderr::new(global);
    let emulator =
        Emulator::builder().port(args.port).tls(args.tls).start().await.map_err(|error| Failure::Io {
            message: format!("port {}: {error}", args.port),
            hint: "take another port, or --port 0 for a free one".to_owned(),
            input: false,
        })?;
    // For `eval "$(bedrock serve …)"` and for people: what every client needs to talk to it.
    let exports: String =
        emulator.environment().iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    output::text(&format!("{exports}unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK\n"))?;
    stderr.note(&format!(
        "{} until Ctrl-C; as a bearer token it takes {}",
        emulator.url(),
        emulator.bearer_token()
    ));
    stopped().await.map_err(|error| Failure::io("signals", &error))?;
    emulator.shutdown().await;
    Ok(())
}

/// Ctrl-C, or a polite kill.
async fn stopped() -> io::Result<()> {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminated.recv() => Ok(()),
    }
}

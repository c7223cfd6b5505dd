//! `bedrock serve`: the emulator until it is stopped.

use bedrock_emulator::Emulator;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    args::{Global, Serve},
    failure::Failure,
    interrupt::Interrupt,
    output::{self, Stderr},
};

pub(crate) async fn run(global: &Global, args: &Serve) -> Result<(), Failure> {
    let stderr = Stderr::new(global);
    // Before anything is said, so that whoever has read the last line may stop it.
    let mut interrupt = Interrupt::listen()?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| Failure::io("signals", &error))?;
    let emulator =
        Emulator::builder().port(args.port).tls(args.tls).start().await.map_err(|error| Failure::Io {
            message: format!("port {}: {error}", args.port),
            hint: "take another port, or --port 0 for a free one".to_owned(),
            input: false,
        })?;
    // What every client needs to talk to it, for a shell to read in.
    let exports: String =
        emulator.environment().iter().map(|(name, value)| format!("export {name}='{value}'\n")).collect();
    output::text(&format!("{exports}unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK\n"))?;
    stderr.note(&format!(
        "{} until Ctrl-C; as a bearer token it takes {}",
        emulator.url(),
        emulator.bearer_token()
    ));
    tokio::select! {
        () = interrupt.wait() => {}
        _ = terminate.recv() => {}
    }
    emulator.shutdown().await;
    Ok(())
}

//! `bedrock serve`: the emulator until it is stopped.

use std::{fs, path::Path};

use bedrock_client::Client;
use bedrock_emulator::{Emulator, Script};
use tokio::signal::unix::{SignalKind, signal};

mod source;

use self::source::Source;
use crate::{
    args::{Global, Serve},
    failure::Failure,
    interrupt::Interrupt,
    output::{self, Stderr},
};

pub(crate) async fn run(global: &Global, args: &Serve) -> Result<(), Failure> {
    let stderr = Stderr::new(global);
    // A region with a quote in it would end the quotes of its export.
    if let Some(region) = &global.region {
        Client::builder().region(region).resolve_region()?;
    }
    // Before anything is said, so that whoever has read the last line may stop it.
    let mut interrupt = Interrupt::listen()?;
    let [mut terminate, mut hangup] = [SignalKind::terminate(), SignalKind::hangup()].map(signal);
    let terminate = terminate.as_mut().map_err(|error| Failure::io("signals", error))?;
    let hangup = hangup.as_mut().map_err(|error| Failure::io("signals", error))?;
    let mut builder = Emulator::builder().port(args.port).tls(args.tls);
    if let Some(path) = &args.script {
        builder = builder.script(script(path)?);
    }
    if let Some(life) = args.key_ttl {
        builder = builder.key_ttl(life);
    }
    if args.no_model_access {
        builder = builder.without_model_access();
    }
    for rule in &args.fault {
        builder = builder.fault_rule(rule.clone());
    }
    let source = Source::of(global, args, &stderr)?;
    let real_side = source.real_side();
    let emulator = source.give_to(builder).start().await.map_err(|error| Failure::Io {
        message: format!("port {}: {error}", args.port),
        hint: "take another port, or --port 0 for a free one".to_owned(),
        input: false,
    })?;
    if let Some(real_side) = &real_side {
        real_side.is_not(emulator.addr())?;
    }
    let region = real_side.map(|real_side| real_side.region).or_else(|| global.region.clone());
    // What every client needs to talk to it, for a shell to read in.
    let exports: String = emulator
        .environment()
        .into_iter()
        .map(|(name, value)| match (&region, name) {
            (Some(region), "AWS_REGION" | "AWS_DEFAULT_REGION") => format!("export {name}='{region}'\n"),
            _ => format!("export {name}='{value}'\n"),
        })
        .collect();
    output::text(&format!("{exports}unset {}\n", emulator.variables_to_unset().join(" ")))?;
    stderr.note(&format!(
        "{} until Ctrl-C; as a bearer token it takes {}",
        emulator.url(),
        emulator.bearer_token()
    ));
    tokio::select! {
        () = interrupt.wait() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    emulator.shutdown().await;
    Ok(())
}

fn script(path: &Path) -> Result<Script, Failure> {
    let name = path.display();
    let text =
        fs::read_to_string(path).map_err(|error| Failure::input(&format!("the script {name}"), &error))?;
    let read = match path.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("json") => Script::from_json(&text),
        _ => Script::from_toml(&text),
    };
    read.map_err(|error| {
        Failure::config(format!("the script {name}, {error}"), "docs/scripts.md says what can stand there")
    })
}

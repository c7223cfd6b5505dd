//! The `bedrock` program: Claude on Amazon Bedrock from the command line.
//!
//! Results go to stdout, everything else to stderr; [`failure`] has the exit codes. What a library user would want too is in
//! `bedrock-client` and the crates below it, not here.

mod args;
mod call_options;
mod commands;
mod connection;
mod duration;
mod failure;
mod interrupt;
mod layout;
mod logging;
mod mfa;
mod output;
mod settings;
mod status;

use std::process::ExitCode;

use bedrock_auth::{OsFiles, ProcessEnv};
use clap::{CommandFactory, FromArgMatches};

use args::{Args, Command, MessagesCommand, with_modes_joined};
use failure::Failure;
use output::Stderr;
use settings::Settings;

fn main() -> ExitCode {
    // A broken file does not keep anybody from `--help`, and its error comes in the form that was asked for.
    let (settings, broken) = match Settings::load(&ProcessEnv, &OsFiles) {
        Ok(settings) => (settings, None),
        Err(failure) => (Settings::default(), Some(failure)),
    };
    let mut matches =
        settings.defaults(Args::command()).get_matches_from(with_modes_joined(std::env::args_os()));
    let mut args = match Args::from_arg_matches_mut(&mut matches) {
        Ok(args) => args,
        Err(error) => error.exit(),
    };
    if let Some(failure) = broken {
        return Stderr::new(&args.global).report(&failure);
    }
    args.global.region_of_settings = settings.region;
    logging::start(&args.global);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Stderr::new(&args.global).report(&Failure::io("the runtime cannot start", &error));
        }
    };
    let result = runtime.block_on(run(&args));
    // A read of the terminal that is still waiting must not hold the program back.
    runtime.shutdown_background();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => Stderr::new(&args.global).report(&failure),
    }
}

async fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Chat(chat) => commands::chat::run(&args.global, chat).await,
        Command::Messages(MessagesCommand::Create(create)) => {
            commands::messages::create(&args.global, create).await
        }
        Command::Messages(MessagesCommand::Stream(stream)) => {
            commands::messages::stream(&args.global, stream).await
        }
        Command::Messages(MessagesCommand::CountTokens(count)) => {
            commands::messages::count_tokens(&args.global, count).await
        }
        Command::Configure(configure) => commands::configure::run(&args.global, configure),
        Command::Models(models) => commands::models::run(&args.global, models).await,
        Command::Profiles(profiles) => commands::profiles::run(&args.global, profiles).await,
        Command::Access(access) => commands::access::run(&args.global, access).await,
        Command::Logging(logging) => commands::logging::run(&args.global, logging).await,
        Command::Batch(batch) => commands::batch::run(&args.global, batch).await,
        Command::Whoami => commands::whoami::run(&args.global).await,
        Command::Token(token) => commands::token::run(&args.global, token).await,
        Command::Doctor(doctor) => commands::doctor::run(&args.global, doctor).await,
        Command::Sign(sign) => commands::sign::run(&args.global, sign).await,
        Command::Decode(decode) => commands::decode::run(decode),
        Command::Serve(serve) => commands::serve::run(&args.global, serve).await,
        Command::Completions(completions) => commands::manual::completions(completions),
        Command::Man(pages) => commands::manual::pages(pages),
    }
}

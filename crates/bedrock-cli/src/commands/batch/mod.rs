//! `bedrock batch`: jobs of batch inference, from a file of requests to a file of answers.
//!
//! `requests.rs` makes records of what people have, `create.rs` sends them off, `job.rs` shows and waits, `results.rs` brings the
//! answers back to their requests, `storage/` is S3.

mod create;
mod job;
mod requests;
mod results;
mod storage;

use std::path::PathBuf;

use bedrock_client::Client;
use bedrock_types::{
    S3Uri,
    control::{ListModelInvocationJobsResponse, ModelInvocationJobStatus},
};
use clap::Subcommand;

use crate::{
    args::{Global, Output},
    connection::Connection,
    failure::Failure,
    layout,
    output::{self, Stderr},
};

/// `bedrock batch …`.
#[derive(Debug, Subcommand)]
pub(crate) enum BatchCommand {
    /// Check requests, upload them and start a job; prints its ARN
    Create(Create),
    /// One job: how far it is, where its files are
    Show(Show),
    /// The jobs of the account in the region, the newest first
    List(List),
    /// Stop a job; what it has answered by then is written, and paid for
    Stop(Stop),
    /// Download the answers of a job, and bring them back into the order of the requests
    Results(Results),
}

/// `bedrock batch create`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A line of FILE is a Messages request like {\"max_tokens\":256,\"messages\":[…]}, a request of Anthropic's Message \
    Batches ({\"custom_id\":…,\"params\":…}), or a record of Bedrock ({\"recordId\":…,\"modelInput\":…}). What has no id gets \
    LINE and its line number. The file is uploaded to OUTPUT-URI/NAME.jsonl; answers come to OUTPUT-URI/JOB-ID/.\n\n\
    Bedrock's quota is at least 100 records in a job. A job takes up to its timeout; its price is half of what the calls would cost.\n\n\
    Exit code: 0 for a job that was started, and with --wait or --output-dir 0 only if every request was answered."
)]
pub(crate) struct Create {
    /// Requests, one a line: a file, - for stdin, or s3://… for records that are there already
    #[arg(long, value_name = "FILE|S3-URI")]
    input: String,
    /// Folder in S3 for the answers
    #[arg(long, value_name = "S3-URI")]
    output_uri: S3Uri,
    /// Role that Bedrock reads and writes S3 as
    #[arg(long, value_name = "ARN")]
    role_arn: String,
    /// Model id, ARN, or a short name like `opus-4.6`; not every model does batches
    #[arg(short, long)]
    model: String,
    /// Name of the job [default: that of the file, and the time]
    #[arg(long)]
    name: Option<String>,
    /// How long the job may take, 24 to 168 [default: Bedrock's, 24]
    #[arg(long, value_name = "N")]
    timeout_hours: Option<u32>,
    /// Wait until the job is over
    #[arg(long)]
    wait: bool,
    /// Wait, then do what `batch results` does with this folder, or - for stdout
    #[arg(long, value_name = "DIR|-")]
    output_dir: Option<PathBuf>,
}

/// `bedrock batch show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// ARN of the job, or its id
    job: String,
}

/// `bedrock batch list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Only jobs that are this far, like InProgress or Completed
    #[arg(long)]
    status: Option<String>,
    /// Only jobs whose name has this in it
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

/// `bedrock batch stop`.
#[derive(Debug, clap::Args)]
pub(crate) struct Stop {
    /// ARN of the job, or its id
    job: String,
}

/// `bedrock batch results`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The answers are lines as Bedrock wrote them ({\"recordId\":…,\"modelInput\":…,\"modelOutput\":…} or with \"error\"), in the \
    order of the requests; in DIR they are results.jsonl. Requests that failed or have no answer are listed on stderr.\n\n\
    Exit code: 0 if every request was answered, 1 if one was not."
)]
pub(crate) struct Results {
    /// ARN of the job, or its id
    job: String,
    /// Where the answers go: a folder, or - for stdout
    #[arg(long, value_name = "DIR|-", default_value = "-")]
    output_dir: PathBuf,
    /// Wait until the job is over
    #[arg(long)]
    wait: bool,
}

pub(crate) async fn run(global: &Global, command: &BatchCommand) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    let client = &connection.client;
    match command {
        BatchCommand::Create(args) => create::run(global, client, args).await,
        BatchCommand::Show(args) => {
            let job = client.batches().get(&args.job).await?.into_inner();
            job::show(global, &job)
        }
        BatchCommand::List(args) => list(global, client, args).await,
        BatchCommand::Stop(args) => {
            client.batches().stop(&args.job).await?;
            Stderr::new(global).note(&format!("stopping {}", output::printable(&args.job)));
            Ok(())
        }
        BatchCommand::Results(args) => {
            let job = match args.wait {
                true => job::wait(global, client, &args.job).await?,
                false => client.batches().get(&args.job).await?.into_inner(),
            };
            results::run(global, client, &job, &args.output_dir).await
        }
    }
}

async fn list(global: &Global, client: &Client, args: &List) -> Result<(), Failure> {
    let mut pages = client.batches().list();
    if let Some(status) = &args.status {
        pages = pages.with_status(ModelInvocationJobStatus::from(status.as_str()));
    }
    if let Some(name) = &args.name {
        pages = pages.with_name_containing(name);
    }
    let jobs = pages.all().await?;
    match global.output {
        Output::Json => output::json(&ListModelInvocationJobsResponse::new().invocation_job_summaries(jobs)),
        Output::Text => {
            let rows: Vec<_> = jobs.iter().map(job::row).collect();
            let head = ["JOB", "STATUS", "SUBMITTED", "RECORDS", "ERRORS", "MODEL", "NAME"];
            output::shown(&layout::table(head, &rows, 5, layout::width()))
        }
    }
}

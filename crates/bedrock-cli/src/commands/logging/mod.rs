//! `bedrock logging`: the log that AWS keeps of an account's calls in a region, switched and read, and the one of this machine, read.
//!
//! What must be allowed for AWS's is in `policy`. The records of both are read by `read`, and added up by `totals`.

mod policy;
mod read;
mod totals;

use std::path::PathBuf;

use bedrock_client::Client;
use bedrock_types::control::{
    CloudWatchConfig, LoggingConfig, ModelInvocationLoggingConfiguration, S3Config,
};
use clap::Subcommand;

use crate::{
    args::{Global, Output},
    connection::Connection,
    failure::Failure,
    layout,
    output::{self, Stderr},
};

/// `bedrock logging …`.
#[derive(Debug, Subcommand)]
pub(crate) enum LoggingCommand {
    /// Whether prompts and answers are kept, and where
    Show,
    /// Switch the log on, or set where it goes; what was set before is replaced
    Enable(Enable),
    /// Switch the log off; what it wrote stays where it is
    Disable,
    /// Add up records of AWS's log, or of --log-dir: requests, errors, tokens and cost by day, model and caller
    Read(Read),
}

/// `bedrock logging enable`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Text and images are kept unless you say what is. The policy that AWS needs to write is printed first. \
    Bucket and log group are in the same account and region."
)]
pub(crate) struct Enable {
    /// Keep it in this bucket
    #[arg(long, value_name = "BUCKET[/PREFIX]", required_unless_present = "cloudwatch")]
    s3: Option<String>,
    /// Keep it in this log group of CloudWatch Logs
    #[arg(long, value_name = "GROUP", requires = "role")]
    cloudwatch: Option<String>,
    /// The role that Bedrock writes to the log group with
    #[arg(long, value_name = "ARN", requires = "cloudwatch")]
    role: Option<String>,
    /// Keep texts
    #[arg(long)]
    text: bool,
    /// Keep images and documents
    #[arg(long)]
    image: bool,
    /// Keep vectors
    #[arg(long)]
    embedding: bool,
}

/// `bedrock logging read`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Records are JSON, one a line, gzipped or not: as Bedrock puts them into S3 below \
    AWSLogs/ACCOUNT/BedrockModelInvocationLogs/, or as --log-dir has them in activity-DAY.jsonl. Costs are at AWS's list prices. With \
    --output json each line is a day, model and caller.")]
pub(crate) struct Read {
    /// Files; `-` is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) async fn run(global: &Global, command: &LoggingCommand) -> Result<(), Failure> {
    let client = match command {
        LoggingCommand::Read(args) => return read::run(global, &args.files),
        _ => Connection::open(global, None).await?,
    };
    match command {
        LoggingCommand::Enable(args) => enable(global, &client.client, args).await,
        LoggingCommand::Disable => disable(global, &client.client).await,
        LoggingCommand::Show | LoggingCommand::Read(_) => show(global, &client.client).await,
    }
}

async fn show(global: &Global, client: &Client) -> Result<(), Failure> {
    let found = client.invocation_logging().get().await?.into_inner();
    match global.output {
        Output::Json => output::json(&found),
        Output::Text => {
            let width = layout::width();
            let mut text = page(&found, client.region().as_str(), width);
            text.push_str(&paragraph(&on_this_machine(global), width));
            output::shown(&text)
        }
    }
}

/// Whether this program keeps a log of its own.
fn on_this_machine(global: &Global) -> String {
    match global.log_dir.as_deref().filter(|folder| !folder.as_os_str().is_empty()) {
        None => "This program keeps no log of its own; --log-dir DIR, or log_dir in the settings file, does."
            .to_owned(),
        Some(folder) => {
            let content = if global.log_content { "with" } else { "without" };
            format!(
                "This program keeps a log of its own calls in {}, {content} what is asked and answered, for 30 days.",
                folder.display()
            )
        }
    }
}

fn paragraph(text: &str, width: Option<usize>) -> String {
    let mut lines = layout::wrapped(text, width.unwrap_or(usize::MAX)).join("\n");
    lines.push('\n');
    lines
}

/// What is kept, where and for how long, in sentences.
fn page(found: &ModelInvocationLoggingConfiguration, region: &str, width: Option<usize>) -> String {
    let paragraph = |text: &str| paragraph(text, width);
    let Some(config) = &found.logging_config else {
        return paragraph(&format!(
            "Prompts and answers are not kept: invocation logging is off in {region}."
        )) + &paragraph(
            "Anthropic recommends a log of at least the last 30 days: `bedrock logging enable --help`.",
        );
    };
    let kinds: Vec<_> = [
        ("texts", config.text_data_delivery_enabled),
        ("images and documents", config.image_data_delivery_enabled),
        ("vectors", config.embedding_data_delivery_enabled),
        ("videos", config.video_data_delivery_enabled),
        ("sounds", config.audio_data_delivery_enabled),
    ]
    .into_iter()
    .filter_map(|(kind, kept)| (kept == Some(true)).then_some(kind))
    .collect();
    let mut text = match kinds.as_slice() {
        [] => paragraph(&format!(
            "Calls in {region} are logged without prompts and answers: who, when, which model, how many tokens."
        )),
        kinds => paragraph(&format!("Prompts and answers in {region} are kept: {}.", kinds.join(", "))),
    };
    let mut checks = Vec::new();
    if let Some(bucket) = &config.s3_config {
        text.push_str(&layout::labelled("S3", &policy::place(bucket), width));
        checks.push(format!("aws s3api get-bucket-lifecycle-configuration --bucket {}", bucket.bucket_name));
    }
    if let Some(group) = &config.cloud_watch_config {
        text.push_str(&layout::labelled("CloudWatch", &group.log_group_name, width));
        text.push_str(&layout::labelled("role", &group.role_arn, width));
        if let Some(bucket) = &group.large_data_delivery_s3_config {
            text.push_str(&layout::labelled("large data", &policy::place(bucket), width));
        }
        checks.push(format!("aws logs describe-log-groups --log-group-name-prefix {}", group.log_group_name));
    }
    text.push_str(&paragraph(
        "Covered are InvokeModel and Converse of bedrock-runtime; the routes messages and mantle are not.",
    ));
    text.push_str(&paragraph(
        "Whether it is kept for the 30 days that Anthropic recommends cannot be confirmed from here: Bedrock deletes nothing, but \
         the bucket's lifecycle or the log group's retention may. They tell:",
    ));
    text.extend(checks.iter().map(|check| format!("  {check}\n")));
    text
}

async fn enable(global: &Global, client: &Client, args: &Enable) -> Result<(), Failure> {
    let config = args.config();
    // An API key has no account to tell, and the policy is one to be filled in then.
    let account = client.identity().whoami().await.map(|caller| caller.account.clone()).ok();
    let policy = policy::needed(&config, client.region().as_str(), account.as_deref());
    Stderr::new(global).note(&policy);
    client.invocation_logging().put(config).await?;
    show(global, client).await
}

impl Enable {
    fn config(&self) -> LoggingConfig {
        let all = !(self.text || self.image || self.embedding);
        let mut config = LoggingConfig::new()
            .text_data_delivery_enabled(self.text || all)
            .image_data_delivery_enabled(self.image || all)
            .embedding_data_delivery_enabled(self.embedding);
        config.s3_config = self.s3.as_deref().map(bucket);
        config.cloud_watch_config = self
            .cloudwatch
            .as_deref()
            .zip(self.role.as_deref())
            .map(|(group, role)| CloudWatchConfig::new(group, role));
        config
    }
}

/// `bucket/prefix`, with or without `s3://` before it.
fn bucket(text: &str) -> S3Config {
    let text = text.strip_prefix("s3://").unwrap_or(text).trim_end_matches('/');
    match text.split_once('/') {
        Some((bucket, prefix)) => S3Config::new(bucket).key_prefix(prefix),
        None => S3Config::new(text),
    }
}

async fn disable(global: &Global, client: &Client) -> Result<(), Failure> {
    client.invocation_logging().delete().await?;
    show(global, client).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_a_prefix_or_none() {
        for (text, bucket_name, prefix) in [
            ("logs", "logs", None),
            ("logs/", "logs", None),
            ("s3://logs/a/b/", "logs", Some("a/b")),
            ("logs/a", "logs", Some("a")),
        ] {
            let found = bucket(text);
            assert_eq!(
                (found.bucket_name.as_str(), found.key_prefix.as_deref()),
                (bucket_name, prefix),
                "{text}"
            );
        }
    }

    #[test]
    fn it_is_said_plainly_whether_prompts_are_kept() {
        let said = |config: Option<LoggingConfig>| {
            let mut found = ModelInvocationLoggingConfiguration::new();
            found.logging_config = config;
            page(&found, "us-east-1", None)
        };
        assert!(said(None).starts_with("Prompts and answers are not kept: "));
        let metadata = LoggingConfig::new().s3_config(S3Config::new("logs"));
        assert!(said(Some(metadata.clone())).contains("without prompts and answers"));
        let text = said(Some(metadata.text_data_delivery_enabled(true)));
        assert!(text.starts_with("Prompts and answers in us-east-1 are kept: texts.\n"), "{text}");
        assert!(text.contains("cannot be confirmed") && text.contains("--bucket logs"), "{text}");
    }
}

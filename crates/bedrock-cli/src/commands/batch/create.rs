//! `bedrock batch create`: from a file to a job.

use std::path::Path;

use bedrock_auth::{Clock, SystemClock, sigv4::SigningTime};
use bedrock_client::Client;
use bedrock_types::{
    S3Uri,
    control::CreateModelInvocationJobRequest,
    models::{self, Feature, LifecycleStatus, ModelId, Support},
};

use super::{Create, job, requests, results, storage::Storage};
use crate::{
    args::{Global, Output},
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output::{self, Stderr},
    status::Waiting,
};

pub(super) async fn run(global: &Global, client: &Client, args: &Create) -> Result<(), Failure> {
    let stderr = Stderr::new(global);
    if let Some(note) = without_batches(&args.model) {
        stderr.note(&note);
    }
    let name = args.name.clone().unwrap_or_else(|| job_name(&args.input, SystemClock.now()));
    let input = match S3Uri::parse(&args.input) {
        Ok(uri) => uri,
        Err(error) if args.input.starts_with("s3://") => {
            return Err(Failure::config(
                error.to_string(),
                "name a file that ends in .jsonl, or a folder of them",
            ));
        }
        Err(_) => args.output_uri.join(&format!("{name}.jsonl")),
    };
    let mut request = CreateModelInvocationJobRequest::from_s3(
        name,
        args.role_arn.as_str(),
        args.model.as_str(),
        input.to_string(),
        args.output_uri.to_string(),
    );
    request.timeout_duration_in_hours = args.timeout_hours;
    // Before the upload: what cannot become a job need not go there.
    if let Err(error) = request.check() {
        return Err(Failure::config(error.to_string(), "`bedrock batch create --help` says what is taken"));
    }
    let mut interrupt = match args.input.starts_with("s3://") {
        true => Interrupt::listen()?,
        false => upload(stderr, client, args, &input).await?,
    };
    tokio::select! {
        done = started(global, client, args, request) => done,
        () = interrupt.wait() => Err(Failure::Interrupted(Interrupted::default())),
    }
}

/// Starts the job, and does what is to be done when it is over.
async fn started(
    global: &Global,
    client: &Client,
    args: &Create,
    request: CreateModelInvocationJobRequest,
) -> Result<(), Failure> {
    let made = client.batches().create(request).await?.into_inner();
    match global.output {
        Output::Json => output::json(&made)?,
        Output::Text => output::shown(&format!("{}\n", made.job_arn))?,
    }
    if !args.wait && args.output_dir.is_none() {
        return Ok(());
    }
    let ended = job::wait(global, client, &made.job_arn).await?;
    match &args.output_dir {
        Some(folder) => results::run(global, client, &ended, folder).await,
        None => {
            job::show(global, &ended)?;
            job::check(&ended)?;
            results::check_counts(&ended)
        }
    }
}

/// Checks the requests of a file, and puts their records where the job will look for them; from then on Ctrl-C is listened for.
async fn upload(stderr: Stderr, client: &Client, args: &Create, to: &S3Uri) -> Result<Interrupt, Failure> {
    let storage = Storage::of(client, to.bucket())?;
    // What comes by stdin may be typed.
    let mut checking = (args.input != "-").then(|| Waiting::start("checking the requests"));
    let records = requests::prepare(Path::new(&args.input), &args.model)?;
    checking.take();
    if records.count < LEAST_RECORDS {
        stderr.note(&format!(
            "{} records: Bedrock's quota is at least {LEAST_RECORDS} in a job, unless your account has another",
            records.count
        ));
    }
    if records.bytes > MOST_BYTES {
        stderr.note("more than 1 GB: Bedrock's quota for a file, unless your account has another");
    }
    let mut interrupt = Interrupt::listen()?;
    storage.upload(to, records.file, records.bytes, (stderr, &mut interrupt)).await?;
    stderr.note(&format!("uploaded {} records to {to}", records.count));
    Ok(interrupt)
}

/// That a model has no batch inference, as far as the catalog knows, and which have; Bedrock has the last word.
fn without_batches(model: &str) -> Option<String> {
    let by_id = || ModelId::parse(model).ok()?.base_model();
    let info = models::find(model).or_else(by_id)?;
    if info.supports(Feature::Batch) != Support::No {
        return None;
    }
    let others = models::catalog().iter().filter(|other| {
        other.supports(Feature::Batch) == Support::Yes && other.lifecycle.status != LifecycleStatus::Eol
    });
    let others: Vec<_> =
        others.filter_map(|other| other.aliases.iter().copied().min_by_key(|alias| alias.len())).collect();
    Some(format!(
        "{} has no batch inference, as far as this version knows; these are known to have it: {}",
        info.name,
        others.join(", ")
    ))
}

/// What stands before the ending of the file, as far as a job may be called that, and the time.
fn job_name(input: &str, now: std::time::SystemTime) -> String {
    let stem = Path::new(input).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let mut name: String = stem.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    name = name.trim_start_matches('-').to_owned();
    if name.is_empty() {
        name.push_str("batch");
    }
    match SigningTime::try_from(now) {
        Ok(now) => format!("{name}-{now}"),
        Err(_) => name,
    }
}

/// <https://docs.aws.amazon.com/general/latest/gr/bedrock.html>
const LEAST_RECORDS: u64 = 100;
const MOST_BYTES: u64 = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_without_batches_is_told_which_have_it() {
        let note = without_batches("haiku").unwrap();
        assert!(note.ends_with("known to have it: opus-5"), "{note}");
        assert_eq!(without_batches("sonnet-4.5"), None);
        assert_eq!(without_batches("a model of another day"), None);
    }

    #[test]
    fn a_job_is_called_like_its_file() {
        let now = "20261122T000000Z".parse::<SigningTime>().unwrap().to_system_time();
        for (input, expected) in [
            ("requests.jsonl", "requests-20261122T000000Z"),
            ("/tmp/my requests_1.jsonl", "myrequests1-20261122T000000Z"),
            ("-", "batch-20261122T000000Z"),
            ("s3://bucket/in/", "in-20261122T000000Z"),
        ] {
            assert_eq!(job_name(input, now), expected, "{input}");
        }
    }

    #[test]
    fn a_model_without_batches_is_noted() {
        assert!(without_batches("opus").is_some_and(|note| note.contains("Opus 5.5")));
        assert_eq!(without_batches("us.anthropic.claude-opus-4-6-v1"), None);
        assert_eq!(without_batches("anthropic.claude-tomorrow"), None);
    }
}

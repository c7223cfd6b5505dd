//! One job: showing it, and waiting for its end.

use bedrock_client::{Client, Response};
use bedrock_types::control::{ModelInvocationJob, ModelInvocationJobStatus};

use crate::{
    args::{Global, Output},
    failure::{self, Failure},
    layout,
    output::{self, Stderr},
    status::Progress,
};

/// Prints a job.
pub(super) fn show(global: &Global, job: &ModelInvocationJob) -> Result<(), Failure> {
    match global.output {
        Output::Json => output::json(job),
        Output::Text => output::shown(&page(job, layout::width())),
    }
}

/// Looks at a job until it is over, with a bar on a terminal. Once it was seen, a look that fails and may succeed later ends no waiting.
pub(super) async fn wait(global: &Global, client: &Client, id: &str) -> Result<ModelInvocationJob, Failure> {
    let stderr = Stderr::new(global);
    let mut watch = client.batches().watch(id);
    let first = watch.next().await?;
    let mut last = first.map(Response::into_inner);
    if let Some(job) = last.as_ref().filter(|job| !job.is_finished()) {
        stderr.note(&format!(
            "waiting for {0}; Ctrl-C ends the waiting, not the job: `bedrock batch results {0} --wait` goes on",
            output::printable(job.id())
        ));
    }
    let mut bar = Progress::records();
    loop {
        if let Some(job) = &last {
            bar.say(status(job));
            bar.set_records(job.processed_record_count.unwrap_or(0), job.total_record_count);
        }
        match watch.next().await {
            Ok(Some(job)) => last = Some(job.into_inner()),
            Ok(None) => break,
            Err(error) if error.is_retryable() => {
                stderr.note(&format!("still waiting, although: {}", failure::chain(&error)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    bar.stop();
    last.ok_or_else(|| Failure::service("the job was never looked at", "try again"))
}

/// Fails unless the job has answered, or at least has an end with answers.
pub(super) fn check(job: &ModelInvocationJob) -> Result<(), Failure> {
    use ModelInvocationJobStatus as Status;
    match &job.status {
        Some(Status::Completed | Status::PartiallyCompleted | Status::Stopped) => Ok(()),
        Some(Status::Failed | Status::Expired) => {
            let why = job.message.as_deref().unwrap_or("Bedrock does not say why");
            Err(Failure::service(
                format!("the job {} is {}: {why}", job.id(), status(job)),
                "check the input and that the role may read it and write the output, then create another job",
            ))
        }
        _ => Err(Failure::config(
            format!("the job {} is {}, not over", job.id(), status(job)),
            format!("wait for it: bedrock batch results {} --wait", job.id()),
        )),
    }
}

fn status(job: &ModelInvocationJob) -> &str {
    job.status.as_ref().map_or("-", ModelInvocationJobStatus::as_str)
}

/// A line of the list.
pub(super) fn row(job: &ModelInvocationJob) -> [String; 7] {
    let count = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
    [
        job.id().to_owned(),
        status(job).to_owned(),
        job.submit_time.clone(),
        count(job.total_record_count),
        count(job.error_record_count),
        job.model_id.clone(),
        job.job_name.clone().unwrap_or_default(),
    ]
}

fn page(job: &ModelInvocationJob, width: Option<usize>) -> String {
    let count = |count: Option<u64>| count.map(|count| count.to_string());
    let of = |count: Option<u64>, what: &str| count.map(|count| format!("{count} {what}"));
    let records: Vec<_> = [
        of(job.total_record_count, "in all"),
        of(job.processed_record_count, "done"),
        of(job.success_record_count, "answered"),
        of(job.error_record_count, "failed"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let input = job.input_data_config.s3_input_data_config.as_ref().map(|input| input.s3_uri.clone());
    let facts = [
        ("name", job.job_name.clone()),
        ("ARN", Some(job.job_arn.clone())),
        ("status", Some(status(job).to_owned())),
        ("message", job.message.clone()),
        ("model", Some(job.model_id.clone())),
        ("records", Some(records.join(", ")).filter(|records| !records.is_empty())),
        ("submitted", Some(job.submit_time.clone())),
        ("ended", job.end_time.clone()),
        ("expires", job.job_expiration_time.clone()),
        ("hours", count(job.timeout_duration_in_hours.map(u64::from))),
        ("input", input),
        ("output", job.output().map(|output| output.to_string())),
        ("role", Some(job.role_arn.clone())),
    ];
    facts.into_iter().filter_map(|(label, says)| Some(layout::labelled(label, &says?, width))).collect()
}

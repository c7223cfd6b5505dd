//! Batch jobs: made once, watched until they are over, refused before anything is sent where they can be.

use std::time::Duration;

use bedrock_client::{ErrorKind, Polling};
use bedrock_emulator::Emulator;
use bedrock_types::control::{CreateModelInvocationJobRequest, ModelInvocationJobStatus as Status};

use crate::support::{Scripted, answer, client_of};

const JSON: [(&str, &str); 2] = [("content-type", "application/json"), ("x-amzn-requestid", "r-1")];
const ARN: &str = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghij12";

fn request(name: &str) -> CreateModelInvocationJobRequest {
    let role = "arn:aws:iam::123456789012:role/batch";
    CreateModelInvocationJobRequest::from_s3(
        name,
        role,
        "opus-4.6",
        "s3://bucket/in.jsonl",
        "s3://bucket/out/",
    )
}

fn job(status: &str) -> String {
    format!(
        r#"{{"jobArn":"{ARN}","modelId":"m","roleArn":"r","submitTime":"2026-11-22T00:00:00Z","status":"{status}",
            "inputDataConfig":{{}},"outputDataConfig":{{}}}}"#
    )
}

#[tokio::test]
async fn a_job_is_made_listed_watched_and_stopped() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let batches = client.batches();
    let made = batches.create(request("one")).await.unwrap();
    let second = batches.create(request("two")).await.unwrap();
    let job = batches.get(&made.job_arn).await.unwrap();
    assert_eq!((job.model_id.as_str(), job.is_finished()), ("global.anthropic.claude-opus-4-6-v1", false));

    batches.stop(&second.job_arn).await.unwrap();
    let polling = Polling::every(Duration::from_millis(100));
    let failed = batches.watch(job.id()).with_polling(polling).finished().await.unwrap();
    assert_eq!(failed.status, Some(Status::Failed));
    assert!(
        failed.message.as_deref().is_some_and(|message| message.contains("bucket does not exist")),
        "{failed:?}"
    );
    let stopped = batches.watch(&second.job_arn).with_polling(polling).finished().await.unwrap();
    assert_eq!(stopped.status, Some(Status::Stopped));

    let names = |jobs: Vec<bedrock_types::control::ModelInvocationJob>| {
        jobs.into_iter().filter_map(|job| job.job_name).collect::<Vec<_>>()
    };
    assert_eq!(names(batches.list().with_page_size(1).all().await.unwrap()), ["two", "one"]);
    assert_eq!(names(batches.list().with_status(Status::Failed).all().await.unwrap()), ["one"]);
    assert_eq!(names(batches.list().with_name_containing("tw").all().await.unwrap()), ["two"]);
    let again = batches.stop(&second.job_arn).await.unwrap_err();
    assert_eq!((again.kind(), again.code()), (ErrorKind::Api, Some("ConflictException")));
    assert_eq!(batches.get("nothing12345").await.unwrap_err().status(), Some(404));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_tried_again_is_the_same_job() {
    let unavailable =
        || answer(503, &[("x-amzn-errortype", "ServiceUnavailableException")], r#"{"message":"no"}"#);
    let script = Scripted::new([unavailable(), answer(200, &JSON, format!(r#"{{"jobArn":"{ARN}"}}"#))]);
    let made = script.client().batches().create(request("one")).await.unwrap();
    assert_eq!((made.job_arn.as_str(), made.attempts()), (ARN, 2));
    let sent = script.requests();
    assert_eq!(sent[0].body(), sent[1].body(), "with the same token");
    assert!(sent[0].body().windows(18).any(|part| part == b"clientRequestToken"));

    let script = Scripted::new([unavailable()]);
    assert_eq!(script.client().batches().stop(ARN).await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn what_cannot_become_a_job_is_not_sent() {
    let script = Scripted::new([]);
    let client = script.client();
    for (request, named) in [
        (request("a b"), "jobName"),
        (request("one").timeout_duration_in_hours(1), "timeoutDurationInHours"),
        (request("one").client_request_token("-"), "clientRequestToken"),
    ] {
        let error = client.batches().create(request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.hint().is_some_and(|hint| hint.contains(named)), "{error:?}");
    }
    assert_eq!(client.batches().get(" ").await.unwrap_err().kind(), ErrorKind::Config);
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn looks_come_at_the_intervals_of_the_policy_until_the_job_is_over() {
    let states = ["Submitted", "InProgress", "Stopping", "Stopped"];
    let script = Scripted::new(states.map(|status| answer(200, &JSON, job(status))));
    let client = script.client();
    let mut watch = client.batches().watch(ARN);
    let (start, mut seen) = (tokio::time::Instant::now(), Vec::new());
    while let Some(job) = watch.next().await.unwrap() {
        seen.push((job.status.clone().unwrap().as_str().to_owned(), start.elapsed().as_millis()));
    }
    let expected = [("Submitted", 0), ("InProgress", 2000), ("Stopping", 5000), ("Stopped", 9500)];
    assert_eq!(seen.iter().map(|(status, at)| (status.as_str(), *at)).collect::<Vec<_>>(), expected);
    assert!(watch.next().await.unwrap().is_none());
}

#[test]
fn s3_follows_an_explicit_endpoint_on_this_machine_alone() {
    let url = |variables: &[(&str, &str)], explicit: Option<&str>| {
        let env: bedrock_auth::MapEnv = variables.iter().copied().collect();
        let mut builder = bedrock_client::Client::builder().env(env).files(bedrock_auth::MapFiles::default());
        builder = builder.region("eu-west-1");
        if let Some(explicit) = explicit {
            builder = builder.endpoint_url(explicit);
        }
        builder.build().unwrap().s3_endpoint().unwrap().to_string()
    };
    let (own, all) =
        (("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:2"));
    let remote = Some("https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com");
    for (variables, explicit, expected) in [
        (&[][..], None, "https://s3.eu-west-1.amazonaws.com"),
        (&[], remote, "https://s3.eu-west-1.amazonaws.com"),
        (&[], Some("http://127.0.0.1:3"), "http://127.0.0.1:3"),
        (&[all], None, "http://127.0.0.1:2"),
        (&[own, all], None, "http://127.0.0.1:1"),
        (&[own, all], Some("http://127.0.0.1:3"), "http://127.0.0.1:1"),
    ] {
        assert_eq!(url(variables, explicit), expected, "{variables:?} {explicit:?}");
    }
}

//! The client whose calls wait: alone, from many threads, within async code, and when it goes.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use bedrock_client::{FnTool, MessageCreateParams, Polling, ToolCall, ToolRunStop, blocking::Client};
use bedrock_emulator::Emulator;
use bedrock_types::{
    CustomTool, RawJson,
    control::{
        AgreementStatus, CreateInferenceProfileRequest, CreateModelInvocationJobRequest, DataRetentionMode,
        InferenceProfileModelSource, InferenceProfileType, LoggingConfig, S3Config, UseCaseForm,
    },
};
use tokio::runtime::Runtime;

use crate::{
    cut::chunk,
    support::{MODEL, builder, hello},
};

/// An emulator on a runtime that no test waits in.
struct Hosted {
    emulator: Emulator,
    _runtime: Runtime,
}

impl Hosted {
    fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::builder().start()).unwrap();
        Self { emulator, _runtime: runtime }
    }

    fn client(&self) -> Client {
        let keys = self.emulator.credentials().clone();
        builder().endpoint_url(self.emulator.url()).credentials(keys).build_blocking().unwrap()
    }
}

#[test]
fn every_call_waits_for_its_answer() {
    let hosted = Hosted::start();
    let client = hosted.client();
    let messages = client.messages().with_max_retries(0);
    let whole = messages.create(&hello()).unwrap();

    let mut stream = messages.stream(&hello()).unwrap();
    let events = stream.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    assert!(events.len() > 3 && stream.next().is_none());
    assert_eq!(stream.into_message().unwrap().text(), whole.text());

    let mut texts = messages.stream(&hello()).unwrap().into_text_stream();
    let text = texts.by_ref().collect::<Result<String, _>>().unwrap();
    assert_eq!((text, texts.into_message().unwrap().text()), (whole.text(), whole.text()));

    let counted = MessageCreateParams::new("haiku-4.5", 64).user("Hello");
    assert!(messages.count_tokens(&counted).unwrap().input_tokens > 0);
    assert_eq!(client.inference_profiles().get(MODEL).unwrap().inference_profile_id, MODEL);
    assert_eq!(client.identity().whoami().unwrap().account, "123456789012");
    assert_eq!(client.region().as_str(), "us-east-1");
}

#[test]
fn the_control_plane_waits_too() {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::builder().without_model_access().start()).unwrap();
    let hosted = Hosted { emulator, _runtime: runtime };
    let client = hosted.client();

    let models = client.models().list().unwrap();
    let opus = client.models().get("opus-4.8").unwrap();
    assert_eq!(models.iter().find(|model| model.id() == opus.id()), Some(&*opus));
    assert!(client.models().with_provider("meta").list().unwrap().is_empty());

    let access = client.model_access();
    let status = || access.availability("opus-4.8").unwrap().agreement_availability.status.clone();
    assert_eq!((status(), access.use_case().unwrap().is_none()), (AgreementStatus::NotAvailable, true));
    let form = UseCaseForm::new("Example", "https://example.com", "0", "Education", "Summaries of lectures");
    access.submit_use_case(&form).unwrap();
    assert_eq!(access.use_case().unwrap().unwrap().form().unwrap(), form);
    access.agree("opus-4.8", &access.offers("opus-4.8").unwrap().offers[0].offer_token).unwrap();
    assert_eq!(status(), AgreementStatus::Available);
    let set = access.set_data_retention(DataRetentionMode::AwsReview).unwrap();
    assert_eq!(access.data_retention().unwrap().into_inner(), set.into_inner());

    let profiles = client.inference_profiles();
    let source = InferenceProfileModelSource::new().copy_from("us.anthropic.claude-opus-4-8");
    let made = profiles.create(CreateInferenceProfileRequest::new("search", source)).unwrap();
    let own = || profiles.list().with_type(InferenceProfileType::Application).all().unwrap();
    assert_eq!(own()[0].inference_profile_arn, made.inference_profile_arn);
    let mut pages = profiles.list().with_page_size(2);
    let mut paged = Vec::new();
    while let Some(page) = pages.next_page().unwrap() {
        paged.extend(page.into_inner());
    }
    assert_eq!(paged, profiles.list().all().unwrap());
    profiles.delete(&made.inference_profile_arn).unwrap();
    assert!(own().is_empty());
    access.end_agreement("opus-4.8").unwrap();
    assert_eq!(status(), AgreementStatus::NotAvailable);

    let logging = client.invocation_logging();
    let config = LoggingConfig::new().s3_config(S3Config::new("my-logs")).text_data_delivery_enabled(true);
    logging.put(config.clone()).unwrap();
    assert_eq!(logging.get().unwrap().logging_config, Some(config));
    logging.delete().unwrap();
    assert_eq!(logging.get().unwrap().logging_config, None);
}

#[test]
fn batch_jobs_wait_too() {
    let hosted = Hosted::start();
    let client = hosted.client();
    let batches = client.batches();
    let request = CreateModelInvocationJobRequest::from_s3(
        "one",
        "arn:aws:iam::123456789012:role/batch",
        "opus-4.6",
        "s3://bucket/in.jsonl",
        "s3://bucket/out/",
    );
    let made = batches.create(request).unwrap();
    let polling = Polling::every(Duration::from_millis(100));
    let mut watch = batches.watch(&made.job_arn).with_polling(polling);
    assert!(!watch.next().unwrap().unwrap().is_finished());
    let failed = watch.finished().unwrap();
    assert!(failed.is_finished(), "there is no such bucket");
    assert_eq!(batches.list().with_page_size(1).all().unwrap().len(), 1);
    assert_eq!(batches.get(&made.job_arn).unwrap().status, failed.status);
    assert_eq!(batches.stop(&made.job_arn).unwrap_err().code(), Some("ConflictException"));
}

#[test]
fn tools_run_on_the_thread_that_waits() {
    let hosted = Hosted::start();
    let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#).unwrap();
    let (ran, runs) = mpsc::channel();
    let tool = FnTool::new(CustomTool::new("get_weather", schema), move |_: RawJson, _: ToolCall| {
        ran.send(thread::current().id()).unwrap();
        async { Ok("sunny") }
    });
    let params = MessageCreateParams::new(MODEL, 300).user("use get_weather, city=Oslo");
    let run = hosted.client().messages().tool_runner(params).tool(tool).run().unwrap();
    assert_eq!((run.stop, run.turns), (ToolRunStop::Answered, 2));
    assert_eq!(runs.try_recv(), Ok(thread::current().id()));
}

#[test]
fn threads_share_a_client_and_streams_outlive_it() {
    let hosted = Hosted::start();
    let client = hosted.client();
    let whole = client.messages().create(&hello()).unwrap().text();
    thread::scope(|scope| {
        for _ in 0..8 {
            let client = client.clone();
            let whole = &whole;
            scope.spawn(move || {
                for _ in 0..5 {
                    let mut half_read = client.messages().stream(&hello()).unwrap();
                    half_read.next_event().unwrap();
                    let mut stream = client.messages().stream(&hello()).unwrap();
                    stream.next_event().unwrap();
                    drop(half_read);
                    assert_eq!(stream.final_message().unwrap().text(), *whole);
                }
            });
        }
    });
    let stream = client.messages().stream(&hello()).unwrap();
    drop(client);
    assert_eq!(stream.final_message().unwrap().text(), whole);
}

/// reqwest's blocking client panics here; ours holds up the thread, but works.
#[test]
fn within_async_code_it_works_and_goes_without_panic() {
    let hosted = Hosted::start();
    let here = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    here.block_on(async {
        let client = hosted.client();
        client.messages().create(&hello()).unwrap();
        let stream = client.messages().stream(&hello()).unwrap();
        drop(client);
        drop(stream);
    });
    let many = Runtime::new().unwrap();
    many.block_on(async {
        let client = hosted.client();
        let from_task = client.clone();
        let task = tokio::spawn(async move { from_task.messages().create(&hello()).map(|it| it.text()) });
        let blocking =
            tokio::task::spawn_blocking(move || client.messages().create(&hello()).map(|it| it.text()));
        assert_eq!(task.await.unwrap().unwrap(), blocking.await.unwrap().unwrap());
    });
}

#[test]
fn a_dropped_stream_closes_its_connection_though_nobody_calls_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (left, leaving) = mpsc::channel();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).unwrap();
            request.extend_from_slice(&buffer[..read]);
        }
        let begun = chunk(
            r#"{"type":"message_start","message":{"id":"m","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}"#,
        );
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\ntransfer-encoding: chunked\r\n\r\n";
        stream.write_all(format!("{head}{:x}\r\n", begun.len()).as_bytes()).unwrap();
        stream.write_all(&begun).unwrap();
        stream.write_all(b"\r\n").unwrap();
        // Nothing, or a reset: either way the client is gone.
        let ended = !matches!(stream.read(&mut [0; 1]), Ok(read) if read > 0);
        left.send(ended).unwrap();
    });
    let keys = bedrock_client::Credentials::new("AKIDEXAMPLE", "secret");
    let client = builder().endpoint_url(url).credentials(keys).build_blocking().unwrap();
    let mut stream = client.messages().stream(&hello()).unwrap();
    assert!(stream.next_event().unwrap().is_some());
    assert!(leaving.try_recv().is_err(), "the connection is there as long as the stream is");
    drop(stream);
    assert_eq!(leaving.recv_timeout(Duration::from_secs(30)), Ok(true));
    server.join().unwrap();
    drop(client);
}

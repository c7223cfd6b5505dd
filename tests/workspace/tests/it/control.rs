//! The control plane: models joined with the catalog, profiles page by page, access asked for, logging switched.

use bedrock_client::{ErrorKind, MessageCreateParams};
use bedrock_emulator::Emulator;
use bedrock_types::control::{
    AgreementStatus, CreateInferenceProfileRequest, DataRetentionMode, InferenceProfileModelSource,
    InferenceProfileType, LoggingConfig, S3Config, UseCaseForm,
};

use crate::support::{Scripted, answer, client_of};

const JSON: [(&str, &str); 2] = [("content-type", "application/json"), ("x-amzn-requestid", "r-1")];

/// A page with one profile of this id, and the token of the next.
fn page(id: &str, next: Option<&str>) -> String {
    let next = next.map_or(String::new(), |token| format!(r#","nextToken":"{token}""#));
    format!(
        r#"{{"inferenceProfileSummaries":[{{"inferenceProfileName":"n","inferenceProfileArn":"arn:aws:bedrock:us-east-1:1:inference-profile/{id}",
            "inferenceProfileId":"{id}","models":[],"status":"ACTIVE","type":"SYSTEM_DEFINED"}}]{next}}}"#
    )
}

fn asks(model: &str) -> MessageCreateParams {
    MessageCreateParams::new(model, 64).user("Hello, world")
}

#[tokio::test]
async fn models_are_joined_with_the_catalog() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let models = client.models().list().await.unwrap();
    assert!(models.request_id().is_some());
    for model in models.iter() {
        assert!(model.info.is_some() && !model.callable_as.is_empty(), "{model:?}");
        for id in &model.callable_as {
            client.messages().create(&asks(id)).await.unwrap();
        }
    }
    let opus = client.models().get("opus-4.8").await.unwrap();
    assert_eq!((opus.id(), opus.name()), ("anthropic.claude-opus-4-8", "Claude Opus 4.8"));
    assert_eq!(models.iter().find(|model| model.id() == opus.id()), Some(&*opus));
    let error = client.models().get("anthropic.claude-v2").await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(404)));
    assert!(client.models().with_provider("meta").list().await.unwrap().is_empty());
}

#[tokio::test]
async fn all_pages_of_profiles_are_read() {
    let emulator = Emulator::builder().application_profile("abcdefghij12", "us.anthropic.claude-opus-4-8");
    let emulator = emulator.start().await.unwrap();
    let client = client_of(&emulator);
    let whole = client.inference_profiles().list().with_page_size(1000).all().await.unwrap();
    let paged = client.inference_profiles().list().with_page_size(2).all().await.unwrap();
    assert!(whole.len() > 4);
    assert_eq!(paged, whole);
    let own = client.inference_profiles().list().with_type(InferenceProfileType::Application);
    let own = own.all().await.unwrap();
    assert_eq!(
        own.iter().map(|profile| profile.inference_profile_id.as_str()).collect::<Vec<_>>(),
        ["abcdefghij12"]
    );
}

#[tokio::test]
async fn a_token_of_a_page_is_escaped() {
    let script =
        Scripted::new([answer(200, &JSON, page("a", Some("+/ü=&?#"))), answer(200, &JSON, page("b", None))]);
    let profiles = script.client().inference_profiles().list().all().await.unwrap();
    assert_eq!(profiles.len(), 2);
    let asked = script.requests();
    assert_eq!(asked[0].uri().query(), None);
    assert_eq!(asked[1].uri().query(), Some("nextToken=%2B%2F%C3%BC%3D%26%3F%23"));
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_are_an_error() {
    for tokens in [&["a"][..], &["a", "b"], &["a", "b", "c"]] {
        let answers = tokens.iter().chain([&"a"]).map(|token| answer(200, &JSON, page(token, Some(token))));
        let script = Scripted::new(answers);
        let client = script.client();
        let error = client.inference_profiles().list().all().await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::Protocol, Some("r-1")));
        assert!(error.hint().is_some());
        assert_eq!(script.requests().len(), tokens.len() + 1);
    }
    let script =
        Scripted::new([answer(200, &JSON, page("a", Some("a"))), answer(200, &JSON, page("a", Some("a")))]);
    let client = script.client();
    let mut pages = client.inference_profiles().list();
    assert!(pages.next_page().await.unwrap().is_some());
    pages.next_page().await.unwrap_err();
    assert!(pages.next_page().await.unwrap().is_none(), "it is over");
}

#[tokio::test]
async fn a_profile_is_made_by_an_alias_called_and_deleted() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let profiles = client.inference_profiles();
    for source in [
        "us.anthropic.claude-opus-4-8",
        "opus-4.8",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8",
    ] {
        let source = InferenceProfileModelSource::new().copy_from(source);
        let made = profiles.create(CreateInferenceProfileRequest::new("search", source)).await.unwrap();
        let arn = made.inference_profile_arn.as_str();
        assert_eq!(profiles.get(arn).await.unwrap().inference_profile_name, "search");
        profiles.delete(arn).await.unwrap();
        assert_eq!(profiles.get(arn).await.unwrap_err().status(), Some(404));
    }
    let source = InferenceProfileModelSource::new().copy_from("us.anthropic.claude-opus-4-8");
    let made = profiles.create(CreateInferenceProfileRequest::new("search", source)).await.unwrap();
    let message = client.messages().create(&asks(&made.inference_profile_arn)).await.unwrap();
    assert!(message.text().contains("Hello, world"));
}

#[tokio::test(start_paused = true)]
async fn only_what_may_be_done_twice_is_tried_again() {
    let unavailable =
        || answer(503, &[("x-amzn-errortype", "ServiceUnavailableException")], r#"{"message":"no"}"#);
    let created = r#"{"inferenceProfileArn":"arn:aws:bedrock:us-east-1:1:application-inference-profile/a","status":"ACTIVE"}"#;
    let script = Scripted::new([unavailable(), answer(201, &JSON, created)]);
    let source =
        InferenceProfileModelSource::new().copy_from("arn:aws:bedrock:us-east-1::foundation-model/m");
    let client = script.client();
    client.inference_profiles().create(CreateInferenceProfileRequest::new("n", source)).await.unwrap();
    let sent = script.requests();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].body(), sent[1].body(), "with the same token");

    let script = Scripted::new([unavailable()]);
    let error = script.client().model_access().agree("opus-4.8", "token").await.unwrap_err();
    assert_eq!((error.attempts(), error.code()), (1, Some("ServiceUnavailableException")));
}

#[tokio::test]
async fn an_answer_that_says_nothing_needs_no_body() {
    let script = Scripted::new([answer(200, &[], ""), answer(202, &[], ""), answer(204, &[], "")]);
    let client = script.client();
    client.invocation_logging().delete().await.unwrap();
    client.model_access().end_agreement("opus-4.8").await.unwrap();
    client.inference_profiles().delete("abcdefghij12").await.unwrap();
}

#[tokio::test]
async fn access_is_asked_for() {
    let emulator = Emulator::builder().without_model_access().start().await.unwrap();
    let client = client_of(&emulator);
    let access = client.model_access();
    let refused = client.messages().create(&asks("opus-4.8")).await.unwrap_err();
    assert!(refused.is_access_denied(), "{refused}");
    let status =
        async || access.availability("opus-4.8").await.unwrap().agreement_availability.status.clone();
    assert_eq!(status().await, AgreementStatus::NotAvailable);
    assert!(access.use_case().await.unwrap().is_none());

    let form = UseCaseForm::new("Example", "https://example.com", "0", "Education", "Summaries of lectures");
    access.submit_use_case(&form).await.unwrap();
    assert_eq!(access.use_case().await.unwrap().unwrap().form().unwrap(), form);
    let offers = access.offers("us.anthropic.claude-opus-4-8").await.unwrap();
    access.agree("opus-4.8", &offers.offers[0].offer_token).await.unwrap();
    assert_eq!(status().await, AgreementStatus::Available);
    client.messages().create(&asks("opus-4.8")).await.unwrap();

    access.end_agreement("opus-4.8").await.unwrap();
    client.messages().create(&asks("opus-4.8")).await.unwrap_err();
    assert_eq!(access.data_retention().await.unwrap().mode, DataRetentionMode::Default);
    let set = access.set_data_retention(DataRetentionMode::AwsReview).await.unwrap();
    assert_eq!(access.data_retention().await.unwrap().into_inner(), set.into_inner());
}

#[tokio::test]
async fn logging_is_switched_on_and_off() {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator);
    let logging = client.invocation_logging();
    assert_eq!(logging.get().await.unwrap().logging_config, None);
    let config = LoggingConfig::new().s3_config(S3Config::new("my-logs")).text_data_delivery_enabled(true);
    logging.put(config.clone()).await.unwrap();
    assert_eq!(logging.get().await.unwrap().logging_config, Some(config));
    logging.delete().await.unwrap();
    assert_eq!(logging.get().await.unwrap().logging_config, None);
    let error = logging.put(LoggingConfig::new()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("ValidationException")));
}

//! A message to Claude with hyper, hyper-rustls, aws-sigv4 and serde_json, and nothing that makes a client of them.

use std::env;
use std::error::Error;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let body = json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 256,
        "messages": [{"role": "user", "content": "Hello, world"}],
    });
    let body = Bytes::from(serde_json::to_vec(&body)?);
    let region = env::var("AWS_REGION")?;
    let uri = format!(
        "https://bedrock-runtime.{region}.amazonaws.com/model/global.anthropic.claude-opus-4-6-v1/invoke"
    );
    let mut request = Request::post(&uri).header("content-type", JSON).body(Full::new(body.clone()))?;

    let keys = (env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?);
    let identity =
        Credentials::new(keys.0, keys.1, env::var("AWS_SESSION_TOKEN").ok(), None, "environment").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(&region)
        .name("bedrock")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let signable =
        SignableRequest::new("POST", &uri, [("content-type", JSON)].into_iter(), SignableBody::Bytes(&body))?;
    sign(signable, &params)?.into_parts().0.apply_to_request_http1x(&mut request);

    let tls = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .build();
    let answer = Client::builder(TokioExecutor::new()).build(tls).request(request).await?;
    let answer: Value = serde_json::from_slice(&answer.into_body().collect().await?.to_bytes())?;
    println!("{}", answer["content"][0]["text"]);
    Ok(())
}

const JSON: &str = "application/json";

//! A message to Claude with `aws-sdk-bedrockruntime` and `aws-config`.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::primitives::Blob;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(&aws_config::load_defaults(BehaviorVersion::latest()).await);
    let body = json!({
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 256,
        "messages": [{"role": "user", "content": "Hello, world"}],
    });
    let request = client.invoke_model().model_id("global.anthropic.claude-opus-4-6-v1");
    let answer =
        request.content_type(JSON).accept(JSON).body(Blob::new(serde_json::to_vec(&body)?)).send().await?;
    let answer: Value = serde_json::from_slice(answer.body.as_ref())?;
    println!("{}", answer["content"][0]["text"]);
    Ok(())
}

const JSON: &str = "application/json";

//! A message to Claude with `bedrock-client`.

use bedrock_client::{Client, Error, MessageCreateParams};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::from_env().await?;
    let params = MessageCreateParams::new("global.anthropic.claude-opus-4-6-v1", 256).user("Hello, world");
    println!("{}", client.messages().create(&params).await?.text());
    Ok(())
}

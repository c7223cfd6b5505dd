//! With this project's client.

use bedrock_client::{Client, Credentials, MessageCreateParams, MessageStream};

use super::{ACCESS_KEY, Events, MAX_TOKENS, REGION, SECRET_KEY, Subject};
use crate::Result;
use crate::server::Script;

/// `bedrock-client` with its defaults.
#[derive(Debug)]
pub struct Ours(Client);

impl Subject for Ours {
    type Request = MessageCreateParams;
    type Stream = MessageStream;

    fn new(endpoint: &str) -> Result<Self> {
        let keys = Credentials::new(ACCESS_KEY, SECRET_KEY);
        Ok(Self(Client::builder().region(REGION).endpoint_url(endpoint).credentials(keys).build()?))
    }

    fn request(script: Script, prompt: &str) -> MessageCreateParams {
        MessageCreateParams::new(script.model(), MAX_TOKENS.into()).user(prompt)
    }

    async fn create(&self, request: &MessageCreateParams) -> Result<usize> {
        Ok(self.0.messages().create(request).await?.text().len())
    }

    async fn stream(&self, request: &MessageCreateParams) -> Result<MessageStream> {
        Ok(self.0.messages().stream(request).await?)
    }
}

impl Events for MessageStream {
    async fn next(&mut self, mut seen: impl FnMut(&str) + Send) -> Result<bool> {
        let Some(event) = self.next_event().await? else { return Ok(false) };
        if let Some(text) = event.text() {
            seen(text);
        }
        Ok(true)
    }

    fn finish(self) -> Result<usize> {
        Ok(self.into_message()?.text().len())
    }
}

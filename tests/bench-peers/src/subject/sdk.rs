//! With the AWS SDK and serde_json.

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_bedrockruntime::operation::invoke_model_with_response_stream::InvokeModelWithResponseStreamOutput;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types::ResponseStream;

use super::derived::{self, Fold};
use super::{ACCESS_KEY, Events, Prompt, REGION, SECRET_KEY, Subject};
use crate::Result;
use crate::server::Script;

/// `aws-sdk-bedrockruntime` with its defaults, but for the stack on hyper 0.14.
#[derive(Debug)]
pub struct Sdk(Client);

/// Its answer, with the message made of the events.
#[derive(Debug)]
pub struct SdkStream {
    output: InvokeModelWithResponseStreamOutput,
    fold: Fold,
}

impl Subject for Sdk {
    type Request = Prompt;
    type Stream = SdkStream;

    fn new(endpoint: &str) -> Result<Self> {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "fixed"))
            .endpoint_url(endpoint)
            .build();
        Ok(Self(Client::from_conf(config)))
    }

    fn request(script: Script, prompt: &str) -> Prompt {
        Prompt { model: script.model(), text: prompt.to_owned() }
    }

    async fn create(&self, Prompt { model, text }: &Prompt) -> Result<usize> {
        let request = self.0.invoke_model().model_id(model).content_type(JSON).accept(JSON);
        let answer = request.body(Blob::new(derived::request(text)?)).send().await?;
        derived::text_length(answer.body.as_ref())
    }

    async fn stream(&self, Prompt { model, text }: &Prompt) -> Result<SdkStream> {
        let request =
            self.0.invoke_model_with_response_stream().model_id(model).content_type(JSON).accept(JSON);
        let output = request.body(Blob::new(derived::request(text)?)).send().await?;
        Ok(SdkStream { output, fold: Fold::default() })
    }
}

impl Events for SdkStream {
    async fn next(&mut self, seen: impl FnMut(&str) + Send) -> Result<bool> {
        match self.output.body.recv().await? {
            None => Ok(false),
            Some(ResponseStream::Chunk(part)) => {
                let json = part.bytes.ok_or("a chunk without bytes")?;
                self.fold.add(json.as_ref(), seen)?;
                Ok(true)
            }
            Some(_) => Err("an event that is no chunk".into()),
        }
    }

    fn finish(self) -> Result<usize> {
        self.fold.finish()
    }
}

const JSON: &str = "application/json";

//! What a request asks of the model, and the clothes that the answer goes into, for who asks somebody else for it.
//!
//! What the emulator would refuse, what needs no model, and what a guardrail stops is not asked: the emulator answers that itself.

use bedrock_types::converse::ToConverseStream;
use bedrock_types::models::ModelInfo;
use bedrock_types::{Message, MessageCreateParams, MessageStreamEvent};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Response};

use super::{Scene, converse, count_tokens, invoke, native};
use crate::answer::Content;
use crate::digest::Digest;
use crate::error::AwsError;
use crate::frames::{self, StreamFormat};
use crate::guardrail::Guardrail;
use crate::options::CallOptions;
use crate::play::Pauses;
use crate::route::{ModelOperation, NativeOperation, Route};

/// A request for a model.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) params: Box<MessageCreateParams>,
    pub(crate) model: &'static ModelInfo,
    pub(crate) want: Want,
}

/// What is wanted of it.
#[derive(Debug)]
pub(crate) enum Want {
    Message(Clothes),
    Stream(Clothes),
    Count(Count),
}

/// What an answer goes out in.
#[derive(Debug)]
pub(crate) enum Clothes {
    Invoke(CallOptions),
    Converse(converse::Call),
    Native,
}

/// What a count goes out in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    Runtime,
    Mantle,
}

impl Asked {
    /// Reads and checks a request; `None` where there is nothing to ask a model, a refusal included.
    pub(crate) fn of(route: &Route, head: &Parts, body: &Bytes, scene: &Scene<'_>) -> Option<Self> {
        let asked = match route {
            Route::Model { operation, model_id } => Self::by_path(*operation, model_id, head, body, scene),
            Route::Native { endpoint, operation: NativeOperation::Messages } => {
                native::asked(*endpoint, head, body, scene).map(|call| {
                    let want = if call.is_stream { Want::Stream } else { Want::Message };
                    Self { params: call.params, model: call.model, want: want(Clothes::Native) }
                })
            }
            Route::Native { operation: NativeOperation::CountTokens, .. } => {
                count_tokens::read_mantle(head, body, scene).map(|(params, model)| Self {
                    params,
                    model,
                    want: Want::Count(Count::Mantle),
                })
            }
            Route::Control(_) => return None,
        };
        asked.ok().filter(|asked| !asked.is_stopped())
    }

    fn by_path(
        operation: ModelOperation,
        model_id: &str,
        head: &Parts,
        body: &Bytes,
        scene: &Scene<'_>,
    ) -> Result<Self, AwsError> {
        let want = match operation {
            ModelOperation::InvokeModel | ModelOperation::Converse => Want::Message,
            ModelOperation::InvokeModelWithResponseStream | ModelOperation::ConverseStream => Want::Stream,
            ModelOperation::CountTokens => |_| Want::Count(Count::Runtime),
        };
        let (params, model, clothes) = match operation {
            ModelOperation::InvokeModel | ModelOperation::InvokeModelWithResponseStream => {
                let (params, model, options) = invoke::read(model_id, head, body, scene)?;
                (params, model, Clothes::Invoke(options))
            }
            ModelOperation::Converse | ModelOperation::ConverseStream => {
                let (params, model, call) = converse::read(model_id, body, scene)?;
                (params, model, Clothes::Converse(call))
            }
            ModelOperation::CountTokens => {
                let (params, model) = count_tokens::read_runtime(model_id, body, scene)?;
                (params, model, Clothes::Native)
            }
        };
        Ok(Self { params, model, want: want(clothes) })
    }

    fn is_stopped(&self) -> bool {
        let options = match &self.want {
            Want::Message(Clothes::Invoke(options)) | Want::Stream(Clothes::Invoke(options)) => options,
            Want::Message(Clothes::Converse(call)) | Want::Stream(Clothes::Converse(call)) => &call.options,
            _ => return false,
        };
        options.guardrail.as_ref().is_some_and(Guardrail::intervenes)
    }
}

impl Clothes {
    /// A whole answer.
    ///
    /// # Errors
    ///
    /// Converse cannot carry it.
    pub(crate) fn dressed(
        &self,
        message: &mut Message,
        latency_ms: i32,
    ) -> Result<Response<Content>, AwsError> {
        match self {
            Self::Invoke(options) => {
                let mut response = invoke::dressed(message, options);
                response.headers_mut().insert(invoke::INVOCATION_LATENCY, latency_ms.into());
                Ok(response)
            }
            Self::Converse(call) => converse::dressed(message, call, latency_ms),
            Self::Native => Ok(native::dressed(message)),
        }
    }
}

impl Count {
    pub(crate) fn dressed(self, count: u64) -> Response<Content> {
        match self {
            Self::Runtime => count_tokens::runtime_answer(count),
            Self::Mantle => count_tokens::mantle_answer(count),
        }
    }
}

/// A stream while it goes out.
#[derive(Debug)]
pub(crate) struct Dresser {
    clothes: Clothes,
    turned: ToConverseStream,
    digest: Digest,
    /// How many frames went out.
    sent: usize,
}

impl Dresser {
    pub(crate) fn new(clothes: Clothes, digest: Digest) -> Self {
        Self { clothes, turned: ToConverseStream::new(), digest, sent: 0 }
    }

    pub(crate) fn format(&self) -> StreamFormat {
        match self.clothes {
            Clothes::Invoke(_) => StreamFormat::InvokeModel,
            Clothes::Converse(_) => StreamFormat::Converse,
            Clothes::Native => StreamFormat::Sse,
        }
    }

    /// The headers of the answer.
    pub(crate) fn head(&self) -> HeaderMap {
        let mut headers =
            super::stream_response(self.format(), vec![], Pauses::default()).into_parts().0.headers;
        if let Clothes::Invoke(options) = &self.clothes {
            invoke::dress_head(&mut headers, options);
        }
        headers
    }

    /// The frames of the next event.
    ///
    /// # Errors
    ///
    /// Converse cannot carry it.
    pub(crate) fn dressed(&mut self, mut event: MessageStreamEvent) -> Result<Vec<Bytes>, AwsError> {
        match &self.clothes {
            Clothes::Invoke(options) => {
                invoke::dress(&mut event, options);
                let padding = self.digest.padding(self.sent);
                self.sent += 1;
                Ok(vec![frames::of_invoke_model_event(&event, padding)])
            }
            Clothes::Converse(call) => {
                let mut dressed = Vec::new();
                for mut event in self.turned.push(&event).map_err(converse::uncarried)? {
                    call.dress(&mut event);
                    dressed.push(frames::of_converse_event(&event, self.digest.padding(self.sent)));
                    self.sent += 1;
                }
                Ok(dressed)
            }
            Clothes::Native => Ok(frames::of_sse(&[event])),
        }
    }
}

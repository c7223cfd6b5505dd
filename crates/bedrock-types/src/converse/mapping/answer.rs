//! Answers.

use super::{
    ConverseOptions, bad_value, blocks,
    documents::{Documents, NamedDocuments},
    no_counterpart, usage,
};
use crate::{
    converse::{self, ConversationRole, ConverseError, ConverseOutput, ConverseResponse, error::At},
    json::{ExtraFields, JsonError, RawJson, read::read_into, value::WireValue},
    messages::{Message, Role, StopReason, Usage},
};

impl ConverseResponse {
    /// The answer in the words of Messages.
    ///
    /// Converse has neither an id of the message nor the model's name: `id` is the request id of AWS and `model` the id that was
    /// asked for. What the model added by `additionalModelResponseFieldPaths` becomes members of the message, a trace
    /// `amazon-bedrock-trace` as InvokeModel has it; latency and service tier stay here. A block that Messages has no words for is
    /// kept as an unknown one.
    ///
    /// ```
    /// use bedrock_types::{StopReason, converse::ConverseResponse, json};
    ///
    /// let answer: ConverseResponse = json::from_slice(br#"{"output":{"message":{"role":"assistant",
    ///     "content":[{"text":"Hello"}]}},"stopReason":"end_turn","usage":{"inputTokens":3,"outputTokens":1,"totalTokens":4}}"#)?;
    /// let message = answer.to_message("a-request-id", "us.anthropic.claude-opus-4-8").unwrap();
    /// assert_eq!(message.text(), "Hello");
    /// assert_eq!((message.stop_reason, message.usage.input_tokens), (Some(StopReason::EndTurn), 3));
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The output is not a message.
    pub fn to_message(
        &self,
        id: impl Into<String>,
        model: impl Into<String>,
    ) -> Result<Message, ConverseError> {
        let ConverseOutput::Message(output) = &self.output else {
            return Err(no_counterpart().within("output"));
        };
        let mut documents = NamedDocuments::default();
        let content: Vec<_> = output
            .content
            .iter()
            .map(|block| {
                blocks::block_to_messages(block, &mut documents).unwrap_or_else(|_| blocks::kept(block))
            })
            .collect();
        let usage = self.usage.as_ref().map(message_usage).unwrap_or_else(|| Usage::new(0, 0));
        let mut message = Message::new(id, Role::from(output.role.as_str()), model, content, usage);
        message.stop_reason = Some(StopReason::from(self.stop_reason.as_str()));
        if let Some(trace) = &self.trace {
            message.extra.insert(TRACE, trace.clone());
        }
        Ok(with_members(message, &additional_members(self.additional_model_response_fields.as_ref())))
    }

    /// A message in the words of Converse; time, latency and tier are the caller's to add.
    ///
    /// `additionalModelResponseFields` has every member that Converse does not: of those, Bedrock gives what was asked for.
    ///
    /// # Errors
    ///
    /// The first member of a block that Converse cannot carry, with its path.
    pub fn from_message(message: &Message) -> Result<Self, ConverseError> {
        let options = ConverseOptions::default();
        let mut documents = Documents::new(&options);
        let content = blocks::to_converse(&message.content, &mut documents).at("content")?;
        let output = converse::Message::new(ConversationRole::from(message.role.as_str()), content);
        let reason = message.stop_reason.as_ref().ok_or_else(super::missing).at("stop_reason")?;
        let mut response =
            Self::new(ConverseOutput::Message(output), converse::StopReason::from(reason.as_str()));
        response.usage = Some(usage::to_converse(&message.usage));

        let mut members: ExtraFields =
            RawJson::written(message).and_then(|raw| raw.read()).map_err(|_| bad_value())?;
        for name in CARRIED {
            members.remove(name);
        }
        response.trace = members.remove(TRACE);
        if message.stop_sequence.is_none() {
            members.remove("stop_sequence");
        }
        if !members.is_empty() {
            let raw = RawJson::written(&members).map_err(|_| bad_value())?;
            response.additional_model_response_fields = Some(raw);
        }
        Ok(response)
    }
}

/// Where InvokeModel puts what a guardrail did.
pub(super) const TRACE: &str = "amazon-bedrock-trace";

/// Members of a message that stand elsewhere in Converse.
const CARRIED: [&str; 7] = ["type", "id", "role", "model", "content", "usage", "stop_reason"];

/// What the model added to its answer: members of a Messages answer that Converse has no words for.
pub(super) fn additional_members(fields: Option<&RawJson>) -> ExtraFields {
    let mut members: ExtraFields = fields.and_then(|fields| fields.read().ok()).unwrap_or_default();
    for name in CARRIED {
        members.remove(name);
    }
    members
}

pub(super) fn message_usage(usage: &converse::TokenUsage) -> Usage {
    let mut members = ExtraFields::default();
    for (name, count) in [("input_tokens", usage.input_tokens), ("output_tokens", usage.output_tokens)] {
        members.insert(name, RawJson::written(&count.unwrap_or(0)).expect("an integer has a JSON form"));
    }
    members.update(&usage::to_messages(usage));
    RawJson::written(&members)
        .and_then(|raw| raw.read())
        .unwrap_or_else(|_| Usage::new(usage.input_tokens.unwrap_or(0), usage.output_tokens.unwrap_or(0)))
}

/// The value with more members; where one does not fit, they are kept beside the typed ones.
pub(super) fn with_members<T: WireValue + HasExtra>(mut value: T, additional: &ExtraFields) -> T {
    if additional.is_empty() {
        return value;
    }
    let mut whole = T::blank();
    if read_with(&value, additional, &mut whole).is_ok() {
        return whole;
    }
    value.extra_mut().update(additional);
    value
}

fn read_with(
    value: &impl WireValue,
    additional: &ExtraFields,
    whole: &mut impl WireValue,
) -> Result<(), JsonError> {
    let mut members: ExtraFields = RawJson::written(value)?.read()?;
    members.update(additional);
    read_into(whole.place(), RawJson::written(&members)?.as_str())
}

/// An object that keeps members it does not know.
pub(super) trait HasExtra {
    fn extra_mut(&mut self) -> &mut ExtraFields;
}

impl HasExtra for Message {
    fn extra_mut(&mut self) -> &mut ExtraFields {
        &mut self.extra
    }
}

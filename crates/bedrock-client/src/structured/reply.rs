//! The value in an answer, or what is wrong with it. Pure.

use bedrock_types::{Message, StopReason, json};
use serde::de::DeserializeOwned;

use super::{ParseMethod, request::Asked};
use crate::{Error, ErrorKind, Response};

/// Why an answer has no value.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is wrong, in words for the model, which may do better.
    Wrong(String),
    /// The model stopped before it was done.
    Ended(StopReason),
}

impl Asked {
    /// The value in the answer.
    pub(super) fn read<T: DeserializeOwned>(&self, message: &Message) -> Result<T, Fault> {
        match &message.stop_reason {
            Some(StopReason::EndTurn | StopReason::StopSequence | StopReason::ToolUse) | None => {}
            Some(reason) => return Err(Fault::Ended(reason.clone())),
        }
        let call = message.tool_uses().find(|call| call.name == self.tool);
        match (self.method, call) {
            (ParseMethod::ForcedTool | ParseMethod::Tool, Some(call)) => call
                .input
                .to()
                .map_err(|error| Fault::Wrong(format!("The answer does not fit its schema: {error}."))),
            _ if message.tool_uses().next().is_some() => Err(Fault::Ended(StopReason::ToolUse)),
            (ParseMethod::OutputFormat, _) => text(message)
                .map_err(|error| Fault::Wrong(format!("The answer does not fit its schema: {error}."))),
            // A text that is the value is an answer too.
            (ParseMethod::ForcedTool | ParseMethod::Tool, None) => {
                text(message).map_err(|_| Fault::Wrong(format!("The tool `{}` was not called.", self.tool)))
            }
        }
    }
}

fn text<T: DeserializeOwned>(message: &Message) -> Result<T, json::JsonError> {
    json::from_slice(message.text().as_bytes())
}

/// The error for an answer in which the model stopped before it was done.
pub(super) fn ended(response: &Response<Message>, reason: &StopReason) -> Error {
    let (kind, said, hint) = match reason {
        StopReason::MaxTokens => {
            (ErrorKind::Decode, "the answer was cut at max_tokens".to_owned(), "allow more with max_tokens")
        }
        StopReason::ModelContextWindowExceeded => (
            ErrorKind::Decode,
            "the answer was cut at the end of the context window".to_owned(),
            "shorten the conversation, or choose a model with a larger window",
        ),
        StopReason::Refusal => (
            ErrorKind::Api,
            refusal(response),
            "ask in another way, or ask another model; stop_details says more",
        ),
        StopReason::ToolUse => (
            ErrorKind::Decode,
            "the model called another tool instead of answering".to_owned(),
            "run the tools first, with messages().tool_runner(), and then ask for the value",
        ),
        other => (
            ErrorKind::Decode,
            format!("the model stopped with {other} before it had answered"),
            "send the conversation again, or ask in another way",
        ),
    };
    let code = (*reason == StopReason::Refusal).then(|| reason.as_str().to_owned());
    of(response, Error::new(kind, said).with_exception(code).with_hint(hint))
}

/// The error for an answer that was wrong again.
pub(super) fn wrong(response: &Response<Message>, wrong: &str) -> Error {
    let error = Error::new(
        ErrorKind::Decode,
        format!("the second answer is wrong too: {}", wrong.trim_end_matches('.')),
    );
    of(
        response,
        error.with_hint("make the schema simpler or say more in its descriptions, or choose another model"),
    )
}

fn refusal(message: &Message) -> String {
    use bedrock_types::StopDetails;

    match &message.stop_details {
        Some(StopDetails::Refusal(details)) => match &details.explanation {
            Some(explanation) => format!("the model declined: {explanation}"),
            None => "the model declined".to_owned(),
        },
        _ => "the model declined".to_owned(),
    }
}

fn of(response: &Response<Message>, error: Error) -> Error {
    error
        .with_request_id(response.request_id())
        .with_attempts(response.attempts())
        .with_partial(Some(response))
}

#[cfg(test)]
mod tests {
    use bedrock_types::{
        ContentBlock, MessageCreateParams, RawJson, Role, Route, TextBlock, ToolInput, ToolUseBlock, Usage,
    };

    use super::*;
    use crate::structured::request::Form;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Person {
        age: u8,
    }

    fn asked(model: &str) -> Asked {
        let schema = RawJson::parse(r#"{"type":"object"}"#).expect("JSON");
        let form = Form::of_schema(schema).expect("an object");
        Asked::new(&MessageCreateParams::new(model, 64u64).user("How old?"), Route::InvokeModel, form)
    }

    fn text(text: &str) -> Vec<ContentBlock> {
        vec![TextBlock::new(text).into()]
    }

    fn call(name: &str, input: &str) -> Vec<ContentBlock> {
        let call = ToolUseBlock::new("toolu_1", name, ToolInput::from_text(input.to_owned()));
        vec![TextBlock::new("Well.").into(), call.into()]
    }

    #[test]
    fn a_value_is_found_or_what_is_wrong_is_said() {
        use StopReason::{EndTurn, MaxTokens, Refusal, ToolUse};

        let wrong = |text: &str| Err(Fault::Wrong(text.to_owned()));
        let misfit = "The answer does not fit its schema: age: invalid type: string …, expected u8 at line 1 column 11.";
        let cases = [
            ("sonnet-4.6", text(r#"{"age":36}"#), EndTurn, Ok(Person { age: 36 })),
            ("sonnet-4.6", text(r#"{"age":"36"}"#), EndTurn, wrong(misfit)),
            ("sonnet-4.6", text(r#"{"age":36}"#), MaxTokens, Err(Fault::Ended(MaxTokens))),
            ("sonnet-4.6", call("search", "{}"), ToolUse, Err(Fault::Ended(ToolUse))),
            ("opus-4.1", call("answer", r#"{"age":36}"#), ToolUse, Ok(Person { age: 36 })),
            ("opus-4.1", call("answer", r#"{"age":"36"}"#), ToolUse, wrong(misfit)),
            ("opus-4.1", call("search", "{}"), ToolUse, Err(Fault::Ended(ToolUse))),
            ("opus-5.5", text(r#"{"age":36}"#), EndTurn, Ok(Person { age: 36 })),
            ("opus-5.5", text("She was 36."), EndTurn, wrong("The tool `answer` was not called.")),
            ("opus-5.5", vec![], Refusal, Err(Fault::Ended(Refusal))),
        ];
        for (model, content, reason, expected) in cases {
            let mut message = Message::new("m", Role::Assistant, "m", content, Usage::new(1u64, 1u64));
            message.stop_reason = Some(reason);
            assert_eq!(asked(model).read::<Person>(&message), expected, "{model} {message:?}");
        }
        let mut message =
            Message::new("m", Role::Assistant, "m", call("answer", "{"), Usage::new(1u64, 1u64));
        message.stop_reason = Some(ToolUse);
        assert!(
            matches!(asked("opus-4.1").read::<Person>(&message), Err(Fault::Wrong(_))),
            "input is not JSON"
        );
    }
}

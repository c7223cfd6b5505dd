//! What was asked and answered, as the activity log keeps it: the JSON of the Messages API, without the bytes of files.

use bedrock_types::{Message, MessageCreateParams, RawJson};
use serde::Serialize;
use serde_json::Value;

/// Both sides of a call; nothing, where content is not wanted.
#[derive(Default)]
pub(super) struct Content {
    pub(super) request: Option<RawJson>,
    pub(super) response: Option<RawJson>,
}

impl Content {
    pub(super) fn of(params: &MessageCreateParams) -> Self {
        Self { request: kept(params), response: None }
    }

    pub(super) fn answer(&mut self, message: &Message) {
        self.response = kept(message);
    }
}

/// The JSON to keep. What cannot be written as JSON cannot be sent either, and the call's error says so.
fn kept(said: &impl Serialize) -> Option<RawJson> {
    // By its text, into which it is sent too: straight to a value, all types would be compiled for that once more.
    let mut value: Value = serde_json::to_string(said).ok()?.parse().ok()?;
    leave_out_files(&mut value);
    RawJson::of(&value).ok()
}

/// Of a file only its kind and size are kept: a conversation sends it again with each turn.
fn leave_out_files(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(leave_out_files),
        Value::Object(members) => {
            let is_file = members.get("type").and_then(Value::as_str) == Some("base64");
            match members.get_mut("data") {
                Some(Value::String(data)) if is_file => {
                    *data = format!("({} characters of base64 left out)", data.len());
                }
                _ => members.values_mut().for_each(leave_out_files),
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_kept_by_kind_and_size() {
        let source = serde_json::json!({"type": "base64", "media_type": "image/png", "data": "QUJD"});
        let mut value = serde_json::json!([{"text": "hi", "data": "kept"}, {"source": source}]);
        leave_out_files(&mut value);
        assert_eq!(
            value.to_string(),
            r#"[{"data":"kept","text":"hi"},{"source":{"data":"(4 characters of base64 left out)","media_type":"image/png","type":"base64"}}]"#
        );
    }
}

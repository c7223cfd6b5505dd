//! Converse: what it says is kept, and means the same in Messages.
//!
//! Blocks (`blocks.rs`), whole requests (`request.rs`), what cannot be carried (`refusals.rs`), answers whole and streamed
//! (`answer.rs`), the envelopes around them (`envelopes.rs`), and the law that ties both directions together (`laws.rs`).

mod answer;
mod blocks;
mod envelopes;
mod laws;
mod refusals;
mod request;

use bedrock_types::{
    MessageCreateParams,
    converse::{ConverseError, ConverseOptions, ConverseRequest},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn parse<T: DeserializeOwned>(value: &Value) -> T {
    bedrock_types::json::from_slice(value.to_string().as_bytes())
        .unwrap_or_else(|error| panic!("{value} does not parse: {error}"))
}

fn written(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

fn params(messages: &Value) -> MessageCreateParams {
    parse(&json!({"model": "m", "max_tokens": 9, "messages": messages}))
}

fn to_converse(params: &MessageCreateParams) -> Result<ConverseRequest, ConverseError> {
    ConverseRequest::from_params(params, &ConverseOptions::default())
}

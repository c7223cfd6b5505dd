//! Tools of yours: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools>.

use super::AllowedCaller;
use crate::{
    json::{RawJson, object::wire_struct},
    messages::CacheControl,
};

wire_struct! {
    /// A tool of yours, described to the model.
    ///
    /// ```
    /// use bedrock_types::{CustomTool, RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#)?;
    /// let tool = CustomTool::new("weather", schema).description("The weather in a city");
    /// # assert_eq!(tool.name, "weather");
    /// # Ok::<(), bedrock_types::JsonError>(())
    /// ```
    pub struct CustomTool {
        required {
            /// 1 to 64 letters, digits, `_` and `-`.
            name: String,
            /// JSON Schema of the input, of type `object`.
            input_schema: RawJson,
        }
        optional {
            /// `custom`, or left out.
            kind as "type": String,
            /// What it does and when to use it: the more the better.
            description: String,
            /// The input obeys the schema to the letter, on the models and routes that promise it.
            strict: bool = exact,
            /// Inputs to learn from, each valid by the schema (beta `tool-examples-2025-10-29`).
            input_examples: Vec<RawJson>,
            /// Left out of the model's sight until a search for tools finds it.
            defer_loading: bool = exact,
            /// The input is streamed as it is written, without a check in between; Bedrock wants the beta
            /// `fine-grained-tool-streaming-2025-05-14` instead.
            eager_input_streaming: bool = exact,
            /// Who may call it: the model alone if left out.
            allowed_callers: Vec<AllowedCaller>,
            /// Cache everything up to and including this tool.
            cache_control: CacheControl,
        }
    }
}

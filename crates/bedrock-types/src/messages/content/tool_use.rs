//! Tool calls, and input that may not be finished.

use super::CacheControl;
use crate::json::{
    JsonError, RawJson,
    member_union::OneMember,
    object::{FlatMember, wire_struct},
    open_enum::open_enum,
    partial,
    union::tagged_union,
    value::{Place, View, WireValue},
};

wire_struct! {
    /// The model asks for a tool.
    pub struct ToolUseBlock tag "tool_use" {
        required {
            /// Names this call; the result refers to it.
            id: String,
            /// The tool's name.
            name: String,
        }
        flat {
            /// The input.
            input: ToolInput,
        }
        optional {
            /// Who calls: the model itself if left out.
            caller: Caller,
            /// The toolset that the tool is of (not on Bedrock).
            toolset_name: String,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

wire_struct! {
    /// The model uses a tool that the service runs; on Bedrock that is the search for tools.
    pub struct ServerToolUseBlock tag "server_tool_use" {
        required {
            /// Names this use; the result refers to it.
            id: String,
            /// The tool.
            name: ServerToolName,
        }
        flat {
            /// The input.
            input: ToolInput,
        }
        optional {
            /// Who calls: the model itself if left out.
            caller: Caller,
            /// Cache everything up to and including this block.
            cache_control: CacheControl,
        }
    }
}

open_enum! {
    /// A tool that the service runs; the ones that Bedrock does not have are kept by name.
    pub enum ServerToolName {
        /// Search for tools by a regular expression.
        ToolSearchToolRegex = "tool_search_tool_regex",
        /// Search for tools by words.
        ToolSearchToolBm25 = "tool_search_tool_bm25",
    }
}

tagged_union! {
    /// Who calls a tool. Code that the service runs is the other caller there is: not on Bedrock, kept raw.
    pub enum Caller {
        /// The model itself.
        Direct(DirectCaller),
    }
}

wire_struct! {
    /// The model itself calls.
    pub struct DirectCaller tag "direct" {}
}

/// The input of a tool call: JSON, or the text that came if that is not JSON.
///
/// On the wire a call has either `input` or, in the form this project gives to what did not finish, `partial_json`. One that has neither,
/// as AWS shows it at the start of a block, is read as a call with input `{}`, which is how it is written.
/// A call cut short, or one whose text the model got wrong, therefore never looks like a call with input `{}`.
///
/// ```
/// use bedrock_types::{RawJson, ToolInput, ToolUseBlock};
///
/// let whole = ToolUseBlock::new("toolu_1", "add", RawJson::parse(r#"{"a": 1}"#)?);
/// assert_eq!(whole.input.as_json().unwrap().as_str(), r#"{"a": 1}"#);
///
/// let cut = ToolUseBlock::new("toolu_1", "add", ToolInput::Partial(r#"{"a": "#.into()));
/// assert!(serde_json::to_string(&cut).unwrap().contains("partial_json"));
/// # Ok::<(), bedrock_types::JsonError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolInput {
    /// The input as JSON, byte for byte as the model wrote it.
    Json(RawJson),
    /// Text that is not JSON: the beginning of an input, or a wrong one.
    Partial(String),
}

impl ToolInput {
    /// Takes text as JSON if it is JSON, and as it is if not.
    pub fn from_text(text: String) -> Self {
        match RawJson::parse(&text) {
            Ok(raw) => Self::Json(raw),
            Err(_) => Self::Partial(text),
        }
    }

    /// The JSON, unless the text is not JSON.
    pub fn as_json(&self) -> Option<&RawJson> {
        match self {
            Self::Json(raw) => Some(raw),
            Self::Partial(_) => None,
        }
    }

    /// The text, JSON or not.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Json(raw) => raw.as_str(),
            Self::Partial(text) => text,
        }
    }

    /// The input as far as it came, as JSON that only lacks what is still to come: to show a call while it is being written.
    ///
    /// Unfinished texts, arrays and objects are closed, what may still change is left out (see [`partial`](crate::json::partial)).
    /// This looks at the whole text each time: ask when you need it, not at every delta. `None` until there is a value.
    ///
    /// ```
    /// use bedrock_types::ToolInput;
    ///
    /// let input = ToolInput::Partial(r#"{"city": "San Fr"#.into());
    /// assert_eq!(input.partial_value().unwrap().as_str(), r#"{"city": "San Fr"}"#);
    /// ```
    pub fn partial_value(&self) -> Option<RawJson> {
        match self {
            Self::Json(raw) => Some(raw.clone()),
            Self::Partial(text) => partial(text),
        }
    }

    /// Parses the input into `T`.
    ///
    /// # Errors
    ///
    /// The text is not JSON, or not a `T`.
    pub fn to<T: serde::de::DeserializeOwned>(&self) -> Result<T, JsonError> {
        crate::json::from_slice(self.as_str().as_bytes())
    }
}

impl From<RawJson> for ToolInput {
    fn from(raw: RawJson) -> Self {
        Self::Json(raw)
    }
}

impl OneMember for ToolInput {
    fn choose(&mut self, name: &str) -> Option<Place<'_>> {
        *self = match name {
            "input" => Self::Json(RawJson::null()),
            "partial_json" => Self::Partial(String::new()),
            _ => return None,
        };
        match self {
            Self::Json(raw) => Some(raw.place()),
            Self::Partial(text) => Some(text.place()),
        }
    }

    fn written(&self) -> (&'static str, View<'_>) {
        match self {
            Self::Json(raw) => ("input", raw.view()),
            Self::Partial(text) => ("partial_json", text.view()),
        }
    }
}

impl FlatMember for ToolInput {
    fn blank() -> Self {
        Self::Partial(String::new())
    }

    fn names(&self) -> &'static str {
        "input` and `partial_json"
    }

    fn absent(&mut self) -> Option<()> {
        *self = Self::Json(RawJson::parse("{}").ok()?);
        Some(())
    }
}

//! How wire objects are read and written, so that nothing is lost.
//!
//! Serde's derives do most of what a schema needs, but not three things this crate promises: members that a type
//! does not know survive a round trip, unions look at their `type` first and then parse only that one struct without
//! buffering, and an error names the JSON path of the bad value.
//! The five macros here generate little more than tables of members (`value`, `object`). What is done with all types alike is
//! compiled once: reading (`fill`) by one reader of JSON text (`reader`), to which serde's deserializers hand the text of a value
//! (`from_serde`), writing by one function for each of serde's serializers (`write`), both also without serde (`wire`), copying (`copy`), comparing and showing (`look`). The macros are:
//!
//! - `wire_struct!`: an object with required, optional and nullable members, and the rest kept as
//!   [`ExtraFields`];
//! - `tagged_union!`: one of several objects, told apart by `type`, an unknown one kept raw;
//! - `member_union!`: one of several objects, told apart by the name of their one member, as AWS does it;
//! - `two_forms!`: one of two values, told apart by their form, like a text or a list of blocks;
//! - `open_enum!`: a set of texts that the server may extend.
//!
//! What is not here: any type of the Messages schema.

pub(crate) mod copy;
mod error;
pub(crate) mod extra;
mod fill;
pub(crate) mod forms;
pub(crate) mod from_serde;
mod locate;
pub(crate) mod look;
pub(crate) mod member_union;
mod number;
pub(crate) mod object;
pub(crate) mod open_enum;
mod partial;
mod raw;
pub(crate) mod read;
pub(crate) mod reader;
pub(crate) mod text;
pub(crate) mod union;
pub(crate) mod value;
pub(crate) mod wire;
pub(crate) mod write;

pub use error::JsonError;
pub use extra::ExtraFields;
pub use number::Number;
pub use partial::partial;
pub use raw::RawJson;
pub use union::UnknownObject;
pub use wire::Wire;

use serde::de::DeserializeOwned;

/// Parses JSON, with the path of the bad value in the error.
///
/// ```
/// use bedrock_types::{json, Message};
///
/// let error = json::from_slice::<Message>(br#"{"id":"msg_1","role":"assistant","model":"m",
///     "content":[{"type":"text","text":7}],"usage":{"input_tokens":1,"output_tokens":1}}"#).unwrap_err();
/// assert_eq!(error.path(), "content[0].text");
/// ```
///
/// # Errors
///
/// The bytes are not JSON, or not this type.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    serde_json::from_str(as_text(bytes)?).map_err(|error| JsonError::new(&error, bytes))
}

/// Bytes as the text that JSON is: looked at once as a whole, which is much faster than string by string.
pub(crate) fn as_text(bytes: &[u8]) -> Result<&str, JsonError> {
    std::str::from_utf8(bytes).map_err(|error| JsonError::not_utf8(&error, bytes))
}

//! What is recorded of an exchange beside the two bodies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The members of a `.meta.json`.
///
/// Recordings of other origin have a `url`, which goes before any `path`, and no times: their answers come at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meta {
    pub(crate) method: String,
    /// Path and query as the emulator was asked; those of bedrock-mantle begin with `/mantle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The same with a host of AWS's before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) request_headers: BTreeMap<String, String>,
    /// Nothing until the head of the answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// From the request to the head of its answer, in microseconds.
    #[serde(default)]
    pub(crate) head_us: u64,
    /// The pieces of the body, which together are all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) frames: Option<Vec<Frame>>,
    #[serde(default)]
    pub(crate) end: End,
}

/// A piece of a body: a frame, an event, or what there was of one when the answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Frame {
    /// When it was whole, from the head of the answer, in microseconds.
    pub(crate) at_us: u64,
    pub(crate) bytes: usize,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// With its last byte, as it should.
    #[default]
    Complete,
    /// The connection to the real side broke.
    Cut,
    /// The client left, so nobody knows how it would have gone on.
    Abandoned,
}

//! Token counts by one rule: four bytes of UTF-8 are a token, the last one may be shorter. The input is the compact JSON of system,
//! messages and tools.

use bedrock_types::MessageCreateParams;
use serde_json::to_vec;

/// What a request costs, cached or not.
pub(crate) fn input_tokens(params: &MessageCreateParams) -> u64 {
    let bytes =
        |json: serde_json::Result<Vec<u8>>| json.expect("what was read from JSON is written as JSON").len();
    let system = params.system.as_ref().map_or(0, |system| bytes(to_vec(system)));
    let tools = params.tools.as_ref().map_or(0, |tools| bytes(to_vec(tools)));
    tokens(bytes(to_vec(&params.messages)) + system + tools)
}

/// The tokens of so many bytes.
pub(super) fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN) as u64
}

/// How many bytes fit into so many tokens.
pub(super) fn bytes(tokens: u64) -> usize {
    usize::try_from(tokens).unwrap_or(usize::MAX).saturating_mul(BYTES_PER_TOKEN)
}

const BYTES_PER_TOKEN: usize = 4;

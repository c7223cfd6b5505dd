//! Token counts by one rule: four bytes of UTF-8 are a token, the last one may be shorter. The input is the compact JSON of system,
//! messages and tools.

use bedrock_types::MessageCreateParams;
use serde::Serialize;

use crate::digest::Digest;

/// What a request comes to.
pub(crate) struct Weighed {
    /// Of all of it.
    pub(crate) digest: Digest,
    /// What its input costs, cached or not.
    pub(crate) input_tokens: u64,
}

/// Writes a request once, for both.
pub(crate) fn weigh(params: &mut MessageCreateParams) -> Weighed {
    let (system, tools, messages) =
        (params.system.take(), params.tools.take(), std::mem::take(&mut params.messages));
    let mut json = Vec::with_capacity(2048);
    write(&mut json, params);
    let options = json.len();
    write(&mut json, &messages);
    system.iter().for_each(|system| write(&mut json, system));
    tools.iter().for_each(|tools| write(&mut json, tools));
    (params.system, params.tools, params.messages) = (system, tools, messages);
    let (options, input) = json.split_at(options);
    Weighed { digest: Digest::of(&[options, input]), input_tokens: tokens(input.len()) }
}

fn write(json: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(json, value).expect("what was read from JSON is written as JSON");
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

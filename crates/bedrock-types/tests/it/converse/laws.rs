//! What both APIs can say comes back from the other.

use bedrock_types::{MessageCreateParams, converse::ConverseRequest};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{blocks::blocks, parse, request::whole, to_converse};

fn content() -> impl Strategy<Value = Value> {
    proptest::collection::vec(proptest::sample::select(blocks()), 0..6).prop_map(|blocks| {
        // Neutral names of documents count, so only the first may have one.
        let mut seen = 0;
        let blocks = blocks.into_iter().map(|(block, _)| block).filter(|block| {
            seen += i32::from(block["type"] == "document");
            block["type"] != "document" || seen == 1 || block["title"].is_string()
        });
        let mut content = vec![json!({"type": "text", "text": "beside"})];
        content.extend(blocks);
        content.into()
    })
}

proptest! {
    #[test]
    fn a_request_that_both_can_carry_comes_back(
        turns in proptest::collection::vec((prop_oneof![Just("user"), Just("assistant")], content()), 0..4),
        kept in proptest::collection::vec(any::<bool>(), 16),
        text in ".{0,9}",
    ) {
        let (mut request, _) = whole();
        let optional: Vec<_> = request.as_object().expect("an object").keys()
            .filter(|name| !matches!(name.as_str(), "model" | "max_tokens" | "messages")).cloned().collect();
        for (name, kept) in optional.iter().zip(kept) {
            if !kept {
                request.as_object_mut().expect("an object").remove(name);
            }
        }
        let mut turns: Vec<_> =
            turns.into_iter().map(|(role, content)| json!({"role": role, "content": content})).collect();
        turns.push(json!({"role": "user", "content": [{"type": "text", "text": text}]}));
        request["messages"] = turns.into();
        let params: MessageCreateParams = parse(&request);
        let converse = to_converse(&params).expect("it can be carried");
        let bytes = serde_json::to_vec(&converse).expect("it can be written");
        let converse: ConverseRequest = bedrock_types::json::from_slice(&bytes).expect("it can be read");
        prop_assert_eq!(converse.to_params("m").expect("it can be carried"), params);
    }
}

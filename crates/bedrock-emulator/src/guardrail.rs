//! Guardrails: one that always steps in, and any other, which never does.
//!
//! Every well-formed name is that of a guardrail here. [`ALWAYS_BLOCKS`] finds something in each prompt: the model is not asked,
//! and the answer is the guardrail's, as on Bedrock when an input is blocked. The form of the trace is that of a recorded answer
//! of Converse; InvokeModel has it in `amazon-bedrock-trace`, with shorter names.
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-invoke-model.html>

use bedrock_types::{Message, TextBlock, Usage};
use serde_json::{Value, json};

/// The id that a client tries a guardrail with.
pub(crate) const ALWAYS_BLOCKS: &str = "alwaysblocks";

/// A guardrail that a call asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Guardrail {
    /// Its id; of an ARN the last part.
    pub(crate) id: String,
    pub(crate) version: String,
    /// Whether the answer is to say what it did.
    pub(crate) traced: bool,
}

impl Guardrail {
    /// Whether it blocks the prompt.
    pub(crate) fn intervenes(&self) -> bool {
        self.id == ALWAYS_BLOCKS
    }

    /// What InvokeModel calls that.
    pub(crate) fn action(&self) -> &'static str {
        if self.intervenes() { "INTERVENED" } else { "NONE" }
    }

    /// Makes the model's answer the one that comes in its place, if it blocks the prompt.
    pub(crate) fn answer(&self, message: &mut Message) {
        if self.intervenes() {
            message.content = vec![TextBlock::new(BLOCKED).into()];
            message.usage = Usage::new(0, 0).cache_creation_input_tokens(0).cache_read_input_tokens(0);
            // InvokeModel says no more than that; what stopped the answer is in `amazon-bedrock-guardrailAction`.
            message.stop_reason = Some(bedrock_types::StopReason::EndTurn);
            message.stop_sequence = None;
        }
    }

    /// What it did, as InvokeModel says it in `amazon-bedrock-trace`; `None` unless the call wants to know.
    pub(crate) fn trace(&self) -> Option<Value> {
        self.traced
            .then(|| json!({"guardrail": {"input": self.assessments(), "actionReason": self.reason()}}))
    }

    /// The same as Converse says it in `trace`.
    pub(crate) fn converse_trace(&self) -> Option<Value> {
        self.traced.then(
            || json!({"guardrail": {"inputAssessment": self.assessments(), "actionReason": self.reason()}}),
        )
    }

    fn reason(&self) -> &'static str {
        if self.intervenes() { "Guardrail blocked." } else { "No action." }
    }

    fn assessments(&self) -> Value {
        let metrics = json!({
            "guardrailProcessingLatency": 100,
            "usage": {
                "topicPolicyUnits": 0,
                "contentPolicyUnits": 0,
                "wordPolicyUnits": 1,
                "sensitiveInformationPolicyUnits": 0,
                "sensitiveInformationPolicyFreeUnits": 0,
                "contextualGroundingPolicyUnits": 0,
            },
        });
        let mut assessment = json!({"invocationMetrics": metrics});
        if self.intervenes() {
            let word = json!({"match": "everything", "action": "BLOCKED", "detected": true});
            assessment["wordPolicy"] = json!({"customWords": [word], "managedWordLists": []});
        }
        json!({ &self.id: assessment })
    }
}

const BLOCKED: &str = "The emulator's guardrail blocked this prompt.";

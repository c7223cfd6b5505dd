//! Which part of an answer may stand in a conversation: what the API would refuse there is left out.

use bedrock_client::Message;
use bedrock_types::{Content, ContentBlock, MessageParam, Role};

/// Whether an answer ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Whole,
    Stopped,
}

/// The answer as a turn; `None` if there is nothing that could be one.
///
/// Blank text is refused by the API, and so are calls of tools that nobody answers and thinking at the end. Of an answer that was
/// stopped, text stays, and thinking that had ended.
pub(super) fn kept(message: Message, end: End) -> Option<MessageParam> {
    let mut blocks = message.content;
    blocks.retain(|block| match block {
        ContentBlock::Text(text) => !text.text.trim().is_empty(),
        ContentBlock::Thinking(thinking) => thinking.signature.is_some(),
        ContentBlock::RedactedThinking(_) => true,
        ContentBlock::ToolUse(_) => false,
        _ => end == End::Whole,
    });
    while blocks.last().is_some_and(is_thinking) {
        blocks.pop();
    }
    if blocks.is_empty() { None } else { Some(MessageParam::new(message.role, blocks)) }
}

/// Takes the thinking out of a conversation: it is bound to the model that thought it and to what stood before it, and need not be
/// given back once an answer has ended.
pub(super) fn forget_thinking(turns: &mut [MessageParam]) {
    for turn in turns {
        if let Content::Blocks(blocks) = &mut turn.content {
            blocks.retain(|block| !is_thinking(block));
        }
    }
}

/// Takes the last question out of a conversation, with what was answered.
pub(super) fn take_question(turns: &mut Vec<MessageParam>) -> Option<MessageParam> {
    let question = turns.iter().rposition(|turn| turn.role == Role::User)?;
    turns.drain(question..).next()
}

fn is_thinking(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::Thinking(_) | ContentBlock::RedactedThinking(_))
}

#[cfg(test)]
mod tests {
    use bedrock_types::json;

    use super::*;

    fn kept_of(content: &str, end: End) -> Option<String> {
        let message = format!(
            r#"{{"id":"m","type":"message","role":"assistant","model":"m","content":{content},
                "stop_reason":null,"stop_sequence":null,"usage":{{"input_tokens":1,"output_tokens":1}}}}"#
        );
        let turn = kept(json::from_slice(message.as_bytes()).expect("a message"), end)?;
        assert_eq!(turn.role, Role::Assistant);
        Some(serde_json::to_string(&turn.content).expect("JSON"))
    }

    const TEXT: &str = r#"{"type":"text","text":"Hello "}"#;
    const THOUGHT: &str = r#"{"type":"thinking","thinking":"hm","signature":"s"}"#;
    const THINKING: &str = r#"{"type":"thinking","thinking":"h"}"#;
    const CALL: &str = r#"{"type":"tool_use","id":"t","name":"f","partial_json":"{\"a"}"#;

    #[test]
    fn of_a_stopped_answer_text_stays_and_what_is_unfinished_goes() {
        for (content, expected) in [
            (format!("[{TEXT}]"), Some(format!("[{TEXT}]"))),
            (format!("[{THOUGHT},{TEXT},{CALL}]"), Some(format!("[{THOUGHT},{TEXT}]"))),
            (format!("[{TEXT},{THINKING}]"), Some(format!("[{TEXT}]"))),
            (format!("[{TEXT},{THOUGHT}]"), Some(format!("[{TEXT}]"))),
            (format!("[{THOUGHT}]"), None),
            (r#"[{"type":"text","text":" \n"}]"#.to_owned(), None),
            ("[]".to_owned(), None),
        ] {
            assert_eq!(kept_of(&content, End::Stopped), expected, "{content}");
        }
    }

    #[test]
    fn of_a_whole_answer_stays_what_needs_no_reply() {
        let summary = r#"{"type":"compaction","content":"so far"}"#;
        let content = format!("[{summary},{THOUGHT},{TEXT},{CALL}]");
        assert_eq!(kept_of(&content, End::Whole), Some(format!("[{summary},{THOUGHT},{TEXT}]")));
    }

    #[test]
    fn a_question_is_taken_with_its_answer() {
        let mut turns = vec![MessageParam::user("a"), MessageParam::assistant("b"), MessageParam::user("c")];
        assert_eq!(take_question(&mut turns), Some(MessageParam::user("c")));
        turns.push(MessageParam::user("d"));
        turns.push(MessageParam::assistant("e"));
        assert_eq!(take_question(&mut turns), Some(MessageParam::user("d")));
        assert_eq!(turns, [MessageParam::user("a"), MessageParam::assistant("b")]);
        assert_eq!(take_question(&mut Vec::new()), None);
    }

    #[test]
    fn thinking_is_forgotten_and_the_rest_stays() {
        let mut turns: Vec<MessageParam> = json::from_slice(
            format!(
                r#"[{{"role":"user","content":"a"}},{{"role":"assistant","content":[{THOUGHT},{TEXT}]}}]"#
            )
            .as_bytes(),
        )
        .expect("turns");
        forget_thinking(&mut turns);
        assert_eq!(serde_json::to_string(&turns[1].content).expect("JSON"), format!("[{TEXT}]"));
    }
}

//! The conversation of a run: pure, and at any moment one that Bedrock takes, in which each call of a tool has its one answer.

use bedrock_types::{
    ContentBlock, ExtraFields, Message, MessageCreateParams, MessageParam, RawJson, ToolChoice,
    ToolChoiceAuto, ToolInput, ToolResultBlock, ToolUseBlock, Usage,
};

use super::usage;

/// What was said, and what of it is not answered yet.
#[derive(Debug)]
pub(super) struct Conversation {
    /// The request that is sent next.
    params: MessageCreateParams,
    /// The model's last answer.
    last: Option<Message>,
    /// The answers to the calls of the model's last answer, in the order of the calls. Empty once they are part of the request.
    results: Vec<Option<ToolResultBlock>>,
    usage: Usage,
    turns: u32,
}

impl Conversation {
    pub(super) fn new(params: MessageCreateParams) -> Self {
        Self { params, last: None, results: Vec::new(), usage: Usage::new(0u64, 0u64), turns: 0 }
    }

    /// Takes the model's answer. One without calls is history at once; one with calls waits for their results, since Bedrock takes
    /// it only with them.
    pub(super) fn take(&mut self, message: Message) {
        self.turns += 1;
        usage::add(&mut self.usage, &message.usage);
        // It was for the beginning: a model that must call a tool each time never comes to an end.
        relax(&mut self.params.tool_choice);
        self.results = message.tool_uses().map(|_| None).collect();
        self.last = Some(message);
        if self.results.is_empty() {
            self.settle();
        }
    }

    /// Takes the result of a call, by its place among the calls of the turn. The first one counts.
    pub(super) fn answer(&mut self, call: usize, result: ToolResultBlock) {
        if let Some(slot @ None) = self.results.get_mut(call) {
            *slot = Some(result);
        }
        if self.results.iter().all(Option::is_some) {
            self.settle();
        }
    }

    /// Answers what is open with an error, so that the conversation can go on in another way.
    pub(super) fn close(&mut self, why: &str) {
        let open: Vec<_> = self.open_calls().map(|(index, call)| (index, failure(&call.id, why))).collect();
        for (index, result) in open {
            self.answer(index, result);
        }
    }

    /// Adds a turn of the caller's.
    pub(super) fn push(&mut self, message: MessageParam) {
        self.close(NOT_RUN);
        self.params.messages.push(message);
    }

    /// The calls that have no result yet, with their places.
    pub(super) fn open_calls(&self) -> impl Iterator<Item = (usize, &ToolUseBlock)> {
        let calls = self.last.iter().flat_map(Message::tool_uses);
        self.results.iter().zip(calls).enumerate().filter_map(|(index, (result, call))| match result {
            None => Some((index, call)),
            Some(_) => None,
        })
    }

    pub(super) fn params(&self) -> &MessageCreateParams {
        &self.params
    }

    pub(super) fn params_mut(&mut self) -> &mut MessageCreateParams {
        &mut self.params
    }

    /// The whole conversation, which Bedrock takes as it is.
    pub(super) fn into_params(mut self) -> MessageCreateParams {
        self.close(NOT_RUN);
        self.params
    }

    pub(super) fn last(&self) -> Option<&Message> {
        self.last.as_ref()
    }

    pub(super) fn usage(&self) -> &Usage {
        &self.usage
    }

    pub(super) fn turns(&self) -> u32 {
        self.turns
    }

    /// Makes the last answer history, with the results of its calls in one turn behind it: results that come one by one teach the
    /// model to make one call at a time.
    /// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/parallel-tool-use>
    fn settle(&mut self) {
        let Some(message) = &self.last else { return };
        self.params.messages.extend(as_history(message));
        let results: Vec<ContentBlock> = self.results.drain(..).flatten().map(Into::into).collect();
        if !results.is_empty() {
            self.params.messages.push(MessageParam::user(results));
        }
    }
}

/// An answer as it goes back: every block as it came, except for input of tools that is not JSON, which no request can hold.
/// `None` for an answer without content: a request with an empty turn is refused.
///
/// Such input is wrapped, as Anthropic advises:
/// <https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming>
pub(crate) fn as_history(message: &Message) -> Option<MessageParam> {
    let mut content = message.content.clone();
    for block in &mut content {
        let input = match block {
            ContentBlock::ToolUse(call) => &mut call.input,
            ContentBlock::ServerToolUse(call) => &mut call.input,
            _ => continue,
        };
        if let ToolInput::Partial(text) = input {
            let mut wrapped = ExtraFields::default();
            wrapped.insert("INVALID_JSON", RawJson::of(text).expect("a text has a JSON form"));
            *input = ToolInput::Json(RawJson::of(&wrapped).expect("so has an object of texts"));
        }
    }
    (!content.is_empty()).then(|| MessageParam::new(message.role.clone(), content))
}

/// The answer to a call that failed.
pub(crate) fn failure(id: &str, why: impl Into<bedrock_types::Content>) -> ToolResultBlock {
    ToolResultBlock::new(id).content(why).is_error(true)
}

/// What a forced choice becomes after the first turn.
fn relax(choice: &mut Option<ToolChoice>) {
    let single = match choice {
        Some(ToolChoice::Any(any)) => any.disable_parallel_tool_use,
        Some(ToolChoice::Tool(tool)) => tool.disable_parallel_tool_use,
        Some(ToolChoice::Auto(_) | ToolChoice::None(_) | ToolChoice::Unknown(_)) | None => return,
        Some(_) => return,
    };
    let mut auto = ToolChoiceAuto::new();
    auto.disable_parallel_tool_use = single;
    *choice = Some(auto.into());
}

const NOT_RUN: &str = "The tool was not run: the run ended before.";

#[cfg(test)]
mod tests {
    use bedrock_types::{
        RedactedThinkingBlock, Role, TextBlock, ThinkingBlock, ToolChoiceAny, check::Rule, models,
    };
    use proptest::prelude::*;

    use super::*;

    fn message(content: Vec<ContentBlock>) -> Message {
        Message::new("msg_1", Role::Assistant, "m", content, Usage::new(3u64, 5u64))
    }

    fn call(id: &str) -> ContentBlock {
        ToolUseBlock::new(id, "f", RawJson::parse("{}").expect("JSON")).into()
    }

    fn started() -> Conversation {
        let tool = bedrock_types::CustomTool::new("f", RawJson::parse(r#"{"type":"object"}"#).expect("JSON"));
        Conversation::new(MessageCreateParams::new("sonnet", 64u64).tool(tool).user("go"))
    }

    /// One turn of the model: how many calls it makes, and in which order their results come, if they come.
    fn turn() -> impl Strategy<Value = (bool, Vec<usize>)> {
        (
            any::<bool>(),
            (0usize..5).prop_flat_map(|calls| Just((0..calls).collect::<Vec<_>>()).prop_shuffle()),
        )
    }

    /// Every call is answered once, at the head of the next turn.
    fn assert_valid(params: &MessageCreateParams) {
        let model = models::find("sonnet-4.6").expect("in the catalog");
        for finding in params.check(model) {
            let broken = matches!(
                finding.rule,
                Rule::ToolCallWithoutResult | Rule::ToolResultWithoutCall | Rule::ToolResultNotFirst
            );
            assert!(!broken, "{finding} in {params:?}");
        }
    }

    proptest! {
        #[test]
        fn the_conversation_is_valid_at_any_moment(turns in proptest::collection::vec(turn(), 1..6), cut in 0usize..5) {
            let mut conversation = started();
            let last = turns.len() - 1;
            for (index, (with_text, order)) in turns.iter().enumerate() {
                let mut content = vec![];
                if *with_text {
                    content.push(TextBlock::new("well").into());
                }
                content.extend((0..order.len()).map(|call_index| call(&format!("toolu_{index}_{call_index}"))));
                conversation.take(message(content));
                assert_valid(conversation.params());
                let given = if index == last { order.len().min(cut) } else { order.len() };
                for place in &order[..given] {
                    let result = ToolResultBlock::new(format!("toolu_{index}_{place}")).content("done");
                    conversation.answer(*place, result);
                    assert_valid(conversation.params());
                }
                if order.is_empty() {
                    conversation.push(MessageParam::user("go on"));
                }
            }
            let calls: usize = turns.iter().map(|(_, order)| order.len()).sum();
            prop_assert_eq!(conversation.usage().input_tokens, 3 * turns.len() as u64);
            let params = conversation.into_params();
            assert_valid(&params);
            let answered: Vec<_> = results(&params);
            prop_assert_eq!(answered.len(), calls, "nothing is lost");
            for turn in params.messages {
                let ids: Vec<_> = turn.content.blocks().iter().filter_map(id_of_result).map(str::to_owned).collect();
                prop_assert!(ids.is_sorted(), "results stand in the order of the calls: {:?}", ids);
            }
        }
    }

    fn id_of_result(block: &ContentBlock) -> Option<&str> {
        match block {
            ContentBlock::ToolResult(result) => Some(&result.tool_use_id),
            _ => None,
        }
    }

    fn results(params: &MessageCreateParams) -> Vec<&str> {
        params.messages.iter().flat_map(|turn| turn.content.blocks()).filter_map(id_of_result).collect()
    }

    #[test]
    fn a_call_is_answered_once() {
        let mut conversation = started();
        conversation.take(message(vec![call("toolu_1"), call("toolu_2")]));
        for text in ["first", "second"] {
            conversation.answer(0, ToolResultBlock::new("toolu_1").content(text));
        }
        conversation.answer(7, ToolResultBlock::new("toolu_7"));
        let params = conversation.into_params();
        assert_eq!(results(&params), ["toolu_1", "toolu_2"]);
        let said = serde_json::to_string(&params.messages).expect("JSON");
        assert!(
            said.contains("first") && !said.contains("second") && said.contains(r#""is_error":true"#),
            "{said}"
        );
    }

    #[test]
    fn thinking_and_input_go_back_as_they_came() {
        let blocks: Vec<ContentBlock> = vec![
            ThinkingBlock::new("hm").signature("c2ln").into(),
            RedactedThinkingBlock::new("ZGF0YQ==").into(),
            ToolUseBlock::new("toolu_1", "f", RawJson::parse(r#"{"n": 1.0e2 , "n":2}"#).expect("JSON"))
                .into(),
        ];
        let history = as_history(&message(blocks.clone())).expect("content");
        assert_eq!(history.content.blocks(), blocks);
    }

    #[test]
    fn input_that_is_not_json_goes_back_wrapped() {
        let cut = ToolUseBlock::new("toolu_1", "f", ToolInput::Partial(r#"{"a": "#.to_owned()));
        let history = as_history(&message(vec![cut.into()])).expect("content");
        let json = serde_json::to_string(&history).expect("JSON");
        assert!(json.contains(r#""input":{"INVALID_JSON":"{\"a\": "}"#), "{json}");
    }

    #[test]
    fn an_empty_answer_is_no_turn() {
        let mut conversation = started();
        conversation.take(message(vec![]));
        assert_eq!(conversation.params().messages.len(), 1);
        assert!(conversation.last().is_some());
    }

    #[test]
    fn a_forced_choice_is_for_the_first_turn() {
        let mut conversation = started();
        let any = ToolChoiceAny::new().disable_parallel_tool_use(true);
        conversation.params_mut().tool_choice = Some(any.into());
        conversation.take(message(vec![call("toolu_1")]));
        let choice = conversation.into_params().tool_choice.expect("still chosen");
        assert_eq!(choice.kind(), "auto");
        assert!(
            serde_json::to_string(&choice).expect("JSON").contains(r#""disable_parallel_tool_use":true"#)
        );
    }
}

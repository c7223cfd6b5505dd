//! The law that holds the routes together: whichever is asked, and whether whole or streamed, the message is the same.

use bedrock_transport::event_stream::{Decoder, decode_payload_part};
use bedrock_transport::sse::SseDecoder;
use bedrock_types::converse::{
    ConverseOptions, ConverseRequest, ConverseResponse, ConverseStreamEvent, FromConverseStream,
};
use bedrock_types::{
    Content, ContentBlock, CustomTool, InvokeModelBody, Message, MessageAccumulator, MessageCreateParams,
    MessageStreamEvent, MessagesBody, RawJson, TextBlock, json, messages_headers,
};
use http::Response;
use proptest::prelude::*;

use crate::answer::Content as Body;
use crate::frames::StreamFormat;
use crate::testing::TestRequest;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_message_is_the_same_on_every_route(params in params()) {
        let mut answers = every_route(&params).into_iter();
        let expected = answers.next().expect("there are eight");
        for answer in answers {
            prop_assert_eq!(&answer, &expected);
        }
    }
}

/// What all routes can carry: texts in both forms, several turns, tools, and where to stop.
fn params() -> impl Strategy<Value = MessageCreateParams> {
    let text = || "[a-zA-Zü😀\n\"\\\\]{0,20}[a-z]";
    let content = || {
        prop_oneof![
            text().prop_map(Content::Text),
            proptest::collection::vec(text(), 1..3).prop_map(|texts| {
                Content::Blocks(
                    texts.into_iter().map(|text| ContentBlock::from(TextBlock::new(text))).collect(),
                )
            }),
        ]
    };
    let turns = proptest::collection::vec((content(), content()), 0..3);
    let stops = proptest::option::of(proptest::collection::vec("[a-z]{1,3}", 1..3));
    (turns, content(), proptest::option::of(content()), stops, 1_u64..60, any::<bool>()).prop_map(
        |(turns, last, system, stops, max_tokens, with_tool)| {
            let mut params = MessageCreateParams::new("haiku", max_tokens);
            for (user, assistant) in turns {
                params = params.user(user).assistant(assistant);
            }
            params = params.user(last);
            params.system = system;
            params.stop_sequences = stops;
            if with_tool {
                let schema = RawJson::parse(r#"{"type":"object","properties":{"city":{"type":"string"}}}"#);
                let schema = schema.expect("a schema is JSON");
                params.tools = Some(vec![CustomTool::new("weather", schema).description("Looks up").into()]);
            }
            params
        },
    )
}

fn every_route(params: &MessageCreateParams) -> Vec<Message> {
    let of = |model: &str| {
        let mut params = params.clone();
        model.clone_into(&mut params.model);
        params
    };
    let mut requests = Vec::new();

    let runtime = of(PROFILE);
    let path = |name: &str| format!("/model/{}/{name}", PROFILE.replace(':', "%3A"));
    for name in ["invoke", "invoke-with-response-stream"] {
        requests.push(TestRequest::post(&path(name), text_of(&InvokeModelBody(&runtime))));
    }
    let converse = ConverseRequest::from_params(&runtime, &ConverseOptions::default())
        .expect("all of it can be carried");
    for name in ["converse", "converse-stream"] {
        requests.push(TestRequest::post(&path(name), text_of(&converse)));
    }
    let on_mantle = of(MANTLE);
    for (path, params, service) in [
        ("/anthropic/v1/messages", &runtime, "bedrock"),
        ("/mantle/anthropic/v1/messages", &on_mantle, "bedrock-mantle"),
    ] {
        for body in [MessagesBody::new(params), MessagesBody::streaming(params)] {
            let mut request = TestRequest::post(path, text_of(&body)).signed_for(service);
            for (name, value) in messages_headers(params).expect("the version is the default") {
                request = request.header(name, &value);
            }
            requests.push(request);
        }
    }
    requests.iter().map(|request| message(&request.answer())).collect()
}

fn text_of(body: &impl serde::Serialize) -> String {
    serde_json::to_string(body).expect("a request of texts and numbers is JSON")
}

/// The message of an answer, without what differs by nature.
fn message(response: &Response<Body>) -> Message {
    assert_eq!(response.status(), 200, "{response:?}");
    let mut message = match response.body() {
        Body::Whole(body) => {
            let converse = json::from_slice::<ConverseResponse>(body);
            let converse = converse.map(|answer| answer.to_message("", "").expect("a message"));
            converse.or_else(|_| json::from_slice(body)).expect("one of the two")
        }
        Body::Frames(format, frames) => accumulated(events(*format, &frames.concat())),
    };
    // Converse has neither.
    message.id.clear();
    message.model.clear();
    message
}

fn accumulated(events: Vec<MessageStreamEvent>) -> Message {
    let mut accumulator = MessageAccumulator::new();
    for event in events {
        accumulator.push(&event).expect("events come in order");
    }
    assert!(accumulator.is_complete());
    accumulator.into_snapshot().expect("a message began")
}

/// The events of Messages that a streamed body stands for.
pub(super) fn events(format: StreamFormat, body: &[u8]) -> Vec<MessageStreamEvent> {
    let mut events = Vec::new();
    if format == StreamFormat::Sse {
        let mut decoder = SseDecoder::new();
        decoder.push(body.to_vec().into());
        while let Some(event) = decoder.next_event().expect("sound events") {
            let read = MessageStreamEvent::from_chunk(&event.data).expect("JSON").expect("an event");
            assert_eq!(event.event.as_deref(), Some(read.kind()));
            events.push(read);
        }
        decoder.finish().expect("whole events");
        return events;
    }
    let mut converse = FromConverseStream::new("", "");
    let mut decoder = Decoder::new();
    decoder.push(body.to_vec().into());
    while let Some(frame) = decoder.next_message().expect("sound frames") {
        let name = frame.event_type().expect("an event");
        if name == "chunk" {
            let json = decode_payload_part(&frame.payload).expect("base64");
            events.extend(MessageStreamEvent::from_chunk(&json).expect("JSON"));
        } else {
            events
                .extend(converse.push(&ConverseStreamEvent::from_frame(name, &frame.payload).expect("JSON")));
        }
    }
    events.extend(converse.finish());
    decoder.finish().expect("whole frames");
    events
}

const PROFILE: &str = "global.anthropic.claude-haiku-4-5-20251001-v1:0";
const MANTLE: &str = "anthropic.claude-haiku-4-5";

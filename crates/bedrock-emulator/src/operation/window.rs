//! How much input a model has room for.
//!
//! What is counted is what an answer bills and `CountTokens` tells. InvokeModel and Converse say that it is too much, the Messages API also
//! by how much; the words are from answers that others quote (2026-11). The answer's own room is not looked at.

use bedrock_types::models::{BetaStatus, ModelInfo};
use bedrock_types::{MessageCreateParams, Route};

use crate::error::AwsError;

/// Holds the input to the model's window.
///
/// # Errors
///
/// `ValidationException`: it does not fit.
pub(super) fn check(
    input_tokens: u64,
    params: &MessageCreateParams,
    model: &ModelInfo,
    route: Route,
) -> Result<(), AwsError> {
    let window = window(params, model);
    if input_tokens <= window {
        return Ok(());
    }
    Err(AwsError::validation(match route {
        Route::InvokeModel => TOO_LONG.to_owned(),
        Route::Converse => format!("The model returned the following errors: {TOO_LONG}"),
        _ => format!("prompt is too long: {input_tokens} tokens > {window} maximum"),
    }))
}

fn window(params: &MessageCreateParams, model: &ModelInfo) -> u64 {
    let has_flag = params.betas.iter().flatten().any(|flag| flag.as_str() == CONTEXT_1M);
    let flag = model.betas.iter().find(|beta| beta.flag == CONTEXT_1M && has_flag);
    widened(model.context_window.into(), flag.map(|flag| flag.status))
}

/// With this flag of the model in the request: one that was withdrawn changes nothing.
fn widened(window: u64, flag: Option<BetaStatus>) -> u64 {
    if flag == Some(BetaStatus::Needed) { MILLION } else { window }
}

const TOO_LONG: &str = "Input is too long for requested model.";
const CONTEXT_1M: &str = "context-1m-2025-08-07";
const MILLION: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use bedrock_types::models::find;
    use http::Response;
    use serde_json::{Value, json};

    use super::*;
    use crate::answer::Content;
    use crate::testing::TestRequest;

    fn room(model: &ModelInfo, betas: &[&'static str]) -> u64 {
        let params = betas.iter().fold(MessageCreateParams::new("m", 1), |params, flag| params.beta(*flag));
        let fits = |tokens| check(tokens, &params, model, Route::InvokeModel).is_ok();
        let room = [100_000, 200_000, MILLION].into_iter().filter(|tokens| fits(*tokens)).max();
        let room = room.expect("100,000 always fit");
        assert!(!fits(room + 1));
        room
    }

    #[test]
    fn the_window_is_the_catalogs() {
        for (name, tokens) in
            [("opus-4.6", MILLION), ("haiku-4.5", 200_000), ("anthropic.claude-v2", 100_000)]
        {
            let model = find(name).expect("in the catalog");
            assert_eq!(room(model, &[]), tokens, "{name}");
            assert_eq!(room(model, &[CONTEXT_1M]), tokens, "{name}");
        }
    }

    #[test]
    fn a_flag_widens_it_only_where_the_model_takes_it() {
        assert_eq!(widened(200_000, Some(BetaStatus::Needed)), MILLION);
        assert_eq!(widened(200_000, Some(BetaStatus::Withdrawn)), 200_000);
        assert_eq!(widened(MILLION, None), MILLION);
        // Those who have one in the catalog had it, and have no more.
        let sonnet = find("sonnet-4.5").expect("in the catalog");
        assert_eq!((room(sonnet, &[]), room(sonnet, &[CONTEXT_1M])), (200_000, 200_000));
    }

    #[test]
    fn every_route_says_it_in_its_words_when_the_last_token_is_over() {
        let too_long = "Input is too long for requested model.";
        let of_converse = format!("The model returned the following errors: {too_long}");
        let by_how_much = "prompt is too long: 200001 tokens > 200000 maximum";
        let full = "a".repeat(4 * 200_000 - r#"[{"role":"user","content":""}]"#.len());
        for (path, said) in [
            ("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke", too_long),
            ("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse-stream", &of_converse),
            ("/anthropic/v1/messages", by_how_much),
            ("/mantle/anthropic/v1/messages", by_how_much),
        ] {
            assert_eq!(asked(path, &full).status(), 200, "{path}");
            let refused = asked(path, &format!("{full}a"));
            let body = json_of(&refused).to_string();
            assert_eq!(refused.status(), 400, "{body}");
            assert!(body.contains(&format!("\"{said}\"")), "{body}");
        }
        let invoked = asked("/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke", &full);
        assert_eq!(json_of(&invoked)["usage"]["input_tokens"], 200_000);
        assert_eq!(invoked.headers()["x-amzn-bedrock-input-token-count"], "200000");
    }

    /// What is too long for the model can still be counted, by the same rule.
    #[test]
    fn a_count_is_what_the_refusal_names() {
        let long = "a".repeat(4 * 200_001 - r#"[{"role":"user","content":""}]"#.len());
        let request =
            json!({"model": "anthropic.claude-haiku-4-5", "messages": [{"role": "user", "content": long}]});
        let path = "/mantle/anthropic/v1/messages/count_tokens";
        let response = TestRequest::post(path, request.to_string())
            .header("anthropic-version", "2023-06-01")
            .signed_for("bedrock-mantle")
            .answer();
        assert_eq!(json_of(&response), json!({"input_tokens": 200_001}));
    }

    #[test]
    fn base64_takes_no_room_of_its_own() {
        let content = json!([
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "QUJD".repeat(250_000)}},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "QUJD".repeat(250_000)}},
            {"type": "text", "text": "What is in these?"},
        ]);
        let body = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": [{"role": "user", "content": content}]});
        let path = "/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke";
        let answer = TestRequest::post(path, body.to_string()).answer();
        let tokens = json_of(&answer)["usage"]["input_tokens"].as_u64().unwrap();
        assert!((3_600..3_800).contains(&tokens), "{tokens}");
    }

    fn asked(path: &str, text: &str) -> Response<Content> {
        let words = json!({"role": "user", "content": text});
        let (body, service) = match path {
            "/anthropic/v1/messages" => {
                let model = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
                (json!({"model": model, "max_tokens": 64, "messages": [words]}), "bedrock")
            }
            "/mantle/anthropic/v1/messages" => {
                let model = "anthropic.claude-haiku-4-5";
                (json!({"model": model, "max_tokens": 64, "messages": [words]}), "bedrock-mantle")
            }
            path if path.ends_with("/invoke") => {
                let version = "bedrock-2023-05-31";
                (json!({"anthropic_version": version, "max_tokens": 64, "messages": [words]}), "bedrock")
            }
            _ => (json!({"messages": [{"role": "user", "content": [{"text": text}]}]}), "bedrock"),
        };
        TestRequest::post(path, body.to_string())
            .header("anthropic-version", "2023-06-01")
            .signed_for(service)
            .answer()
    }

    fn json_of(response: &Response<Content>) -> Value {
        let Content::Whole(body) = response.body() else { panic!("a stream") };
        serde_json::from_slice(body).unwrap()
    }
}

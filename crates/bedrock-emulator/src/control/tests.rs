//! The operations over their wire: what is answered, what is refused, and what follows from what was changed.

use serde_json::{Value, json};

use super::ModelAccess;
use crate::account::Account;
use crate::answer::Content;
use crate::testing::{TestRequest, answer, now, refusal};

/// An account, asked by signed requests.
#[derive(Default)]
struct Asked(Account);

impl Asked {
    fn without_access() -> Self {
        let mut account = Account::default();
        account.control.access = ModelAccess::none();
        Self(account)
    }

    fn request(&self, request: TestRequest) -> http::Response<Content> {
        let (head, body) = request.signed();
        answer(&head, &body, now(), &self.0)
    }

    fn ask(&self, method: &'static str, path: &str, body: Value) -> http::Response<Content> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.request(TestRequest { method, ..TestRequest::post(path, body) })
    }

    /// Status and body of an answer that is none of a refusal.
    fn ok(&self, method: &'static str, path: &str, body: Value) -> (u16, Value) {
        let response = self.ask(method, path, body);
        assert!(response.status().is_success(), "{:?}", refusal(&response));
        let Content::Whole(body) = response.body() else { panic!("{response:?}") };
        (response.status().as_u16(), serde_json::from_slice(body).unwrap())
    }

    fn get(&self, path: &str) -> Value {
        self.ok("GET", path, Value::Null).1
    }

    /// Status, code and message.
    fn refused(&self, method: &'static str, path: &str, body: Value) -> (u16, String, String) {
        refusal(&self.ask(method, path, body))
    }

    /// What calling a model ends with.
    fn invoke(&self, segment: &str) -> (u16, String) {
        let response = self.request(TestRequest::hello().model(segment));
        match response.status().is_success() {
            true => (response.status().as_u16(), String::new()),
            false => {
                let (status, code, _) = refusal(&response);
                (status, code)
            }
        }
    }
}

fn texts<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap()).collect()
}

#[test]
fn models_are_those_of_the_region_and_pass_the_filters() {
    let asked = Asked::default();
    let listed = |query: &str| asked.get(&format!("/foundation-models{query}"))["modelSummaries"].clone();
    let all = listed("");
    let ids = texts(&all, "modelId");
    assert!(ids.contains(&"anthropic.claude-opus-4-8"), "{ids:?}");
    assert!(!ids.contains(&"anthropic.claude-v2"), "it is gone: {ids:?}");
    for (query, expected) in [
        ("?byProvider=anthropic", ids.len()),
        ("?byProvider=Anthropic&byOutputModality=TEXT", ids.len()),
        ("?byProvider=meta", 0),
        ("?byOutputModality=EMBEDDING", 0),
        ("?byCustomizationType=FINE_TUNING", 0),
        ("?byInferenceType=PROVISIONED", 0),
    ] {
        assert_eq!(listed(query).as_array().unwrap().len(), expected, "{query}");
    }
    let on_demand = listed("?byInferenceType=ON_DEMAND");
    assert!(on_demand.as_array().unwrap().len() < ids.len());
    let (status, code, message) =
        asked.refused("GET", "/foundation-models?byOutputModality=text", Value::Null);
    assert_eq!((status, code.as_str()), (400, "ValidationException"));
    assert!(message.contains("'byOutputModality' failed to satisfy constraint"), "{message}");
}

#[test]
fn a_model_is_described_by_id_and_arn() {
    let asked = Asked::default();
    let model = asked.get("/foundation-models/anthropic.claude-opus-4-8")["modelDetails"].clone();
    let arn = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8";
    assert_eq!(model["modelArn"], arn);
    assert_eq!(model["inferenceTypesSupported"], json!(["INFERENCE_PROFILE"]));
    assert_eq!(model["modelLifecycle"]["status"], "ACTIVE");
    let escaped = arn.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(asked.get(&format!("/foundation-models/{escaped}"))["modelDetails"], model);
    for (id, expected) in [
        ("anthropic.claude-v2", (404, "ResourceNotFoundException")),
        ("us.anthropic.claude-opus-4-8", (404, "ResourceNotFoundException")),
        ("nothing", (400, "ValidationException")),
    ] {
        let (status, code, _) = asked.refused("GET", &format!("/foundation-models/{id}"), Value::Null);
        assert_eq!((status, code.as_str()), expected, "{id}");
    }
}

#[test]
fn pages_of_profiles_hold_each_of_them_once() {
    let asked = Asked::default();
    let all = asked.get("/inference-profiles?maxResults=1000");
    assert_eq!(all["nextToken"], Value::Null);
    let all = all["inferenceProfileSummaries"].clone();
    let (mut read, mut token, mut pages) = (Vec::new(), None, 0);
    loop {
        let query = token.map_or(String::new(), |token: String| {
            format!("&nextToken={}", token.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
        });
        let page = asked.get(&format!("/inference-profiles?maxResults=7{query}"));
        read.extend(page["inferenceProfileSummaries"].as_array().unwrap().clone());
        pages += 1;
        let Some(next) = page["nextToken"].as_str() else { break };
        assert!(next.starts_with("+/"), "{next} has to be escaped");
        token = Some(next.to_owned());
    }
    assert_eq!(Value::from(read.clone()), all);
    assert_eq!(pages, read.len().div_ceil(7));
    for query in ["maxResults=0", "maxResults=1001", "nextToken=abc", "nextToken=-_8%3D", "type=MINE"] {
        let (status, code, _) = asked.refused("GET", &format!("/inference-profiles?{query}"), Value::Null);
        assert_eq!((status, code.as_str()), (400, "ValidationException"), "{query}");
    }
}

#[test]
fn a_profile_is_made_called_and_deleted() {
    let asked = Asked::default();
    let source = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-8";
    let request = json!({"inferenceProfileName": "Search team", "description": "Who pays", "modelSource": {"copyFrom": source},
        "clientRequestToken": "once", "tags": [{"key": "team", "value": "search"}]});
    let (status, made) = asked.ok("POST", "/inference-profiles", request.clone());
    assert_eq!((status, &made["status"]), (201, &json!("ACTIVE")));
    assert_eq!(
        asked.ok("POST", "/inference-profiles", request.clone()).1,
        made,
        "the token makes it the same"
    );
    let mut other = request.clone();
    other["description"] = json!("Another");
    assert_eq!(asked.refused("POST", "/inference-profiles", other).1, "ConflictException");

    let arn = made["inferenceProfileArn"].as_str().unwrap();
    let id = arn.rsplit_once('/').unwrap().1;
    assert!(id.len() == 12 && arn.contains(":application-inference-profile/"), "{arn}");
    let listed = asked.get("/inference-profiles?type=APPLICATION")["inferenceProfileSummaries"].clone();
    assert_eq!(texts(&listed, "inferenceProfileName"), ["Search team"]);
    assert_eq!(asked.get(&format!("/inference-profiles/{id}")), listed[0]);
    assert_eq!(listed[0]["createdAt"], "2026-11-22T00:00:00Z");

    let escaped = arn.replace('/', "%2F");
    assert_eq!(asked.invoke(&escaped), (200, String::new()));
    assert_eq!(asked.ok("DELETE", &format!("/inference-profiles/{escaped}"), Value::Null), (200, json!({})));
    assert_eq!(asked.invoke(&escaped).0, 400);
    assert_eq!(asked.refused("DELETE", &format!("/inference-profiles/{id}"), Value::Null).0, 404);
    let of_aws = asked.refused("DELETE", "/inference-profiles/us.anthropic.claude-opus-4-8", Value::Null);
    assert_eq!((of_aws.0, of_aws.1.as_str()), (400, "ValidationException"));
}

#[test]
fn profiles_of_nothing_and_without_a_name_are_refused() {
    let asked = Asked::default();
    let good = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8";
    let long = "a".repeat(65);
    for (name, source) in [
        ("", good),
        ("two  spaces", good),
        ("-a", good),
        ("a.b", good),
        (long.as_str(), good),
        ("mine", "anthropic.claude-opus-4-8"),
        ("mine", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.anthropic.claude-opus-4-8"),
        ("mine", "arn:aws:bedrock:us-east-1::foundation-model/nothing"),
        ("mine", ""),
    ] {
        let request = json!({"inferenceProfileName": name, "modelSource": {"copyFrom": source}});
        let (status, code, _) = asked.refused("POST", "/inference-profiles", request);
        assert_eq!((status, code.as_str()), (400, "ValidationException"), "{name} {source}");
    }
    let (_, code, message) =
        asked.refused("POST", "/inference-profiles", json!({"inferenceProfileName": "mine"}));
    assert_eq!(code, "ValidationException");
    assert!(message.contains("Value null at 'modelSource'"), "{message}");
    assert_eq!(asked.refused("POST", "/inference-profiles", json!([])).1, "SerializationException");
}

#[test]
fn the_account_is_bounded() {
    let asked = Asked::default();
    for number in 0..1000 {
        let id = format!("p{number}");
        asked.0.control.application_profiles.add(id, "us.anthropic.claude-opus-4-8".to_owned());
    }
    let source = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-opus-4-8";
    let request = json!({"inferenceProfileName": "one", "modelSource": {"copyFrom": source}});
    assert_eq!(asked.refused("POST", "/inference-profiles", request).1, "ServiceQuotaExceededException");
}

#[test]
fn access_is_there_until_it_is_taken_back() {
    let asked = Asked::default();
    let id = "anthropic.claude-opus-4-8";
    let path = format!("/foundation-model-availability/{id}");
    let has = |status: &str| {
        let expected = json!({"modelId": id, "agreementAvailability": {"status": status}, "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE", "regionAvailability": "AVAILABLE"});
        assert_eq!(asked.get(&path), expected);
    };
    has("AVAILABLE");
    assert_eq!(asked.invoke("us.anthropic.claude-opus-4-8"), (200, String::new()));
    let revoked = asked.ok("POST", "/delete-foundation-model-agreement", json!({"modelId": id}));
    assert_eq!(revoked, (202, json!({})));
    has("NOT_AVAILABLE");
    assert_eq!(asked.invoke("us.anthropic.claude-opus-4-8"), (403, "AccessDeniedException".to_owned()));
    assert_eq!(asked.refused("POST", "/delete-foundation-model-agreement", json!({"modelId": id})).0, 404);
}

#[test]
fn access_is_asked_for_with_a_form_and_an_offer() {
    let asked = Asked::without_access();
    let id = "anthropic.claude-opus-4-8";
    assert_eq!(asked.invoke("us.anthropic.claude-opus-4-8"), (403, "AccessDeniedException".to_owned()));
    let offers = asked.get(&format!("/list-foundation-model-agreement-offers/{id}"));
    let offer = &offers["offers"][0];
    assert_eq!(offer["termDetails"]["usageBasedPricingTerm"]["rateCard"].as_array().unwrap().len(), 2);
    let agree = json!({"modelId": id, "offerToken": offer["offerToken"]});
    let missing = asked.refused("POST", "/create-foundation-model-agreement", agree.clone());
    assert!(
        missing.0 == 404 && missing.2.contains("use case details have not been submitted"),
        "{missing:?}"
    );
    assert_eq!(asked.refused("GET", "/use-case-for-model-access", Value::Null).0, 404);

    // {"companyName":"Example"}: a form with holes; then one without.
    let holes = json!({"formData": "eyJjb21wYW55TmFtZSI6IkV4YW1wbGUifQ=="});
    assert_eq!(asked.refused("POST", "/use-case-for-model-access", holes).1, "ValidationException");
    let form = Asked::default().get("/use-case-for-model-access");
    assert_eq!(asked.ok("POST", "/use-case-for-model-access", form.clone()), (201, json!({})));
    assert_eq!(asked.get("/use-case-for-model-access"), form);

    let wrong = json!({"modelId": id, "offerToken": "of another"});
    assert_eq!(asked.refused("POST", "/create-foundation-model-agreement", wrong).1, "ValidationException");
    let made = asked.ok("POST", "/create-foundation-model-agreement", agree.clone());
    assert_eq!(made, (202, json!({"modelId": id})));
    assert_eq!(asked.invoke("us.anthropic.claude-opus-4-8"), (200, String::new()));
    assert_eq!(asked.refused("POST", "/create-foundation-model-agreement", agree).1, "ConflictException");
}

#[test]
fn some_models_want_something_kept() {
    let asked = Asked::default();
    let fable = "us.anthropic.claude-fable-5";
    assert_eq!(asked.get("/data-retention")["mode"], "aws_review");
    assert_eq!(asked.invoke(fable), (200, String::new()));
    let put = asked.ok("PUT", "/data-retention", json!({"mode": "default"})).1;
    assert_eq!(put, json!({"mode": "default", "updatedAt": "2026-11-22T00:00:00Z"}));
    assert_eq!(asked.get("/data-retention"), put);
    assert_eq!(asked.invoke(fable), (400, "ValidationException".to_owned()));
    assert_eq!(asked.invoke("us.anthropic.claude-opus-4-8").0, 200);
    assert_eq!(asked.refused("PUT", "/data-retention", json!({"mode": "all"})).1, "ValidationException");
}

#[test]
fn logging_is_one_configuration_of_a_region() {
    let asked = Asked::default();
    let path = "/logging/modelinvocations";
    assert_eq!(asked.get(path), json!({}));
    let config = json!({"loggingConfig": {"s3Config": {"bucketName": "my-logs", "keyPrefix": "bedrock"}, "textDataDeliveryEnabled": true}});
    assert_eq!(asked.ok("PUT", path, config.clone()), (200, json!({})));
    assert_eq!(asked.get(path), config);
    let elsewhere = TestRequest { method: "GET", region: "eu-west-1", ..TestRequest::post(path, "") };
    let Content::Whole(body) = asked.request(elsewhere).into_body() else { panic!("one body") };
    assert_eq!(&body[..], b"{}");
    let role = "arn:aws:iam::123456789012:role/logs";
    for refused in [
        json!({}),
        json!({"loggingConfig": {"textDataDeliveryEnabled": true}}),
        json!({"loggingConfig": {"s3Config": {"bucketName": "ab"}}}),
        json!({"loggingConfig": {"cloudWatchConfig": {"logGroupName": "", "roleArn": role}}}),
        json!({"loggingConfig": {"cloudWatchConfig": {"logGroupName": "g", "roleArn": "logs"}}}),
    ] {
        assert_eq!(asked.refused("PUT", path, refused.clone()).1, "ValidationException", "{refused}");
    }
    assert_eq!(asked.ok("DELETE", path, Value::Null), (200, json!({})));
    assert_eq!(asked.get(path), json!({}));
}

#[test]
fn an_api_key_will_do_and_no_key_will_not() {
    let asked = Asked::default();
    let path = "/foundation-models";
    let request = TestRequest { method: "GET", ..TestRequest::post(path, "") };
    let key = format!("Bearer {}", asked.0.bearer_token.expose());
    let (head, body) = request.clone().header("authorization", &key).unsigned();
    assert_eq!(answer(&head, &body, now(), &asked.0).status(), 200);
    let (head, body) = request.clone().unsigned();
    assert_eq!(refusal(&answer(&head, &body, now(), &asked.0)).1, "MissingAuthenticationTokenException");
    let elsewhere = asked.request(request.signed_for("sts"));
    assert_eq!(refusal(&elsewhere).0, 403);
}

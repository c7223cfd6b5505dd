//! What becomes of Converse in a program that was built without it. Runs where the crate is tested with its default features.

use bedrock_auth::{Credentials, MapEnv, MapFiles};

use super::*;
use crate::{Client, ErrorKind};

#[test]
fn the_route_is_refused_with_the_feature_that_has_it() {
    let client = Client::builder()
        .env(MapEnv::default())
        .files(MapFiles::default())
        .region("us-east-1")
        .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
        .build()
        .expect("sound settings");
    let params = MessageCreateParams::new("haiku-4.5", 64).user("Hello");
    let options = CallOptions::default();
    let made = prepare(&client.shared, Route::Converse, &options, &params, Operation::Whole).map(drop);
    let counted = count_tokens(&client.shared, Route::Converse, &options, &params).map(drop);
    for refused in [made, counted] {
        let error = refused.expect_err("there is no Converse");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("Converse"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("feature converse")), "{:?}", error.hint());
    }
}

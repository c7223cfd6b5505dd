//! Which source says who calls, and what is said where none does.

use bedrock_auth::{BearerToken, Credentials, MapEnv, MapFiles};
use bedrock_client::{ClientBuilder, Error, ErrorKind};

use crate::support::{Scripted, builder, hello, message, signer};

const BEARER: (&str, &str) = ("AWS_BEARER_TOKEN_BEDROCK", "ABSKenvironment");
const ID: (&str, &str) = ("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
const SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "environment-secret");
const NO_IMDS: (&str, &str) = ("AWS_EC2_METADATA_DISABLED", "true");

/// What the request was authorised with, or the error.
async fn sent(builder: ClientBuilder) -> Result<String, Error> {
    let scripted = Scripted::new([message()]);
    let client = builder.http_client(scripted.clone()).build()?;
    client.messages().create(&hello()).await?;
    Ok(signer(&scripted.requests()[0]))
}

fn with(variables: &[(&str, &str)]) -> ClientBuilder {
    builder().env(variables.iter().copied().collect::<MapEnv>())
}

#[tokio::test]
async fn an_explicit_choice_beats_the_bearer_token_and_that_the_keys_of_the_environment() {
    let keys = Credentials::new("EXPLICIT", "explicit-secret");
    let token = BearerToken::parse("ABSKexplicit").unwrap();
    let all = [BEARER, ID, SECRET];
    assert_eq!(sent(with(&all).credentials(keys.clone())).await.unwrap(), "EXPLICIT");
    assert_eq!(sent(with(&all).bearer_token(token.clone())).await.unwrap(), "Bearer ABSKexplicit");
    assert_eq!(sent(with(&all)).await.unwrap(), "Bearer ABSKenvironment");
    assert_eq!(sent(with(&[ID, SECRET])).await.unwrap(), "ENVIRONMENT");

    let files = MapFiles::from([(
        "/h/.aws/credentials",
        "[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s\n\
         [dev]\naws_access_key_id = DEV\naws_secret_access_key = s\n",
    )]);
    let home = |more: &[(&str, &str)]| with(&[&[("HOME", "/h")], more].concat()).files(files.clone());
    assert_eq!(sent(home(&[ID, SECRET])).await.unwrap(), "ENVIRONMENT");
    assert_eq!(sent(home(&[])).await.unwrap(), "DEFAULT");
    assert_eq!(sent(home(&[("AWS_PROFILE", "dev")])).await.unwrap(), "DEV");
    assert_eq!(sent(home(&all).profile("dev")).await.unwrap(), "DEV");

    let error = with(&[]).credentials(keys).bearer_token(token).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn where_nothing_is_found_every_source_is_named() {
    let error = sent(with(&[NO_IMDS])).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Credentials, 0));
    for source in [
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_ACCESS_KEY_ID",
        "profile `default`",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS",
        "EC2 instance metadata",
    ] {
        assert!(error.to_string().contains(source), "{source} in {error}");
    }
    assert!(error.hint().is_some_and(|hint| hint.contains("bedrock configure")));
}

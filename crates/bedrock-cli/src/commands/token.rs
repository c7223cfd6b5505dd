//! `bedrock token`: a short-term Bedrock API key, made from credentials without asking anybody.

use bedrock_auth::{Clock, Identity, ShortTermKeyError, SystemClock, short_term_key, sigv4::SigningTime};

use crate::{
    args::{Global, Output, Token},
    connection::Connection,
    failure::Failure,
    output::{self, Stderr},
};

pub(crate) async fn run(global: &Global, args: &Token) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    let client = &connection.client;
    let found = client.identity().resolve().await?;
    let Identity::Credentials(credentials) = &found.identity else {
        return Err(Failure::credentials(
            format!(
                "the identity is an API key already ({}), and a new one is made from credentials",
                found.source
            ),
            "unset AWS_BEARER_TOKEN_BEDROCK and give keys, or name a profile with --profile",
        ));
    };
    let now = SystemClock.now();
    let key =
        short_term_key(credentials, client.region().as_str(), now, args.expires).map_err(
            |error| match error {
                ShortTermKeyError::Lifetime { .. } => {
                    Failure::config(format!("--expires: {error}"), "give a time like 12h or 30m")
                }
                ShortTermKeyError::Expired => {
                    Failure::credentials(error.to_string(), "renew the credentials at their source")
                }
                _ => Failure::credentials(error.to_string(), "check the keys for stray characters"),
            },
        )?;

    let ends_early = now.checked_add(args.expires).zip(key.expiry()).filter(|(asked, expiry)| expiry < asked);
    if let Some(time) = ends_early.and_then(|(_, expiry)| SigningTime::try_from(expiry).ok()) {
        // A second or less is what rounding takes.
        if credentials.expiry().is_some() {
            let text = format!("(good until {}, when the credentials expire)", time.to_rfc3339());
            Stderr::new(global).note(&text);
        }
    }
    match global.output {
        Output::Text => output::text(&format!("{}\n", key.expose())),
        Output::Json => {
            let expiry = key.expiry().and_then(|expiry| SigningTime::try_from(expiry).ok());
            let expires_at = expiry.map(SigningTime::to_rfc3339);
            output::json(&serde_json::json!({"token": key.expose(), "expires_at": expires_at}))
        }
    }
}

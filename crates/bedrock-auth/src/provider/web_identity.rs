//! A web identity token exchanged for credentials, as a service account has one in EKS: named by the environment or by a profile.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::profile::plan::WebIdentitySettings;
use super::{Context, Outcome};
use crate::credentials::Credentials;
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::secret::SecretString;
use crate::source_error::{SourceError, SourceProblem};
use crate::sts;

/// The identity that `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN` stand for.
///
/// # Errors
///
/// [`IdentityError::Source`]: there is a file and no role, the file cannot be read, or STS gives nothing.
pub(crate) async fn identity(context: &Context<'_>) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::WebIdentity { profile: None };
    let env = &context.effects.env;
    let Some(token_file) = env.var("AWS_WEB_IDENTITY_TOKEN_FILE") else {
        return Ok(Outcome::absent(source, "not set"));
    };
    let Some(role_arn) = env.var("AWS_ROLE_ARN") else {
        let problem = SourceProblem::Setting {
            name: "AWS_ROLE_ARN".to_owned(),
            problem: "is missing, although AWS_WEB_IDENTITY_TOKEN_FILE is set".to_owned(),
        };
        return Err(IdentityError::Source(SourceError::new(source, problem)));
    };
    let session_name = env.var("AWS_ROLE_SESSION_NAME");
    match credentials(context, &WebIdentitySettings { role_arn, token_file, session_name }).await {
        Ok(credentials) => Ok(Outcome::found(credentials, source)),
        Err(problem) => Err(IdentityError::Source(SourceError::new(source, problem))),
    }
}

/// The credentials of the role that a token stands for. The file is read each time: whoever runs the machine replaces it.
///
/// # Errors
///
/// [`SourceProblem`]: the file cannot be read or is empty, there was no answer, or STS refuses.
pub(crate) async fn credentials(
    context: &Context<'_>,
    settings: &WebIdentitySettings,
) -> Result<Credentials, SourceProblem> {
    let token = token(context, Path::new(&settings.token_file))?;
    let session_name = settings.session_name.as_deref();
    sts::assume_role_with_web_identity(context, &settings.role_arn, session_name, &token).await
}

fn token(context: &Context<'_>, path: &Path) -> Result<SecretString, SourceProblem> {
    let content = |problem: &str| SourceProblem::Content { path: path.into(), problem: problem.to_owned() };
    let bytes = context
        .effects
        .files
        .read(path)
        .map(Zeroizing::new)
        .map_err(|error| SourceProblem::File { path: path.into(), error: Arc::new(error) })?;
    let text = std::str::from_utf8(&bytes).map_err(|_| content("it is not text"))?;
    // What an editor or `echo` leaves around it is not the token's; STS would repeat the token without it, and it would not be known
    // for a secret.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    if text.is_empty() { Err(content("it is empty")) } else { Ok(SecretString::from(text)) }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::effects::testing::ScriptedHttp;
    use crate::effects::{Effects, ManualClock, MapEnv, MapFiles};
    use crate::identity::Identity;
    use crate::profile::Profiles;
    use crate::sts::testing::{forms, refusal, role_answer};

    const FILE: (&str, &str) = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    const ROLE: (&str, &str) = ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r");
    const STS: &str = "POST https://sts.eu-west-1.amazonaws.com/";

    type Variables<'a> = &'a [(&'a str, &'a str)];

    async fn identity_with(
        variables: Variables<'_>,
        token: &[u8],
        http: &ScriptedHttp,
    ) -> Result<Outcome, IdentityError> {
        let env: MapEnv = variables.iter().copied().chain([("AWS_REGION", "eu-west-1")]).collect();
        let clock = ManualClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600));
        let effects =
            Effects::new(env, MapFiles::from([("/token", token)])).with_http(http.clone()).with_clock(clock);
        let profiles = Profiles::load(&*effects.env, &*effects.files).unwrap();
        identity(&Context { effects: &effects, profiles: &profiles, region: None }).await
    }

    #[tokio::test]
    async fn the_token_is_exchanged_unsigned() {
        let answer = role_answer("AssumeRoleWithWebIdentity", "ASIA");
        for (session, token) in [(None, "a.b.c"), (Some("me"), "a.b.c\n"), (None, "\u{feff}a.b.c \r\n\n")] {
            let http = ScriptedHttp::new([(STS, 200, answer.as_str())]);
            let session_variable = session.map(|name| ("AWS_ROLE_SESSION_NAME", name));
            let variables: Vec<_> = [FILE, ROLE].into_iter().chain(session_variable).collect();
            let Outcome::Found(found) = identity_with(&variables, token.as_bytes(), &http).await.unwrap()
            else {
                panic!("nothing found");
            };

            assert_eq!(found.source, IdentitySource::WebIdentity { profile: None });
            let expected = Credentials::new("ASIA", "canary-assumed")
                .session_token("canary-session")
                .expires_at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_309_200))
                .in_account("123456789012");
            assert_eq!(found.identity, Identity::Credentials(expected));
            let session = session.unwrap_or("bedrock-1795305600");
            assert_eq!(
                forms(&http),
                [format!(
                    "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr\
                    &RoleSessionName={session}&WebIdentityToken=a.b.c"
                )]
            );
            let (request, _) = &http.requests()[0];
            assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
            assert_eq!(request.headers().len(), 1, "{:?}", request.headers());
        }
    }

    #[tokio::test]
    async fn without_a_token_file_it_is_not_configured() {
        let found = identity_with(&[ROLE], b"t", &ScriptedHttp::default()).await.unwrap();
        assert!(matches!(found, Outcome::Absent(_)), "{found:?}");
    }

    #[tokio::test]
    async fn what_is_configured_and_broken_says_so_before_anything_is_sent() {
        let cases: [(Variables<'_>, &[u8], &str); 5] = [
            (&[FILE], b"t", "`AWS_ROLE_ARN` is missing, although AWS_WEB_IDENTITY_TOKEN_FILE is set"),
            (&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone"), ROLE], b"t", "/gone cannot be read"),
            (&[FILE, ROLE], b" \n", "/token: it is empty"),
            (&[FILE, ROLE], b"\xff", "/token: it is not text"),
            (
                &[FILE, ROLE, ("AWS_ENDPOINT_URL_STS", "http://example.com")],
                b"t",
                "`AWS_ENDPOINT_URL_STS` is plain http to another machine, where no credentials go",
            ),
        ];
        for (variables, token, expected) in cases {
            let http = ScriptedHttp::default();
            let Err(IdentityError::Source(error)) = identity_with(variables, token, &http).await else {
                panic!("{expected}");
            };
            assert_eq!(error.to_string(), format!("environment (AWS_WEB_IDENTITY_TOKEN_FILE): {expected}"));
            assert_eq!(http.count(), 0);
        }
    }

    #[tokio::test]
    async fn what_sts_refuses_is_said_without_the_token() {
        let refused = refusal("InvalidIdentityToken", "canary-token is no token");
        for (status, body, expected, transient) in [
            (
                400,
                refused.as_str(),
                "refused with status 400 InvalidIdentityToken: [redacted] is no token",
                false,
            ),
            (
                200,
                refused.as_str(),
                "refused with status 200 InvalidIdentityToken: [redacted] is no token",
                false,
            ),
            (503, "<html>canary-token</html>", "refused with status 503", true),
            (302, "", "refused with status 302", false),
            (
                200,
                "{\"canary-token\":1}",
                "the answer is not what it must be: it is not the XML of STS",
                false,
            ),
        ] {
            let http = ScriptedHttp::new([(STS, status, body)]);
            let error = identity_with(&[FILE, ROLE], b" canary-token\n\n", &http).await.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
            let IdentityError::Source(error) = error else { panic!("{error:?}") };
            assert_eq!((error.problem.to_string().as_str(), error.is_transient()), (expected, transient));
        }
        let http = ScriptedHttp::default().then_fails(STS);
        let error = identity_with(&[FILE, ROLE], b"canary-token", &http).await.unwrap_err();
        assert!(error.is_transient() && !format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

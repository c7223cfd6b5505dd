//! The credentials endpoint of a container: ECS, EKS pod identity, and whatever speaks like them on this machine.
//!
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Method, Uri};
use zeroize::Zeroizing;

use super::{Context, Outcome, http_credentials};
use crate::aws_endpoint::is_host_and_port;
use crate::credentials::Credentials;
use crate::effects::{Env, HttpOptions};
use crate::identity::IdentitySource;
use crate::identity_error::IdentityError;
use crate::outgoing::{self, JSON};
use crate::source_error::{SourceError, SourceProblem};
use crate::text::is_word;

/// The credentials of the container, where the environment names an endpoint.
///
/// # Errors
///
/// [`IdentityError::Source`]: the endpoint may not be asked, does not answer, or refuses.
pub(crate) async fn identity(context: &Context<'_>) -> Result<Outcome, IdentityError> {
    let source = IdentitySource::Container;
    match credentials(context).await {
        Ok(Some(credentials)) => Ok(Outcome::found(credentials, source)),
        Ok(None) => Ok(Outcome::absent(source, format!("neither {RELATIVE_URI} nor {FULL_URI} is set"))),
        Err(problem) => Err(IdentityError::Source(SourceError::new(source, problem))),
    }
}

/// The same where it must be there: a profile says `credential_source = EcsContainer`.
///
/// # Errors
///
/// As [`identity`], and where the environment names no endpoint.
pub(crate) async fn required(context: &Context<'_>) -> Result<Credentials, SourceProblem> {
    credentials(context).await?.ok_or_else(|| {
        SourceProblem::setting(
            "credential_source",
            &format!("is EcsContainer, but neither {RELATIVE_URI} nor {FULL_URI} is set"),
        )
    })
}

async fn credentials(context: &Context<'_>) -> Result<Option<Credentials>, SourceProblem> {
    let Some(uri) = endpoint(&*context.effects.env)? else {
        return Ok(None);
    };
    let token = authorization(context)?;
    let mut headers = vec![(ACCEPT, &JSON)];
    if let Some(token) = &token {
        headers.push((AUTHORIZATION, &token.header));
    }
    let request = outgoing::request(Method::GET, uri, &headers, Bytes::new());

    let options = HttpOptions::new(TIMEOUT).direct();
    let response = context.exchange(request, options).await?;
    let secrets: Vec<&str> = token.iter().map(|token| token.text.as_str()).collect();
    http_credentials::read(&response, &secrets).map(Some)
}

/// Where to ask; a relative URI wins over a full one.
fn endpoint(env: &dyn Env) -> Result<Option<Uri>, SourceProblem> {
    if let Some(path) = env.var(RELATIVE_URI) {
        if !path.starts_with('/') {
            return Err(SourceProblem::setting(RELATIVE_URI, "must start with a slash"));
        }
        return parse(RELATIVE_URI, &format!("http://{ECS}{path}")).map(Some);
    }
    let Some(full) = env.var(FULL_URI) else {
        return Ok(None);
    };
    let uri = parse(FULL_URI, &full)?;
    if uri.authority().is_some_and(|authority| authority.as_str().as_bytes().contains(&b'@')) {
        return Err(SourceProblem::setting(FULL_URI, "may not hold a user name"));
    }
    let authority = uri.authority().filter(|authority| is_host_and_port(authority));
    let host = authority
        .ok_or_else(|| SourceProblem::setting(FULL_URI, "names no host, or a malformed one"))?
        .host();
    match uri.scheme_str() {
        Some("https") => Ok(Some(uri)),
        Some("http") if is_near(host) => Ok(Some(uri)),
        Some("http") => Err(SourceProblem::setting(
            FULL_URI,
            "may be http only for localhost, a loopback address, 169.254.170.2, 169.254.170.23 and fd00:ec2::23; use https",
        )),
        _ => Err(SourceProblem::setting(FULL_URI, "is neither https nor http")),
    }
}

/// Whether credentials may come from there in the clear. Names but this one are not looked up: what they resolve to now says nothing of
/// what they resolve to when the request is made.
fn is_near(host: &str) -> bool {
    if is_word(host, "localhost") {
        return true;
    }
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || [ECS, EKS].contains(&address),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address == EKS_IPV6,
        Err(_) => false,
    }
}

/// What goes into the header `authorization`.
struct Token {
    text: Zeroizing<String>,
    header: HeaderValue,
}

/// The token that the endpoint wants, from its file where there is one, which is read each time: it is renewed on disk.
fn authorization(context: &Context<'_>) -> Result<Option<Token>, SourceProblem> {
    let env = &context.effects.env;
    if let Some(path) = env.var(TOKEN_FILE).map(PathBuf::from) {
        let content = context
            .effects
            .files
            .read(&path)
            .map(Zeroizing::new)
            .map_err(|error| SourceProblem::File { path: path.clone(), error: Arc::new(error) })?;
        let token = std::str::from_utf8(&content).ok().and_then(token);
        let problem = || "it is not one line that a header can hold, without a line break".to_owned();
        return token.ok_or_else(|| SourceProblem::Content { path, problem: problem() }).map(Some);
    }
    let Some(text) = env.var(TOKEN).map(Zeroizing::new) else {
        return Ok(None);
    };
    token(&text)
        .ok_or_else(|| SourceProblem::setting(TOKEN, "is not one line that a header can hold"))
        .map(Some)
}

fn token(text: &str) -> Option<Token> {
    Some(Token { text: Zeroizing::new(text.to_owned()), header: outgoing::sensitive(text)? })
}

fn parse(name: &str, text: &str) -> Result<Uri, SourceProblem> {
    text.parse().map_err(|_| SourceProblem::setting(name, "is not a URI"))
}

const RELATIVE_URI: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL_URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// The endpoint stands on this machine, but may have to ask for the credentials first.
const TIMEOUT: Duration = Duration::from_secs(5);

const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
const EKS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 23);
const EKS_IPV6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effects::testing::{MemoryFiles, ScriptedHttp};
    use crate::effects::{Effects, MAX_RESPONSE_BYTES, MapEnv, MapFiles, NetworkPath};
    use crate::profile::Profiles;

    fn endpoint_of(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let env: MapEnv = variables.iter().copied().collect();
        endpoint(&env).map(|uri| uri.map(|uri| uri.to_string())).map_err(|problem| problem.to_string())
    }

    #[test]
    fn credentials_come_over_tls_or_from_near_by() {
        let near = "may be http only";
        let cases = [
            ("https://example.com/x", Ok("https://example.com/x")),
            ("https://10.0.0.1:8443/x?a=b", Ok("https://10.0.0.1:8443/x?a=b")),
            ("http://LOCALHOST:8080/x", Ok("http://LOCALHOST:8080/x")),
            ("http://127.0.0.1/", Ok("http://127.0.0.1/")),
            ("http://127.255.255.254/", Ok("http://127.255.255.254/")),
            ("http://[::1]:80/", Ok("http://[::1]:80/")),
            ("http://169.254.170.2/x", Ok("http://169.254.170.2/x")),
            ("http://169.254.170.23/x", Ok("http://169.254.170.23/x")),
            ("http://[fd00:ec2:0::23]/x", Ok("http://[fd00:ec2:0::23]/x")),
            ("http://example.com/x", Err(near)),
            ("http://localhost.example.com/x", Err(near)),
            ("http://127.0.0.1.example.com/x", Err(near)),
            ("http://0177.0.0.1/x", Err(near)),
            ("http://169.254.170.3/x", Err(near)),
            ("http://169.254.169.254/x", Err(near)),
            ("http://[fd00:ec2::254]/x", Err(near)),
            ("http://[::ffff:127.0.0.1]/x", Err(near)),
            ("http://10.0.0.1/x", Err(near)),
            ("http://me:canary@127.0.0.1/x", Err("may not hold a user name")),
            ("http://127.0.0.1@example.com/x", Err("may not hold a user name")),
            ("http://[::1].example.com/x", Err("names no host, or a malformed one")),
            ("http://[::1].example.com:80/x", Err("names no host, or a malformed one")),
            ("ftp://localhost/x", Err("is neither https nor http")),
            ("/x", Err("names no host, or a malformed one")),
            ("http://", Err("is not a URI")),
            ("http://local host/", Err("is not a URI")),
        ];
        for (full, expected) in cases {
            match (endpoint_of(&[(FULL_URI, full)]), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found.as_deref(), Some(expected)),
                (Err(text), Err(expected)) => {
                    assert!(text.contains(expected), "{full}: {text}");
                    assert!(!text.contains("canary"), "{text}");
                }
                (found, _) => panic!("{full}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_relative_uri_is_a_path_of_ecs_and_wins() {
        let both = [(RELATIVE_URI, "/v2/x?a=1"), (FULL_URI, "http://example.com/")];
        assert_eq!(endpoint_of(&both), Ok(Some("http://169.254.170.2/v2/x?a=1".to_owned())));
        for path in ["@example.com/", ".example.com/", "x", "/a b"] {
            assert!(endpoint_of(&[(RELATIVE_URI, path)]).is_err(), "{path}");
        }
        assert_eq!(endpoint_of(&[(RELATIVE_URI, " ")]), Ok(None));
    }

    type Variables = &'static [(&'static str, &'static str)];

    const URI: (&str, &str) = (FULL_URI, "http://169.254.170.23/v1/credentials");
    const GET: &str = "GET http://169.254.170.23/v1/credentials";
    const BODY: &str = r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t"}"#;

    async fn ask(effects: &Effects) -> Result<Outcome, IdentityError> {
        let profiles = Profiles::load(&MapEnv::default(), &MapFiles::default()).unwrap();
        identity(&Context { effects, profiles: &profiles, region: None }).await
    }

    #[tokio::test]
    async fn the_token_is_read_from_its_file_each_time() {
        let env = MapEnv::from([URI, (TOKEN_FILE, "/token"), (TOKEN, "not this one")]);
        let files = MemoryFiles::new([("/token", "one")]);
        let http = ScriptedHttp::new([(GET, 200, BODY), (GET, 200, BODY)]);
        let effects = Effects::new(env, files.clone()).with_http(http.clone());
        ask(&effects).await.unwrap();
        files.put("/token", "two");
        ask(&effects).await.unwrap();

        let asked = http.requests();
        for ((request, options), token) in asked.iter().zip(["one", "two"]) {
            assert_eq!(request.headers()[AUTHORIZATION], token);
            assert!(request.headers()[AUTHORIZATION].is_sensitive());
            assert_eq!(request.headers()[ACCEPT], "application/json");
            assert_eq!(options.path, NetworkPath::Direct);
        }
        assert_eq!(asked.len(), 2);
    }

    #[tokio::test]
    async fn what_is_configured_and_fails_ends_the_search_without_showing_the_token() {
        let cases: [(Variables, ScriptedHttp, &str); 6] = [
            (&[URI, (TOKEN_FILE, "/gone")], ScriptedHttp::default(), "/gone cannot be read"),
            (&[URI, (TOKEN_FILE, "/lines")], ScriptedHttp::default(), "/lines: it is not one line"),
            (&[URI, (TOKEN, "canary\nx: y")], ScriptedHttp::default(), "is not one line"),
            (&[URI], ScriptedHttp::default().then_fails(GET), "there was no answer"),
            (
                &[URI, (TOKEN, "canary")],
                ScriptedHttp::new([(GET, 403, r#"{"code":"AccessDenied","message":"canary may not"}"#)]),
                "refused with status 403 AccessDenied: [redacted] may not",
            ),
            (&[(FULL_URI, "http://example.com/")], ScriptedHttp::default(), "may be http only"),
        ];
        for (variables, http, text) in cases {
            let env: MapEnv = variables.iter().copied().collect();
            let files = MemoryFiles::new([("/lines", "canary\n")]);
            let error = ask(&Effects::new(env, files).with_http(http)).await.unwrap_err();
            let IdentityError::Source(error) = &error else { panic!("{error:?}") };
            assert!(error.to_string().contains(text), "{error}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        }
    }

    #[tokio::test]
    async fn an_answer_over_the_limit_is_not_looked_into() {
        let large = format!("{BODY}{}", " ".repeat(MAX_RESPONSE_BYTES));
        let http = ScriptedHttp::new([(GET, 200, large.as_str())]);
        let error =
            ask(&Effects::new(MapEnv::from([URI]), MapFiles::default()).with_http(http)).await.unwrap_err();
        assert!(format!("{error:?}").contains("it is too large"), "{error:?}");
    }

    #[tokio::test]
    async fn without_an_endpoint_the_next_source_may_try() {
        let effects = Effects::new(MapEnv::default(), MapFiles::default());
        assert!(matches!(ask(&effects).await, Ok(Outcome::Absent(_))));
        let profiles = Profiles::load(&MapEnv::default(), &MapFiles::default()).unwrap();
        let context = Context { effects: &effects, profiles: &profiles, region: None };
        assert!(matches!(required(&context).await, Err(SourceProblem::Setting { .. })));
        let effects = Effects::new(MapEnv::from([URI]), MapFiles::default());
        let error = ask(&effects).await.unwrap_err();
        assert!(matches!(error, IdentityError::Source(SourceError { problem: SourceProblem::NoHttp, .. })));
    }
}

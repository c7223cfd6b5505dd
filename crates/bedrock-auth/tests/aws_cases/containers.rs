//! `ecs-tests.json`: an environment, and the endpoint that is asked for a container's credentials.

use std::error::Error;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bedrock_auth::{
    BoxFuture, DefaultIdentity, Effects, Http, HttpError, HttpOptions, MapEnv, MapFiles, NetworkPath,
};
use bytes::Bytes;
use http::{Request, Response};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::wording;

pub(crate) fn read(file: &Path) -> Result<Vec<Trial>, Box<dyn Error>> {
    crate::trials(file, &crate::json(file)?["tests"], "docs", check)
}

fn check(case: &Value) -> Result<(), Failed> {
    let variables = case["env"].as_object().ok_or("no environment")?;
    let env: MapEnv =
        variables.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default())).collect();
    let asked = Asked::default();
    let effects = Effects::new(env, MapFiles::default()).with_http(asked.clone());
    let found = crate::run(DefaultIdentity::new(effects).no_imds().resolve())?;

    let asked = asked.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match case["result"]["Ok"].as_str() {
        Some(uri) if asked == [uri] && found.is_ok() => Ok(()),
        Some(uri) => Err(format!("expected {uri}, asked {asked:?}: {found:?}").into()),
        None if !asked.is_empty() => Err(format!("asked {asked:?}").into()),
        None => wording::check(&case["result"], found),
    }
}

/// An endpoint that has credentials for everybody, and remembers who was asked.
#[derive(Clone, Debug, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Http for Asked {
    fn exchange(
        &self,
        request: Request<Bytes>,
        options: HttpOptions,
    ) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        const BODY: &[u8] = br#"{"AccessKeyId":"AKID","SecretAccessKey":"secret","Token":"token"}"#;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(request.uri().to_string());
        Box::pin(std::future::ready(match options.path {
            NetworkPath::Direct => Ok(Response::new(Bytes::from_static(BODY))),
            NetworkPath::Proxied => Err(HttpError::new("through a proxy")),
        }))
    }
}

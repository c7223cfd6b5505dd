//! One exchange with a service that speaks JSON and gives out tokens or credentials.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Context;
use crate::effects::HttpOptions;
use crate::identity::BoxFuture;
use crate::refusal;
use crate::secret_json::SecretJson;
use crate::source_error::SourceProblem;

/// Sends a request and brings the answer, whatever its status.
pub(super) fn exchange<'a>(
    context: &'a Context<'_>,
    request: Request<Bytes>,
) -> BoxFuture<'a, Result<Response<Bytes>, SourceProblem>> {
    context.exchange(request, HttpOptions::new(TIMEOUT))
}

/// The object in an answer. `secrets` is what was sent, which a refusal may repeat.
pub(super) fn object(response: &Response<Bytes>, secrets: &[&str]) -> Result<SecretJson, SourceProblem> {
    if !response.status().is_success() {
        return Err(refusal::of_json(response, secrets));
    }
    SecretJson::parse(response.body()).ok_or_else(|| bad_answer("it is no JSON object"))
}

/// A problem with an answer, told without its content.
pub(super) fn bad_answer(problem: impl Into<String>) -> SourceProblem {
    SourceProblem::BadAnswer { problem: problem.into() }
}

/// How long one exchange may take: these services answer in well under a second.
const TIMEOUT: Duration = Duration::from_secs(10);

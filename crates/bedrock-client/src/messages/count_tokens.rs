//! Counting the tokens of a request, which costs nothing.

use std::time::Duration;

use bedrock_types::{
    CountTokensResponse, JsonError, MessageCreateParams, MessageTokensCount, Route, json::Wire,
};
use bytes::Bytes;
use tokio::time::Instant;
use tracing::Instrument;

use super::Messages;
use crate::{
    Error, Response,
    call::{Answer, within},
    inference_profiles,
    observe::CallOperation,
    route::{self, Counting},
};

impl Messages {
    /// How many tokens the request would have as input.
    ///
    /// ```no_run
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::MessageCreateParams;
    ///
    /// let params = MessageCreateParams::new("haiku-4.5", 256).user("Hello, world");
    /// println!("{} tokens", client.messages().count_tokens(&params).await?.input_tokens);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It is CountTokens of bedrock-runtime that counts, by the model's base id, for every route but
    /// [`Route::Mantle`], which has an operation of its own. Counting is free, and never done by a call that is not.
    ///
    /// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html> and
    /// <https://platform.claude.com/docs/en/api/messages-count-tokens>.
    ///
    /// Which model is behind an application inference profile is asked of the control plane, once for each client: see
    /// `InferenceProfiles::get`.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create). A model whose tokens the runtime does not count is a `Config` error that says what does.
    pub async fn count_tokens(
        &self,
        params: &MessageCreateParams,
    ) -> Result<Response<MessageTokensCount>, Error> {
        let counting = self.learned(&params.model).await.and_then(|left| {
            let mut counting = route::count_tokens(&self.client.shared, self.route, &self.options, params)?;
            counting.call.limits.total = left;
            Ok(counting)
        });
        let sent = counting.as_ref().ok().map(|counting| (&counting.call, &counting.model));
        let mut observation = self.observe(CallOperation::CountTokens, params, sent);
        let span = observation.span();
        let counted = async {
            let answer = self.counted(counting?).await?;
            observation.answered(&answer);
            self.read_count(answer)
        };
        let counted = counted.instrument(span).await;
        observation.end(counted.as_ref().err());
        counted
    }

    /// The same for counting by another route than the request will take.
    ///
    /// `count_tokens_on(Route::Mantle)` counts for models that the runtime does not count for; it needs permission for
    /// `bedrock-mantle:CountTokens`, and is in fewer regions.
    ///
    /// # Errors
    ///
    /// As [`count_tokens`](Self::count_tokens).
    pub async fn count_tokens_on(
        &self,
        route: Route,
        params: &MessageCreateParams,
    ) -> Result<Response<MessageTokensCount>, Error> {
        self.clone().with_route(route).count_tokens(params).await
    }

    /// Finds out which model is behind an application profile; what is left of the call's total time, if it has one.
    async fn learned(&self, model: &str) -> Result<Option<Duration>, Error> {
        let shared = &self.client.shared;
        let limits = self.options.limits(shared.limits);
        let total = limits.total;
        if self.route == Route::Mantle {
            return Ok(total);
        }
        let started = Instant::now();
        // Another call may be asking, whose limits are wider.
        let deadline = total.and_then(|total| started.checked_add(total));
        within(deadline, inference_profiles::learn(shared, model, limits)).await??;
        Ok(total.map(|total| total.saturating_sub(started.elapsed())))
    }

    async fn counted(&self, counting: Counting) -> Result<Answer<Bytes>, Error> {
        let answer = self.client.shared.whole(&counting.call).await;
        answer.map_err(|error| match counting.hint {
            Some(hint) if error.status() == Some(400) => error.with_hint(hint),
            _ => error,
        })
    }

    fn read_count(&self, answer: Answer<Bytes>) -> Result<Response<MessageTokensCount>, Error> {
        let unreadable = |error: JsonError| answer.undecoded(format!("the answer is no count: {error}"));
        let count = match self.route {
            Route::Mantle => Wire::from_json(&answer.body).map_err(unreadable)?,
            _ => {
                let counted = CountTokensResponse::from_json(&answer.body).map_err(unreadable)?;
                MessageTokensCount::new(counted.input_tokens)
            }
        };
        Ok(Response::of(count, answer))
    }
}

//! What Bedrock says of a call beside the message.

#[cfg(feature = "converse")]
use bedrock_types::converse::ConverseResponse;
use bedrock_types::{InvocationMetrics, Message, RawJson};
use http::HeaderMap;

use crate::{PerformanceConfigLatency, ServiceTierType, headers};

/// What Bedrock measured and did in a call, as far as the route says it.
///
/// InvokeModel says it in headers and in its answer, Converse in its answer; the Messages API says nothing. A stream says it at its
/// end: see [`MessageStream::details`](crate::MessageStream::details).
///
/// ```no_run
/// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
/// # let params = bedrock_client::MessageCreateParams::new("sonnet", 256).user("Hello, world");
/// let message = client.messages().create(&params).await?;
/// if let Some(latency) = message.details().latency_ms {
///     println!("{latency} ms");
/// }
/// # Ok(())
/// # }
/// ```
///
/// Models <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_ResponseSyntax>.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ResponseDetails {
    /// How long the invocation took inside of Bedrock, in milliseconds.
    pub latency_ms: Option<u64>,
    /// Tokens of input, less those that the cache had part in.
    pub input_tokens: Option<u64>,
    /// Tokens of output.
    pub output_tokens: Option<u64>,
    /// Tokens of input that were read from the cache.
    pub cache_read_input_tokens: Option<u64>,
    /// Tokens of input that were written to the cache.
    pub cache_write_input_tokens: Option<u64>,
    /// The latency that the call was served with.
    pub latency: Option<PerformanceConfigLatency>,
    /// The service tier that served the call.
    pub service_tier: Option<ServiceTierType>,
    /// What the guardrail did, where [`with_trace`](crate::Messages::with_trace) asked for it. InvokeModel and Converse have other names
    /// for the same there; on both it is the member `amazon-bedrock-trace` of the message, too.
    pub trace: Option<RawJson>,
}

impl ResponseDetails {
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers::text(headers, name);
        let number = |name: &str| whole_number(text(name)?);
        Self {
            latency_ms: number("x-amzn-bedrock-invocation-latency"),
            input_tokens: number("x-amzn-bedrock-input-token-count"),
            output_tokens: number("x-amzn-bedrock-output-token-count"),
            cache_read_input_tokens: number("x-amzn-bedrock-cache-read-input-token-count"),
            cache_write_input_tokens: number("x-amzn-bedrock-cache-write-input-token-count"),
            latency: text("x-amzn-bedrock-performanceconfig-latency").map(Into::into),
            service_tier: text("x-amzn-bedrock-service-tier").map(Into::into),
            trace: None,
        }
    }

    /// Those of an answer that is a message.
    pub(crate) fn of_message(headers: &HeaderMap, message: &Message) -> Self {
        Self { trace: message.extra.get(TRACE).cloned(), ..Self::of_headers(headers) }
    }

    /// Those of a stream, as far as it came.
    pub(crate) fn of_stream(
        headers: &HeaderMap,
        message: Option<&Message>,
        metrics: Option<&InvocationMetrics>,
    ) -> Self {
        let of_head = Self::of_headers(headers);
        let of_metrics = metrics.map_or_else(Self::default, |metrics| Self {
            latency_ms: metrics.invocation_latency.as_ref().and_then(|latency| whole(latency.get())),
            input_tokens: metrics.input_token_count,
            output_tokens: metrics.output_token_count,
            cache_read_input_tokens: metrics.cache_read_input_token_count,
            cache_write_input_tokens: metrics.cache_write_input_token_count,
            ..Self::default()
        });
        Self {
            latency: of_head.latency,
            service_tier: of_head.service_tier,
            trace: message.and_then(|message| message.extra.get(TRACE).cloned()),
            ..of_metrics
        }
    }

    #[cfg(feature = "converse")]
    pub(crate) fn of_converse(response: &ConverseResponse) -> Self {
        let usage = response.usage.as_ref();
        let latency = response.performance_config.as_ref().and_then(|config| config.latency.as_deref());
        Self {
            latency_ms: response.metrics.as_ref().and_then(|metrics| whole(metrics.latency_ms.get())),
            input_tokens: usage.and_then(|usage| usage.input_tokens),
            output_tokens: usage.and_then(|usage| usage.output_tokens),
            cache_read_input_tokens: usage.and_then(|usage| usage.cache_read_input_tokens),
            cache_write_input_tokens: usage.and_then(|usage| usage.cache_write_input_tokens),
            latency: latency.map(Into::into),
            service_tier: response.service_tier.as_ref().map(|tier| tier.kind.as_str().into()),
            trace: response.trace.clone(),
        }
    }
}

/// The member of a message that has the trace.
const TRACE: &str = "amazon-bedrock-trace";

#[inline(never)]
fn whole_number(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// A number of milliseconds; one that is none is not known.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to what fits")]
fn whole(milliseconds: f64) -> Option<u64> {
    (0.0..=1e15).contains(&milliseconds).then_some(milliseconds as u64)
}

//! One HTTP exchange with Amazon Bedrock: endpoints, TLS, timeouts, event-stream and SSE decoding.

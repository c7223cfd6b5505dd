//! With hyper, hyper-rustls, aws-sigv4 and serde_json, and nothing that makes a client of them: no retry, no time limit, no
//! error that says more, and streams that are read and thrown away.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use super::{ACCESS_KEY, Events, Prompt, REGION, SECRET_KEY, Subject, derived};
use crate::Result;
use crate::server::Script;

/// The parts that any client of Bedrock is made of.
#[derive(Debug)]
pub struct Bare {
    http: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    endpoint: String,
}

impl Bare {
    async fn send(&self, Prompt { model, text }: &Prompt, action: &str) -> Result<Response<Incoming>> {
        let body = Bytes::from(derived::request(text)?);
        let uri = format!("{}/model/{model}/{action}", self.endpoint);
        let mut request = Request::post(&uri)
            .header("content-type", "application/json")
            .header("accept", "application/json")
            .body(Full::new(body.clone()))?;
        let identity = Credentials::new(ACCESS_KEY, SECRET_KEY, None, None, "fixed").into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name("bedrock")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = [("content-type", "application/json"), ("accept", "application/json")];
        let signable =
            SignableRequest::new("POST", uri.as_str(), headers.into_iter(), SignableBody::Bytes(&body))?;
        sign(signable, &params)?.into_parts().0.apply_to_request_http1x(&mut request);
        let answer = self.http.request(request).await?;
        if answer.status().is_success() { Ok(answer) } else { Err(answer.status().to_string().into()) }
    }
}

impl Subject for Bare {
    type Request = Prompt;
    type Stream = BareStream;

    fn new(endpoint: &str) -> Result<Self> {
        // The roots are read because a program that calls Bedrock needs them.
        let tls = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { http: Client::builder(TokioExecutor::new()).build(tls), endpoint: endpoint.to_owned() })
    }

    fn request(script: Script, prompt: &str) -> Prompt {
        Prompt { model: script.model(), text: prompt.to_owned() }
    }

    async fn create(&self, request: &Prompt) -> Result<usize> {
        let answer = self.send(request, "invoke").await?.into_body().collect().await?;
        derived::text_length(&answer.to_bytes())
    }

    async fn stream(&self, request: &Prompt) -> Result<BareStream> {
        let answer = self.send(request, "invoke-with-response-stream").await?;
        Ok(BareStream { body: answer.into_body(), length: 0 })
    }
}

/// The bytes of an answer, counted.
#[derive(Debug)]
pub struct BareStream {
    body: Incoming,
    length: usize,
}

impl Events for BareStream {
    async fn next(&mut self, _: impl FnMut(&str) + Send) -> Result<bool> {
        let Some(frame) = self.body.frame().await else { return Ok(false) };
        self.length += frame?.data_ref().map_or(0, Bytes::len);
        Ok(true)
    }

    fn finish(self) -> Result<usize> {
        Ok(self.length)
    }
}

//! Signing a request of 1 KiB: this crate, hashing included, against `aws_sigv4::http_request::sign` alone, in one run.
//!
//! `cargo xtask bench` runs this and prints the medians and their quotient.

#![allow(missing_docs, reason = "criterion's macros make public functions")]

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use bedrock_auth::Credentials;
use bedrock_auth::sigv4::{PayloadHash, SigningKeyCache, SigningParams, sign};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use http::request::Parts;

criterion_group!(benches, signing);
criterion_main!(benches);

fn signing(criterion: &mut Criterion) {
    let body = vec![b'x'; 1024];
    let credentials = Credentials::new(ID, SECRET).session_token(TOKEN);
    let cache = SigningKeyCache::default();
    let params = SigningParams::new(&credentials, REGION, SERVICE, now());
    let unsigned = parts();
    // Both sign the same request: were one of them to do less, this would not be a comparison.
    let theirs = theirs();
    assert_eq!(ours(&unsigned, &body, &params), theirs(&body));

    let mut group = criterion.benchmark_group("sign_1_kib");
    group.bench_function(BenchmarkId::from_parameter("ours"), |bencher| {
        bencher.iter(|| ours(black_box(&unsigned), black_box(&body), &params));
    });
    group.bench_function(BenchmarkId::from_parameter("cached"), |bencher| {
        let params = params.with_key_cache(&cache);
        bencher.iter(|| ours(black_box(&unsigned), black_box(&body), &params));
    });
    group.bench_function(BenchmarkId::from_parameter("sigv4"), |bencher| {
        bencher.iter(|| theirs(black_box(&body)));
    });
    group.finish();
}

/// Hash, signature, and the headers in place; the request is copied first, since signing changes it.
fn ours(unsigned: &Parts, body: &[u8], params: &SigningParams<'_>) -> String {
    let mut parts = unsigned.clone();
    sign(&mut parts, &PayloadHash::of(body), params).expect("the request can be signed").authorization
}

fn parts() -> Parts {
    let request =
        HEADERS.iter().fold(http::Request::post(URL), |request, (name, value)| request.header(*name, *value));
    request.body(()).expect("a legal request").into_parts().0
}

/// The signature alone: its headers are not put into a request.
fn theirs() -> impl Fn(&[u8]) -> String {
    let credentials =
        aws_credential_types::Credentials::new(ID, SECRET, Some(TOKEN.to_owned()), None, "bench");
    let identity = credentials.into();
    move |body| {
        let params = aws_sigv4::sign::v4::SigningParams::builder()
            .identity(&identity)
            .region(REGION)
            .name(SERVICE)
            .time(now())
            .settings(SigningSettings::default())
            .build()
            .expect("nothing is missing")
            .into();
        let request = SignableRequest::new("POST", URL, HEADERS.iter().copied(), SignableBody::Bytes(body))
            .expect("a legal request");
        let signed = aws_sigv4::http_request::sign(request, &params).expect("the request can be signed");
        let mut headers = signed.output().headers();
        let authorization = headers.find(|(name, _)| *name == "authorization");
        authorization.expect("the signature is in a header").1.to_owned()
    }
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600)
}

const URL: &str = "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke";
const HEADERS: &[(&str, &str)] = &[("content-type", "application/json"), ("accept", "application/json")];
const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "EXAMPLESESSIONTOKEN==";
const REGION: &str = "us-east-1";
const SERVICE: &str = "bedrock";

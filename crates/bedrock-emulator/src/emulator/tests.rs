//! An emulator from its start to its end.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bedrock_auth::Credentials;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::environment::{OUTRANKING_CONTAINERS, OUTRANKING_KEYS, TRUST_VARIABLES};
use super::*;
use crate::recording::Recordings;
use crate::script::Script;
use crate::testing::now;

fn trusting(ca_pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn handshake(emulator: &Emulator, ca_pem: &str, name: &'static str) -> io::Result<String> {
    let stream = TcpStream::connect(emulator.addr()).await?;
    let mut stream = trusting(ca_pem).connect(ServerName::try_from(name).unwrap(), stream).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn tls_is_trusted_by_its_own_authority_alone() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let other = Emulator::builder().tls(true).start().await.unwrap();
    for name in ["localhost", "127.0.0.1", "::1"] {
        let answer = handshake(&emulator, emulator.ca_pem().unwrap(), name).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n"), "{answer}");
    }
    handshake(&emulator, emulator.ca_pem().unwrap(), "example.com").await.unwrap_err();
    handshake(&emulator, other.ca_pem().unwrap(), "localhost").await.unwrap_err();
    emulator.shutdown().await;
}

#[tokio::test]
async fn the_environment_leads_to_it() {
    let emulator = Emulator::builder().start().await.unwrap();
    let url = format!("http://{}", emulator.addr());
    assert_eq!(emulator.url(), url);
    assert_eq!(emulator.ca_pem(), None);
    let mantle = format!("{url}/mantle/anthropic");
    let expected = [
        ("AWS_ENDPOINT_URL", url.as_str()),
        ("ANTHROPIC_BEDROCK_BASE_URL", &url),
        ("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", &mantle),
        ("AWS_REGION", "us-east-1"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIABEDROCKEMULATOR0"),
        ("AWS_SECRET_ACCESS_KEY", "local/emulator/secret/that/opens/nothing"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    assert_eq!(emulator.environment(), expected.map(|(name, value)| (name, value.to_owned())));
}

#[tokio::test]
async fn keys_that_expire_are_fetched() {
    let plain = Emulator::builder().start().await.unwrap();
    assert_eq!(plain.variables_to_unset(), OUTRANKING_KEYS);
    let emulator = Emulator::builder().key_ttl(Duration::from_secs(60)).start().await.unwrap();
    let environment = emulator.environment();
    let value = |name| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
    let url = format!("{}/_local/credentials", emulator.url());
    assert_eq!(value("AWS_CONTAINER_CREDENTIALS_FULL_URI"), Some(url.as_str()));
    for name in OUTRANKING_KEYS.iter().chain(&OUTRANKING_CONTAINERS) {
        assert!(value(name).is_none() && emulator.variables_to_unset().contains(name), "{name}");
    }
}

#[tokio::test]
async fn with_tls_the_environment_names_a_file_that_goes_with_it() {
    let keys = Credentials::new("ASIA", "s").session_token("t");
    let emulator = Emulator::builder().tls(true).credentials(keys).start().await.unwrap();
    assert!(emulator.url().starts_with("https://127.0.0.1:"));
    let environment = emulator.environment();
    assert!(environment.contains(&("AWS_SESSION_TOKEN", "t".to_owned())));
    assert!(!emulator.variables_to_unset().contains(&"AWS_SESSION_TOKEN"));
    let files: Vec<_> = environment.iter().filter(|(name, _)| TRUST_VARIABLES.contains(name)).collect();
    assert_eq!(files.len(), 3);
    let file = files[0].1.clone();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), emulator.ca_pem().unwrap());
    drop(emulator);
    assert!(!std::path::Path::new(&file).exists());
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let emulator = Emulator::builder().now(now).start().await.unwrap();
    let error = Emulator::builder().port(emulator.addr().port()).start().await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let builder = Emulator::builder().credentials(Credentials::new("AKID", "canary").session_token("canary"));
    assert!(!format!("{builder:?}").contains("canary"));
    let shown = format!("{:?}", builder.start().await.unwrap());
    assert!(shown.contains("AKID") && !shown.contains("canary"), "{shown}");
    assert!(!shown.contains("bedrock-emulator-token"), "{shown}");
}

#[tokio::test]
async fn rules_are_not_passed_over_for_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke";
    let meta = serde_json::json!({"method": "POST", "url": url, "status": 200, "headers": {"content-type": "application/json"}});
    for (name, content) in
        [("meta", meta.to_string()), ("request", "{}".to_owned()), ("response", "{}".to_owned())]
    {
        std::fs::write(folder.path().join(format!("one.{name}.json")), content).unwrap();
    }
    let replaying = |script: &str| {
        let recordings = Recordings::read(folder.path()).unwrap();
        Emulator::builder().replay(recordings, 0.0).script(Script::from_toml(script).unwrap()).now(now)
    };
    for script in ["[[rules]]\nanswer.text = 'Hi'\n", "strict = true\n"] {
        let error = replaying(script).start().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("rules"), "{error}");
    }
    assert!(replaying("[access]\nothers = 'missing'\n").start().await.is_ok());
}

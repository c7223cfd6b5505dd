//! Whom the client trusts.

use std::fs;
use std::sync::Arc;

use bedrock_transport::{BuildError, ConnectFailure, HttpClient, HyperClient, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, patiently, post};

/// A server with a certificate for `name`, and the CA that signed it, in PEM.
async fn server_named(name: &str) -> (Server, String) {
    server_breaking(name, None).await
}

/// What comes outside TLS after half of the body, as soon as the client has seen that half.
type Garbage = (&'static [u8], Arc<Notify>);

async fn server_breaking(name: &str, garbage: Option<Garbage>) -> (Server, String) {
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &ca).unwrap();

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate)],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let server = Server::start(move |_, stream| {
        let (acceptor, garbage) = (acceptor.clone(), garbage.clone());
        async move {
            // A client that does not trust the certificate ends the handshake.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).await.unwrap() > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no").await.unwrap();
            stream.flush().await.unwrap();
            if let Some((garbage, half_seen)) = garbage {
                half_seen.notified().await;
                stream.get_mut().0.write_all(garbage).await.unwrap();
                return;
            }
            stream.write_all(b"k").await.unwrap();
            stream.shutdown().await.unwrap();
        }
    })
    .await;
    (server, ca.pem())
}

async fn get(client: &HyperClient, server: &Server) -> Result<bytes::Bytes, TransportError> {
    let exchange = post(&format!("https://{}/", server.authority));
    let response = patiently(client.send(exchange)).await?;
    response.into_body().collect(100).await
}

#[tokio::test]
async fn a_bundle_replaces_the_systems_roots() {
    let (server, ca) = server_named("127.0.0.1").await;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), &ca).unwrap();
    let by_file = HyperClient::builder().ca_bundle(file.path()).build().unwrap();
    assert_eq!(get(&by_file, &server).await.unwrap(), "ok");
    let by_bytes = HyperClient::builder().ca_bundle_pem(ca).build().unwrap();
    assert_eq!(get(&by_bytes, &server).await.unwrap(), "ok");
}

#[tokio::test]
async fn a_certificate_of_another_ca_or_for_another_host_is_not_trusted() {
    let (server, _) = server_named("127.0.0.1").await;
    let (elsewhere, other_ca) = server_named("elsewhere.example").await;
    let client = HyperClient::builder().ca_bundle_pem(other_ca).build().unwrap();
    for server in [&server, &elsewhere] {
        let error = get(&client, server).await.unwrap_err();
        assert!(!error.is_retryable());
        assert!(
            matches!(error, TransportError::Connect { reason: ConnectFailure::TlsTrust, .. }),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn tls_that_breaks_inside_a_body_is_truncated() {
    // No TLS record, a record that does not decrypt, and an end within one.
    for garbage in [b"nonsense".as_slice(), b"\x17\x03\x03\x00\x20a record of thirty-two bytes....", b"\x17"]
    {
        let half_seen = Arc::new(Notify::new());
        let (server, ca) = server_breaking("127.0.0.1", Some((garbage, half_seen.clone()))).await;
        let client = HyperClient::builder().ca_bundle_pem(ca).build().unwrap();
        let exchange = post(&format!("https://{}/", server.authority));
        let mut body = patiently(client.send(exchange)).await.unwrap().into_body();
        assert_eq!(patiently(body.chunk()).await.unwrap().unwrap(), "o");
        half_seen.notify_one();
        let error = patiently(body.chunk()).await.unwrap_err();
        assert!(matches!(error, TransportError::Truncated { .. }), "{error:?}");
    }
}

#[test]
fn a_bundle_that_cannot_be_used_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let build = || HyperClient::builder().ca_bundle(&path).build().unwrap_err();
    let missing = build();
    fs::write(&path, "").unwrap();
    let empty = build();
    fs::write(&path, UNREADABLE).unwrap();
    let unusable = build();
    fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n").unwrap();
    let invalid = build();
    assert!(matches!(missing, BuildError::UnreadableCaBundle { .. }), "{missing:?}");
    assert!(matches!(empty, BuildError::EmptyCaBundle { .. }), "{empty:?}");
    assert!(matches!(invalid, BuildError::InvalidCaBundle { .. }), "{invalid:?}");
    assert!(matches!(unusable, BuildError::UnusableCaBundle { .. }), "{unusable:?}");
    for error in [missing, empty, invalid, unusable] {
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

const UNREADABLE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

#[tokio::test]
async fn a_certificate_that_cannot_be_read_does_not_spoil_a_bundle() {
    let (server, ca) = server_named("127.0.0.1").await;
    for bundle in [format!("{UNREADABLE}{ca}"), format!("# a comment\n{ca}{UNREADABLE}")] {
        let client = HyperClient::builder().ca_bundle_pem(bundle).build().unwrap();
        assert_eq!(get(&client, &server).await.unwrap(), "ok");
    }
}

#[test]
fn a_private_key_does_not_belong_in_a_bundle() {
    let key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = ca.self_signed(&key).unwrap().pem();
    let sec1 = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n";
    for bundle in [format!("{ca}{}", key.serialize_pem()), format!("{sec1}{ca}"), key.serialize_pem()] {
        let error = HyperClient::builder().ca_bundle_pem(bundle).build().unwrap_err();
        assert!(matches!(error, BuildError::PrivateKeyInCaBundle { path: None }), "{error:?}");
        assert_eq!(error.to_string(), "the CA bundle has a private key in it");
    }
}

#[test]
fn a_user_agent_that_is_no_header_value_is_an_error() {
    let error = HyperClient::builder().user_agent("a\r\nb: c").build().unwrap_err();
    assert!(matches!(error, BuildError::UserAgent), "{error:?}");
}

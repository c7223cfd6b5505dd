//! Whom the client trusts.

use std::fs;
use std::sync::Arc;

use bedrock_transport::{BuildError, ConnectFailure, HttpClient, HyperClient, TransportError};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio_rustls::TlsAcceptor;

use crate::server::{Server, closed, patiently, post};

/// A server with a certificate for `name`, and the CA that signed it, in PEM.
pub(crate) async fn server_named(name: &str) -> (Server, String) {
    server_breaking(name, None).await
}

/// What comes outside TLS after half of the body, as soon as the client has seen that half.
type Garbage = (&'static [u8], Arc<Notify>);

/// A server's configuration with a certificate for `name`, and the CA that signed it, in PEM.
pub(crate) fn certified(name: &str) -> (rustls::ServerConfig, String) {
    let (ca, key, certificate) = certificate(name, |_| {});
    let config = config()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (config, ca.pem())
}

fn certificate(
    name: &str,
    change: impl FnOnce(&mut CertificateParams),
) -> (CertifiedIssuer<'static, KeyPair>, KeyPair, CertificateDer<'static>) {
    let mut ca = CertificateParams::new([]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    change(&mut params);
    let certificate = params.signed_by(&key, &ca).unwrap().into();
    (ca, key, certificate)
}

fn config() -> rustls::ConfigBuilder<rustls::ServerConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap()
}

/// A proxy behind TLS, with the CA to trust; it tells what it is asked, and makes every tunnel to one place.
pub(crate) async fn tunnelling_over_tls(
    name: &str,
    to: &str,
) -> (Server, String, mpsc::UnboundedReceiver<String>) {
    let (config, ca) = certified(name);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let (seen, requests) = mpsc::unbounded_channel();
    let to = to.to_owned();
    let proxy = Server::start(move |_, stream| {
        let (acceptor, seen, to) = (acceptor.clone(), seen.clone(), to.clone());
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            seen.send(String::from_utf8(head).unwrap()).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            let mut server = TcpStream::connect(to).await.unwrap();
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
    })
    .await;
    (proxy, ca, requests)
}

async fn serving(acceptor: TlsAcceptor) -> Server {
    serving_until(acceptor, None).await
}

async fn server_breaking(name: &str, garbage: Option<Garbage>) -> (Server, String) {
    let (config, ca) = certified(name);
    (serving_until(TlsAcceptor::from(Arc::new(config)), garbage).await, ca)
}

async fn serving_until(acceptor: TlsAcceptor, garbage: Option<Garbage>) -> Server {
    Server::start(move |_, stream| {
        let (acceptor, garbage) = (acceptor.clone(), garbage.clone());
        async move {
            let mut stream = match acceptor.accept(stream).into_fallible().await {
                Ok(stream) => stream,
                // One side does not trust the other. What the client has sent already is read, for else it would see a
                // reset and not the alert.
                Err((_, stream)) => return closed(stream).await,
            };
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
    .await
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
async fn an_expired_certificate_is_not_trusted() {
    let (ca, key, certificate) = certificate("127.0.0.1", |params| {
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(2001, 1, 1);
    });
    let config = config()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    let server = serving(TlsAcceptor::from(Arc::new(config.unwrap()))).await;
    let client = HyperClient::builder().ca_bundle_pem(ca.pem()).build().unwrap();
    let error = get(&client, &server).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect { reason: ConnectFailure::TlsTrust, .. }), "{error:?}");
    let cause = format!("{error:?}");
    assert!(cause.contains("Expired"), "{cause}");
}

/// A server that knows nothing newer answers with its version, or with an alert.
#[tokio::test]
async fn tls_older_than_1_2_is_refused() {
    // Record and handshake header, version, random, no session, a cipher, no compression.
    let mut hello = b"\x16\x03\x02\x00\x2a\x02\x00\x00\x26\x03\x02".to_vec();
    hello.extend([7; 32]);
    hello.extend(b"\x00\xc0\x14\x00");
    let alert = b"\x15\x03\x02\x00\x02\x02\x46".to_vec(); // fatal, protocol_version
    for answer in [hello, alert] {
        let server = Server::start(move |_, mut stream| {
            let answer = answer.clone();
            async move {
                assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
                stream.write_all(&answer).await.unwrap();
                closed(stream).await;
            }
        })
        .await;
        let error = get(&HyperClient::builder().build().unwrap(), &server).await.unwrap_err();
        assert!(
            matches!(error, TransportError::Connect { reason: ConnectFailure::TlsRefused, .. }),
            "{error:?}"
        );
        assert!(!error.is_retryable());
    }
}

#[tokio::test]
async fn a_server_is_shown_the_certificate_it_asks_for() {
    let (ca, key, server_certificate) = certificate("127.0.0.1", |_| {});
    let (client_ca, client_key, client_certificate) = certificate("me.example", |_| {});
    let mut trusted = rustls::RootCertStore::empty();
    trusted.add(client_ca.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(trusted), provider);
    let config = config()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(vec![server_certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    let server = serving(TlsAcceptor::from(Arc::new(config.unwrap()))).await;

    let pem = pem(&client_certificate);
    let trusting = HyperClient::builder().ca_bundle_pem(ca.pem());
    let by_bytes = trusting.clone().client_certificate_pem(pem.clone(), client_key.serialize_pem());
    assert_eq!(get(&by_bytes.build().unwrap(), &server).await.unwrap(), "ok");

    let folder = tempfile::tempdir().unwrap();
    let (certificates, key) = (folder.path().join("me.pem"), folder.path().join("me.key"));
    fs::write(&certificates, &pem).unwrap();
    fs::write(&key, client_key.serialize_pem()).unwrap();
    let by_file = trusting.clone().client_certificate(&certificates, &key);
    assert_eq!(get(&by_file.build().unwrap(), &server).await.unwrap(), "ok");

    let error = get(&trusting.build().unwrap(), &server).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect { reason: ConnectFailure::TlsRefused, .. }), "{error:?}");
}

#[test]
fn a_client_certificate_that_cannot_be_used_is_an_error_that_shows_no_key() {
    let (_, key, certificate) = certificate("me.example", |_| {});
    let (_, other_key, _) = crate::tls::certificate("me.example", |_| {});
    let certificates = pem(&certificate);
    for (certificates, key) in [
        (certificates.clone(), other_key.serialize_pem()),
        (certificates.clone(), String::new()),
        (certificates.clone(), certificates.clone()),
        (String::new(), key.serialize_pem()),
        (key.serialize_pem(), key.serialize_pem()),
    ] {
        let builder = HyperClient::builder().client_certificate_pem(certificates, key.clone());
        let shown = format!("{builder:?}");
        let error = builder.build().unwrap_err();
        assert!(matches!(error, BuildError::InvalidClientCertificate { .. }), "{error:?}");
        let secret = key.lines().nth(1).unwrap_or("no key");
        assert!(!format!("{shown}{error:?}{error}").contains(secret));
    }
    let error = HyperClient::builder().client_certificate("/no/such/file", "/no/key").build().unwrap_err();
    assert_eq!(error.to_string(), "/no/such/file of the client certificate cannot be read");
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.encode(certificate);
    format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
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

#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn the_other_cryptography_does_too() {
    let (server, ca) = server_named("127.0.0.1").await;
    let client = HyperClient::builder().ca_bundle_pem(ca).aws_lc_rs().build().unwrap();
    assert_eq!(get(&client, &server).await.unwrap(), "ok");
}

#[cfg(feature = "webpki-roots")]
#[tokio::test]
async fn mozillas_roots_replace_the_others() {
    let (server, ca) = server_named("127.0.0.1").await;
    let client = HyperClient::builder().ca_bundle_pem(ca).webpki_roots().build().unwrap();
    let error = get(&client, &server).await.unwrap_err();
    assert!(matches!(error, TransportError::Connect { reason: ConnectFailure::TlsTrust, .. }), "{error:?}");
}

#[test]
fn a_user_agent_that_is_no_header_value_is_an_error() {
    let error = HyperClient::builder().user_agent("a\r\nb: c").build().unwrap_err();
    assert!(matches!(error, BuildError::UserAgent), "{error:?}");
}

//! Proxies of the environment, in front of an emulator.

use std::sync::{Arc, Mutex};

use bedrock_auth::{BoxFuture, Credentials, MapEnv};
use bedrock_client::{Body, Error, ErrorKind, Exchange, HttpClient, TransportError};
use bedrock_emulator::Emulator;
use bedrock_transport::NetworkPath;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{answer, builder, hello};

/// Passes on, and keeps the heads of what it was asked.
struct Proxy {
    authority: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Passes on, or gives this answer instead.
    async fn start(refusal: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let heads = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let head = read_head(&mut client).await;
                heads.lock().unwrap().push(head.clone());
                tokio::spawn(async move {
                    if let Some(refusal) = refusal {
                        client.write_all(refusal.as_bytes()).await.unwrap();
                        // Closing with bytes unread would be a reset.
                        let _ = tokio::io::copy(&mut client, &mut tokio::io::sink()).await;
                    } else {
                        pass_on(client, &head).await;
                    }
                });
            }
        });
        Self { authority, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A byte at a time: what follows is not the proxy's to read.
async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

async fn pass_on(mut client: TcpStream, head: &str) {
    let target = head.split(' ').nth(1).unwrap();
    let mut server = if let Some(rest) = target.strip_prefix("http://") {
        let (authority, _) = rest.split_once('/').unwrap();
        let mut server = TcpStream::connect(authority).await.unwrap();
        let head = head.replacen(&format!("http://{authority}"), "", 1);
        server.write_all(head.as_bytes()).await.unwrap();
        server
    } else {
        let server = TcpStream::connect(target).await.unwrap();
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
        server
    };
    // Whoever has enough closes.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

/// One call of the emulator, with these variables.
async fn call(emulator: &Emulator, variables: &[(&str, &str)]) -> Result<(), Error> {
    let mut client = builder()
        .env(variables.iter().copied().collect::<MapEnv>())
        .endpoint_url(emulator.url())
        .credentials(emulator.credentials().clone());
    let folder = tempfile::tempdir().unwrap();
    if let Some(ca) = emulator.ca_pem() {
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, ca).unwrap();
        client = client.ca_bundle(path);
    }
    client.build()?.messages().create(&hello()).await.map(drop)
}

#[tokio::test]
async fn plain_http_on_this_machine_goes_through_a_proxy_on_it() {
    let emulator = Emulator::builder().start().await.unwrap();
    let proxy = Proxy::start(None).await;
    let url = format!("http://me:hidden@{}", proxy.authority);
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        call(&emulator, &[(name, &url)]).await.unwrap();
        let asked = proxy.asked().pop().unwrap();
        assert!(asked.starts_with(&format!("POST {}/model/", emulator.url())), "{name}: {asked}");
    }
    assert_eq!(proxy.asked().len(), 4);
}

#[tokio::test]
async fn https_goes_through_a_tunnel_whose_maker_learns_the_host_alone() {
    let emulator = Emulator::builder().tls(true).start().await.unwrap();
    let proxy = Proxy::start(None).await;
    call(&emulator, &[("HTTPS_PROXY", &proxy.authority)]).await.unwrap();
    let host = emulator.addr();
    assert_eq!(proxy.asked(), [format!("CONNECT {host} HTTP/1.1\r\nhost: {host}\r\n\r\n")]);
}

#[tokio::test]
async fn what_is_exempt_or_only_named_to_a_cgi_program_is_not_used() {
    let emulator = Emulator::builder().start().await.unwrap();
    let proxy = Proxy::start(None).await;
    let url = format!("http://{}", proxy.authority);
    for variables in [
        &[("HTTP_PROXY", url.as_str()), ("NO_PROXY", "127.0.0.1")][..],
        &[("HTTP_PROXY", &url), ("no_proxy", "127.0.0.0/8")],
        &[("ALL_PROXY", &url), ("NO_PROXY", "*")],
        &[("HTTP_PROXY", &url), ("REQUEST_METHOD", "GET")],
        &[("HTTPS_PROXY", &url)],
        // This machine is another one there.
        &[("HTTP_PROXY", "http://proxy.invalid:1")],
    ] {
        call(&emulator, variables).await.unwrap();
        assert_eq!(proxy.asked(), Vec::<String>::new(), "{variables:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_wants_a_password_is_said_once() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let (plain, tls) = (Emulator::builder(), Emulator::builder().tls(true));
    for emulator in [plain.start().await.unwrap(), tls.start().await.unwrap()] {
        let proxy = Proxy::start(Some(refusal)).await;
        let url = format!("http://me:hidden@{}", proxy.authority);
        let error = call(&emulator, &[("ALL_PROXY", &url)]).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
        assert!(error.to_string().contains("407") && !format!("{error:?}").contains("hidden"), "{error:?}");
        assert_eq!(proxy.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_a_setting_to_mend() {
    let emulator = Emulator::builder().start().await.unwrap();
    for url in ["socks5://me:hidden@127.0.0.1:1", "http://", "http://me:hid@den@proxy:1", "ht tp://hidden"] {
        let error = call(&emulator, &[("HTTPS_PROXY", url)]).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Config, 0), "{url}");
        assert!(error.hint().unwrap().contains("HTTPS_PROXY") && !format!("{error:?}").contains("hid"));
    }
}

/// Answers as a metadata service without a role does, and keeps how it may be reached.
#[derive(Clone, Debug, Default)]
struct Metadata(Arc<Mutex<Vec<(String, NetworkPath)>>>);

impl HttpClient for Metadata {
    fn send(&self, exchange: Exchange) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let host = exchange.request.uri().host().unwrap().to_owned();
        self.0.lock().unwrap().push((host, exchange.path));
        Box::pin(std::future::ready(answer(404, &[], "")))
    }
}

#[tokio::test]
async fn a_metadata_service_is_never_asked_through_a_proxy() {
    let http = Metadata::default();
    let client = builder().env(MapEnv::default()).http_client(http.clone()).build().unwrap();
    client.messages().create(&hello()).await.unwrap_err();
    let asked = http.0.lock().unwrap().clone();
    assert!(!asked.is_empty());
    for (host, path) in asked {
        assert_eq!((host.as_str(), path), ("169.254.169.254", NetworkPath::Direct));
    }
}

#[tokio::test]
async fn a_request_to_a_vpc_endpoint_is_signed_for_its_region() {
    for (url, region) in [
        ("https://vpce-0a-1b.bedrock-runtime.eu-west-3.vpce.amazonaws.com", "eu-west-3"),
        ("https://gateway.example", "us-east-1"),
    ] {
        let http = crate::support::Scripted::new([crate::support::message()]);
        let client = builder()
            .endpoint_url(url)
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .http_client(http.clone())
            .build()
            .unwrap();
        client.messages().create(&hello()).await.unwrap();
        let authorization = http.requests()[0].headers()["authorization"].to_str().unwrap().to_owned();
        assert!(authorization.contains(&format!("/{region}/bedrock/aws4_request")), "{authorization}");
    }
}

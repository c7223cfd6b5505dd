//! The operations over their wire.

use super::*;
use crate::testing::answer as answered;
use crate::testing::{TestRequest, now};

/// An account, asked by signed requests.
#[derive(Default)]
struct Asked(Account);

impl Asked {
    /// Status, body and tag.
    fn ask(&self, method: &'static str, path: &str, body: &str) -> (u16, String, String) {
        self.request(TestRequest { method, ..TestRequest::post(path, body) })
    }

    fn request(&self, request: TestRequest) -> (u16, String, String) {
        let (head, body) = request.signed_for(SERVICE).signed();
        let response = answered(&head, &body, now(), &self.0);
        assert!(response.headers().contains_key(AMZ_REQUEST_ID));
        let tag = response.headers().get(ETAG).map_or("", |tag| tag.to_str().unwrap()).to_owned();
        let Content::Whole(body) = response.body() else { panic!("one body") };
        (response.status().as_u16(), String::from_utf8(body.to_vec()).unwrap(), tag)
    }

    fn code(&self, method: &'static str, path: &str, body: &str) -> (u16, String) {
        let (status, text, _) = self.ask(method, path, body);
        (status, between(&text, "Code").unwrap_or_default())
    }
}

fn between(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text.to_owned())
}

#[test]
fn an_object_is_put_got_and_deleted() {
    let asked = Asked::default();
    assert_eq!(asked.code("GET", "/bucket/a/b.jsonl", ""), (404, "NoSuchBucket".to_owned()));
    let (status, _, tag) = asked.ask("PUT", "/bucket/a/b.jsonl", "hello");
    assert_eq!((status, tag.len()), (200, 34));
    assert_eq!(asked.ask("GET", "/bucket/a/b.jsonl", ""), (200, "hello".to_owned(), tag.clone()));
    assert_eq!(asked.ask("HEAD", "/bucket/a/b.jsonl", ""), (200, String::new(), tag));
    assert_eq!(asked.ask("HEAD", "/bucket", "").0, 200);
    assert_eq!(asked.code("GET", "/bucket/a", ""), (404, "NoSuchKey".to_owned()));
    let part = TestRequest { method: "GET", ..TestRequest::post("/bucket/a/b.jsonl", "") };
    let part = asked.request(part.header("range", "bytes=1-2"));
    assert_eq!((part.0, part.1.as_str()), (206, "el"));
    assert_eq!(asked.ask("DELETE", "/bucket/a/b.jsonl", "").0, 204);
    assert_eq!(asked.code("GET", "/bucket/a/b.jsonl", ""), (404, "NoSuchKey".to_owned()));
}

#[test]
fn objects_are_listed_in_pages() {
    let asked = Asked::default();
    for key in ["a/1", "a/2", "a/3", "b"] {
        asked.ask("PUT", &format!("/bucket/{key}"), "x");
    }
    let (mut path, mut keys) = ("/bucket?list-type=2&prefix=a%2F&max-keys=2".to_owned(), vec![]);
    for _ in 0..2 {
        let (status, page, _) = asked.ask("GET", &path, "");
        assert_eq!(status, 200, "{page}");
        keys.extend(page.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once('<')?.0.to_owned())));
        let Some(token) = between(&page, "NextContinuationToken") else { break };
        path = format!("/bucket?list-type=2&prefix=a%2F&continuation-token={}", request::escaped(&token));
    }
    assert_eq!(keys, ["a/1", "a/2", "a/3"]);
    assert_eq!(asked.code("GET", "/other?list-type=2", ""), (404, "NoSuchBucket".to_owned()));
    assert_eq!(asked.code("GET", "/bucket?acl", ""), (501, "NotImplemented".to_owned()));
}

#[test]
fn an_upload_in_parts_is_there_once_it_is_complete() {
    let asked = Asked::default();
    let begun = asked.ask("POST", "/bucket/big?uploads", "").1;
    let id = between(&begun, "UploadId").unwrap();
    let large = "x".repeat(5 << 20);
    assert_eq!(asked.ask("PUT", &format!("/bucket/big?partNumber=2&uploadId={id}"), "end").0, 200);
    assert_eq!(asked.ask("PUT", &format!("/bucket/big?partNumber=1&uploadId={id}"), &large).0, 200);
    assert_eq!(asked.ask("PUT", &format!("/bucket/big?partNumber=3&uploadId={id}"), "small").0, 200);
    assert_eq!(asked.code("GET", "/bucket/big", "").1, "NoSuchBucket");
    let complete = |numbers: &[u16]| {
        let parts: String =
            numbers.iter().map(|n| format!("<Part><PartNumber>{n}</PartNumber></Part>")).collect();
        asked.code("POST", &format!("/bucket/big?uploadId={id}"), &format!("<C>{parts}</C>"))
    };
    assert_eq!(complete(&[1, 3, 2]).1, "EntityTooSmall");
    assert_eq!(complete(&[1, 7]).1, "InvalidPart");
    assert_eq!(complete(&[]).1, "MalformedXML");
    assert_eq!(complete(&[1, 2]), (200, String::new()));
    assert_eq!(asked.ask("GET", "/bucket/big", "").1, format!("{large}end"));
    assert_eq!(complete(&[1, 2]).1, "NoSuchUpload");
    assert_eq!(
        asked.code("PUT", &format!("/bucket/big?partNumber=0&uploadId={id}"), "").1,
        "InvalidArgument"
    );
}

#[test]
fn only_who_may_call_is_let_in() {
    let asked = Asked::default();
    let request = TestRequest { method: "PUT", ..TestRequest::post("/bucket/a", "x") };
    let (mut head, body) = request.clone().signed_for(SERVICE).signed();
    let tampered = answered(&head, &Bytes::from_static(b"y"), now(), &asked.0);
    let Content::Whole(text) = tampered.body() else { panic!("one body") };
    assert!(tampered.status() == 403 && text.windows(21).any(|part| part == b"SignatureDoesNotMatch"));
    // Not signed for S3, it is no request to it: Bedrock has no such operation.
    head.headers.remove("authorization");
    assert_eq!(answered(&head, &body, now(), &asked.0).status(), 404);
    let (mut head, body) = request.signed_for(SERVICE).signed();
    head.headers.insert(CONTENT_SHA256, HeaderValue::from_static("STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
    assert_eq!(answered(&head, &body, now(), &asked.0).status(), 501);
    assert_eq!(asked.code("GET", "/bucket/a", "").1, "NoSuchBucket");
}

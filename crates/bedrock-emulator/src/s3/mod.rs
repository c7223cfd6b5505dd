//! Amazon S3, as much of it as moves the files of batch jobs: it shares the emulator's port, and is meant by whoever signs for `s3`.
//!
//! Buckets stand in the path (`/bucket/key`) and are there once something was put into them. Objects are in memory and go with the
//! emulator. Operations: Put-, Get- (with ranges), Head- and `DeleteObject`, `ListObjectsV2`, `CreateBucket`, `HeadBucket`, and
//! uploads in parts. `store` holds the objects, `request` says which operation is asked for.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>
//!
//! Not here: versions, access lists, bodies that are signed chunk by chunk, and presigned URLs.

mod error;
mod request;
mod store;

use std::time::SystemTime;

use bedrock_auth::sigv4::PayloadHash;
use bedrock_auth::sigv4::verify::signed_for;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, RANGE};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};

use crate::account::Account;
use crate::answer::Content;
use crate::auth::signed;
use crate::temporary::timestamp;
use crate::xml::Element;
pub(crate) use error::S3Error;
use request::{Operation, S3Request};
pub(crate) use store::{Object, ObjectStore};

/// Whether a request is for S3: by the service it is signed for. What S3 takes by POST has a query, which no call of a model has.
pub(crate) fn is_meant(head: &Parts) -> bool {
    let may_be = head.method != Method::POST || head.uri.query().is_some();
    may_be && signed_for(&head.headers).is_some_and(|(_, service)| service == SERVICE)
}

/// Answers a request that is meant for S3.
pub(crate) fn answer(
    head: &Parts,
    body: &Bytes,
    now: SystemTime,
    account: &Account,
    request_id: &str,
) -> Response<Content> {
    let mut response = performed(head, body, now, account).unwrap_or_else(|error| {
        tracing::debug!(code = error.code(), "refused");
        error.into_response(head.uri.path(), request_id)
    });
    if head.method == Method::HEAD {
        let length = match response.body() {
            Content::Whole(body) => body.len(),
            Content::Frames(..) => 0,
        };
        // hyper writes no body to HEAD, but says how long it would be.
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
        *response.body_mut() = Content::Whole(Bytes::new());
    }
    if let Ok(id) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert(AMZ_REQUEST_ID, id);
    }
    response
}

fn performed(
    head: &Parts,
    body: &Bytes,
    now: SystemTime,
    account: &Account,
) -> Result<Response<Content>, S3Error> {
    let S3Request { bucket, key, query, operation } = S3Request::of(head)?;
    let payload = match head.headers.get(CONTENT_SHA256).map(HeaderValue::as_bytes) {
        Some(b"UNSIGNED-PAYLOAD") => PayloadHash::unsigned(),
        Some(claimed) if claimed.starts_with(b"STREAMING-") => {
            return Err(S3Error::not_implemented("Bodies that are signed chunk by chunk"));
        }
        _ => PayloadHash::of(body),
    };
    signed(head, &payload, now, account, SERVICE).map_err(|error| S3Error::from(&error))?;
    account.control.jobs.settle(account, now);
    let store = &account.objects;
    let object = |body: &Bytes| Object::new(body.clone(), now);
    match operation {
        Operation::CreateBucket => {
            store.create_bucket(&bucket);
            Ok(empty(StatusCode::OK))
        }
        Operation::HeadBucket => store.list(&bucket, "").map(|_| empty(StatusCode::OK)),
        Operation::ListObjects => Ok(xml("ListBucketResult", list(store, &bucket, &query)?)),
        Operation::PutObject => {
            let tag = store.put(&bucket, &key, object(body))?;
            Ok(with(empty(StatusCode::OK), ETAG, &tag))
        }
        Operation::GetObject => get(&store.get(&bucket, &key)?, head),
        Operation::DeleteObject => {
            store.delete(&bucket, &key);
            Ok(empty(StatusCode::NO_CONTENT))
        }
        Operation::CreateMultipartUpload => {
            let id = store.begin_upload(&bucket, &key)?;
            let parts = [("Bucket", bucket), ("Key", key), ("UploadId", id)];
            Ok(xml(
                "InitiateMultipartUploadResult",
                parts.map(|(name, text)| Element::text(name, text)).into(),
            ))
        }
        Operation::UploadPart => {
            let number = query.number("partNumber", 0)?;
            let tag = store.put_part(query.upload_id(), number, object(body))?;
            Ok(with(empty(StatusCode::OK), ETAG, &tag))
        }
        Operation::CompleteMultipartUpload => {
            let numbers = request::part_numbers(body).ok_or_else(S3Error::malformed_xml)?;
            let tag = store.complete_upload(query.upload_id(), &numbers, now)?;
            let parts = [("Bucket", bucket), ("Key", key), ("ETag", tag)];
            Ok(xml(
                "CompleteMultipartUploadResult",
                parts.map(|(name, text)| Element::text(name, text)).into(),
            ))
        }
        Operation::AbortMultipartUpload => {
            store.abort_upload(query.upload_id())?;
            Ok(empty(StatusCode::NO_CONTENT))
        }
    }
}

fn get(object: &Object, head: &Parts) -> Result<Response<Content>, S3Error> {
    let length = object.body.len();
    let range = head.headers.get(RANGE).and_then(|range| range.to_str().ok());
    let asked =
        range.map(|range| request::range(range, length).ok_or_else(S3Error::invalid_range)).transpose()?;
    let status = if asked.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let body = asked.clone().map_or_else(|| object.body.clone(), |asked| object.body.slice(asked));
    let mut response = Response::new(Content::Whole(body));
    *response.status_mut() = status;
    if let Some(asked) = asked {
        let text = format!("bytes {}-{}/{length}", asked.start, asked.end.saturating_sub(1));
        response = with(response, CONTENT_RANGE, &text);
    }
    response = with(response, ETAG, &object.tag);
    response = with(response, LAST_MODIFIED, &httpdate::fmt_http_date(object.written));
    Ok(with(response, CONTENT_TYPE, "binary/octet-stream"))
}

fn list(store: &ObjectStore, bucket: &str, query: &request::Query) -> Result<Vec<Element>, S3Error> {
    let prefix = query.get("prefix");
    let after = Some(query.get("continuation-token")).filter(|token| !token.is_empty());
    let after = after.unwrap_or_else(|| query.get("start-after"));
    let most = usize::from(query.number("max-keys", PAGE)?.min(PAGE));
    let escapes = query.get("encoding-type") == "url";
    let written = |key: &str| if escapes { request::escaped(key) } else { key.to_owned() };
    let mut found: Vec<_> =
        store.list(bucket, prefix)?.into_iter().filter(|(key, _)| key.as_str() > after).collect();
    let is_truncated = found.len() > most;
    found.truncate(most);
    let mut elements = vec![
        Element::text("Name", bucket),
        Element::text("Prefix", written(prefix)),
        Element::text("KeyCount", found.len().to_string()),
        Element::text("MaxKeys", most.to_string()),
        Element::text("IsTruncated", is_truncated.to_string()),
    ];
    if escapes {
        elements.push(Element::text("EncodingType", "url"));
    }
    if let Some((last, _)) = found.last().filter(|_| is_truncated) {
        elements.push(Element::text("NextContinuationToken", last));
    }
    elements.extend(found.iter().map(|(key, object)| {
        let parts = [
            Element::text("Key", written(key)),
            Element::text("LastModified", timestamp(object.written)),
            Element::text("ETag", &object.tag),
            Element::text("Size", object.body.len().to_string()),
            Element::text("StorageClass", "STANDARD"),
        ];
        Element::parent("Contents", parts)
    }));
    Ok(elements)
}

fn xml(name: &str, elements: Vec<Element>) -> Response<Content> {
    let mut document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    );
    elements.iter().for_each(|element| element.write(&mut document));
    document.push_str(&format!("</{name}>"));
    with(Response::new(Content::Whole(document.into())), CONTENT_TYPE, "application/xml")
}

fn empty(status: StatusCode) -> Response<Content> {
    let mut response = Response::new(Content::Whole(Bytes::new()));
    *response.status_mut() = status;
    response
}

fn with(mut response: Response<Content>, name: HeaderName, value: &str) -> Response<Content> {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

const SERVICE: &str = "s3";
const PAGE: u16 = 1000;
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const AMZ_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");

#[cfg(test)]
mod tests;

//! Method, path and query to an operation of S3: pure.

use std::ops::Range;

use http::Method;
use http::request::Parts;

use super::error::S3Error;
use crate::form::Form;
use crate::route::percent_decode;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    CreateBucket,
    HeadBucket,
    ListObjects,
    PutObject,
    /// `HeadObject` too.
    GetObject,
    DeleteObject,
    CreateMultipartUpload,
    UploadPart,
    CompleteMultipartUpload,
    AbortMultipartUpload,
}

/// What a request asks for, and of what.
pub(super) struct S3Request {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) query: Query,
    pub(super) operation: Operation,
}

impl S3Request {
    /// Reads the first line of a request.
    ///
    /// # Errors
    ///
    /// `NotImplemented` for what the emulator has not.
    pub(super) fn of(head: &Parts) -> Result<Self, S3Error> {
        let query = Query::parse(head.uri.query().unwrap_or_default())?;
        let path = head.uri.path().trim_start_matches('/');
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        let decode = |text| {
            percent_decode(text).ok_or_else(|| S3Error::invalid_argument("The path cannot be decoded."))
        };
        let (bucket, key) = (decode(bucket)?, decode(key)?);
        let operation = operation(&head.method, &key, &query)
            .filter(|_| !bucket.is_empty())
            .ok_or_else(|| S3Error::not_implemented("Requests like this"))?;
        Ok(Self { bucket, key, query, operation })
    }
}

fn operation(method: &Method, key: &str, query: &Query) -> Option<Operation> {
    use Operation as Op;
    let known =
        ["list-type", "prefix", "continuation-token", "start-after", "max-keys", "encoding-type", "x-id"];
    let upload = ["uploads", "uploadId", "partNumber"];
    if !query.names.iter().all(|name| known.contains(&name.as_str()) || upload.contains(&name.as_str())) {
        return None;
    }
    let (is_begun, begins) = (query.has("uploadId"), query.has("uploads"));
    Some(match (method, key) {
        (&Method::PUT, "") => Op::CreateBucket,
        (&Method::HEAD, "") => Op::HeadBucket,
        (&Method::GET, "") if query.get("list-type") == "2" => Op::ListObjects,
        (_, "") => return None,
        (&Method::POST, _) if begins => Op::CreateMultipartUpload,
        (&Method::POST, _) if is_begun => Op::CompleteMultipartUpload,
        (&Method::PUT, _) if is_begun => Op::UploadPart,
        (&Method::DELETE, _) if is_begun => Op::AbortMultipartUpload,
        (&Method::PUT, _) => Op::PutObject,
        (&Method::GET | &Method::HEAD, _) if !is_begun => Op::GetObject,
        (&Method::DELETE, _) => Op::DeleteObject,
        _ => return None,
    })
}

/// What stands behind the question mark.
pub(super) struct Query {
    names: Vec<String>,
    form: Form,
}

impl Query {
    fn parse(text: &str) -> Result<Self, S3Error> {
        let names = text.split('&').filter(|pair| !pair.is_empty());
        let names = names.map(|pair| pair.split('=').next().unwrap_or(pair).to_owned()).collect();
        let form = Form::parse(text.as_bytes());
        let form = form.ok_or_else(|| S3Error::invalid_argument("The query cannot be decoded."))?;
        Ok(Self { names, form })
    }

    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|found| found == name)
    }

    /// The value; empty where it is not there.
    pub(super) fn get(&self, name: &str) -> &str {
        self.form.get(name).unwrap_or_default()
    }

    pub(super) fn upload_id(&self) -> &str {
        self.get("uploadId")
    }

    pub(super) fn number(&self, name: &str, otherwise: u16) -> Result<u16, S3Error> {
        match self.get(name) {
            "" => Ok(otherwise),
            text => text
                .parse()
                .map_err(|_| S3Error::invalid_argument(format!("{name} must be a number to 65535."))),
        }
    }
}

/// The numbers of the parts that make an object, as `CompleteMultipartUpload` lists them.
pub(super) fn part_numbers(body: &[u8]) -> Option<Vec<u16>> {
    let text = std::str::from_utf8(body).ok()?;
    let numbers = text.split("<PartNumber>").skip(1).map(|rest| rest.split('<').next()?.trim().parse().ok());
    numbers.collect::<Option<Vec<_>>>().filter(|numbers| !numbers.is_empty())
}

/// The bytes of a `Range` of one part, within what there is.
pub(super) fn range(text: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (first, last) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => first.parse().ok()?..last.parse::<usize>().ok()?.checked_add(1)?.min(length),
    };
    (range.start < range.end).then_some(range)
}

/// A key as `encoding-type=url` wants it.
pub(super) fn escaped(key: &str) -> String {
    let mut escaped = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, target: &str) -> Option<(Operation, String, String)> {
        let request = http::Request::builder().method(method).uri(target).body(()).unwrap();
        let found = S3Request::of(&request.into_parts().0).ok()?;
        Some((found.operation, found.bucket, found.key))
    }

    #[test]
    fn method_path_and_query_tell_the_operation() {
        use Operation as Op;
        for (method, target, operation, key) in [
            ("PUT", "/b", Op::CreateBucket, ""),
            ("PUT", "/b/", Op::CreateBucket, ""),
            ("HEAD", "/b", Op::HeadBucket, ""),
            ("GET", "/b?list-type=2&prefix=a%2F", Op::ListObjects, ""),
            ("PUT", "/b/a/c", Op::PutObject, "a/c"),
            ("PUT", "/b/a?x-id=PutObject", Op::PutObject, "a"),
            ("GET", "/b/a%20b", Op::GetObject, "a b"),
            ("HEAD", "/b/a", Op::GetObject, "a"),
            ("DELETE", "/b/a", Op::DeleteObject, "a"),
            ("POST", "/b/a?uploads", Op::CreateMultipartUpload, "a"),
            ("POST", "/b/a?uploads=", Op::CreateMultipartUpload, "a"),
            ("PUT", "/b/a?partNumber=1&uploadId=u", Op::UploadPart, "a"),
            ("POST", "/b/a?uploadId=u", Op::CompleteMultipartUpload, "a"),
            ("DELETE", "/b/a?uploadId=u", Op::AbortMultipartUpload, "a"),
        ] {
            let expected = Some((operation, "b".to_owned(), key.to_owned()));
            assert_eq!(asked(method, target), expected, "{method} {target}");
        }
        for (method, target) in [
            ("GET", "/"),
            ("GET", "/b"),
            ("GET", "/b?acl"),
            ("GET", "/b/a?tagging"),
            ("POST", "/b/a"),
            ("PATCH", "/b/a"),
        ] {
            assert_eq!(asked(method, target), None, "{method} {target}");
        }
    }

    #[test]
    fn a_range_is_within_the_object() {
        for (text, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=2-", Some(2..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=10-", None),
            ("bytes=3-2", None),
            ("items=0-1", None),
            ("bytes=0-18446744073709551615", None),
        ] {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }

    #[test]
    fn parts_are_listed_by_number() {
        let body = b"<C><Part><ETag>x</ETag><PartNumber>2</PartNumber></Part><Part><PartNumber>1</PartNumber></Part></C>";
        assert_eq!(part_numbers(body), Some(vec![2, 1]));
        assert_eq!(part_numbers(b"<C></C>"), None);
        assert_eq!(part_numbers(b"<PartNumber>x</PartNumber>"), None);
    }
}

//! The canonical path: the path as sent, folded, then percent-encoded once more.

use std::fmt::Write;

use crate::text::joined;

/// Canonicalizes the path part of a request target.
///
/// `.` and empty segments go away, `..` takes the segment before it along (AWS folds consecutive slashes too, unlike RFC 3986
/// section 5.2.4), and what is left is encoded as if it had never been: the `%3A` that went over the wire becomes `%253A`.
pub(super) fn canonical_path(sent: &str) -> String {
    encode(&fold(sent))
}

fn fold(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    if path.is_empty() || (kept.is_empty() && path.starts_with('/')) {
        return "/".to_owned();
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    // As in botocore: only a slash that was sent ends the result, `/a/.` folds to `/a`.
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    joined(&[root, &joined(&kept, "/"), end], "")
}

fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            other => write!(encoded, "%{other:02X}").expect("writing to a String does not fail"),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_folded_and_encoded_once_more() {
        let cases = [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/..", "/"),
            ("/a", "/a"),
            ("/a/", "/a/"),
            ("//a///b//", "/a/b/"),
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/../../a", "/a"),
            ("/a/.", "/a"),
            ("/a/..", "/"),
            ("/a/b/../", "/a/"),
            ("/model/x%3A0/invoke", "/model/x%253A0/invoke"),
            ("/model/x:0/invoke", "/model/x%3A0/invoke"),
            ("/model/a%2Fb", "/model/a%252Fb"),
            ("/a-._~b", "/a-._~b"),
            ("/a b+c=d@e!$&'()*,;", "/a%20b%2Bc%3Dd%40e%21%24%26%27%28%29%2A%2C%3B"),
            ("/%2E%2E/a", "/%252E%252E/a"),
            ("/ü", "/%C3%BC"),
            ("*", "%2A"),
        ];
        for (sent, canonical) in cases {
            assert_eq!(canonical_path(sent), canonical, "{sent}");
        }
    }
}

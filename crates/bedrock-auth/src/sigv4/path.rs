//! The canonical path: the path as sent, folded, then percent-encoded once more.

use std::fmt::Write;

use crate::text::pieces;

/// Adds the path part of a request target in its canonical form.
///
/// `.` and empty segments go away, `..` takes the segment before it along (AWS folds consecutive slashes too, unlike RFC 3986
/// section 5.2.4), and what is left is encoded as if it had never been: the `%3A` that went over the wire becomes `%253A`.
pub(super) fn push_canonical_path(canonical: &mut String, sent: &str) {
    if is_canonical(sent) {
        canonical.push_str(sent);
        return;
    }
    let kept = fold(sent);
    if sent.is_empty() || (kept.is_empty() && sent.starts_with('/')) {
        canonical.push('/');
        return;
    }
    for (index, segment) in kept.iter().enumerate() {
        if index > 0 || sent.starts_with('/') {
            canonical.push('/');
        }
        push_encoded(canonical, segment);
    }
    // As in botocore: only a slash that was sent ends the result, `/a/.` folds to `/a`.
    if sent.ends_with('/') && !kept.is_empty() {
        canonical.push('/');
    }
}

/// Whether there is surely nothing to fold or to encode, as in most paths.
fn is_canonical(sent: &str) -> bool {
    let is_kept = |segment: &str| !segment.starts_with('.') && segment.bytes().all(is_unreserved);
    let Some(segments) = sent.strip_prefix('/') else { return false };
    pieces(segments, b'/').all(|segment| !segment.is_empty() && is_kept(segment))
}

/// The segments that are left of a path.
fn fold(path: &str) -> Vec<&str> {
    let mut kept = Vec::new();
    for segment in pieces(path, b'/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    kept
}

fn push_encoded(encoded: &mut String, segment: &str) {
    if segment.bytes().all(is_unreserved) {
        encoded.push_str(segment);
        return;
    }
    for byte in segment.bytes() {
        if is_unreserved(byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a String does not fail");
        }
    }
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
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
            let mut pushed = String::new();
            push_canonical_path(&mut pushed, sent);
            assert_eq!(pushed, canonical, "{sent}");
        }
    }
}

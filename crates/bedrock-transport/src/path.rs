//! Percent-encoding of path segments and queries, as it goes on the wire.
//!
//! SigV4 encodes the path once more for its canonical form; that is the signer's work, not done here.

/// Encodes `text` as one path segment: RFC 3986 unreserved characters stay, every other byte becomes `%XX`.
///
/// ```
/// use bedrock_transport::encode_segment;
///
/// assert_eq!(encode_segment("anthropic.claude-v1:0"), "anthropic.claude-v1%3A0");
/// assert_eq!(encode_segment("inference-profile/us"), "inference-profile%2Fus");
/// ```
///
/// `.` and `..` come out as they are: a caller that takes segments from outside refuses those first.
pub fn encode_segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode_into(&mut encoded, text);
    encoded
}

/// Encodes name-value pairs as a query (without the `?`), in the order given.
///
/// ```
/// use bedrock_transport::encode_query;
///
/// assert_eq!(encode_query([("type", "APPLICATION"), ("nextToken", "a+b/c=")]), "type=APPLICATION&nextToken=a%2Bb%2Fc%3D");
/// ```
///
/// A space becomes `%20`, never `+`, because SigV4 signs the query as it is sent.
pub fn encode_query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode_into(&mut query, name);
        query.push('=');
        encode_into(&mut query, value);
    }
    query
}

fn encode_into(encoded: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(hex_digit(byte >> 4));
            encoded.push(hex_digit(byte & 0x0f));
        }
    }
}

/// `nibble` is below 16.
fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).expect("a nibble is one hex digit").to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_unreserved_is_encoded() {
        for (text, encoded) in [
            ("", ""),
            ("aZ09-._~", "aZ09-._~"),
            ("a b+c", "a%20b%2Bc"),
            ("%2F", "%252F"),
            ("ü€", "%C3%BC%E2%82%AC"),
            ("\0\r\n?#;=&@", "%00%0D%0A%3F%23%3B%3D%26%40"),
            (
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-v1:0",
                "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.anthropic.claude-v1%3A0",
            ),
        ] {
            assert_eq!(encode_segment(text), encoded);
        }
    }

    #[test]
    fn a_query_keeps_order_repeats_and_empty_values() {
        assert_eq!(encode_query([]), "");
        assert_eq!(encode_query([("b", "2"), ("a", ""), ("b", "ü")]), "b=2&a=&b=%C3%BC");
    }
}

//! The canonical query: the query as sent, its pairs sorted.

/// Sorts the pairs of a query by key and then by value, both as they were encoded for the wire; a key without `=` gets one.
///
/// Nothing is decoded or encoded again: whoever built the request chose the bytes, and AWS checks the bytes it received.
pub(super) fn canonical_query(sent: &str) -> String {
    if sent.is_empty() {
        return String::new();
    }
    let mut pairs: Vec<_> = sent.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_sorted_and_taken_as_sent() {
        let cases = [
            ("", ""),
            ("a=1", "a=1"),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("a", "a="),
            ("b&a=", "a=&b="),
            ("a=b=c", "a=b=c"),
            ("a=%2F&a=+&a=~&A=1", "A=1&a=%2F&a=+&a=~"),
            ("a-=1&a=2", "a=2&a-=1"),
            ("a=1&&b=2", "=&a=1&b=2"),
        ];
        for (sent, canonical) in cases {
            assert_eq!(canonical_query(sent), canonical, "{sent}");
        }
    }
}

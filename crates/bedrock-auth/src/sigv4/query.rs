//! The canonical query: the query as sent, its pairs sorted.

/// Sorts the pairs of a query by key and then by value, both as they were encoded for the wire; a key without `=` gets one.
///
/// Nothing is decoded or encoded again: whoever built the request chose the bytes, and AWS checks the bytes it received.
pub(super) fn canonical_query(sent: &str) -> String {
    if sent.is_empty() {
        return String::new();
    }
    let mut pairs = Vec::new();
    for pair in sent.split('&') {
        let pair = pair.split_once('=').unwrap_or((pair, ""));
        // In its place at once: `sort` would be compiled for pairs alone.
        let place = pairs.partition_point(|known| *known <= pair);
        pairs.insert(place, pair);
    }
    let mut canonical = String::with_capacity(sent.len().saturating_add(pairs.len()));
    for (key, value) in pairs {
        let separator = if canonical.is_empty() { "" } else { "&" };
        canonical.extend([separator, key, "=", value]);
    }
    canonical
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

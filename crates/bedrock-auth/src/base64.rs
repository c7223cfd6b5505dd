//! Base64.

/// With `+`, `/` and padding.
pub(crate) fn standard(bytes: &[u8]) -> String {
    let mut text = encode(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// With `-` and `_` and without padding, as tokens have it.
#[cfg_attr(
    not(any(test, feature = "aws-login")),
    expect(dead_code, reason = "only proofs of possession need it")
)]
pub(crate) fn url_safe(bytes: &[u8]) -> String {
    encode(bytes, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
}

/// Reads either alphabet, with padding or without and broken into lines anywhere; `None` for anything else.
#[cfg(feature = "aws-login")]
pub(crate) fn decode(text: &str) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(text.len()));
    // 0 <= count < 8: the low `count` bits of `bits` are not yet in `bytes`.
    let (mut bits, mut count) = (0_u32, 0_u32);
    for character in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("eight bits fit"));
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let byte = |at: usize| group.get(at).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        // Of n bytes, n + 1 digits say something.
        for shift in [18, 12, 6, 0].into_iter().take(group.len().saturating_add(1)) {
            let digit = usize::try_from((bits >> shift) & 63).expect("six bits fit");
            text.push(char::from(alphabet[digit]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10, and the digits in which the alphabets differ.
    #[test]
    fn the_rfcs_vectors_hold() {
        let cases: [(&[u8], &str, &str); 9] = [
            (b"", "", ""),
            (b"f", "Zg==", "Zg"),
            (b"fo", "Zm8=", "Zm8"),
            (b"foo", "Zm9v", "Zm9v"),
            (b"foob", "Zm9vYg==", "Zm9vYg"),
            (b"fooba", "Zm9vYmE=", "Zm9vYmE"),
            (b"foobar", "Zm9vYmFy", "Zm9vYmFy"),
            (&[0xfb, 0xff], "+/8=", "-_8"),
            (&[0, 0, 0], "AAAA", "AAAA"),
        ];
        for (bytes, with_padding, without) in cases {
            assert_eq!((standard(bytes).as_str(), url_safe(bytes).as_str()), (with_padding, without));
            #[cfg(feature = "aws-login")]
            for text in [with_padding, without, &format!(" {without}\r\n")] {
                assert_eq!(decode(text).unwrap().as_slice(), bytes, "{text}");
            }
        }
    }

    #[cfg(feature = "aws-login")]
    #[test]
    fn what_has_other_characters_is_not_read() {
        for text in ["Zg*=", "Zg\0", "Zé"] {
            assert!(decode(text).is_none(), "{text:?}");
        }
    }
}

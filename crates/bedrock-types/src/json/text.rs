//! The text of a JSON string: what stands between its quotes, without the escapes.

/// How many bytes stand for themselves: up to a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain_length(json: &[u8]) -> usize {
    // Names and most texts are short, and end within the first words.
    let mut rest = json;
    for passed in (0..BLOCK).step_by(8) {
        let Some((word, behind)) = rest.split_first_chunk() else {
            return passed + plain_length_of_few(rest);
        };
        if let Some(length) = plain_length_in_word(*word) {
            return passed + length;
        }
        rest = behind;
    }
    BLOCK + plain_length_of_many(rest)
}

/// How many bytes of eight stand for themselves, if not all: <https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord>.
fn plain_length_in_word(word: [u8; 8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);
    const QUOTES: u64 = u64::from_le_bytes([b'"'; 8]);
    const BACKSLASHES: u64 = u64::from_le_bytes([b'\\'; 8]);
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    let word = u64::from_le_bytes(word);
    let borrows = (word ^ QUOTES).wrapping_sub(ONES)
        | (word ^ BACKSLASHES).wrapping_sub(ONES)
        | word.wrapping_sub(SPACES);
    let special = borrows & !word & HIGHS;
    // The lowest mark is exact; those above it may come from a borrow.
    (special != 0).then(|| special.trailing_zeros() as usize / 8)
}

fn plain_length_of_few(json: &[u8]) -> usize {
    json.iter().take_while(|byte| !is_special(byte)).count()
}

/// Without a branch, and blocks of a fixed size, so that the compiler compares the bytes of a block side by side.
#[inline(never)]
fn plain_length_of_many(json: &[u8]) -> usize {
    let (blocks, _) = json.as_chunks::<WIDE>();
    let plain = blocks
        .iter()
        .take_while(|block| !block.iter().fold(false, |any, byte| any | is_special(byte)))
        .count();
    let (words, rest) = json.get(plain * WIDE..).unwrap_or_default().as_chunks();
    for (index, word) in words.iter().enumerate() {
        if let Some(length) = plain_length_in_word(*word) {
            return plain * WIDE + index * 8 + length;
        }
    }
    json.len() - rest.len() + plain_length_of_few(rest)
}

fn is_special(byte: &u8) -> bool {
    (*byte == b'"') | (*byte == b'\\') | (*byte < b' ')
}

/// How long the text is as it is written, up to the closing quote; `None` if there is none.
pub(crate) fn written_length(json: &[u8]) -> Option<usize> {
    let mut length = 0;
    loop {
        length += plain_length(json.get(length..)?);
        match json.get(length)? {
            b'"' => return Some(length),
            b'\\' => length += 2,
            _ => return None,
        }
    }
}

/// Goes on from the first backslash of a text that begins with `begin`: the text, and what follows its closing quote. `capacity` is
/// room for all of it: a text is never longer than its escaped form.
pub(crate) fn unescape<'a>(begin: &str, mut json: &'a [u8], capacity: usize) -> Option<(String, &'a [u8])> {
    let mut text = String::with_capacity(capacity);
    text.push_str(begin);
    loop {
        let (run, rest) = json.split_at_checked(plain_length(json))?;
        text.push_str(std::str::from_utf8(run).ok()?);
        match rest {
            [b'"', rest @ ..] => return Some((text, rest)),
            [b'\\', b'u', rest @ ..] => {
                let (char, rest) = escaped_char(rest)?;
                text.push(char);
                json = rest;
            }
            [b'\\', escape, rest @ ..] => {
                text.push(match escape {
                    b'"' | b'\\' | b'/' => char::from(*escape),
                    b'n' => '\n',
                    b't' => '\t',
                    b'r' => '\r',
                    b'b' => '\u{8}',
                    b'f' => '\u{c}',
                    _ => return None,
                });
                json = rest;
            }
            _ => return None,
        }
    }
}

/// What stands behind `\u`: one unit of UTF-16, or two with another `\u` between them.
fn escaped_char(json: &[u8]) -> Option<(char, &[u8])> {
    let (first, rest) = utf16_unit(json)?;
    if let Some(char) = char::from_u32(u32::from(first)) {
        return Some((char, rest));
    }
    let (second, rest) = utf16_unit(rest.strip_prefix(br"\u")?)?;
    let char = char::decode_utf16([first, second]).next()?.ok()?;
    Some((char, rest))
}

fn utf16_unit(json: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = json.split_first_chunk::<4>()?;
    let unit = digits.iter().try_fold(0, |unit, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(unit << 4 | u16::try_from(digit).ok()?)
    })?;
    Some((unit, rest))
}

const BLOCK: usize = 32;
const WIDE: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_special, plain_length, unescape, written_length};

    proptest! {
        #[test]
        fn the_length_is_that_to_the_first_special_byte(bytes: Vec<u8>, plain in 0..100_usize, byte: u8) {
            let mut json = vec![byte.max(b'#'); plain];
            json.extend(bytes);
            let expected = json.iter().position(is_special).unwrap_or(json.len());
            prop_assert_eq!(plain_length(&json), expected);
        }

        #[test]
        fn a_text_is_what_serde_json_reads(text: String, escaped in r#"(\\[bfnrt"/\\u]|\\u[0-9a-fA-F]{4}|[ -!#-\[a-é]){0,20}"#) {
            for json in [serde_json::to_string(&text).expect("a text"), format!("\"{escaped}\"")] {
                let inner = json.get(1..).expect("behind the quote").as_bytes();
                let read = written_length(inner).and_then(|length| unescape("", inner, length));
                prop_assert_eq!(
                    read.filter(|(_, rest)| rest.is_empty()).map(|(text, _)| text),
                    serde_json::from_str::<String>(&json).ok(),
                    "{}", json
                );
            }
        }
    }
}

//! A gzip file of blocks that are stored as they are: any decoder takes it, and no encoder is needed.
//!
//! RFC 1951, section 3.2.4, and RFC 1952, section 2.3.

use bytes::{BufMut, Bytes, BytesMut};

/// The bytes as a gzip file.
pub(super) fn stored(bytes: &[u8]) -> Bytes {
    let mut file = BytesMut::new();
    file.put_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]); // deflate, no flags, no time, no system
    let mut blocks = bytes.chunks(usize::from(u16::MAX)).peekable();
    if blocks.peek().is_none() {
        block(&mut file, &[], true);
    }
    while let Some(data) = blocks.next() {
        block(&mut file, data, blocks.peek().is_none());
    }
    file.put_u32_le(crc32fast::hash(bytes));
    #[expect(clippy::cast_possible_truncation, reason = "RFC 1952: the length modulo 2^32")]
    file.put_u32_le(bytes.len() as u32);
    file.freeze()
}

fn block(file: &mut BytesMut, data: &[u8], is_last: bool) {
    let length = u16::try_from(data.len()).expect("blocks are cut to this size");
    file.put_u8(u8::from(is_last));
    file.put_u16_le(length);
    file.put_u16_le(!length);
    file.put_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf hello | python3 -c "import gzip,sys; …"` reads these bytes as `hello`.
    #[test]
    fn the_format_is_that_of_the_rfcs() {
        let file = stored(b"hello");
        assert_eq!(file[10..20], *b"\x01\x05\x00\xfa\xffhello");
        assert_eq!(file[20..], *b"\x86\xa6\x10\x36\x05\x00\x00\x00");
    }

    #[test]
    fn long_bodies_are_several_blocks() {
        assert_eq!(stored(&vec![7; 65_536]).len(), 10 + 5 + 65_535 + 5 + 1 + 8);
        assert_eq!(stored(&[]).len(), 10 + 5 + 8);
    }
}

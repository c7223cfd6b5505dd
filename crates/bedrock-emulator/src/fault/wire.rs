//! An answer in the bytes of HTTP/1.1, so that it can be broken where a library would not let us.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::Step;
use crate::answer::Content;
use crate::play::Pauses;

/// An answer that is not yet written.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) pieces: Vec<Bytes>,
    /// What passes before each piece.
    pauses: Pauses,
    pub(super) framing: Framing,
}

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// By its length, said before.
    Length,
    /// By a last chunk; each piece is a chunk.
    Chunks,
}

impl Wire {
    /// What the emulator would answer, and then close the connection.
    pub(super) fn of(answer: Response<Content>) -> Self {
        let (mut head, content) = answer.into_parts();
        let pauses = head.extensions.remove().unwrap_or_default();
        let (framing, pieces) = match content {
            Content::Whole(bytes) => (Framing::Length, vec![bytes]),
            Content::Frames(_, frames) => (Framing::Chunks, frames),
        };
        let mut headers = head.headers;
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        Self { status: head.status, headers, pieces, pauses, framing }
    }

    /// Status line and headers.
    pub(super) fn head(&self) -> Bytes {
        self.head_announcing(self.length())
    }

    /// The same with another length, where a length is told.
    pub(super) fn head_announcing(&self, length: usize) -> Bytes {
        let mut headers = self.headers.clone();
        match self.framing {
            Framing::Length if self.status == StatusCode::NO_CONTENT => {}
            Framing::Length => drop(headers.insert(CONTENT_LENGTH, length.into())),
            Framing::Chunks => drop(headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"))),
        }
        let mut head = BytesMut::from(format!("HTTP/1.1 {}\r\n", self.status).as_bytes());
        for (name, value) in &headers {
            head.put_slice(name.as_str().as_bytes());
            head.put_slice(b": ");
            head.put_slice(value.as_bytes());
            head.put_slice(b"\r\n");
        }
        head.put_slice(b"\r\n");
        head.freeze()
    }

    /// One piece, framed.
    pub(super) fn framed(&self, piece: &Bytes) -> Bytes {
        self.framed_until(piece, piece.len())
    }

    /// One piece of which nothing comes from the byte `until` on.
    fn framed_until(&self, piece: &Bytes, until: usize) -> Bytes {
        let data = piece.get(..until).unwrap_or(piece);
        match self.framing {
            Framing::Length => piece.slice_ref(data),
            Framing::Chunks => {
                let mut chunk = BytesMut::from(format!("{:x}\r\n", piece.len()).as_bytes());
                chunk.put_slice(data);
                if data.len() == piece.len() {
                    chunk.put_slice(b"\r\n");
                }
                chunk.freeze()
            }
        }
    }

    /// All pieces, framed.
    pub(super) fn body(&self) -> Vec<Bytes> {
        self.pieces.iter().filter(|piece| !piece.is_empty()).map(|piece| self.framed(piece)).collect()
    }

    /// The body up to a byte, with the framing that the whole would have had.
    pub(super) fn body_until(&self, byte: usize) -> Vec<Bytes> {
        let mut left = byte;
        let mut body = Vec::new();
        for piece in &self.pieces {
            if left == 0 {
                break;
            }
            body.push(self.framed_until(piece, left));
            left = left.saturating_sub(piece.len());
        }
        body
    }

    /// These pieces of the body, each sent after its pause.
    pub(super) fn sends(&self, body: Vec<Bytes>) -> Vec<Step> {
        let mut steps = Vec::with_capacity(body.len());
        for (index, piece) in body.into_iter().enumerate() {
            steps.extend(self.pauses.before(index).map(Step::Pause));
            steps.push(Step::Send(piece));
        }
        steps
    }

    /// What ends the body.
    pub(super) fn end(&self) -> Bytes {
        Bytes::from_static(match self.framing {
            Framing::Length => b"",
            Framing::Chunks => b"0\r\n\r\n",
        })
    }

    /// The pieces without what comes from that byte on.
    pub(super) fn shorten(&mut self, byte: usize) {
        let mut left = byte;
        for piece in &mut self.pieces {
            piece.truncate(left);
            left = left.saturating_sub(piece.len());
        }
    }

    /// Flips one bit, if the body is that long.
    pub(super) fn flip(&mut self, mut byte: usize, bit: u8) {
        for piece in &mut self.pieces {
            if byte < piece.len() {
                let mut bytes = piece.to_vec();
                if let Some(byte) = bytes.get_mut(byte) {
                    *byte ^= 1 << (bit % 8);
                }
                *piece = bytes.into();
                return;
            }
            byte -= piece.len();
        }
    }

    pub(super) fn length(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::StreamFormat;

    fn wire(content: Content) -> Wire {
        Wire::of(Response::new(content))
    }

    fn text(bytes: impl AsRef<[Bytes]>) -> String {
        String::from_utf8(bytes.as_ref().concat()).unwrap()
    }

    #[test]
    fn a_whole_answer_says_its_length_and_a_stream_is_chunked() {
        let whole = wire(Content::Whole("abc".into()));
        assert_eq!(text([whole.head()]), "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 3\r\n\r\n");
        assert_eq!(text(whole.body()), "abc");
        let stream = wire(Content::Frames(StreamFormat::InvokeModel, vec!["ab".into(), "c".into()]));
        assert!(text([stream.head()]).ends_with("transfer-encoding: chunked\r\n\r\n"));
        assert_eq!(text(stream.body()) + &text([stream.end()]), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
    }

    #[test]
    fn what_is_cut_keeps_the_framing_of_the_whole() {
        let stream = wire(Content::Frames(StreamFormat::InvokeModel, vec!["abcd".into(), "ef".into()]));
        for (byte, cut) in [
            (0, ""),
            (1, "4\r\na"),
            (4, "4\r\nabcd\r\n"),
            (5, "4\r\nabcd\r\n2\r\ne"),
            (9, "4\r\nabcd\r\n2\r\nef\r\n"),
        ] {
            assert_eq!(text(stream.body_until(byte)), cut, "{byte}");
        }
    }

    #[test]
    fn what_is_shortened_is_framed_as_if_it_was_whole() {
        for (byte, body) in
            [(0, ""), (1, "1\r\na\r\n"), (5, "4\r\nabcd\r\n1\r\ne\r\n"), (9, "4\r\nabcd\r\n2\r\nef\r\n")]
        {
            let mut stream =
                wire(Content::Frames(StreamFormat::InvokeModel, vec!["abcd".into(), "ef".into()]));
            stream.shorten(byte);
            assert_eq!(text(stream.body()), body, "{byte}");
        }
    }

    #[test]
    fn one_bit_is_flipped_and_no_other() {
        for (byte, bit, flipped) in [(0, 0, "`bcdef"), (3, 0, "abceef"), (4, 1, "abcdgf"), (6, 0, "abcdef")] {
            let mut stream =
                wire(Content::Frames(StreamFormat::InvokeModel, vec!["abcd".into(), "ef".into()]));
            stream.flip(byte, bit);
            assert_eq!(text(&stream.pieces), flipped, "{byte}");
        }
    }
}

//! The laws that the targets check.

use std::fmt::Debug;

use bedrock_transport::{Decode, DecodeError};
use bytes::Bytes;

/// Decodes `stream` whole and in pieces of `size` bytes: the items are the same, and so is the end but for its numbers.
pub fn decode<D: Decode>(new: impl Fn() -> D, stream: &[u8], size: u8) -> Vec<D::Item>
where
    D::Item: Debug + PartialEq,
{
    let (whole, end) = run(new(), [stream]);
    let (pieces, end_of_pieces) = run(new(), stream.chunks(usize::from(size).max(1)));
    assert_eq!(whole, pieces);
    match (&end, &end_of_pieces) {
        // How much had come when a limit was passed depends on the pieces.
        (Err(DecodeError::TooLarge { at, .. }), Err(DecodeError::TooLarge { at: same, .. })) => {
            assert_eq!(at, same)
        }
        _ => assert_eq!(end, end_of_pieces),
    }
    whole
}

fn run<'a, D: Decode>(
    mut decoder: D,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<D::Item>, Result<(), DecodeError>)
where
    D::Item: Debug + PartialEq,
{
    let mut items = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_item() {
                Ok(Some(item)) => items.push(item),
                Ok(None) => break,
                Err(error) => {
                    decoder.push(Bytes::copy_from_slice(chunk));
                    assert_eq!(decoder.next_item(), Err(error.clone()), "an error stays");
                    assert_eq!(decoder.finish(), Err(error.clone()));
                    return (items, Err(error));
                }
            }
        }
    }
    (items, decoder.finish())
}

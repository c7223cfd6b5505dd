//! Bodies recorded from Bedrock, kept outside the repository: `BEDROCK_RECORDED` names their folder.

use std::fs;
use std::path::{Path, PathBuf};

use bedrock_transport::event_stream::{Decoder, EventMessage, decode_payload_part};
use bytes::Bytes;

#[test]
#[ignore = "needs recorded bodies: BEDROCK_RECORDED=DIR cargo test -p bedrock-transport -- --ignored"]
#[expect(clippy::disallowed_methods, reason = "the variable is the documented way to name outside cases")]
fn recorded_bodies_decode_whole_and_in_pieces() {
    let folder = std::env::var_os("BEDROCK_RECORDED").expect("BEDROCK_RECORDED names the folder");
    let files = recorded_bodies(Path::new(&folder));
    assert!(!files.is_empty(), "no .bin files below the folder");
    let mut frames = 0;
    for file in &files {
        let body = fs::read(file).unwrap();
        let whole = decode(&body, body.len());
        for size in [1, 7, 1000] {
            assert_eq!(decode(&body, size), whole, "{} in pieces of {size}", file.display());
        }
        for message in &whole {
            assert_eq!(message.message_type(), Some("event"), "{}", file.display());
            if message.event_type() == Some("chunk") {
                let event = decode_payload_part(&message.payload).unwrap();
                assert_eq!(event.first(), Some(&b'{'), "{}", file.display());
            }
        }
        frames += whole.len();
    }
    println!("{} recorded bodies, {frames} frames", files.len());
}

fn decode(body: &[u8], size: usize) -> Vec<EventMessage> {
    let mut decoder = Decoder::new();
    let mut messages = Vec::new();
    for chunk in body.chunks(size) {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(message) = decoder.next_message().unwrap() {
            messages.push(message);
        }
    }
    decoder.finish().unwrap();
    messages
}

fn recorded_bodies(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(recorded_bodies(&path));
        } else if path.extension().is_some_and(|extension| extension == "bin") {
            files.push(path);
        }
    }
    files
}

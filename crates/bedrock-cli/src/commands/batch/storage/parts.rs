//! An object that is written in parts: what was begun is completed, or taken back.

use std::{fs::File, io::Read, time::Duration};

use futures_util::{StreamExt, TryFutureExt, stream::FuturesUnordered};
use object_store::{MultipartUpload, PutPayload};
use tokio::time::timeout;

use crate::{
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    status::Progress,
};

/// Sends what is left of a file, until it is there or Ctrl-C comes.
///
/// # Errors
///
/// What failed, and whether parts stay behind: those that nobody completes are kept, and paid for.
pub(super) async fn send(
    mut upload: Box<dyn MultipartUpload>,
    file: &mut File,
    bar: &mut Progress,
    interrupt: &mut Interrupt,
    failed: impl Fn(object_store::Error) -> Failure,
) -> Result<(), (Failure, Leftovers)> {
    let sent = tokio::select! {
        sent = all(&mut *upload, file, bar, &failed) => sent,
        () = interrupt.wait() => Err(Failure::Interrupted(Interrupted::default())),
    };
    let Err(failure) = sent else { return Ok(()) };
    bar.stop();
    let is_taken_back = tokio::select! {
        done = timeout(PATIENCE, upload.abort()) => matches!(done, Ok(Ok(()))),
        () = interrupt.wait() => false, // nobody waits for that either
    };
    Err((failure, if is_taken_back { Leftovers::None } else { Leftovers::Parts }))
}

/// What an upload that did not succeed leaves in the bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leftovers {
    None,
    Parts,
}

async fn all(
    upload: &mut dyn MultipartUpload,
    file: &mut File,
    bar: &Progress,
    failed: &impl Fn(object_store::Error) -> Failure,
) -> Result<(), Failure> {
    let mut under_way = FuturesUnordered::new();
    let mut sent = 0;
    loop {
        let mut piece = Vec::new();
        let read = file.take(PART).read_to_end(&mut piece);
        let bytes = read.map_err(|error| Failure::io("a temporary file", &error))? as u64;
        if bytes > 0 {
            under_way.push(upload.put_part(PutPayload::from(piece)).map_ok(move |()| bytes));
        }
        // The last parts are waited for, the others only until there is room.
        while under_way.len() >= AT_ONCE || bytes == 0 {
            let Some(done) = under_way.next().await else { break };
            sent += done.map_err(failed)?;
            bar.set(sent);
        }
        if bytes == 0 {
            break;
        }
    }
    upload.complete().await.map(drop).map_err(failed)
}

/// Of a part, in bytes; larger files come in parts. At most 10,000 make 80 GB, more than a job takes.
pub(super) const PART: u64 = 8 << 20;
/// Parts on their way.
const AT_ONCE: usize = 4;
/// To take an upload back.
const PATIENCE: Duration = Duration::from_secs(10);

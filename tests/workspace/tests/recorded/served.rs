//! The emulator answers with recordings of other origin: whoever asks what was asked gets what was answered.

use std::{
    fs,
    path::{Path, PathBuf},
};

use bedrock_client::{Client, transport::Service};
use bedrock_emulator::{Emulator, Recordings};
use bytes::Bytes;
use http::Request;
use libtest_mimic::Failed;
use serde_json::Value;

/// An exchange as its files have it.
struct Exchange {
    file: PathBuf,
    path: String,
    status: u16,
    request: Bytes,
    answer: Bytes,
}

/// Asks once for each recording, in their order.
pub(super) fn check(folder: &Path) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let recordings = Recordings::read(folder)?;
        let exchanges = exchanges(folder)?;
        if recordings.len() != exchanges.len() {
            return Err(format!("{} of {} were read", recordings.len(), exchanges.len()).into());
        }
        let emulator = Emulator::builder().replay(recordings, 1.0).start().await?;
        let client = Client::builder()
            .endpoint_url(emulator.url())
            .region(emulator.region())
            .credentials(emulator.credentials().clone())
            .build()?;
        for exchange in &exchanges {
            let request = Request::post(exchange.path.as_str()).body(exchange.request.clone())?;
            let (head, body) = client.send(Service::Runtime, request).await?.into_parts();
            let body = body.collect(1 << 24).await?;
            // The same may have been recorded several times: then the answers come in turn, and this is the turn of this one.
            if (head.status.as_u16(), &body) != (exchange.status, &exchange.answer) {
                return Err(format!("{} is answered with something else", exchange.file.display()).into());
            }
        }
        Ok(())
    })
}

fn exchanges(folder: &Path) -> Result<Vec<Exchange>, Failed> {
    let mut files = Vec::new();
    super::collect(folder, &mut files);
    files.sort();
    let metas = files.into_iter().filter(|file| file.to_string_lossy().ends_with(".meta.json"));
    metas.map(exchange).collect()
}

fn exchange(file: PathBuf) -> Result<Exchange, Failed> {
    let meta: Value = serde_json::from_slice(&fs::read(&file)?)?;
    let stem = file.to_string_lossy().trim_end_matches(".meta.json").to_owned();
    let url = meta["url"].as_str().ok_or("no url")?;
    let host = url.split_once("://").ok_or("no scheme")?.1;
    let path = host.split_at(host.find('/').ok_or("no path")?).1.to_owned();
    let answer =
        fs::read(format!("{stem}.response.json")).or_else(|_| fs::read(format!("{stem}.response.bin")))?;
    let status = meta["status"].as_u64().and_then(|status| u16::try_from(status).ok()).ok_or("no status")?;
    let request = fs::read(format!("{stem}.request.json"))?.into();
    Ok(Exchange { file, path, status, request, answer: answer.into() })
}

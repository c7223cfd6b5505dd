//! A bucket.

use std::{
    fs::File,
    io::{Read, Seek, Write},
};

use bedrock_client::Client;
use bedrock_types::S3Uri;
use futures_util::TryStreamExt;
use object_store::{
    Error, ObjectStore, ObjectStoreExt, PutPayload,
    aws::{AmazonS3, AmazonS3Builder},
    path::Path,
};

use super::{
    credentials::ClientCredentials,
    http::ClientConnector,
    parts::{self, Leftovers, PART},
};
use crate::{
    failure::{Failure, Interrupted},
    interrupt::Interrupt,
    output::Stderr,
    status::Progress,
};

/// A bucket of the client's region, as its identity.
pub(in super::super) struct Storage(AmazonS3);

impl Storage {
    pub(in super::super) fn of(client: &Client, bucket: &str) -> Result<Self, Failure> {
        let endpoint = client.s3_endpoint()?;
        let store = AmazonS3Builder::new()
            .with_region(client.region().as_str())
            .with_bucket_name(bucket)
            .with_endpoint(endpoint.to_string())
            // The client refuses plain http for anything but this machine.
            .with_allow_http(!endpoint.is_https())
            .with_credentials(std::sync::Arc::new(ClientCredentials::of(client)))
            .with_http_connector(ClientConnector::of(client));
        Ok(Self(store.build().map_err(|error| failed("S3 cannot be used", &error))?))
    }

    /// Writes an object: at once if it is small, in parts otherwise. Ctrl-C takes back what was begun.
    pub(in super::super) async fn upload(
        &self,
        to: &S3Uri,
        mut file: File,
        bytes: u64,
        (stderr, interrupt): (Stderr, &mut Interrupt),
    ) -> Result<(), Failure> {
        let said = |error: Error| failed(&format!("the upload to {to}"), &error);
        let path = key(to)?;
        let mut bar = Progress::bytes("upload", bytes);
        if bytes <= PART {
            let mut whole = Vec::new();
            file.read_to_end(&mut whole).map_err(|error| Failure::io("a temporary file", &error))?;
            return tokio::select! {
                put = self.0.put(&path, PutPayload::from(whole)) => put.map(drop).map_err(said),
                () = interrupt.wait() => Err(Failure::Interrupted(Interrupted::default())),
            };
        }
        let upload = self.0.put_multipart(&path).await.map_err(said)?;
        let sent = parts::send(upload, &mut file, &mut bar, interrupt, said).await;
        sent.map_err(|(failure, leftovers)| {
            stderr.note(&match leftovers {
                Leftovers::None => format!("(the upload was taken back: nothing of it is left in {})", to.bucket()),
                Leftovers::Parts => format!(
                    "(parts of the upload are left in {0}, and cost: see `aws s3api list-multipart-uploads --bucket {0}`, and remove \
                     them with `aws s3api abort-multipart-upload`)",
                    to.bucket()
                ),
            });
            failure
        })
    }

    /// Reads an object into a temporary file, which stands at its beginning.
    pub(in super::super) async fn download(&self, from: &S3Uri) -> Result<File, Failure> {
        let said = |error: Error| failed(&format!("the download of {from}"), &error);
        let unwritten = |error: std::io::Error| Failure::io("a temporary file", &error);
        let found = self.0.get(&key(from)?).await.map_err(said)?;
        let mut bar = Progress::bytes("download", found.meta.size);
        let mut chunks = found.into_stream();
        let mut file = tempfile::tempfile().map_err(unwritten)?;
        let mut read = 0;
        while let Some(chunk) = chunks.try_next().await.map_err(said)? {
            file.write_all(&chunk).map_err(unwritten)?;
            read += chunk.len() as u64;
            bar.set(read);
        }
        file.rewind().map_err(unwritten)?;
        bar.stop();
        Ok(file)
    }

    /// The objects below a folder.
    pub(in super::super) async fn list(&self, folder: &S3Uri) -> Result<Vec<S3Uri>, Failure> {
        let prefix = key(folder)?;
        let found: Vec<_> = self
            .0
            .list(Some(&prefix))
            .try_collect()
            .await
            .map_err(|error| failed(&format!("the list of {folder}"), &error))?;
        let uri = |key: &Path| S3Uri::parse(&format!("s3://{}/{key}", folder.bucket()));
        // What is no place that Bedrock would name is none of the job's.
        Ok(found.iter().filter_map(|object| uri(&object.location).ok()).collect())
    }
}

fn key(uri: &S3Uri) -> Result<Path, Failure> {
    Path::parse(uri.key().trim_end_matches('/'))
        .map_err(|error| Failure::config(format!("{uri} names no object: {error}"), "give s3://BUCKET/KEY"))
}

/// What S3 or the way to it said, in one line.
fn failed(what: &str, error: &Error) -> Failure {
    let text = crate::failure::chain(error);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once('<')).map(|(code, _)| code);
    let message =
        text.split_once("<Message>").and_then(|(_, rest)| rest.split_once('<')).map(|(text, _)| text);
    if let Some(code) = code {
        let message = message.map_or(String::new(), |message| format!(": {message}"));
        return Failure::service(format!("{what} was refused with {code}{message}"), hint(code));
    }
    match error {
        Error::NotFound { .. } => {
            Failure::service(format!("{what}: there is no such object"), hint("NoSuchKey"))
        }
        _ if super::http::is_unreached(error) => Failure::unreached(
            format!("{what} failed: {text}"),
            "check the network, and AWS_ENDPOINT_URL_S3 if it is set",
        ),
        _ => Failure::service(format!("{what} failed: {text}"), "check bucket, region and permissions"),
    }
}

fn hint(code: &str) -> &'static str {
    match code {
        "NoSuchBucket" => "check the bucket's name",
        "NoSuchKey" => "check the key; `bedrock batch show` says where a job's files are",
        "AccessDenied" => "the caller needs s3:PutObject, s3:GetObject and s3:ListBucket for the bucket",
        "PermanentRedirect" | "AuthorizationHeaderMalformed" => {
            "the bucket is in another region: give its region with --region"
        }
        _ => "check bucket, region and permissions",
    }
}

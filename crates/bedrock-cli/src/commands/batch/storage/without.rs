//! A build without S3.

use std::{convert::Infallible, fs::File};

use bedrock_client::Client;
use bedrock_types::S3Uri;

use crate::{failure::Failure, interrupt::Interrupt, output::Stderr};

/// There never is one.
pub(in super::super) struct Storage(Infallible);

impl Storage {
    pub(in super::super) fn of(_: &Client, _: &str) -> Result<Self, Failure> {
        Err(Failure::config(
            "this build of bedrock has no S3 (its feature `s3` is off)",
            "give --input as s3://… and move the files with `aws s3 cp`, or build with the feature",
        ))
    }

    #[expect(clippy::unused_async, reason = "as the one with S3")]
    pub(in super::super) async fn upload(
        &self,
        _: &S3Uri,
        _: File,
        _: u64,
        _: (Stderr, &mut Interrupt),
    ) -> Result<(), Failure> {
        match self.0 {}
    }

    #[expect(clippy::unused_async, reason = "as the one with S3")]
    pub(in super::super) async fn download(&self, _: &S3Uri) -> Result<File, Failure> {
        match self.0 {}
    }

    #[expect(clippy::unused_async, reason = "as the one with S3")]
    pub(in super::super) async fn list(&self, _: &S3Uri) -> Result<Vec<S3Uri>, Failure> {
        match self.0 {}
    }
}

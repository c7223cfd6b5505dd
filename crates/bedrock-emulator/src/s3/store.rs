//! The objects of an account, in memory and bounded.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};

use super::error::S3Error;
use crate::digest::Digest;

/// Buckets with objects; clones share them.
#[derive(Clone, Default)]
pub(crate) struct ObjectStore(Arc<Mutex<Buckets>>);

#[derive(Default)]
struct Buckets {
    objects: BTreeMap<String, BTreeMap<String, Object>>,
    uploads: BTreeMap<String, Upload>,
    /// Uploads begun so far: what makes their ids differ.
    begun: u64,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) body: Bytes,
    pub(super) written: SystemTime,
    /// In quotation marks, as it goes over the wire.
    pub(super) tag: String,
}

/// An object that comes in parts.
struct Upload {
    bucket: String,
    key: String,
    parts: BTreeMap<u16, Object>,
}

impl Object {
    pub(crate) fn new(body: Bytes, written: SystemTime) -> Self {
        let digest = Digest::of(&[&body]).bytes();
        let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { body, written, tag: format!("\"{digits}\"") }
    }
}

impl ObjectStore {
    pub(super) fn create_bucket(&self, bucket: &str) {
        self.lock().objects.entry(bucket.to_owned()).or_default();
    }

    /// Writes an object, and its bucket with it; gives its tag.
    ///
    /// # Errors
    ///
    /// The store is full.
    pub(crate) fn put(&self, bucket: &str, key: &str, object: Object) -> Result<String, S3Error> {
        let mut buckets = self.lock();
        buckets.room_for(object.body.len())?;
        Ok(buckets.put(bucket, key, object))
    }

    /// # Errors
    ///
    /// There is no such bucket, or no such object in it.
    pub(crate) fn get(&self, bucket: &str, key: &str) -> Result<Object, S3Error> {
        let buckets = self.lock();
        let objects = buckets.objects.get(bucket).ok_or_else(S3Error::no_bucket)?;
        objects.get(key).cloned().ok_or_else(S3Error::no_key)
    }

    /// The objects whose keys begin like this, by key.
    ///
    /// # Errors
    ///
    /// There is no such bucket.
    pub(crate) fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<(String, Object)>, S3Error> {
        let buckets = self.lock();
        let objects = buckets.objects.get(bucket).ok_or_else(S3Error::no_bucket)?;
        let found = objects.iter().filter(|(key, _)| key.starts_with(prefix));
        Ok(found.map(|(key, object)| (key.clone(), object.clone())).collect())
    }

    /// Removes an object; there need not be one.
    pub(super) fn delete(&self, bucket: &str, key: &str) {
        if let Some(objects) = self.lock().objects.get_mut(bucket) {
            objects.remove(key);
        }
    }

    pub(super) fn begin_upload(&self, bucket: &str, key: &str) -> Result<String, S3Error> {
        let mut buckets = self.lock();
        if buckets.uploads.len() >= MOST_UPLOADS {
            return Err(S3Error::invalid_argument("Too many uploads are under way: complete or abort some."));
        }
        buckets.begun += 1;
        let id = Digest::of(&[bucket.as_bytes(), key.as_bytes(), &buckets.begun.to_be_bytes()]).base64();
        let upload = Upload { bucket: bucket.to_owned(), key: key.to_owned(), parts: BTreeMap::new() };
        buckets.uploads.insert(id.clone(), upload);
        Ok(id)
    }

    pub(super) fn put_part(&self, id: &str, number: u16, part: Object) -> Result<String, S3Error> {
        if !(1..=10_000).contains(&number) {
            return Err(S3Error::invalid_argument(
                "Part number must be an integer between 1 and 10000, inclusive",
            ));
        }
        let mut buckets = self.lock();
        buckets.room_for(part.body.len())?;
        let upload = buckets.uploads.get_mut(id).ok_or_else(S3Error::no_upload)?;
        let tag = part.tag.clone();
        upload.parts.insert(number, part);
        Ok(tag)
    }

    /// Makes an object of the parts with these numbers.
    ///
    /// # Errors
    ///
    /// A part is not there or, but for the last, smaller than S3 allows; then the upload goes on.
    pub(super) fn complete_upload(
        &self,
        id: &str,
        numbers: &[u16],
        now: SystemTime,
    ) -> Result<String, S3Error> {
        let mut buckets = self.lock();
        let upload = buckets.uploads.get(id).ok_or_else(S3Error::no_upload)?;
        let mut body = BytesMut::new();
        for (place, number) in numbers.iter().enumerate() {
            let part = upload.parts.get(number).ok_or_else(S3Error::invalid_part)?;
            if place + 1 < numbers.len() && part.body.len() < LEAST_PART {
                return Err(S3Error::too_small());
            }
            body.extend_from_slice(&part.body);
        }
        let (bucket, key) = (upload.bucket.clone(), upload.key.clone());
        buckets.uploads.remove(id);
        Ok(buckets.put(&bucket, &key, Object::new(body.freeze(), now)))
    }

    pub(super) fn abort_upload(&self, id: &str) -> Result<(), S3Error> {
        self.lock().uploads.remove(id).map(drop).ok_or_else(S3Error::no_upload)
    }

    fn lock(&self) -> MutexGuard<'_, Buckets> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Buckets {
    fn put(&mut self, bucket: &str, key: &str, object: Object) -> String {
        let tag = object.tag.clone();
        self.objects.entry(bucket.to_owned()).or_default().insert(key.to_owned(), object);
        tag
    }

    fn room_for(&self, bytes: usize) -> Result<(), S3Error> {
        let objects = self.objects.values().flat_map(BTreeMap::values);
        let parts = self.uploads.values().flat_map(|upload| upload.parts.values());
        let kept: usize = objects.chain(parts).map(|object| object.body.len() + OVERHEAD).sum();
        if kept + bytes > MOST_BYTES { Err(S3Error::full(MOST_BYTES)) } else { Ok(()) }
    }
}

impl fmt::Debug for ObjectStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStore").finish_non_exhaustive()
    }
}

/// Of all objects together.
const MOST_BYTES: usize = 1 << 30;
/// What an empty object is counted as.
const OVERHEAD: usize = 256;
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>
const LEAST_PART: usize = 5 << 20;
const MOST_UPLOADS: usize = 1000;

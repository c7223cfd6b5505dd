//! S3: moving files there and back, by `object_store` over the client's own connections and identity.
//!
//! `http.rs` is the connection, `credentials.rs` the identity, `parts.rs` the way of large files. A build without the feature `s3` has none of it, and says so.

#[cfg(feature = "s3")]
mod credentials;
#[cfg(feature = "s3")]
mod http;
#[cfg(feature = "s3")]
mod parts;
#[cfg(feature = "s3")]
mod s3;
#[cfg(not(feature = "s3"))]
mod without;

#[cfg(feature = "s3")]
pub(super) use s3::Storage;
#[cfg(not(feature = "s3"))]
pub(super) use without::Storage;

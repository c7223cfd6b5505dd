//! Who am I on AWS, and SigV4 signing, without the AWS SDK.
//!
//! Sign a request:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//!
//! use bedrock_auth::Credentials;
//! use bedrock_auth::sigv4::{PayloadHash, SigningParams, sign};
//!
//! let body = r#"{"anthropic_version":"bedrock-2023-05-31","max_tokens":1,"messages":[]}"#;
//! let request = http::Request::post("https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-8/invoke")
//!     .header("content-type", "application/json");
//! let (mut parts, body) = request.body(body)?.into_parts();
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
//! let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_305_600); // in a program: SystemTime::now()
//! let params = SigningParams::new(&credentials, "us-east-1", "bedrock", now);
//! sign(&mut parts, &PayloadHash::of(body.as_bytes()), &params)?;
//!
//! assert_eq!(parts.headers["x-amz-date"], "20261122T000000Z");
//! assert!(parts.headers["authorization"].to_str()?.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261122/us-east-1/bedrock/"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | you have | you use |
//! | --- | --- |
//! | keys or an API key in the program | [`Credentials`], [`BearerToken`] |
//! | the environment and the shared AWS files | [`DefaultIdentity`], which finds an [`Identity`] in the documented order |
//! | another source | your own [`ProvideIdentity`] |
//! | any of these, and many calls | [`IdentityCache`], which keeps and renews what they give |
//! | a role, on top of any of these | [`AssumeRole`] |
//! | credentials, where an API key is wanted | [`short_term_key`], [`ShortTermKeys`] |
//! | settings in the shared AWS files | [`Profiles`], and [`plan::Plan`] for what a profile asks for |
//! | an answer of STS | [`sts`] |
//! | a request to authorise | [`sigv4::sign`], [`apply_bearer`]; [`sigv4::SigningKeyCache`] and [`sigv4::ClockSkew`] for many |
//! | a signed request to check | `sigv4::verify`, with the feature `verify` |
//!
//! The world comes in as [`Effects`]: environment, files, programs, clock and one HTTP exchange, of which all but the last have a real
//! one here. Everything else is a function of its arguments. No async runtime is needed; where there is tokio, the cache renews in
//! the background. The crate knows no operation of Bedrock; it signs any request for any service.

mod api_key;
mod assume_role;
mod aws_endpoint;
#[cfg(feature = "aws-credential-types")]
mod aws_sdk;
mod base64;
mod bearer;
mod cache;
mod calendar;
mod chain;
mod credentials;
mod effects;
mod identity;
mod identity_error;
mod outgoing;
mod percent;
mod profile;
mod provider;
mod refusal;
mod secret;
mod secret_json;
mod sha1;
pub mod sigv4;
mod source_error;
pub mod sts;
mod text;
mod timestamp;

pub use api_key::{ShortTermKeyError, ShortTermKeys, short_term_key};
pub use assume_role::AssumeRole;
#[cfg(feature = "aws-credential-types")]
pub use aws_sdk::AwsCredentials;
pub use bearer::{BearerToken, ParseBearerTokenError, apply_bearer};
pub use cache::IdentityCache;
pub use chain::{DefaultIdentity, Explanation};
pub use credentials::Credentials;
pub use effects::{
    Clock, Command, Effects, Env, FileStamp, Files, Http, HttpError, HttpOptions, MAX_FILE_BYTES,
    MAX_RESPONSE_BYTES, ManualClock, MapEnv, MapFiles, MfaPrompt, NetworkPath, NoProcesses, OsFiles,
    OsProcesses, ProcessEnv, ProcessError, ProcessOutput, Processes, SystemClock,
};
pub use identity::{BoxFuture, Identity, IdentitySource, ProvideIdentity, ResolvedIdentity};
pub use identity_error::{Attempt, IdentityError};
pub use profile::{Profile, ProfileError, Profiles, SyntaxProblem};
pub use provider::profile::plan;
pub use provider::sso::SsoToken;
pub use secret::SecretString;
pub use source_error::{SourceError, SourceProblem};

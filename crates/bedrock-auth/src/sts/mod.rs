//! AWS Security Token Service: what is asked of it and what it answers, as values.
//!
//! [`GET_CALLER_IDENTITY`] is the body of the request that says who is calling; it goes to `/` by `POST`, as [`CONTENT_TYPE`], signed
//! for the service `sts`. Whoever sends it reads the answer with [`CallerIdentity::parse`], or [`StsError::parse`] where the status
//! says that it is none:
//!
//! ```
//! use bedrock_auth::sts::{CallerIdentity, StsError};
//!
//! let answer = b"<GetCallerIdentityResponse><GetCallerIdentityResult>\
//!     <Arn>arn:aws:iam::123456789012:user/me</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>\
//!     </GetCallerIdentityResult></GetCallerIdentityResponse>";
//! assert_eq!(CallerIdentity::parse(answer)?.account, "123456789012");
//!
//! let refusal = b"<ErrorResponse><Error><Code>ExpiredToken</Code><Message>old</Message></Error></ErrorResponse>";
//! assert_eq!(StsError::parse(refusal).and_then(|error| error.code).as_deref(), Some("ExpiredToken"));
//! # Ok::<(), bedrock_auth::sts::ParseCallerIdentityError>(())
//! ```
//!
//! Assuming roles is [`AssumeRole`](crate::AssumeRole) and the profiles. Model: botocore's `data/sts/2011-06-15/service-2.json`.

mod answer;
mod exchange;
mod request;
#[cfg(test)]
pub(crate) mod testing;
mod xml;

pub use answer::{CallerIdentity, ParseCallerIdentityError, StsError};
pub(crate) use exchange::{assume_role, assume_role_with_web_identity};
pub(crate) use request::RoleRequest;

/// The body that asks who is calling.
pub const GET_CALLER_IDENTITY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// The content type of every request to STS.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

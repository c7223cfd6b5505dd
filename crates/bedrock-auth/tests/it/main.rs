//! Integration tests of `bedrock-auth`: SigV4 against botocore's files and against `aws-sigv4`, and laws of signer and parser.
//!
//! The modules are `cfg(test)` so that their helpers count as test code for clippy.

#[cfg(test)]
mod credential_process;
#[cfg(test)]
mod plan_laws;
#[cfg(test)]
mod profile_laws;
#[cfg(test)]
mod provide_identity;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod short_term_keys;
#[cfg(test)]
mod sigv4_golden;
#[cfg(test)]
mod sigv4_laws;
#[cfg(test)]
mod sigv4_refusals;

//! Our client end to end over loopback, beside programs that do the same with the AWS SDK and with the bare parts.
//!
//! A row of the table ([`rows`]) has two sides: what a measured program does, in a process of its own ([`subject`]), and how the
//! runner ([`runner`]) judges what the programs report. The [`server`] is the runner's, so none of its work is counted.
//!
//! Nothing leaves the machine, and nothing here is for use by others: `cargo xtask bench --peers` runs it.

pub mod measure;
pub mod rows;
pub mod runner;
pub mod server;
pub mod subject;
pub mod table;

/// Why a measurement could not be made.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// What a step of a measurement gives.
pub type Result<T> = std::result::Result<T, Error>;

//! The steps of `cargo xtask ci`, one row each. A new check is a new row.
//!
//! The order is that of the waiting time: what takes a second comes first. All of them build with the same flags, so that what one step
//! compiled serves the next; feature checks are clippy runs for that reason.

mod cargo;
mod edges;
mod features;
mod licences;
mod peers;
mod tests;
mod tree;

use crate::Result;
use crate::workspace::Workspace;

/// One check.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// What it checks, for `help` and as its headline.
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Workspace) -> Result<Outcome>,
    /// The command that mends what it finds; without one, the command that runs it again is shown.
    pub(crate) fix: Option<&'static str>,
}

/// How a step ends that does not fail.
pub(crate) enum Outcome {
    Done,
    /// It could not run, for this reason.
    Skipped(String),
}

pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "fetch",
        about: "Cargo.lock is current and everything in it is here",
        run: cargo::fetch,
        fix: None,
    },
    Step { name: "fmt", about: "code is formatted", run: cargo::fmt, fix: Some("cargo fmt --all") },
    Step { name: "edges", about: "our crates depend on each other as allowed", run: edges::edges, fix: None },
    Step {
        name: "weight",
        about: "no forbidden crate, and no more crates than promised",
        run: tree::weight,
        fix: None,
    },
    Step {
        name: "licences",
        about: "licences are allowed, sources are one registry",
        run: licences::licences,
        fix: None,
    },
    Step {
        name: "codegen",
        about: "generated code and pages are current",
        run: cargo::codegen,
        fix: Some("cargo xtask codegen"),
    },
    Step { name: "clippy", about: "no lint in any target of any crate", run: cargo::clippy, fix: None },
    Step {
        name: "features",
        about: "each crate builds with each of its features",
        run: features::features,
        fix: None,
    },
    Step { name: "tests", about: "unit, property and integration tests", run: tests::tests, fix: None },
    Step {
        name: "recorded",
        about: "recorded answers decode (BEDROCK_RECORDED)",
        run: tests::recorded,
        fix: None,
    },
    Step {
        name: "aws-cases",
        about: "cases shared by the AWS SDKs hold (AWS_CASES)",
        run: tests::aws_cases,
        fix: None,
    },
    Step { name: "doctests", about: "examples in the documentation run", run: tests::doctests, fix: None },
    Step { name: "rustdoc", about: "documentation builds without a warning", run: cargo::rustdoc, fix: None },
    Step {
        name: "peers",
        about: "boto3, anthropic, botocore and the AWS CLI agree with us",
        run: peers::python,
        fix: None,
    },
    Step {
        name: "node-peers",
        about: "the Anthropic SDK for Node agrees with us",
        run: peers::node,
        fix: None,
    },
    Step {
        name: "deny",
        about: "cargo-deny agrees about licences, bans and sources",
        run: cargo::deny,
        fix: None,
    },
];

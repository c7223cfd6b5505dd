//! The models: what Bedrock serves, under which ids, from where, with which limits.
//!
//! Models are data, not variants. [`catalog`] lists what is known of each one; a model that came later still works, because a
//! [`ModelId`] is text and unknown ids pass as they are.
//!
//! ```
//! use bedrock_types::models::{self, ModelId, Scope};
//!
//! let id = models::resolve("claude-opus-4-6", "eu-west-1", Some(Scope::Regional))?;
//! assert_eq!(id.as_str(), "eu.anthropic.claude-opus-4-6-v1");
//!
//! let model = id.base_model().ok_or("a model of the catalog")?;
//! assert_eq!((model.name, model.context_window), ("Claude Opus 4.6", 1_000_000));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The story in files: [`ModelId`] is checked once and then carried (`id.rs`), an ARN has parts (`arn.rs`); [`resolve`] turns a short
//! name into the id to send from a region (`resolve.rs`), [`resolve_mantle`] into mantle's (`mantle.rs`); [`ModelInfo`] holds the facts
//! (`catalog.rs`), with where calls may come from and go to (`routing.rs`), what a model can do (`capabilities.rs`), and its dates and
//! prices (`terms.rs`); [`cost`] applies a price (`cost.rs`) to what a usage counts (`tally.rs`) in exact money (`usd.rs`).
//!
//! The facts stand in `data/models.json`; `cargo xtask codegen models` writes them as static Rust into `generated.rs`, so a lookup
//! neither parses nor allocates. What an account may use, and what Bedrock offers at this minute, is not here: ask the control plane.

mod arn;
mod capabilities;
mod catalog;
mod cost;
mod generated;
mod id;
mod mantle;
mod resolve;
mod routing;
mod tally;
mod terms;
mod usd;
mod written;

pub use arn::{ArnKind, ModelArn};
pub use capabilities::{
    BetaInfo, BetaStatus, CacheTtl, DisableThinking, Feature, ManualThinking, Modality, PromptCache,
    Sampling, Support, Thinking, ThinkingMode,
};
pub use catalog::{AS_OF, MantleInfo, ModelInfo, catalog, find};
pub use cost::{Billing, Cost, cost};
pub use id::{ModelId, ModelScope, ParseModelIdError};
pub use mantle::{MantleError, resolve_mantle};
pub use resolve::{ParseScopeError, ResolveError, Scope, Unavailable, resolve};
pub use routing::{Destinations, Profile, Routing};
pub use terms::{Confidence, Lifecycle, LifecycleStatus, LongContextPrice, Price};
pub use usd::{ParseUsdError, Usd};

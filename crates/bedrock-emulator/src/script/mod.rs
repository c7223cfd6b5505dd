//! Scripts: what the emulator is to answer, written down by who tests a product on it.
//!
//! [`file`](self::file) is what can be written, [`model_pattern`] and [`text_pattern`] the parts of it that are patterns, [`answer`] what a
//! rule says in place of the ordinary answer, [`refusal`] an error, [`access`] what the account may use, [`rule`] finds the rule of a request and counts. `docs/scripts.md` is the
//! reference. How a message becomes an answer of a route is not here: that is the same as ever, in `operation`.

mod access;
mod answer;
mod error;
mod file;
mod model_pattern;
mod refusal;
mod rule;
mod text_pattern;
mod values;

use crate::control::{ApplicationProfiles, ModelAccess};
pub(crate) use answer::{Answer, Says, overlaid};
pub use error::ScriptError;
pub(crate) use rule::{Calling, Gives, Rules};

/// What the emulator is to answer, rule by rule, and what the account has.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use bedrock_emulator::{Emulator, Script};
///
/// let script = Script::from_toml(
///     r#"
///     [[rules]]                            # the first call is throttled
///     when.call = 1
///     error = { code = "ThrottlingException", headers = { retry-after = "1" } }
///
///     [[rules]]                            # a question about weather is answered slowly
///     when.text_contains = "weather"
///     answer.text = "It is sunny in Paris."
///     delay = { head = "100ms", delta = "20ms" }
///     "#,
/// )?;
/// let emulator = Emulator::builder().script(script).start().await?;
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
///
/// `docs/scripts.md` of the project has all that can be written. What no rule matches gets the ordinary answer, unless the script is
/// `strict`. What the emulator refuses is refused before any rule is looked at, and counts for none.
#[derive(Debug)]
pub struct Script {
    pub(crate) rules: Rules,
    pub(crate) access: Option<ModelAccess>,
    pub(crate) application_profiles: ApplicationProfiles,
}

impl Script {
    /// Reads a script in TOML.
    ///
    /// # Errors
    ///
    /// The text is no TOML, or says something that scripts cannot say: [`ScriptError`] has the place, and what is allowed there.
    pub fn from_toml(text: &str) -> Result<Self, ScriptError> {
        let read: file::File = toml::from_str(text).map_err(|error| ScriptError::of_toml(text, &error))?;
        Ok(read.into())
    }

    /// Reads a script in JSON, with the same members.
    ///
    /// # Errors
    ///
    /// As of [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, ScriptError> {
        let read: file::File = serde_json::from_str(text).map_err(|error| ScriptError::of_json(&error))?;
        Ok(read.into())
    }
}

#[cfg(test)]
mod tests;

//! Structured output: an answer that is a value of a Rust type, on every model.
//!
//! `request.rs` decides how the value is asked for, `reply.rs` finds it in the answer and says what is wrong with one that has none.
//! Both are pure; here they are put between two calls at most. What is not here: running tools of the caller's, which is
//! [`Messages::tool_runner`]'s.

mod reply;
mod request;

use bedrock_types::{Message, MessageCreateParams, RawJson, Usage};
use serde::de::DeserializeOwned;

use self::{
    reply::Fault,
    request::{Asked, Form},
};
use crate::{Error, Messages, Response, tools::add_usage};

/// A value that the model answered with, and the answer it stands in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The value.
    pub value: T,
    /// The answer, with its request id and headers.
    pub response: Response<Message>,
    /// How the model was asked.
    pub method: ParseMethod,
    /// Whether the first answer was wrong, and this is the second.
    pub repaired: bool,
    /// What it cost, the wrong answer included.
    pub usage: Usage,
}

/// How a model is asked for a value: the first of these that model and route take for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParseMethod {
    /// With `output_config.format`: the answer's text is the value, and the service holds the model to the schema.
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html>
    OutputFormat,
    /// With a tool that must be called: the call's input is the value.
    ForcedTool,
    /// With a tool, and the instruction to call it, on models that cannot be forced (those that always think, and older ones while
    /// they think) and on models that the catalog does not know.
    Tool,
}

impl Messages {
    /// Asks for a `T`: the model is told its schema, the answer is read as one, and a wrong one is sent back once with what is
    /// wrong with it.
    ///
    /// ```no_run
    /// /// A person that a text speaks of.
    /// #[derive(schemars::JsonSchema, serde::Deserialize)]
    /// struct Person {
    ///     name: String,
    ///     /// In years, if the text says so.
    ///     age: Option<u8>,
    /// }
    ///
    /// # async fn example(client: bedrock_client::Client) -> Result<(), bedrock_client::Error> {
    /// use bedrock_client::MessageCreateParams;
    ///
    /// let params = MessageCreateParams::new("haiku-4.5", 256).user("Ada Lovelace died at 36.");
    /// let parsed = client.messages().parse::<Person>(&params).await?;
    /// println!("{} ({:?}, {:?})", parsed.value.name, parsed.value.age, parsed.method);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A `T` that `output_config.format` cannot describe, such as one that contains itself or a map, is asked for with a tool.
    ///
    /// # Errors
    ///
    /// `Config` before anything is sent if `T` is not read from a JSON object; those of [`create`](Self::create); `Decode` if the
    /// answer is cut, or wrong twice; `Api` with the code `refusal` if the model declines. An error after an answer has the answer
    /// ([`Error::partial_message`]).
    #[cfg(feature = "schemars")]
    pub async fn parse<T>(&self, params: &MessageCreateParams) -> Result<Parsed<T>, Error>
    where
        T: DeserializeOwned + schemars::JsonSchema,
    {
        self.ask_for(params, Form::of::<T>()?).await
    }

    /// As `parse`, with a schema of yours instead of that of a type.
    ///
    /// ```no_run
    /// #[derive(serde::Deserialize)]
    /// struct Person {
    ///     name: String,
    /// }
    ///
    /// # async fn example(client: bedrock_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use bedrock_client::{MessageCreateParams, types::RawJson};
    ///
    /// let schema = RawJson::parse(r#"{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}"#)?;
    /// let params = MessageCreateParams::new("haiku-4.5", 256).user("Ada Lovelace died at 36.");
    /// let parsed = client.messages().parse_with_schema::<Person>(&params, schema).await?;
    /// println!("{}", parsed.value.name);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Where `output_config.format` is used, the schema is brought into the part of JSON Schema that it takes: objects are closed,
    /// bounds become words in descriptions.
    ///
    /// # Errors
    ///
    /// `Config` before anything is sent if the schema is not one of an object; then as `parse`.
    pub async fn parse_with_schema<T>(
        &self,
        params: &MessageCreateParams,
        schema: RawJson,
    ) -> Result<Parsed<T>, Error>
    where
        T: DeserializeOwned,
    {
        self.ask_for(params, Form::of_schema(schema)?).await
    }

    async fn ask_for<T: DeserializeOwned>(
        &self,
        params: &MessageCreateParams,
        form: Form,
    ) -> Result<Parsed<T>, Error> {
        let mut asked = Asked::new(params, self.route(), form);
        tracing::debug!(method = ?asked.method, model = params.model, "asking for a value");
        let first = self.create(&asked.params).await?;
        let mut usage = first.usage.clone();
        let wrong = match asked.read(&first) {
            Ok(value) => {
                return Ok(Parsed { value, response: first, method: asked.method, repaired: false, usage });
            }
            Err(Fault::Ended(reason)) => return Err(reply::ended(&first, &reason)),
            Err(Fault::Wrong(wrong)) => wrong,
        };
        tracing::debug!(wrong, "asking for the value again");
        asked.repair(&first, &wrong);
        // The first answer is what there is, if there is no second.
        let second = self.create(&asked.params).await.map_err(|error| error.with_partial(Some(&first)))?;
        add_usage(&mut usage, &second.usage);
        match asked.read(&second) {
            Ok(value) => Ok(Parsed { value, response: second, method: asked.method, repaired: true, usage }),
            Err(Fault::Ended(reason)) => Err(reply::ended(&second, &reason)),
            Err(Fault::Wrong(wrong)) => Err(reply::wrong(&second, &wrong)),
        }
    }
}

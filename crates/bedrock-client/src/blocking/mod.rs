//! The client for programs without tokio of their own: the same names and options, and calls that wait.
//!
//! ```no_run
//! use bedrock_client::{MessageCreateParams, blocking::Client};
//!
//! # fn example() -> Result<(), bedrock_client::Error> {
//! let client = Client::from_env()?;
//! let params = MessageCreateParams::new("sonnet", 256).user("Hello, world");
//!
//! println!("{}", client.messages().create(&params)?.text());
//!
//! let mut stream = client.messages().stream(&params)?;
//! for event in &mut stream {
//!     print!("{}", event?.text().unwrap_or_default());
//! }
//! println!("{:?}", stream.into_message()?.stop_reason);
//! # Ok(())
//! # }
//! ```
//!
//! Each client has one thread more, which looks after its connections; clones share it, and it ends with the last of them and of their
//! streams. Everything here can be used from several threads at the same time, from `spawn_blocking`, and even within an async
//! function, where it does not panic but holds up its thread: there [`crate::Client`] is the better one.
//!
//! Dropping a stream closes its connection at once. What is not here: anything that calls do by themselves, which is the same code.
//! A resource becomes one that waits by a line for each of its calls: `mirror.rs`.

#[cfg(feature = "control-plane")]
mod batches;
#[cfg(feature = "control-plane")]
mod control;
mod driver;
mod identity;
#[cfg(feature = "control-plane")]
mod inference_profiles;
mod messages;
#[cfg(feature = "control-plane")]
mod mirror;
mod stream;
#[cfg(feature = "tools")]
mod tools;

use bedrock_transport::{Endpoint, Region};

use self::driver::Driver;
#[cfg(feature = "tools")]
pub use self::tools::ToolRunner;
#[cfg(feature = "control-plane")]
pub use self::{
    batches::{BatchJobPages, BatchWatch, Batches},
    control::{InvocationLogging, ModelAccess, Models},
    inference_profiles::{InferenceProfilePages, InferenceProfiles},
};
pub use self::{
    identity::ClientIdentity,
    messages::Messages,
    stream::{MessageStream, TextStream},
};
use crate::{ClientBuilder, EndpointSource, Error, RegionSource};

/// Claude on Amazon Bedrock, with calls that wait. Cheap to clone; clones share connections and settings.
///
/// ```no_run
/// use bedrock_client::{Credentials, blocking::Client};
///
/// # fn example() -> Result<(), bedrock_client::Error> {
/// let from_environment = Client::from_env()?;
/// let explicit = Client::builder().region("us-west-2").credentials(Credentials::new("AKIA…", "secret")).build_blocking()?;
/// # drop((from_environment, explicit));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    client: crate::Client,
    driver: Driver,
}

impl Client {
    /// As [`crate::Client::from_env`].
    ///
    /// # Errors
    ///
    /// `Config`: a setting is broken; the error names it. Nothing was sent.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build_blocking()
    }

    /// Starts with nothing explicit; [`build_blocking`](ClientBuilder::build_blocking) makes the client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The Messages API.
    pub fn messages(&self) -> Messages {
        Messages::new(self.client.messages(), self.driver.clone())
    }

    /// Inference profiles: AWS's, and those of the account.
    #[cfg(feature = "control-plane")]
    pub fn inference_profiles(&self) -> InferenceProfiles<'_> {
        InferenceProfiles::new(self.client.inference_profiles(), &self.driver)
    }

    /// The models that the region offers, joined with the catalog.
    #[cfg(feature = "control-plane")]
    pub fn models(&self) -> Models<'_> {
        Models::new(self.client.models(), &self.driver)
    }

    /// What the account may call, and how it asks for more.
    #[cfg(feature = "control-plane")]
    pub fn model_access(&self) -> ModelAccess<'_> {
        ModelAccess::new(self.client.model_access(), &self.driver)
    }

    /// The log that AWS keeps of the account's calls in the region, if it is told to.
    #[cfg(feature = "control-plane")]
    pub fn invocation_logging(&self) -> InvocationLogging<'_> {
        InvocationLogging::new(self.client.invocation_logging(), &self.driver)
    }

    /// Batch jobs: many requests in a file, answered at half the price.
    #[cfg(feature = "control-plane")]
    pub fn batches(&self) -> Batches<'_> {
        Batches::new(self.client.batches(), &self.driver)
    }

    /// Who is calling.
    pub fn identity(&self) -> ClientIdentity<'_> {
        ClientIdentity::new(self)
    }

    /// The region that requests go to and are signed for.
    pub fn region(&self) -> &Region {
        self.client.region()
    }

    /// Where the region came from.
    pub fn region_source(&self) -> RegionSource {
        self.client.region_source()
    }

    /// Where requests go: the host of Bedrock's runtime, or the endpoint that replaces it.
    pub fn endpoint(&self) -> &Endpoint {
        self.client.endpoint()
    }

    /// Where the endpoint came from.
    pub fn endpoint_source(&self) -> EndpointSource {
        self.client.endpoint_source()
    }
}

impl ClientBuilder {
    /// Resolves what was not set, and makes the client whose calls wait. Nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), and `Config` where no thread can be started.
    pub fn build_blocking(self) -> Result<Client, Error> {
        Ok(Client { client: self.build()?, driver: Driver::start()? })
    }
}

#[cfg(test)]
mod tests {
    /// The resources of a client, as its source has them: what borrows from it.
    fn resources(source: &str) -> Vec<&str> {
        let methods = source.split("    pub fn ").skip(1).filter_map(|rest| rest.split_once("(&self) -> "));
        let of_client = |(name, rest): &(&str, &str)| {
            !name.contains('(') && rest.lines().next().is_some_and(|kind| kind.contains("<'_>"))
        };
        methods.filter(of_client).map(|(name, _)| name).collect()
    }

    #[test]
    fn every_resource_of_the_client_is_here_too() {
        let client = resources(include_str!("../client/mod.rs"));
        let waiting = resources(include_str!("mod.rs"));
        assert!(client.contains(&"models") && client.contains(&"batches"), "{client:?}");
        for name in client {
            assert!(waiting.contains(&name), "blocking::Client has no {name}()");
        }
    }
}

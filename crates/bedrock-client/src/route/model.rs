//! The id that a model has on a route.

use bedrock_types::{
    Route,
    models::{self, ModelId, ResolveError},
};

use crate::{Error, client::Shared, text::beginning};

/// An alias becomes an id that serves the client's region; any other id is sent as typed.
pub(crate) fn resolve(shared: &Shared, route: Route, name: &str) -> Result<ModelId, Error> {
    let region = shared.region.as_str();
    let resolved = match route {
        Route::Mantle => models::resolve_mantle(name, region),
        _ => models::resolve(name, region, shared.scope),
    };
    resolved.map_err(|error| {
        let hint = match &error {
            ResolveError::Unavailable(_) => "choose another scope or region",
            ResolveError::Mantle(_) => "give the id that it has there, or choose another route or region",
            _ => "give a model id of Amazon Bedrock, an ARN, or a short name like `sonnet`",
        };
        Error::config(format!("model {:?} has no id to send", shorten(name)), hint).with_source(error)
    })
}

/// Enough of a bad id to recognise it.
fn shorten(name: &str) -> String {
    match beginning(name, 80) {
        text if text.len() < name.len() => format!("{text}…"),
        text => text.to_owned(),
    }
}

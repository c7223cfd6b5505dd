//! The models that AWS says the region offers, joined with the catalog.

use bedrock_client::Model;
use bedrock_types::control::ListFoundationModelsResponse;

use super::list::tokens;
use crate::{
    args::{Global, Output},
    connection::Connection,
    failure::Failure,
    layout, output,
    status::Waiting,
};

/// Asks AWS, and prints what it says: as JSON with its own names.
pub(super) async fn list(global: &Global) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    let waiting = Waiting::start("asking AWS");
    let models = connection.client.models().list().await?.into_inner();
    drop(waiting);
    match global.output {
        Output::Json => {
            let summaries = models.into_iter().map(|model| model.foundation_model).collect::<Vec<_>>();
            output::json(&ListFoundationModelsResponse::new().model_summaries(summaries))
        }
        Output::Text => {
            let id = format!("ID IN {}", connection.client.region().as_str().to_ascii_uppercase());
            let rows: Vec<_> = models.iter().map(row).collect();
            let head = ["MODEL", &id, "STATUS", "CONTEXT", "$ IN", "$ OUT"];
            output::shown(&layout::table(head, &rows, 1, layout::width()))
        }
    }
}

/// `-` stands for what neither AWS nor the catalog tells.
fn row(model: &Model) -> [String; 6] {
    let nothing = || "-".to_owned();
    let price = model.info.and_then(|info| info.price);
    let status = match (model.is_legacy(), model.end_of_life()) {
        (true, Some(day)) => format!("legacy, ends {day}"),
        (true, None) => "legacy".to_owned(),
        (false, _) => "active".to_owned(),
    };
    [
        model.name().to_owned(),
        model.callable_as.first().cloned().unwrap_or_else(nothing),
        status,
        model.info.map_or_else(nothing, |info| tokens(info.context_window)),
        price.map_or_else(nothing, |price| price.input.to_string()),
        price.map_or_else(nothing, |price| price.output.to_string()),
    ]
}

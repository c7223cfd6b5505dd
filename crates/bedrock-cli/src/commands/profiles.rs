//! `bedrock profiles`: the inference profiles that models can be called by, AWS's and the account's own.

use bedrock_types::control::{
    CreateInferenceProfileRequest, InferenceProfile, InferenceProfileModelSource, InferenceProfileType,
    ListInferenceProfilesResponse, Tag,
};
use clap::{Subcommand, ValueEnum};

use crate::{
    args::{Global, Output},
    connection::Connection,
    failure::Failure,
    layout,
    output::{self, Stderr},
};

/// `bedrock profiles …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfilesCommand {
    /// The profiles of the region
    List(List),
    /// One profile, and the models behind it
    Show(Show),
    /// Make one of your own, so that what is called by it is billed apart; prints its ARN
    Create(Create),
    /// Delete one of your own
    Delete(Delete),
}

/// `bedrock profiles list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// Whose profiles [default: both]
    #[arg(long = "type", value_enum)]
    kind: Option<Kind>,
}

/// `bedrock profiles show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Id or ARN
    profile_id: String,
}

/// `bedrock profiles create`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Call models by the ARN that is printed: bedrock chat -m ARN. Tags, once activated as cost allocation tags, \
    tell its costs apart in the bill."
)]
pub(crate) struct Create {
    /// Letters, digits, spaces, hyphens and underscores
    name: String,
    /// The model or profile that it stands for: id, ARN or short name
    #[arg(short, long)]
    model: String,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A tag; repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = parse_tag)]
    tag: Vec<(String, String)>,
}

/// `bedrock profiles delete`.
#[derive(Debug, clap::Args)]
pub(crate) struct Delete {
    /// Id or ARN
    profile_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// AWS's: they route between regions
    SystemDefined,
    /// The account's own
    Application,
}

impl From<Kind> for InferenceProfileType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::SystemDefined => Self::SystemDefined,
            Kind::Application => Self::Application,
        }
    }
}

pub(crate) async fn run(global: &Global, command: &ProfilesCommand) -> Result<(), Failure> {
    let connection = Connection::open(global, None).await?;
    match command {
        ProfilesCommand::List(args) => list(global, &connection, args).await,
        ProfilesCommand::Show(args) => show(global, &connection, args).await,
        ProfilesCommand::Create(args) => create(global, &connection, args).await,
        ProfilesCommand::Delete(args) => delete(global, &connection, args).await,
    }
}

async fn list(global: &Global, connection: &Connection, args: &List) -> Result<(), Failure> {
    // Asked for by name: what AWS lists without a type is not documented.
    let kinds = match args.kind {
        Some(kind) => vec![kind],
        None => vec![Kind::SystemDefined, Kind::Application],
    };
    let mut profiles = Vec::new();
    for kind in kinds {
        profiles.extend(connection.client.inference_profiles().list().with_type(kind.into()).all().await?);
    }
    match global.output {
        Output::Json => {
            output::json(&ListInferenceProfilesResponse::new().inference_profile_summaries(profiles))
        }
        Output::Text => {
            let rows: Vec<_> = profiles.iter().map(row).collect();
            output::shown(&layout::table(["CALL IT BY", "TYPE", "NAME"], &rows, 0, layout::width()))
        }
    }
}

/// The account's own are called by their ARN.
fn row(profile: &InferenceProfile) -> [String; 3] {
    let id = match profile.kind {
        InferenceProfileType::Application => &profile.inference_profile_arn,
        _ => &profile.inference_profile_id,
    };
    [id.clone(), profile.kind.as_str().to_owned(), profile.inference_profile_name.clone()]
}

async fn show(global: &Global, connection: &Connection, args: &Show) -> Result<(), Failure> {
    let profile = connection.client.inference_profiles().get(&args.profile_id).await?.into_inner();
    match global.output {
        Output::Json => output::json(&profile),
        Output::Text => output::shown(&page(&profile, layout::width())),
    }
}

fn page(profile: &InferenceProfile, width: Option<usize>) -> String {
    let mut facts = vec![
        ("name", profile.inference_profile_name.as_str()),
        ("id", &profile.inference_profile_id),
        ("ARN", &profile.inference_profile_arn),
        ("type", profile.kind.as_str()),
        ("status", profile.status.as_str()),
    ];
    let optional = [
        ("description", &profile.description),
        ("created", &profile.created_at),
        ("updated", &profile.updated_at),
    ];
    facts.extend(optional.into_iter().filter_map(|(label, text)| Some((label, text.as_deref()?))));
    let mut text: String =
        facts.into_iter().map(|(label, says)| layout::labelled(label, says, width)).collect();
    for (number, model) in profile.models.iter().enumerate() {
        let label = if number == 0 { "models" } else { "" };
        text.push_str(&layout::labelled(label, model.model_arn.as_deref().unwrap_or("-"), width));
    }
    text
}

async fn create(global: &Global, connection: &Connection, args: &Create) -> Result<(), Failure> {
    let source = InferenceProfileModelSource::new().copy_from(args.model.as_str());
    let mut request = CreateInferenceProfileRequest::new(args.name.as_str(), source);
    request.description.clone_from(&args.description);
    if !args.tag.is_empty() {
        let tags = args.tag.iter().map(|(key, value)| Tag::new(key.as_str(), value.as_str()));
        request.tags = Some(tags.collect());
    }
    let made = connection.client.inference_profiles().create(request).await?.into_inner();
    match global.output {
        Output::Json => output::json(&made),
        Output::Text => output::shown(&format!("{}\n", made.inference_profile_arn)),
    }
}

async fn delete(global: &Global, connection: &Connection, args: &Delete) -> Result<(), Failure> {
    connection.client.inference_profiles().delete(&args.profile_id).await?;
    Stderr::new(global).note(&format!("deleted {}", output::printable(&args.profile_id)));
    Ok(())
}

fn parse_tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

//! `bedrock models`: the catalog, seen from a region.
//!
//! Nothing is sent, but for `list --remote`: what is told is what this program knows. Which of it an account may use, only AWS can say.

mod json;
mod list;
mod lookup;
mod remote;
mod show;
mod standing;

use bedrock_auth::{Clock, SystemClock, sigv4::SigningTime};
use bedrock_client::{Region, Scope};
use bedrock_types::models::{ModelId, ModelInfo, ResolveError, resolve, resolve_mantle};
use clap::Subcommand;

use crate::{
    args::{Global, Output, RouteName, ScopeName},
    connection,
    failure::{self, Failure},
    layout,
    output::{self, Stderr},
};
pub(crate) use lookup::{known, nearest};
pub(crate) use standing::Standing;

/// `bedrock models …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ModelsCommand {
    /// The models, newest first, with the id to send from this region
    List(List),
    /// Everything known of a model
    Show(Show),
    /// Print the id to send for a short name, and nothing else
    Resolve(Resolve),
}

/// `bedrock models list`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Prices are AWS's list prices in US dollars per million tokens, for the global profile. With --route mantle the ids \
    are those of bedrock-mantle. With --output json each line is a model."
)]
pub(crate) struct List {
    /// Also those that reached their end of life
    #[arg(long)]
    all: bool,
    /// Ask AWS which models the region offers; with --output json, its own answer
    #[arg(long, conflicts_with_all = ["all", "scope"])]
    remote: bool,
    #[command(flatten)]
    scope: ScopeOption,
}

/// `bedrock models show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Short name, id or ARN
    model: String,
    #[command(flatten)]
    scope: ScopeOption,
}

/// `bedrock models resolve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "An id of Bedrock or an ARN is printed as it is. Use it in scripts: \
    aws bedrock-runtime invoke-model --model-id \"$(bedrock models resolve opus)\" …")]
pub(crate) struct Resolve {
    /// Short name, like `opus`, or an id of Anthropic's own API
    model: String,
    #[command(flatten)]
    scope: ScopeOption,
}

#[derive(Debug, clap::Args)]
struct ScopeOption {
    /// How far from the region requests may run; mantle knows no such thing [default: the widest that serves the region]
    #[arg(long, value_enum)]
    scope: Option<ScopeName>,
}

pub(crate) async fn run(global: &Global, command: &ModelsCommand) -> Result<(), Failure> {
    match command {
        ModelsCommand::List(List { remote: true, .. }) => remote::list(global).await,
        ModelsCommand::List(args) => list(global, args),
        ModelsCommand::Show(args) => show(global, args),
        ModelsCommand::Resolve(args) => resolved(global, args),
    }
}

fn list(global: &Global, args: &List) -> Result<(), Failure> {
    let here = Here::of(global, &args.scope)?;
    let models = list::models(&here, args.all);
    match global.output {
        Output::Text => output::text(&list::table(&here, &models, layout::width())),
        Output::Json => models.iter().try_for_each(|model| output::json(&json::model(model, &here))),
    }
}

fn show(global: &Global, args: &Show) -> Result<(), Failure> {
    let here = Here::of(global, &args.scope)?;
    let model = lookup::model(&args.model)?;
    match global.output {
        Output::Text => output::text(&show::page(model, &here, layout::width())),
        Output::Json => output::json(&json::model(model, &here)),
    }
}

fn resolved(global: &Global, args: &Resolve) -> Result<(), Failure> {
    let here = Here::of(global, &args.scope)?;
    lookup::known(&args.model)?;
    let id = here.resolve(&args.model)?;
    if let Some(model) = id.base_model()
        && let Some(end) = here.standing(model).end()
    {
        Stderr::new(global).note(&format!("({} {end})", model.name));
    }
    output::text(&format!("{id}\n"))
}

/// From where, how and when models are looked at.
#[derive(Debug)]
pub(crate) struct Here {
    region: Region,
    route: RouteName,
    scope: Option<Scope>,
    /// Like `2026-11-22`, as the dates of the catalog are.
    today: String,
}

impl Here {
    fn of(global: &Global, ScopeOption { scope }: &ScopeOption) -> Result<Self, Failure> {
        let (region, _) = connection::settings(global).resolve_region()?;
        Ok(Self { scope: scope.map(Into::into), ..Self::at(region, global.route) })
    }

    /// Today, in any scope.
    pub(crate) fn at(region: Region, route: RouteName) -> Self {
        let today =
            SigningTime::try_from(SystemClock.now()).map(|time| time.to_rfc3339()).unwrap_or_default();
        let today = today.get(..DATE.len()).unwrap_or_default().to_owned();
        Self { region, route, scope: None, today }
    }

    /// The id to send for a name.
    pub(crate) fn id_to_send(&self, name: &str) -> Result<ModelId, ResolveError> {
        match self.route {
            RouteName::Mantle => resolve_mantle(name, self.region.as_str()),
            RouteName::Invoke | RouteName::Messages | RouteName::Converse => {
                resolve(name, self.region.as_str(), self.scope)
            }
        }
    }

    /// The same, with what to do where there is none.
    fn resolve(&self, name: &str) -> Result<ModelId, Failure> {
        self.id_to_send(name).map_err(|error| {
            let hint =
                "`bedrock models show MODEL` lists its ids; --region, --scope and --route choose among them";
            Failure::config(failure::chain(&error), hint)
        })
    }

    /// The id to send for a model; `None` where it cannot be called so, or is gone.
    fn id(&self, model: &ModelInfo) -> Option<String> {
        if matches!(self.standing(model), Standing::Ended { .. }) {
            return None;
        }
        let alias = model.aliases.first()?;
        self.resolve(alias).ok().map(|id| id.as_str().to_owned())
    }

    pub(crate) fn standing(&self, model: &ModelInfo) -> Standing {
        Standing::on(&self.today, &model.lifecycle)
    }
}

/// The form of a day.
const DATE: &str = "2026-11-22";

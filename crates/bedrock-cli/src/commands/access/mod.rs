//! `bedrock access`: whether a model can be used, what is missing, and asking for it.

mod form;

use bedrock_client::{Client, Error, ErrorKind};
use bedrock_types::control::{
    AccountDataRetention, AgreementStatus, AuthorizationStatus, AvailabilityStatus, DataRetentionMode,
    FoundationModelAvailability, Offer, UseCaseForModelAccess,
};
use bedrock_types::models::{ModelId, ModelInfo};
use clap::Subcommand;
use serde_json::{Value, json};

use crate::{
    args::{Global, Output},
    commands::models,
    connection::Connection,
    failure::Failure,
    layout,
    output::{self, Stderr},
};

/// `bedrock access …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AccessCommand {
    /// Whether a model can be used here, and what is missing
    Show(Show),
    /// Submit the use-case form and agree to a model's terms, as far as that was not done
    Request(Request),
}

/// `bedrock access show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// Short name, id or ARN
    model: String,
}

/// `bedrock access request`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = form::HELP)]
pub(crate) struct Request {
    /// Short name, id or ARN
    model: String,
    /// The use-case form as JSON; `-` is stdin [default: you are asked]
    #[arg(long, value_name = "FILE")]
    form: Option<std::path::PathBuf>,
    /// Agree to the terms without being asked
    #[arg(long)]
    yes: bool,
    /// Set what may be kept of all requests of the account, whichever model they are for: aws_review (what AWS looks at for abuse),
    /// provider_data_share (what the provider of the model is given), none, default or inherit. Fable and Mythos refuse none and default
    #[arg(long, value_name = "MODE", value_parser = MODES)]
    data_retention: Option<String>,
}

pub(crate) async fn run(global: &Global, command: &AccessCommand) -> Result<(), Failure> {
    let (AccessCommand::Show(Show { model }) | AccessCommand::Request(Request { model, .. })) = command;
    models::known(model)?;
    let connection = Connection::open(global, None).await?;
    match command {
        AccessCommand::Show(args) => show(global, &connection.client, args).await,
        AccessCommand::Request(args) => request(global, &connection.client, args).await,
    }
}

async fn show(global: &Global, client: &Client, args: &Show) -> Result<(), Failure> {
    let found = Access::of(client, &args.model).await?;
    match global.output {
        Output::Json => output::json(&found.json()),
        Output::Text => output::shown(&found.page(client.region().as_str(), layout::width())),
    }
}

/// What there is to know of the access to a model.
#[derive(Debug)]
struct Access {
    model: FoundationModelAvailability,
    /// `Err` where the caller may not know.
    use_case: Result<Option<UseCaseForModelAccess>, Error>,
    retention: Result<AccountDataRetention, Error>,
}

impl Access {
    async fn of(client: &Client, model: &str) -> Result<Self, Failure> {
        let access = client.model_access();
        let model = access.availability(model).await?.into_inner();
        let use_case = access.use_case().await.map(|found| found.map(bedrock_client::Response::into_inner));
        let retention = access.data_retention().await.map(bedrock_client::Response::into_inner);
        // A refusal leaves one line unknown; anything else would be so for the next command too.
        let refused = |error: &Error| error.kind() == ErrorKind::Api;
        Ok(Self {
            model,
            use_case: use_case
                .map(Ok)
                .or_else(|error| if refused(&error) { Ok(Err(error)) } else { Err(error) })?,
            retention: retention
                .map(Ok)
                .or_else(|error| if refused(&error) { Ok(Err(error)) } else { Err(error) })?,
        })
    }

    fn is_agreed(&self) -> bool {
        self.model.agreement_availability.status == AgreementStatus::Available
    }

    /// What keeps the model from answering, and what to do about each.
    fn missing(&self, region: &str) -> Vec<String> {
        let id = &self.model.model_id;
        let mut missing = Vec::new();
        // Who agreed once was asked for the form then, or is of an organisation that sent it.
        if matches!(self.use_case, Ok(None)) && !self.is_agreed() {
            missing.push(format!("the use-case form was not submitted: `bedrock access request {id}`"));
        }
        missing.extend(unmet(&self.model, region));
        missing.extend(
            self.retention.as_ref().ok().and_then(|retention| refused_retention(id, &retention.mode)),
        );
        missing
    }

    fn page(&self, region: &str, width: Option<usize>) -> String {
        let unknown = |error: &Error| format!("not known: {error}");
        let agreement = &self.model.agreement_availability;
        let agreement = match &agreement.error_message {
            Some(why) => format!("{}: {why}", agreement.status.as_str()),
            None => agreement.status.as_str().to_owned(),
        };
        let use_case = match &self.use_case {
            Ok(Some(_)) => "submitted".to_owned(),
            Ok(None) => "not submitted".to_owned(),
            Err(error) => unknown(error),
        };
        let retention = match &self.retention {
            Ok(retention) => retention.mode.as_str().to_owned(),
            Err(error) => unknown(error),
        };
        let mut text = String::new();
        for (label, says) in [
            ("model", self.model.model_id.as_str()),
            ("agreement", &agreement),
            ("caller", self.model.authorization_status.as_str()),
            ("account", self.model.entitlement_availability.as_str()),
            (region, self.model.region_availability.as_str()),
            ("use case", &use_case),
            ("retention", &retention),
        ] {
            text.push_str(&layout::labelled(label, says, width));
        }
        let missing = self.missing(region);
        if missing.is_empty() {
            text.push_str("\nIt can be called.\n");
        } else {
            text.push_str("\nIt cannot be called yet:\n");
            text.extend(missing.iter().map(|line| format!("- {line}\n")));
        }
        text
    }

    /// The members of AWS's three answers beside each other; those that may not be known are left out.
    fn json(&self) -> Value {
        let mut value = serde_json::to_value(&self.model).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            if let Ok(use_case) = &self.use_case {
                members.insert("formData".to_owned(), json!(use_case.as_ref().map(|sent| &sent.form_data)));
            }
            if let Ok(retention) = &self.retention {
                members.insert("mode".to_owned(), json!(retention.mode.as_str()));
            }
        }
        value
    }
}

/// What AWS says is missing before a model answers, and what to do about each.
pub(crate) fn unmet(found: &FoundationModelAvailability, region: &str) -> Vec<String> {
    let id = &found.model_id;
    let mut missing = Vec::new();
    if found.region_availability != AvailabilityStatus::Available {
        missing.push(format!("{region} does not offer it: `bedrock models show {id}` lists regions that do"));
    }
    if found.authorization_status != AuthorizationStatus::Authorized {
        missing.push("you may not use it: ask for bedrock:InvokeModel on it".to_owned());
    }
    if found.entitlement_availability != AvailabilityStatus::Available {
        missing.push("the account is not entitled to it: ask AWS".to_owned());
    }
    match found.agreement_availability.status {
        AgreementStatus::Available => {}
        AgreementStatus::Pending => {
            missing.push("the agreement is being made: wait some minutes".to_owned());
        }
        _ => missing.push(format!("its terms were not agreed to: `bedrock access request {id}`")),
    }
    missing
}

/// Whether the account's data retention keeps this model from answering.
pub(crate) fn needs_retention(id: &str) -> bool {
    let model = ModelId::parse(id).ok().and_then(|id| id.base_model());
    model.is_some_and(ModelInfo::needs_data_retention)
}

/// That it does in this mode, and what to do about it.
pub(crate) fn refused_retention(id: &str, mode: &DataRetentionMode) -> Option<String> {
    let keeps_nothing = matches!(mode, DataRetentionMode::Default | DataRetentionMode::None);
    (keeps_nothing && needs_retention(id)).then(|| {
        format!(
            "it refuses accounts that have nothing kept of their requests: `bedrock access request {id} --data-retention aws_review`"
        )
    })
}

async fn request(global: &Global, client: &Client, args: &Request) -> Result<(), Failure> {
    let stderr = Stderr::new(global);
    let access = client.model_access();
    let found = Access::of(client, &args.model).await?;
    let agreement = &found.model.agreement_availability.status;
    if matches!(found.use_case, Ok(None)) && (!found.is_agreed() || args.form.is_some()) {
        let form = match &args.form {
            Some(file) => form::read(file)?,
            None => form::ask(stderr)?,
        };
        access.submit_use_case(&form).await?;
        stderr.note("the use-case form is submitted");
    }
    if *agreement == AgreementStatus::Pending {
        stderr.note("the agreement is being made already: AWS may need some minutes");
    } else if !found.is_agreed() {
        let offers = access.offers(&args.model).await?.into_inner();
        let offer = offers.offers.first().ok_or_else(|| {
            Failure::config(
                "AWS has no terms to agree to for this model",
                "see the model catalog in the Bedrock console",
            )
        })?;
        stderr.note(&terms(offer));
        if !args.yes && !form::confirm(stderr, "Agree to these terms in the name of the account? [y/N] ")? {
            return Err(Failure::config(
                "the terms were not agreed to",
                "nothing was bought; --yes agrees without a question",
            ));
        }
        access.agree(&args.model, &offer.offer_token).await?;
        stderr.note("agreed; AWS may need some minutes until the model answers");
    }
    if let Some(mode) = &args.data_retention {
        let question = format!("Set the data retention of the account to {mode}, for every model? [y/N] ");
        if !args.yes && !form::confirm(stderr, &question)? {
            return Err(Failure::config(
                "the data retention was not changed",
                "--yes sets it without a question",
            ));
        }
        access.set_data_retention(DataRetentionMode::from(mode.as_str())).await?;
        stderr.note(&format!("the data retention of the account is {mode}"));
    }
    show(global, client, &Show { model: args.model.clone() }).await
}

fn terms(offer: &Offer) -> String {
    let terms = &offer.term_details;
    let mut lines = Vec::new();
    for rate in &terms.usage_based_pricing_term.rate_card {
        let text = |text: &Option<String>| output::printable(text.as_deref().unwrap_or("-"));
        lines.push(format!(
            "price: ${} per {} ({})",
            text(&rate.price),
            text(&rate.unit),
            text(&rate.description)
        ));
    }
    if let Some(url) = &terms.legal_term.url {
        lines.push(format!("terms: {}", output::printable(url)));
    }
    if let Some(refunds) = &terms.support_term.refund_policy_description {
        lines.push(format!("refunds: {}", output::printable(refunds)));
    }
    lines.join("\n")
}

/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_PutAccountDataRetention.html>
const MODES: [&str; 5] = ["aws_review", "provider_data_share", "none", "default", "inherit"];

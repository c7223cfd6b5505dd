//! The page of a model: everything the catalog has of it, in the order in which people ask.

use bedrock_types::models::{
    AS_OF, BetaStatus, Confidence, DisableThinking, ManualThinking, ModelInfo, Price, Sampling, Thinking,
    ThinkingMode, catalog,
};
use serde::Serialize;

use super::{Here, list::tokens};
use crate::layout;

/// A line or paragraph for each kind of fact that there is.
pub(super) fn page(model: &ModelInfo, here: &Here, width: Option<usize>) -> String {
    let mut page = Page { text: format!("{}\n\n", model.name), width };
    page.line(
        "id to send",
        &match here.id(model) {
            Some(id) => format!("{id} (from {})", here.region),
            None => format!("none from {}", here.region),
        },
    );
    page.line("names", &names(model));
    page.line("status", &status(model, here));
    for (label, text) in ids(model) {
        page.line(label, &text);
    }
    page.line(
        "limits",
        &format!(
            "{} tokens of context, {} of output",
            tokens(model.context_window),
            tokens(model.max_output_tokens)
        ),
    );
    page.line("input", &words(model.input));
    page.line("thinking", &thinking(&model.thinking));
    page.line("effort", &effort(model));
    page.line("sampling", sampling(model.sampling));
    page.line("caching", &caching(model));
    page.line("can", &words(model.features));
    page.line("cannot", &words(&cannot(model)));
    page.line("unsure", &words(model.unsure));
    page.line("betas", &betas(model));
    page.line("versions", &model.api_versions.join(", "));
    if let Some(burndown) = model.output_burndown.filter(|&burndown| burndown > 1) {
        page.line("quota", &format!("an output token counts as {burndown}"));
    }
    match model.price {
        Some(price) => prices(&mut page, &price),
        None => page.line("price", "not found"),
    }
    page.line("note", model.note.unwrap_or_default());
    page.line("founded", &format!("{}; checked {AS_OF}", founded(model.confidence)));
    page.text
}

struct Page {
    text: String,
    width: Option<usize>,
}

impl Page {
    /// Nothing to say is no line.
    fn line(&mut self, label: &str, says: &str) {
        if !says.is_empty() {
            self.text.push_str(&layout::labelled(label, says, self.width));
        }
    }
}

fn names(model: &ModelInfo) -> String {
    let mut names = model.aliases.to_vec();
    names.sort_by_key(|name| name.len());
    match model.anthropic_id.filter(|id| !names.contains(id)) {
        Some(id) => format!("{}, {id}", names.join(", ")),
        None => names.join(", "),
    }
}

fn status(model: &ModelInfo, here: &Here) -> String {
    let life = model.lifecycle;
    let mut text = here.standing(model).to_string();
    for (what, day) in [
        ("since", life.launch),
        ("legacy from", life.legacy),
        ("may cost more from", life.extended_access),
        ("not to end before", life.eol_not_before),
    ] {
        if let Some(day) = day {
            text.push_str(&format!("; {what} {day}"));
        }
    }
    text
}

/// Each id with the regions it can be called from; the first has the label.
fn ids(model: &ModelInfo) -> Vec<(&'static str, String)> {
    let mut ids: Vec<String> = model
        .profiles
        .iter()
        .map(|profile| {
            let assumed = if profile.routing.is_none() { "assumed " } else { "" };
            format!("{} from {assumed}{}", profile.id, profile.sources().join(" "))
        })
        .collect();
    if !model.in_region.is_empty() {
        ids.push(format!("{} in-region, from {}", model.id, model.in_region.join(" ")));
    }
    if let Some(mantle) = model.mantle {
        let regions =
            if mantle.regions.is_empty() { "regions not found".to_owned() } else { mantle.regions.join(" ") };
        ids.push(format!(
            "{} on mantle, {}{regions}",
            mantle.id,
            if mantle.regions.is_empty() { "" } else { "from " }
        ));
    }
    ids.into_iter().enumerate().map(|(number, id)| (if number == 0 { "ids" } else { "" }, id)).collect()
}

fn thinking(thinking: &Thinking) -> String {
    let mut facts = vec![
        match thinking.mode {
            ThinkingMode::None => return "none".to_owned(),
            ThinkingMode::Manual => "with a budget of tokens",
            ThinkingMode::Adaptive => "adaptive",
            ThinkingMode::AlwaysOn => "always on",
            _ => "of a kind this program does not know",
        }
        .to_owned(),
    ];
    if thinking.on_by_default && thinking.mode != ThinkingMode::AlwaysOn {
        facts.push("on by default".to_owned());
    }
    match (thinking.mode, thinking.manual) {
        (ThinkingMode::Manual, _) => {}
        (_, ManualThinking::Accepted) => facts.push("a budget is taken".to_owned()),
        (_, ManualThinking::Deprecated) => facts.push("a budget is taken, deprecated".to_owned()),
        _ => facts.push("a budget is refused".to_owned()),
    }
    if let Some(least) = thinking.min_budget {
        facts.push(format!("{least} tokens at least"));
    }
    match thinking.disable {
        DisableThinking::AnyEffort => facts.push("can be switched off".to_owned()),
        DisableThinking::UpToHighEffort => facts.push("can be switched off up to effort high".to_owned()),
        _ => facts.push("cannot be switched off".to_owned()),
    }
    if thinking.between_tools {
        facts.push("between tools too".to_owned());
    }
    if thinking.bound_blocks {
        facts.push("its blocks are bound to model and turns".to_owned());
    }
    facts.join(", ")
}

fn effort(model: &ModelInfo) -> String {
    let default = |effort: &str| model.thinking.default_effort == Some(effort);
    let named =
        |effort: &&str| if default(effort) { format!("{effort} (default)") } else { (*effort).to_owned() };
    model.effort.iter().map(named).collect::<Vec<_>>().join(", ")
}

fn sampling(sampling: Sampling) -> &'static str {
    match sampling {
        Sampling::Full => "temperature, top_p and top_k",
        Sampling::TemperatureOrTopP => "temperature or top_p, not both",
        Sampling::FixedTemperature => "temperature 1 only",
        Sampling::FixedTemperatureOrTopP => "temperature 1 or top_p 0.99 only",
        _ => "none of temperature, top_p and top_k",
    }
}

fn caching(model: &ModelInfo) -> String {
    let Some(cache) = model.cache else { return "none".to_owned() };
    let least = cache
        .min_tokens
        .map_or("least prefix not found".to_owned(), |least| format!("from {least} tokens on"));
    format!("{}; {least}", words(cache.ttl))
}

/// What other models can do and this one cannot.
fn cannot(model: &ModelInfo) -> Vec<bedrock_types::models::Feature> {
    let mut cannot = Vec::new();
    for feature in catalog().iter().flat_map(|other| other.features) {
        if !model.features.contains(feature) && !model.unsure.contains(feature) && !cannot.contains(feature) {
            cannot.push(*feature);
        }
    }
    cannot
}

fn betas(model: &ModelInfo) -> String {
    let beta = |beta: &bedrock_types::models::BetaInfo| match beta.status {
        BetaStatus::Needed => format!("{} (needed for what it names)", beta.flag),
        _ => format!("{} (withdrawn)", beta.flag),
    };
    model.betas.iter().map(beta).collect::<Vec<_>>().join(", ")
}

fn prices(page: &mut Page, price: &Price) {
    let cache = |written_5m: Option<_>, written_1h: Option<_>, read: Option<_>| {
        [("cache write", written_5m), ("for 1h", written_1h), ("cache read", read)]
            .into_iter()
            .filter_map(|(what, usd): (_, Option<bedrock_types::models::Usd>)| {
                Some(format!(", {what} ${}", usd?))
            })
            .collect::<String>()
    };
    page.line(
        "price",
        &format!(
            "${} in, ${} out per million tokens{}",
            price.input,
            price.output,
            cache(price.cache_write_5m, price.cache_write_1h, price.cache_read)
        ),
    );
    if let Some(long) = price.long_context {
        page.line(
            "",
            &format!(
                "over {} input tokens{}: ${} in, ${} out{}",
                tokens(long.over_input_tokens),
                long.only_with_beta.map_or(String::new(), |flag| format!(" (with beta {flag})")),
                long.input,
                long.output,
                cache(long.cache_write_5m, long.cache_write_1h, long.cache_read)
            ),
        );
    }
    let geography = match price.geo_premium_percent {
        0 => "the same for every profile".to_owned(),
        percent => format!("a geography's profile and in-region use add {percent} %"),
    };
    page.line("", &format!("{geography}; GovCloud adds {} %; batches cost half", price.gov_premium_percent));
}

fn founded(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "on what AWS publishes",
        Confidence::Medium => "partly on one source, or on a sibling",
        _ => "on an announcement; not seen on Bedrock",
    }
}

/// Values by their names in the catalog, for people.
fn words<T: Serialize>(values: &[T]) -> String {
    let name = |value: &T| serde_json::to_value(value).ok()?.as_str().map(|name| name.replace('_', " "));
    values.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use bedrock_client::Region;

    use super::*;
    use crate::args::RouteName;

    #[test]
    fn every_model_has_a_page_that_fits() {
        let region = Region::parse("us-east-1").expect("a region");
        let here = Here { region, route: RouteName::Invoke, scope: None, today: AS_OF.to_owned() };
        for model in catalog() {
            let text = page(model, &here, Some(80));
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
            for fact in [model.name, model.aliases[0], "limits", "price"].into_iter().chain(model.note) {
                let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(flat.contains(fact), "{fact} in {text}");
            }
            for profile in model.profiles {
                assert!(text.contains(profile.id), "{text}");
            }
        }
    }
}

//! `data/models.json` of bedrock-types as Rust: one static per routing, and the list of models.
//!
//! The data file names things as the hand-written types do, in snake case; a name that no type has does not compile.

use std::collections::BTreeMap;

use serde_json::Value;

use super::object::{Object, Result};

pub(super) fn generate(source: &str) -> Result<String> {
    let data: Value = serde_json::from_str(source)?;
    let mut top = Object::new("models.json", &data)?;
    let as_of = top.optional_date("as_of")?.ok_or_else(|| top.complain("as_of", "is missing"))?;
    let gov_premium_percent = top.number("gov_premium_percent")?;

    let mut routings = BTreeMap::new();
    for (name, value) in
        top.object("routing")?.ok_or_else(|| top.complain("routing", "is missing"))?.entries()
    {
        routings.insert(name, routing(name, value)?);
    }
    let models = top.require("models")?.as_array().ok_or_else(|| top.complain("models", "is no list"))?;
    let facts = Facts { gov_premium_percent, routings: &routings };
    let models =
        models.iter().enumerate().map(|(at, value)| facts.model(at, value)).collect::<Result<Vec<_>>>()?;
    top.done()?;

    let statics: String = routings.values().map(String::as_str).collect();
    let constants: String = models.iter().map(|model| model.constants.as_str()).collect();
    let models = models.into_iter().map(|model| model.literal).collect::<Vec<_>>().join(",\n");
    Ok(format!(
        "{HEADER}\npub(super) const AS_OF: &str = {as_of:?};\n\npub(super) static MODELS: &[ModelInfo] = &[{models}];\n\n\
         /// The models of today by name: their base ids, and under the prefix of a profile the profile's.\nimpl ModelId {{ {constants} }}\n\n{statics}"
    ))
}

/// A model's row as Rust.
struct Model {
    /// As an item of the list.
    literal: String,
    /// The constants for its ids.
    constants: String,
}

/// What a model's row refers to.
struct Facts<'a> {
    gov_premium_percent: u32,
    routings: &'a BTreeMap<&'a str, String>,
}

impl Facts<'_> {
    fn model(&self, at: usize, value: &Value) -> Result<Model> {
        let mut row = Object::new(format!("models[{at}]"), value)?;
        let id = row.text("id")?;
        let constants = id_constants(id, &mut row)?;
        let fields = [
            ("id", quoted(id)),
            ("name", quoted(row.text("name")?)),
            ("family", quoted(row.text("family")?)),
            ("aliases", list(row.texts("aliases")?.into_iter().map(quoted))),
            ("anthropic_id", option(row.optional_text("anthropic_id")?.map(quoted))),
            ("mantle", option(row.object("mantle")?.map(mantle).transpose()?)),
            ("in_region", list(row.texts("in_region")?.into_iter().map(quoted))),
            ("profiles", self.profiles(id, &mut row)?),
            ("context_window", row.number("context_window")?.to_string()),
            ("max_output_tokens", row.number("max_output_tokens")?.to_string()),
            ("input", variants("Modality", &row.texts("input")?)),
            ("api_versions", list(row.texts("api_versions")?.into_iter().map(quoted))),
            ("thinking", thinking(&mut row)?),
            ("effort", list(row.texts("effort")?.into_iter().map(quoted))),
            ("sampling", variant("Sampling", row.text("sampling")?)),
            ("cache", option(row.object("cache")?.map(cache).transpose()?)),
            ("features", variants("Feature", &row.texts("features")?)),
            ("unsure", variants("Feature", &row.texts("unsure")?)),
            ("betas", betas(&mut row)?),
            ("output_burndown", option(row.optional_number("output_burndown")?)),
            ("lifecycle", lifecycle(&mut row)?),
            ("price", option(row.object("price")?.map(|price| self.price(price)).transpose()?)),
            ("confidence", variant("Confidence", row.text("confidence")?)),
            ("note", option(row.optional_text("note")?.map(quoted))),
        ];
        row.done()?;
        Ok(Model { literal: literal("ModelInfo", &fields), constants })
    }

    /// Profile ids stand in full in the data, because AWS does not promise how it will build the next one.
    fn profiles(&self, model: &str, row: &mut Object<'_>) -> Result<String> {
        let Some(mut profiles) = row.object("profiles")? else { return Ok(list([])) };
        let mut literals = Vec::new();
        for (id, routing) in profiles.entries() {
            let prefix =
                prefix(id, model).ok_or_else(|| profiles.complain(id, "does not end in the model's id"))?;
            let routing = match routing.as_str() {
                None if routing.is_null() => option(None::<String>),
                Some(name) if self.routings.contains_key(name) => {
                    option(Some(format!("&{}", constant(name))))
                }
                _ => return Err(profiles.complain(id, "names no routing")),
            };
            literals.push(literal(
                "Profile",
                &[("id", quoted(id)), ("prefix", quoted(prefix)), ("routing", routing)],
            ));
        }
        Ok(list(literals))
    }

    fn price(&self, mut price: Object<'_>) -> Result<String> {
        let long = price.object("long_context")?.map(|mut long| {
            let mut fields = vec![
                ("over_input_tokens", long.number("over_input_tokens")?.to_string()),
                ("only_with_beta", option(long.optional_text("only_with_beta")?.map(quoted))),
            ];
            fields.extend(rates(&mut long)?);
            long.done()?;
            Ok::<_, Box<dyn std::error::Error>>(literal("LongContextPrice", &fields))
        });
        let mut fields = rates(&mut price)?;
        fields.push(("geo_premium_percent", price.number("geo_premium_percent")?.to_string()));
        fields.push(("gov_premium_percent", self.gov_premium_percent.to_string()));
        fields.push(("long_context", option(long.transpose()?)));
        price.done()?;
        Ok(literal("Price", &fields))
    }
}

/// `CLAUDE_OPUS_5` for the base id of Claude Opus 5, `EU_CLAUDE_OPUS_5` for its profile `eu.…`; none for a model that is gone.
fn id_constants(id: &str, row: &mut Object<'_>) -> Result<String> {
    let gone =
        row.object("lifecycle")?.is_some_and(|mut life| life.text("status").is_ok_and(|it| it == "eol"));
    if gone {
        return Ok(String::new());
    }
    let name = row.text("name")?;
    let base = screaming(name);
    let mut constants =
        constant_id(&base, id, &format!("{name} itself: on mantle, and where it is served in-region."));
    if let Some(mut profiles) = row.object("profiles")? {
        for (profile, _) in profiles.entries() {
            let prefix = prefix(profile, id)
                .ok_or_else(|| profiles.complain(profile, "does not end in the model's id"))?;
            let what = format!("{name} through the profile `{prefix}`.");
            constants.push_str(&constant_id(&format!("{}_{base}", screaming(prefix)), profile, &what));
        }
    }
    Ok(constants)
}

fn constant_id(constant: &str, id: &str, what: &str) -> String {
    format!("/// `{id}`: {what}\npub const {constant}: Self = Self::of_catalog({id:?});\n")
}

/// What stands before the model in a profile's id.
fn prefix<'a>(profile: &'a str, model: &str) -> Option<&'a str> {
    profile.strip_suffix(model)?.strip_suffix('.')
}

fn routing(name: &str, value: &Value) -> Result<String> {
    let mut row = Object::new(format!("routing.{name}"), value)?;
    let to = match row.require("to")? {
        Value::String(all) if all == "commercial" => "Destinations::AnyCommercial".to_owned(),
        _ => format!("Destinations::Regions({})", list(row.texts("to")?.into_iter().map(quoted))),
    };
    let mut also = Vec::new();
    if let Some(mut sources) = row.object("also")? {
        for (source, _) in sources.entries() {
            also.push(format!("({source:?}, {})", list(sources.texts(source)?.into_iter().map(quoted))));
        }
    }
    let from = list(row.texts("from")?.into_iter().map(quoted));
    row.done()?;
    let routing =
        literal("Routing", &[("name", quoted(name)), ("from", from), ("to", to), ("also", list(also))]);
    Ok(format!("static {}: Routing = {routing};\n\n", constant(name)))
}

fn mantle(mut mantle: Object<'_>) -> Result<String> {
    let regions = list(mantle.texts("regions")?.into_iter().map(quoted));
    let code = literal("MantleInfo", &[("id", quoted(mantle.text("id")?)), ("regions", regions)]);
    mantle.done()?;
    Ok(code)
}

fn thinking(row: &mut Object<'_>) -> Result<String> {
    let mut it = row.object("thinking")?.ok_or_else(|| row.complain("thinking", "is missing"))?;
    let fields = [
        ("mode", variant("ThinkingMode", it.text("mode")?)),
        ("on_by_default", it.flag("on_by_default")?.to_string()),
        ("manual", variant("ManualThinking", it.optional_text("manual")?.unwrap_or("rejected"))),
        ("min_budget", option(it.optional_number("min_budget")?)),
        ("disable", variant("DisableThinking", it.optional_text("disable")?.unwrap_or("never"))),
        ("between_tools", it.flag("between_tools")?.to_string()),
        ("default_effort", option(it.optional_text("default_effort")?.map(quoted))),
        ("bound_blocks", it.flag("bound_blocks")?.to_string()),
    ];
    it.done()?;
    Ok(literal("Thinking", &fields))
}

fn cache(mut cache: Object<'_>) -> Result<String> {
    let ttl = cache.texts("ttl")?.into_iter().map(|ttl| match ttl {
        "5m" => Ok("CacheTtl::FiveMinutes".to_owned()),
        "1h" => Ok("CacheTtl::OneHour".to_owned()),
        _ => Err(cache.complain("ttl", "knows 5m and 1h")),
    });
    let ttl = list(ttl.collect::<Result<Vec<_>>>()?);
    let code =
        literal("PromptCache", &[("min_tokens", option(cache.optional_number("min_tokens")?)), ("ttl", ttl)]);
    cache.done()?;
    Ok(code)
}

fn betas(row: &mut Object<'_>) -> Result<String> {
    let Some(mut betas) = row.object("betas")? else { return Ok(list([])) };
    let mut literals = Vec::new();
    for (flag, _) in betas.entries() {
        let status = variant("BetaStatus", betas.text(flag)?);
        literals.push(literal("BetaInfo", &[("flag", quoted(flag)), ("status", status)]));
    }
    Ok(list(literals))
}

fn lifecycle(row: &mut Object<'_>) -> Result<String> {
    let mut it = row.object("lifecycle")?.ok_or_else(|| row.complain("lifecycle", "is missing"))?;
    let mut fields = vec![("status", variant("LifecycleStatus", it.text("status")?))];
    for day in ["launch", "legacy", "extended_access", "eol", "eol_not_before"] {
        fields.push((day, option(it.optional_date(day)?.map(quoted))));
    }
    fields.push(("launch_verified", it.flag("launch_verified")?.to_string()));
    it.done()?;
    Ok(literal("Lifecycle", &fields))
}

fn rates(price: &mut Object<'_>) -> Result<Vec<(&'static str, String)>> {
    let mut fields = Vec::new();
    for rate in ["input", "output"] {
        let micros = price.optional_micros(rate)?.ok_or_else(|| price.complain(rate, "is missing"))?;
        fields.push((rate, usd(micros)));
    }
    for rate in ["cache_write_5m", "cache_write_1h", "cache_read"] {
        fields.push((rate, option(price.optional_micros(rate)?.map(usd))));
    }
    Ok(fields)
}

fn usd(micros: u64) -> String {
    format!("Usd::from_micros({micros})")
}

fn literal(name: &str, fields: &[(&str, String)]) -> String {
    let fields: Vec<_> = fields.iter().map(|(field, value)| format!("{field}: {value}")).collect();
    format!("{name} {{ {} }}", fields.join(", "))
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("&[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn option(value: Option<impl std::fmt::Display>) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({value})"))
}

fn variants(of: &str, names: &[&str]) -> String {
    list(names.iter().map(|name| variant(of, name)))
}

/// `up_to_high_effort` is `UpToHighEffort`.
fn variant(of: &str, name: &str) -> String {
    let capital = |word: &str| {
        word.chars().next().map(|c| c.to_ascii_uppercase()).into_iter().chain(word.chars().skip(1)).collect()
    };
    let words: Vec<String> = name.split('_').map(capital).collect();
    format!("{of}::{}", words.concat())
}

/// `us-gov` is `ROUTING_US_GOV`.
fn constant(routing: &str) -> String {
    format!("ROUTING_{}", screaming(routing))
}

/// `Claude Opus 5.5` is `CLAUDE_OPUS_5_5`.
fn screaming(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_uppercase()
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

const HEADER: &str = "\
//! The models of `data/models.json` as static data.
//!
//! Generated: edit that file, then run `cargo xtask codegen models`.

use super::capabilities::{
    BetaInfo, BetaStatus, CacheTtl, DisableThinking, Feature, ManualThinking, Modality, PromptCache, Sampling, Thinking,
    ThinkingMode,
};
use super::catalog::{MantleInfo, ModelInfo};
use super::id::ModelId;
use super::routing::{Destinations, Profile, Routing};
use super::terms::{Confidence, Lifecycle, LifecycleStatus, LongContextPrice, Price};
use super::usd::Usd;
";

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"{"as_of": "2026-11-22", "gov_premium_percent": 20,
        "routing": {"us-3": {"from": ["us-east-1"], "to": ["us-west-2"], "also": {"us-east-1": ["us-east-1"]}}},
        "models": [{"id": "m-1", "name": "M 1", "family": "m", "aliases": ["m"], "profiles": {"us.m-1": "us-3"},
            "context_window": 9, "max_output_tokens": 8, "input": ["text"], "api_versions": [],
            "thinking": {"mode": "always_on"}, "sampling": "none", "lifecycle": {"status": "active"},
            "price": {"input": "1", "output": "2.5", "geo_premium_percent": 10}, "confidence": "high"}]}"#;

    #[test]
    fn a_row_becomes_a_literal_of_the_types() {
        let code = generate(SOURCE).expect("a good file");
        for part in [
            r#"static ROUTING_US_3: Routing = Routing { name: "us-3", from: &["us-east-1"], to: Destinations::Regions(&["us-west-2"])"#,
            r#"also: &[("us-east-1", &["us-east-1"])]"#,
            r#"profiles: &[Profile { id: "us.m-1", prefix: "us", routing: Some(&ROUTING_US_3) }]"#,
            "thinking: Thinking { mode: ThinkingMode::AlwaysOn, on_by_default: false, manual: ManualThinking::Rejected",
            "price: Some(Price { input: Usd::from_micros(1000000), output: Usd::from_micros(2500000), cache_write_5m: None",
            r#"pub const M_1: Self = Self::of_catalog("m-1");"#,
            r#"pub const US_M_1: Self = Self::of_catalog("us.m-1");"#,
        ] {
            assert!(code.contains(part), "{part}\nis not in\n{code}");
        }
    }

    #[test]
    fn a_model_that_is_gone_has_no_constants() {
        let code = generate(&SOURCE.replace(r#""active""#, r#""eol""#)).expect("a good file");
        assert!(!code.contains("pub const M_1"), "{code}");
    }

    #[test]
    fn a_slip_in_the_file_is_named_with_its_place() {
        for (good, bad, complaint) in [
            (r#""us.m-1": "us-3""#, r#""us.m-1": "us-4""#, "models[0].profiles.us.m-1 names no routing"),
            (
                r#""us.m-1": "us-3""#,
                r#""us.m-2": "us-3""#,
                "models[0].profiles.us.m-2 does not end in the model's id",
            ),
            (r#""family": "m","#, "", "models[0].family is missing"),
            (r#""2.5""#, "2.5", "models[0].price.output is no text"),
            (r#""status""#, r#""eol": "soon", "status""#, "models[0].lifecycle.eol is no day"),
            (r#""sampling""#, r#""samplings""#, "models[0].sampling is missing"),
        ] {
            let error = generate(&SOURCE.replacen(good, bad, 1)).expect_err(bad);
            assert_eq!(error.to_string(), complaint);
        }
    }
}

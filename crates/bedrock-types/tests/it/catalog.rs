//! The catalog against lists that were written down apart from its data file.
//!
//! Ids are listed in full here too: building them by pattern would only show that both sides know the same pattern.

use std::collections::BTreeSet;

use bedrock_types::models::{LifecycleStatus, ModelId, catalog, find, resolve, resolve_mantle};

#[test]
fn every_model_that_the_guides_list_is_there() {
    // Anthropic's guide to Claude on Bedrock, as of summer 2025 and as of February 2026:
    // <https://platform.claude.com/docs/en/build-with-claude/claude-on-amazon-bedrock>.
    for (name, id) in [
        ("Claude Opus 4", "anthropic.claude-opus-4-20250514-v1:0"),
        ("Claude Sonnet 4", "anthropic.claude-sonnet-4-20250514-v1:0"),
        ("Claude 3.7 Sonnet", "anthropic.claude-3-7-sonnet-20250219-v1:0"),
        ("Claude 3.5 Haiku", "anthropic.claude-3-5-haiku-20241022-v1:0"),
        ("Claude 3.5 Sonnet v2", "anthropic.claude-3-5-sonnet-20241022-v2:0"),
        ("Claude 3 Opus", "anthropic.claude-3-opus-20240229-v1:0"),
        ("Claude 3 Sonnet", "anthropic.claude-3-sonnet-20240229-v1:0"),
        ("Claude 3 Haiku", "anthropic.claude-3-haiku-20240307-v1:0"),
        ("Claude Opus 4.6", "anthropic.claude-opus-4-6-v1"),
        ("Claude Sonnet 4.6", "anthropic.claude-sonnet-4-6"),
        ("Claude Sonnet 4.5", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("Claude Opus 4.5", "anthropic.claude-opus-4-5-20251101-v1:0"),
        ("Claude Haiku 4.5", "anthropic.claude-haiku-4-5-20251001-v1:0"),
    ] {
        assert_eq!(find(id).map(|model| (model.id, model.name)), Some((id, name)));
    }
}

#[test]
fn the_ids_are_exactly_these() {
    let listed: BTreeSet<_> = IDS.split_whitespace().collect();
    let mut known = BTreeSet::new();
    for model in catalog() {
        known.insert(model.id);
        known.extend(model.profiles.iter().map(|profile| profile.id));
        known.extend(model.mantle.map(|mantle| mantle.id));
    }
    let missing: Vec<_> = listed.difference(&known).collect();
    let unlisted: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty() && unlisted.is_empty(), "missing {missing:?}, not listed here {unlisted:?}");
}

#[test]
fn no_id_is_built_by_pattern() {
    let data = include_str!("../../data/models.json");
    for model in catalog() {
        let profiles = model.profiles.iter().map(|profile| profile.id);
        for id in profiles.chain([model.id]).chain(model.mantle.map(|mantle| mantle.id)) {
            assert!(data.contains(&format!("{id:?}")), "{id} does not stand in full in the data file");
        }
    }
    // A base id with a suffix that others have, or a profile of a geography that others have, is not made up.
    for id in
        ["anthropic.claude-sonnet-4-6-v1", "anthropic.claude-opus-4-6-v1:0", "ca.anthropic.claude-opus-5-5"]
    {
        assert!(find(id).is_none(), "{id}");
        assert!(ModelId::parse(id).is_ok_and(|id| id.base_model().is_none()), "{id}");
    }
}

#[test]
fn every_id_can_be_resolved_and_means_its_model() {
    for model in catalog() {
        let base = resolve(model.id, "us-east-1", None).unwrap();
        assert_eq!((base.as_str(), base.base_model().map(|found| found.id)), (model.id, Some(model.id)));
        for profile in model.profiles {
            let id = resolve(profile.id, "us-east-1", None).unwrap();
            assert_eq!(id.as_str(), profile.id);
            assert_eq!(id.base_model().map(|found| found.id), Some(model.id), "{id}");
        }
        if let Some(mantle) = model.mantle {
            let id = resolve_mantle(mantle.id, "us-east-1").unwrap();
            assert_eq!(id.as_str(), mantle.id);
            assert_eq!(id.base_model().map(|found| found.id), Some(model.id), "{id}");
        }
    }
}

#[test]
fn an_arn_of_any_id_means_the_same_model_in_every_partition() {
    for (partition, region) in [
        ("aws", "eu-central-1"),
        ("aws-cn", "cn-northwest-1"),
        ("aws-us-gov", "us-gov-east-1"),
        ("aws-iso", "us-iso-east-1"),
        ("aws-iso-b", "us-isob-east-1"),
        ("aws-eusc", "eusc-de-east-1"),
    ] {
        for model in catalog() {
            let base = (format!("arn:{partition}:bedrock:{region}::foundation-model/{}", model.id), model.id);
            let profiles = model.profiles.iter().map(|profile| {
                let account = format!("arn:{partition}:bedrock:{region}:123456789012");
                (format!("{account}:inference-profile/{}", profile.id), profile.id)
            });
            for (arn, id) in profiles.chain([base]) {
                let (arn, id) = (ModelId::parse(&arn).unwrap(), ModelId::parse(id).unwrap());
                assert_eq!(arn.base_model().map(|found| found.id), Some(model.id), "{arn}");
                assert_eq!((arn.scope(), arn.region()), (id.scope(), Some(region)), "{arn}");
            }
        }
    }
}

#[test]
fn days_are_days_and_in_their_order() {
    for model in catalog() {
        let life = model.lifecycle;
        let days = [life.launch, life.legacy, life.extended_access, life.eol];
        let given: Vec<_> = days.into_iter().flatten().collect();
        assert!(given.is_sorted(), "{}: {given:?}", model.id);
        for day in given.into_iter().chain(life.eol_not_before) {
            let [year, month, date] =
                day.split('-').map(|part| part.parse().unwrap()).collect::<Vec<u32>>()[..]
            else {
                panic!("{}: {day}", model.id);
            };
            assert!(
                (2023..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&date),
                "{day}"
            );
        }
    }
}

#[test]
fn what_is_offered_to_everyone_has_what_a_caller_needs() {
    // Fable 5.2 is eleven days old: neither its price on Bedrock nor the regions of its profiles were found.
    let unfinished = ["anthropic.claude-fable-5-2"];
    let active = catalog().iter().filter(|model| model.lifecycle.status == LifecycleStatus::Active);
    for model in active.filter(|model| !unfinished.contains(&model.id)) {
        assert!(model.price.is_some(), "{} has no price", model.id);
        assert!(model.cache.is_some(), "{} has no cache", model.id);
        let global = model.profile("global").and_then(|profile| profile.routing);
        assert!(global.is_some(), "{} has no global profile", model.id);
    }
}

/// By model: its base id, that on mantle if it is another one, and its profiles.
const IDS: &str = "
    anthropic.claude-instant-v1
    anthropic.claude-v2
    anthropic.claude-v2:1
    anthropic.claude-3-sonnet-20240229-v1:0
        us.anthropic.claude-3-sonnet-20240229-v1:0
        eu.anthropic.claude-3-sonnet-20240229-v1:0
        apac.anthropic.claude-3-sonnet-20240229-v1:0
    anthropic.claude-3-haiku-20240307-v1:0
        us.anthropic.claude-3-haiku-20240307-v1:0
        eu.anthropic.claude-3-haiku-20240307-v1:0
        apac.anthropic.claude-3-haiku-20240307-v1:0
        us-gov.anthropic.claude-3-haiku-20240307-v1:0
    anthropic.claude-3-opus-20240229-v1:0
        us.anthropic.claude-3-opus-20240229-v1:0
    anthropic.claude-3-5-sonnet-20240620-v1:0
        us.anthropic.claude-3-5-sonnet-20240620-v1:0
        eu.anthropic.claude-3-5-sonnet-20240620-v1:0
        apac.anthropic.claude-3-5-sonnet-20240620-v1:0
        us-gov.anthropic.claude-3-5-sonnet-20240620-v1:0
    anthropic.claude-3-5-sonnet-20241022-v2:0
        us.anthropic.claude-3-5-sonnet-20241022-v2:0
        apac.anthropic.claude-3-5-sonnet-20241022-v2:0
    anthropic.claude-3-5-haiku-20241022-v1:0
        us.anthropic.claude-3-5-haiku-20241022-v1:0
    anthropic.claude-3-7-sonnet-20250219-v1:0
        us.anthropic.claude-3-7-sonnet-20250219-v1:0
        eu.anthropic.claude-3-7-sonnet-20250219-v1:0
        apac.anthropic.claude-3-7-sonnet-20250219-v1:0
        us-gov.anthropic.claude-3-7-sonnet-20250219-v1:0
    anthropic.claude-opus-4-20250514-v1:0
        us.anthropic.claude-opus-4-20250514-v1:0
    anthropic.claude-sonnet-4-20250514-v1:0
        global.anthropic.claude-sonnet-4-20250514-v1:0
        us.anthropic.claude-sonnet-4-20250514-v1:0
        eu.anthropic.claude-sonnet-4-20250514-v1:0
        apac.anthropic.claude-sonnet-4-20250514-v1:0
    anthropic.claude-opus-4-1-20250805-v1:0
        us.anthropic.claude-opus-4-1-20250805-v1:0
    anthropic.claude-sonnet-4-5-20250929-v1:0
        global.anthropic.claude-sonnet-4-5-20250929-v1:0
        us.anthropic.claude-sonnet-4-5-20250929-v1:0
        eu.anthropic.claude-sonnet-4-5-20250929-v1:0
        jp.anthropic.claude-sonnet-4-5-20250929-v1:0
        au.anthropic.claude-sonnet-4-5-20250929-v1:0
        us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0
    anthropic.claude-haiku-4-5-20251001-v1:0
    anthropic.claude-haiku-4-5
        global.anthropic.claude-haiku-4-5-20251001-v1:0
        us.anthropic.claude-haiku-4-5-20251001-v1:0
        eu.anthropic.claude-haiku-4-5-20251001-v1:0
        jp.anthropic.claude-haiku-4-5-20251001-v1:0
        au.anthropic.claude-haiku-4-5-20251001-v1:0
        in.anthropic.claude-haiku-4-5-20251001-v1:0
    anthropic.claude-opus-4-5-20251101-v1:0
        global.anthropic.claude-opus-4-5-20251101-v1:0
        us.anthropic.claude-opus-4-5-20251101-v1:0
        eu.anthropic.claude-opus-4-5-20251101-v1:0
    anthropic.claude-opus-4-6-v1
        global.anthropic.claude-opus-4-6-v1
        us.anthropic.claude-opus-4-6-v1
        eu.anthropic.claude-opus-4-6-v1
        au.anthropic.claude-opus-4-6-v1
    anthropic.claude-sonnet-4-6
        global.anthropic.claude-sonnet-4-6
        us.anthropic.claude-sonnet-4-6
        eu.anthropic.claude-sonnet-4-6
        jp.anthropic.claude-sonnet-4-6
        au.anthropic.claude-sonnet-4-6
    anthropic.claude-mythos-preview
        us.anthropic.claude-mythos-preview
        apac.anthropic.claude-mythos-preview
        au.anthropic.claude-mythos-preview
    anthropic.claude-opus-4-7
        global.anthropic.claude-opus-4-7
        us.anthropic.claude-opus-4-7
        eu.anthropic.claude-opus-4-7
        jp.anthropic.claude-opus-4-7
        au.anthropic.claude-opus-4-7
    anthropic.claude-opus-4-8
        global.anthropic.claude-opus-4-8
        us.anthropic.claude-opus-4-8
        eu.anthropic.claude-opus-4-8
        jp.anthropic.claude-opus-4-8
        au.anthropic.claude-opus-4-8
        us-gov.anthropic.claude-opus-4-8
    anthropic.claude-fable-5
        global.anthropic.claude-fable-5
        us.anthropic.claude-fable-5
    anthropic.claude-mythos-5
        us.anthropic.claude-mythos-5
    anthropic.claude-sonnet-5
        global.anthropic.claude-sonnet-5
        us.anthropic.claude-sonnet-5
        eu.anthropic.claude-sonnet-5
        au.anthropic.claude-sonnet-5
        in.anthropic.claude-sonnet-5
        us-gov.anthropic.claude-sonnet-5
    anthropic.claude-opus-5
        global.anthropic.claude-opus-5
        us.anthropic.claude-opus-5
        eu.anthropic.claude-opus-5
        au.anthropic.claude-opus-5
        in.anthropic.claude-opus-5
        us-gov.anthropic.claude-opus-5
    anthropic.claude-fable-5-1
        global.anthropic.claude-fable-5-1
        us.anthropic.claude-fable-5-1
        eu.anthropic.claude-fable-5-1
        us-gov.anthropic.claude-fable-5-1
    anthropic.claude-mythos-5-1
        global.anthropic.claude-mythos-5-1
        us.anthropic.claude-mythos-5-1
    anthropic.claude-opus-5-5
        global.anthropic.claude-opus-5-5
        us.anthropic.claude-opus-5-5
        eu.anthropic.claude-opus-5-5
        jp.anthropic.claude-opus-5-5
        au.anthropic.claude-opus-5-5
        us-gov.anthropic.claude-opus-5-5
    anthropic.claude-sonnet-5-5
        global.anthropic.claude-sonnet-5-5
        us.anthropic.claude-sonnet-5-5
        eu.anthropic.claude-sonnet-5-5
        au.anthropic.claude-sonnet-5-5
        us-gov.anthropic.claude-sonnet-5-5
    anthropic.claude-haiku-5-5
        global.anthropic.claude-haiku-5-5
        us.anthropic.claude-haiku-5-5
        eu.anthropic.claude-haiku-5-5
        jp.anthropic.claude-haiku-5-5
        au.anthropic.claude-haiku-5-5
        us-gov.anthropic.claude-haiku-5-5
    anthropic.claude-fable-5-2
        us.anthropic.claude-fable-5-2
        global.anthropic.claude-fable-5-2
    anthropic.claude-mythos-5-2
";

//! Inference profiles: from where one may be called, and where the request may run.

use serde::{Serialize, Serializer};

use super::written::written_members;

use super::catalog::catalog;

/// An inference profile that AWS defines: an id that runs a model in one of several regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// Id to send, such as `eu.anthropic.claude-opus-4-6-v1`.
    pub id: &'static str,
    /// What stands before the model in the id: `global`, or a geography such as `eu`.
    pub prefix: &'static str,
    /// Its source and destination regions; `None` where they were not found.
    pub routing: Option<&'static Routing>,
}

impl Profile {
    /// Whether it can be called from this region.
    ///
    /// Where its own routing was not found, a region counts in which another model's profile of the same prefix can be called.
    pub fn serves(&self, region: &str) -> bool {
        match self.routing {
            Some(routing) => routing.from.contains(&region),
            None => self.sources_of_its_prefix().contains(&region),
        }
    }

    /// The regions it can be called from, sorted, with the same reading of unknown routings as [`serves`](Self::serves).
    pub fn sources(&self) -> Vec<&'static str> {
        match self.routing {
            Some(routing) => {
                let mut sources = Vec::new();
                add_regions(&mut sources, routing.from);
                sources
            }
            None => self.sources_of_its_prefix(),
        }
    }

    // A loop: three iterators within another are ten times as much code.
    fn sources_of_its_prefix(&self) -> Vec<&'static str> {
        let mut sources = Vec::new();
        for other in catalog().iter().flat_map(|model| model.profiles) {
            if other.prefix == self.prefix
                && let Some(routing) = other.routing
            {
                add_regions(&mut sources, routing.from);
            }
        }
        sources
    }
}

/// Adds regions to a sorted list, each where it belongs, unless it is there: a sort is a hundred times as much code.
pub(super) fn add_regions(sorted: &mut Vec<&'static str>, regions: &[&'static str]) {
    for region in regions {
        if let Err(place) = sorted.binary_search(region) {
            sorted.insert(place, region);
        }
    }
}

/// Source and destination regions, shared by the profiles that have the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Routing {
    /// Its name in the catalog; AWS has none.
    pub name: &'static str,
    /// Regions a profile can be called from.
    pub from: &'static [&'static str],
    /// Where a request may run, from whichever source.
    pub to: Destinations,
    /// Where it may run besides, by source.
    pub also: &'static [(&'static str, &'static [&'static str])],
}

impl Routing {
    /// Whether a request from `source` may run in `destination`; [`Destinations::AnyCommercial`] means any region outside GovCloud.
    pub fn reaches(&self, source: &str, destination: &str) -> bool {
        if !self.from.contains(&source) {
            return false;
        }
        let everywhere = match self.to {
            Destinations::Regions(regions) => regions.contains(&destination),
            Destinations::AnyCommercial => !destination.starts_with("us-gov-"),
        };
        everywhere || self.also.iter().any(|(from, to)| *from == source && to.contains(&destination))
    }
}

/// Where a profile may run a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destinations {
    /// In one of these regions.
    Regions(&'static [&'static str]),
    /// In any region of the commercial partition, including ones that open later.
    AnyCommercial,
}

written_members! {
    Profile { id, prefix, routing }
    Routing { name, from, to, also }
}

impl Serialize for Destinations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Regions(regions) => serializer.collect_map([("regions", regions)]),
            Self::AnyCommercial => serializer.serialize_str("any_commercial"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::find;
    use super::*;

    #[test]
    fn every_region_of_a_profile_is_one_of_aws() {
        // Commercial and GovCloud regions with Bedrock, written down apart from the data file.
        let known: HashSet<_> = "
            af-south-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
            ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1
            ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3
            il-central-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2 us-gov-east-1 us-gov-west-1"
            .split_whitespace()
            .collect();
        let mut named: Vec<&str> = catalog().iter().flat_map(|m| m.in_region).copied().collect();
        named.extend(catalog().iter().filter_map(|m| m.mantle).flat_map(|mantle| mantle.regions));
        for routing in catalog().iter().flat_map(|m| m.profiles).filter_map(|profile| profile.routing) {
            named.extend(routing.from);
            if let Destinations::Regions(regions) = routing.to {
                named.extend(regions);
            }
            for (source, besides) in routing.also {
                assert!(routing.from.contains(source), "{}: {source} is no source", routing.name);
                named.extend(*besides);
            }
        }
        for region in named {
            assert!(known.contains(region), "{region}");
        }
    }

    #[test]
    fn a_profile_id_ends_in_its_model_and_starts_with_its_prefix() {
        for model in catalog() {
            for profile in model.profiles {
                assert_eq!(profile.id.split_once('.'), Some((profile.prefix, model.id)));
            }
        }
    }

    #[test]
    fn a_source_reaches_the_common_regions_and_sometimes_itself() {
        let us = find("opus-4.6").and_then(|m| m.profile("us")).and_then(|p| p.routing).expect("known");
        assert!(us.reaches("us-east-1", "us-west-2"));
        assert!(us.reaches("ca-central-1", "ca-central-1"));
        assert!(!us.reaches("us-east-1", "ca-central-1"));
        assert!(!us.reaches("eu-west-1", "us-east-1"));
        let global =
            find("opus-4.6").and_then(|m| m.profile("global")).and_then(|p| p.routing).expect("known");
        assert!(global.reaches("eu-west-1", "us-east-1"));
        assert!(!global.reaches("eu-west-1", "us-gov-west-1"));
    }

    #[test]
    fn an_unknown_routing_is_read_as_that_of_its_prefix() {
        let us = find("fable-5.2").and_then(|m| m.profile("us")).expect("listed");
        assert_eq!(us.routing, None);
        assert!(us.serves("us-east-1") && !us.serves("eu-west-1"));
        assert!(us.sources().contains(&"us-west-2"));
    }
}

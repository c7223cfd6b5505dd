//! Laws of plans: whatever profiles name each other, there is an end.

use bedrock_auth::plan::{Base, Plan};
use bedrock_auth::{MapEnv, MapFiles, Profiles, SourceProblem};
use proptest::prelude::*;

/// A profile: whether it has keys, and which other one it assumes a role with.
type Node = (bool, Option<usize>);

fn plan(nodes: &[Node]) -> Result<Option<Plan>, SourceProblem> {
    let section = |(index, (keys, source)): (usize, &Node)| {
        let keys = if *keys { "aws_access_key_id = A\naws_secret_access_key = s\n" } else { "" };
        let source = source.map(|source| format!("role_arn = {index}\nsource_profile = p{source}\n"));
        format!("[profile p{index}]\n{keys}{}", source.unwrap_or_default())
    };
    let config: String = nodes.iter().enumerate().map(section).collect();
    let files = MapFiles::from([("/h/.aws/config", config)]);
    let profiles = Profiles::load(&MapEnv::from([("HOME", "/h")]), &files).expect("a legal file");
    Plan::of(&profiles, "p0")
}

proptest! {
    #[test]
    fn every_chain_ends_with_keys_or_says_why_not(
        nodes in prop::collection::vec((prop::bool::weighted(0.2), prop::option::weighted(0.8, 0..8_usize)), 1..8)
    ) {
        match plan(&nodes) {
            Ok(None) => prop_assert_eq!(nodes[0], (false, None)),
            Ok(Some(plan)) => {
                let Base::Keys { profile, .. } = &plan.base else { panic!("{:?}", plan.base) };
                let base: usize = profile[1..].parse().expect("a number");
                prop_assert!(nodes[base].0, "the base has keys");
                // Each role is one step nearer to the profile that was asked for, and is assumed with what came before it.
                let mut from = base;
                for role in &plan.roles {
                    let index: usize = role.role_arn.parse().expect("a number");
                    prop_assert_eq!(nodes[index].1, Some(from));
                    from = index;
                }
                prop_assert_eq!(from, 0);
            }
            Err(SourceProblem::Loop { profiles }) => {
                let (last, before) = profiles.split_last().expect("a loop has profiles");
                prop_assert!(before.contains(last) && before.len() <= nodes.len(), "{:?}", profiles);
            }
            Err(problem) => prop_assert!(matches!(problem, SourceProblem::Setting { .. }), "{:?}", problem),
        }
    }
}

//! The table of models.

use bedrock_types::models::{ModelInfo, catalog};

use super::{Here, standing::Standing};
use crate::layout;

/// The models to list, newest first.
pub(super) fn models(here: &Here, all: bool) -> Vec<&'static ModelInfo> {
    let listed = |model: &&ModelInfo| all || !matches!(here.standing(model), Standing::Ended { .. });
    catalog().iter().rev().filter(listed).collect()
}

/// One model a row; `-` stands for what is not known, or not offered here.
pub(super) fn table(here: &Here, models: &[&ModelInfo], width: Option<usize>) -> String {
    let id = format!("ID IN {}", here.region.as_str().to_ascii_uppercase());
    let rows: Vec<_> = models.iter().map(|model| row(here, model)).collect();
    layout::table(["MODEL", &id, "STATUS", "CONTEXT", "$ IN", "$ OUT"], &rows, 1, width)
}

fn row(here: &Here, model: &ModelInfo) -> [String; 6] {
    let nothing = || "-".to_owned();
    let shortest = model.aliases.iter().min_by_key(|alias| alias.len());
    [
        shortest.map_or_else(|| model.id.to_owned(), |alias| (*alias).to_owned()),
        here.id(model).unwrap_or_else(nothing),
        here.standing(model).to_string(),
        tokens(model.context_window),
        model.price.map_or_else(nothing, |price| price.input.to_string()),
        model.price.map_or_else(nothing, |price| price.output.to_string()),
    ]
}

/// A number of tokens as people say it: 200K, 1M.
pub(super) fn tokens(tokens: u32) -> String {
    match (tokens % 1_000_000, tokens % 1_000) {
        (0, _) => format!("{}M", tokens / 1_000_000),
        (_, 0) => format!("{}K", tokens / 1_000),
        _ => tokens.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use bedrock_client::Region;

    use super::*;
    use crate::args::RouteName;

    fn here(region: &str) -> Here {
        let region = Region::parse(region).expect("a region");
        Here { region, route: RouteName::Invoke, scope: None, today: "2026-11-22".to_owned() }
    }

    #[test]
    fn what_ended_is_listed_when_asked_for() {
        let here = here("us-east-1");
        let names = |all| models(&here, all).iter().map(|model| model.id).collect::<Vec<_>>();
        assert_eq!(names(true).len(), catalog().len());
        assert!(
            names(true).contains(&"anthropic.claude-v2") && !names(false).contains(&"anthropic.claude-v2")
        );
    }

    #[test]
    fn a_row_has_the_id_for_the_region_or_a_dash() {
        let opus = bedrock_types::models::find("opus-4.1").expect("in the catalog");
        assert_eq!(
            row(&here("us-east-1"), opus),
            [
                "opus-4.1",
                "us.anthropic.claude-opus-4-1-20250805-v1:0",
                "legacy, ends 2027-01-08",
                "200K",
                "15",
                "75"
            ]
        );
        assert_eq!(row(&here("eu-west-1"), opus)[1], "-");
    }

    #[test]
    fn a_narrow_terminal_has_whole_ids() {
        let here = here("us-east-1");
        let text = table(&here, &models(&here, false), Some(80));
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(text.contains("\n  global.anthropic.claude-sonnet-4-5-20250929-v1:0\n"), "{text}");
    }
}

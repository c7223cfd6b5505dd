//! `cargo xtask bench`: runs every benchmark and prints the medians side by side.
//!
//! What is compared stands in one criterion group, measured in one run: the table shows each group's medians, fastest first, and how many
//! times as long the slowest took. Numbers for `docs/performance.md` come from here. With `--peers` it is [`peers`] instead, with
//! `--build-cost` [`build_cost`], with `--emulator` a row of [`soak`].

mod build_cost;
mod peers;

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

use crate::Result;
use crate::metadata::{own_packages, target_directory};
use crate::soak;
use crate::workspace::{Workspace, run as run_command};

/// Runs the benchmarks whose name matches the filter, or all.
///
/// # Errors
///
/// When a benchmark does not build or run, or leaves no result.
pub(crate) fn run(workspace: &Workspace, filter: &[String]) -> Result<()> {
    match filter.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("--peers", rows)) => return peers::run(workspace, rows),
        Some(("--emulator", _)) => return soak::run(workspace, &["emulator".to_owned()]),
        Some(("--build-cost", programs)) => return build_cost::run(workspace, programs),
        _ => {}
    }
    let folder = target_directory(workspace)?.join("criterion");
    // Results of earlier runs lie in the same folder.
    #[expect(clippy::disallowed_methods, reason = "compared with the age of files")]
    let start = SystemTime::now();
    for package in own_packages(workspace)? {
        for bench in package.targets.iter().filter(|target| target.kind == "bench") {
            let command = &["bench", "--locked", "-p", &package.name, "--bench", &bench.name, "--"];
            run_command(workspace.cargo(command).args(filter))?;
        }
    }
    let mut results = Vec::new();
    collect(&folder, start, &mut results)?;
    if results.is_empty() {
        return Err("no benchmark left a result".into());
    }
    print!("\n{}", render(&mut results));
    Ok(())
}

/// The median of one benchmark.
struct Sample {
    group: String,
    name: String,
    nanoseconds: f64,
}

/// Finds what criterion wrote since `start`: `GROUP/NAME/new/estimates.json`, with the full names in `benchmark.json` beside it.
fn collect(folder: &Path, start: SystemTime, results: &mut Vec<Sample>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let estimates = path.join("estimates.json");
        if !path.ends_with("new") || !estimates.is_file() {
            collect(&path, start, results)?;
        } else if fs::metadata(&estimates)?.modified()? >= start {
            results.push(sample(&read(&path.join("benchmark.json"))?, &read(&estimates)?)?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    Ok(serde_json::from_str(&fs::read_to_string(path)?)?)
}

fn sample(benchmark: &Value, estimates: &Value) -> Result<Sample> {
    let name = benchmark["value_str"].as_str().or_else(|| benchmark["function_id"].as_str());
    Ok(Sample {
        group: benchmark["group_id"].as_str().ok_or("a benchmark without a group")?.to_owned(),
        name: name.unwrap_or_default().to_owned(),
        nanoseconds: estimates["median"]["point_estimate"].as_f64().ok_or("a benchmark without a median")?,
    })
}

fn render(results: &mut [Sample]) -> String {
    results.sort_by(|a, b| {
        (&a.group, a.nanoseconds).partial_cmp(&(&b.group, b.nanoseconds)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let width = results.iter().map(|sample| sample.group.len()).max().unwrap_or_default();
    let mut table = String::new();
    for group in results.chunk_by(|a, b| a.group == b.group) {
        let (Some(fastest), Some(slowest)) = (group.first(), group.last()) else { continue };
        table += &format!("{:<width$}", fastest.group);
        for sample in group {
            table += &format!("  {:>8} {:>9}", sample.name, time(sample.nanoseconds));
        }
        table += &format!("  x{:.2}\n", slowest.nanoseconds / fastest.nanoseconds);
    }
    table
}

fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1e3 => format!("{ns:.1} ns"),
        ns if ns < 1e6 => format!("{:.2} us", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_group_is_a_row_with_the_fastest_first() {
        let result = |group: &str, name: &str, median: f64| {
            sample(
                &json!({"group_id": group, "value_str": name}),
                &json!({"median": {"point_estimate": median}}),
            )
            .expect("a sample")
        };
        let mut results = [
            result("text_delta", "derived", 900.0),
            result("fold", "10", 1_500.0),
            result("text_delta", "typed", 100.0),
            result("fold", "100", 15_000_000.0),
        ];
        assert_eq!(
            render(&mut results),
            "fold              10   1.50 us       100  15.00 ms  x10000.00\n\
             text_delta     typed  100.0 ns   derived  900.0 ns  x9.00\n"
        );
    }

    #[test]
    fn what_is_no_result_is_an_error() {
        assert!(sample(&json!({"group_id": "g"}), &json!({})).is_err());
        assert!(sample(&json!({}), &json!({"median": {"point_estimate": 1.0}})).is_err());
    }
}

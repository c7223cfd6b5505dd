//! `cargo xtask bench --build-cost`: what a user pays to build a hello-world, beside the AWS SDK and the bare parts.
//!
//! Each program of `tests/bench-peers/build-cost` is built for release in an empty folder, one after the other. CPU time is what the
//! kernel counts for cargo and everything that cargo starts; it is comparable within one run only, because other work shares caches.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;
use crate::metadata::target_directory;
use crate::workspace::{Workspace, output, run as run_command};

/// Builds the named programs, or all, and prints a row for each.
///
/// # Errors
///
/// When something does not build, or the kernel does not tell the time of children (other than Linux). An aim that is missed is no
/// error: the table says so.
pub(super) fn run(workspace: &Workspace, names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !PROGRAMS.contains(&name.as_str())) {
        return Err(format!("no program {unknown}; there are {}", PROGRAMS.join(", ")).into());
    }
    run_command(&mut cargo(workspace, &["fetch", "--locked"]))?;
    let folder = target_directory(workspace)?.join("build-cost");
    let wanted =
        PROGRAMS.iter().filter(|name| names.is_empty() || names.iter().any(|wanted| wanted == *name));
    let costs = wanted.map(|name| measure(workspace, name, &folder)).collect::<Result<Vec<_>>>()?;
    print!("\n{}", render(&costs));
    Ok(())
}

/// What one program costs.
struct Cost {
    name: &'static str,
    cpu: Duration,
    wall: Duration,
    crates: usize,
    /// Of the stripped program.
    bytes: u64,
}

fn measure(workspace: &Workspace, name: &'static str, folder: &Path) -> Result<Cost> {
    let tree = output(&mut cargo(
        workspace,
        &["tree", "--locked", "-p", name, "-e", "normal,build", "--prefix", "none"],
    ))?;
    let folder = folder.join(name);
    empty(&folder)?;
    let mut build = cargo(workspace, &["build", "--release", "--locked", "--offline", "--quiet", "-p", name]);
    build.env("CARGO_TARGET_DIR", &folder);
    let (before, start) = (cpu_of_children()?, Instant::now());
    run_command(&mut build)?;
    let (wall, cpu) = (start.elapsed(), cpu_of_children()?.saturating_sub(before));
    let bytes = fs::metadata(folder.join("release").join(name))?.len();
    Ok(Cost { name, cpu, wall, crates: crates(&tree), bytes })
}

/// cargo in the folder of the programs.
fn cargo(workspace: &Workspace, arguments: &[&str]) -> Command {
    let (command, options) = arguments.split_at(1);
    let mut cargo = workspace.cargo(command);
    cargo.arg("--manifest-path").arg(workspace.root().join(FOLDER).join("Cargo.toml")).args(options);
    cargo
}

fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(format!("{}: {error}", folder.display()).into())
        }
        _ => Ok(()),
    }
}

/// How many crates a program needs, itself aside.
fn crates(tree: &str) -> usize {
    let names: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    names.len().saturating_sub(1)
}

/// The time in programs and in the kernel of all children that have ended, and of theirs.
fn cpu_of_children() -> Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| format!("/proc/self/stat: {error}"))?;
    children(&stat).ok_or_else(|| "/proc/self/stat has no time of children".into())
}

/// `cutime` and `cstime` of proc_pid_stat(5), the 16th and 17th field; the second is a name in brackets, in which anything may stand.
fn children(stat: &str) -> Option<Duration> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    let mut fields = behind_name.split_whitespace().skip(16 - 3);
    let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

fn render(costs: &[Cost]) -> String {
    let seconds = |name: &str| costs.iter().find(|cost| cost.name == name).map(|cost| cost.cpu.as_secs_f64());
    let ours = seconds(OURS);
    let mut table = format!(
        "{:<8}{:>8}{:>8}{:>8}{:>8}{:>14}\n",
        "program", "CPU s", "wall s", "crates", "MB", "ours / it"
    );
    for cost in costs {
        let quotient = match (ours, AIMS.iter().find(|(name, _)| *name == cost.name)) {
            (Some(ours), Some((_, aim))) => {
                let quotient = ours / cost.cpu.as_secs_f64();
                format!("{quotient:.2} (<= {aim}{})", missed(quotient > *aim))
            }
            _ => String::new(),
        };
        table += &format!(
            "{:<8}{:>8.1}{:>8.1}{:>8}{:>8.2}  {quotient}\n",
            cost.name,
            cost.cpu.as_secs_f64(),
            cost.wall.as_secs_f64(),
            cost.crates,
            megabytes(cost),
        );
    }
    if let Some(cost) = costs.iter().find(|cost| cost.name == OURS) {
        table += &format!(
            "aims of ours: at most {CRATES} crates{}, {MEGABYTES} MB{}\n",
            missed(cost.crates > CRATES),
            missed(megabytes(cost) > MEGABYTES)
        );
    }
    table
}

fn megabytes(cost: &Cost) -> f64 {
    cost.bytes as f64 / 1e6
}

fn missed(is_missed: bool) -> &'static str {
    if is_missed { ", MISSED" } else { "" }
}

const FOLDER: &str = "tests/bench-peers/build-cost";
const OURS: &str = "ours";
const PROGRAMS: &[&str] = &["bare", OURS, "sdk"];
/// How much of another's CPU time ours may take.
const AIMS: &[(&str, f64)] = &[("bare", 1.35), ("sdk", 0.35)];
const CRATES: usize = 110;
const MEGABYTES: f64 = 4.5;
/// `USER_HZ`, 100 on every Linux that Rust runs on.
const TICKS_PER_SECOND: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_found_behind_any_name() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 100 200 0 0 7 8 1234 66 20 0 1 0 99";
        assert_eq!(children(stat), Some(Duration::from_secs(13)));
        assert_eq!(children("42 (short) S 1"), None);
        assert_eq!(children(""), None);
    }

    #[test]
    fn a_crate_counts_once_and_the_program_not() {
        assert_eq!(crates("ours v0.1.0 (/x)\nhttp v1.5.0\nbytes v1.12.1\nhttp v1.5.0 (*)\n"), 2);
    }

    #[test]
    fn what_misses_its_aim_says_so() {
        let cost = |name, seconds, bytes| Cost {
            name,
            cpu: Duration::from_secs(seconds),
            wall: Duration::from_secs(60),
            crates: 90,
            bytes,
        };
        assert_eq!(
            render(&[
                cost("bare", 100, 3_000_000),
                cost("ours", 130, 4_600_000),
                cost("sdk", 325, 14_800_000)
            ]),
            "program    CPU s  wall s  crates      MB     ours / it\n\
             bare       100.0    60.0      90    3.00  1.30 (<= 1.35)\n\
             ours       130.0    60.0      90    4.60  \n\
             sdk        325.0    60.0      90   14.80  0.40 (<= 0.35, MISSED)\n\
             aims of ours: at most 110 crates, 4.5 MB, MISSED\n"
        );
    }
}

//! What the kernel knows of a process: memory and descriptors, from /proc (Linux).

use std::fs;

use crate::Result;

/// At one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Vitals {
    /// Resident memory in KiB.
    pub(crate) resident: u64,
    pub(crate) descriptors: u64,
    pub(crate) sockets: u64,
}

impl Vitals {
    pub(crate) fn of(process: u32) -> Result<Self> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let mut vitals = Self { resident: resident(&status).ok_or("no VmRSS in /proc")?, ..Self::default() };
        for descriptor in fs::read_dir(format!("/proc/{process}/fd"))? {
            vitals.descriptors += 1;
            // One that was closed meanwhile is no error.
            let target = fs::read_link(descriptor?.path()).unwrap_or_default();
            vitals.sockets += u64::from(target.to_string_lossy().starts_with("socket:"));
        }
        Ok(vitals)
    }
}

fn resident(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.split_whitespace().next()?.parse().ok()
}

/// How the later part of a row of measurements stands beside the earlier, once the first fifth is left out as warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drift {
    /// The median of the quarter after the warm-up.
    pub(crate) early: u64,
    /// The median of the last quarter.
    pub(crate) late: u64,
}

impl Drift {
    /// `None` if there are too few.
    pub(crate) fn of(values: &[u64]) -> Option<Self> {
        let warm = values.get(values.len() / 5..)?;
        let quarter = warm.len() / 4;
        let early = median(warm.get(..quarter)?)?;
        Some(Self { early, late: median(warm.get(warm.len() - quarter..)?)? })
    }

    /// How much more the later is, in percent; less than nothing if it is less.
    #[expect(clippy::cast_precision_loss, reason = "a percentage of numbers far below 2^52")]
    pub(crate) fn percent(self) -> f64 {
        (self.late as f64 / self.early.max(1) as f64 - 1.0) * 100.0
    }
}

fn median(values: &[u64]) -> Option<u64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_leaves_the_warm_up_out() {
        let values: Vec<u64> = [[1; 20].as_slice(), &[100; 20], &[50; 40], &[110; 20]].concat();
        let drift = Drift::of(&values).unwrap();
        assert_eq!(drift, Drift { early: 100, late: 110 });
        assert_eq!(format!("{:.1}", drift.percent()), "10.0");
        assert_eq!(Drift::of(&[1, 2]), None);
    }

    #[test]
    fn a_process_knows_itself() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let with = Vitals::of(std::process::id()).unwrap();
        assert!(with.resident > 100 && with.descriptors > with.sockets && with.sockets >= 1, "{with:?}");
        drop(listener);
        assert_eq!(resident("Name:\tx\nVmRSS:\t   1234 kB\n"), Some(1234));
    }
}

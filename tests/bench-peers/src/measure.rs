//! What a program learns of itself: processor time, allocations, resident memory.

use std::alloc::System;
use std::fs;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use stats_alloc::{Stats, StatsAlloc};

use crate::Result;

/// The program's allocator, where it counts.
pub type Counter = Option<&'static StatsAlloc<System>>;

/// Measures from its beginning on.
#[derive(Debug)]
pub struct Meter {
    counter: Counter,
    allocated: Stats,
    cpu: Duration,
}

impl Meter {
    /// Begins.
    pub fn start(counter: Counter) -> Self {
        let allocated = counter.map(StatsAlloc::stats).unwrap_or_default();
        Self { counter, allocated, cpu: cpu() }
    }

    /// What each of `count` things cost since the beginning, for the program's report.
    pub fn each(&self, count: u32) -> Vec<(&'static str, f64)> {
        let cpu = cpu() - self.cpu;
        let mut report = vec![(CPU, cpu.as_secs_f64() * 1e6 / f64::from(count))];
        if let Some(counter) = self.counter {
            let allocated = counter.stats() - self.allocated;
            let calls = allocated.allocations + allocated.reallocations;
            report.push((ALLOCATIONS, calls as f64 / f64::from(count)));
            report.push((ALLOCATED, allocated.bytes_allocated as f64 / f64::from(count)));
        }
        report
    }
}

/// Microseconds of processor time, of all threads, in the program and in the kernel for it.
pub const CPU: &str = "cpu_us";
/// Calls that ask for memory, or for more of it.
pub const ALLOCATIONS: &str = "allocations";
/// Bytes asked for.
pub const ALLOCATED: &str = "allocated_bytes";

fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The memory that is resident now, in KiB.
///
/// # Errors
///
/// The system does not say (it is not Linux).
pub fn resident() -> Result<f64> {
    status("VmRSS:")
}

/// The most memory that was resident, in KiB.
///
/// # Errors
///
/// As [`resident`].
pub fn peak_resident() -> Result<f64> {
    status("VmHWM:")
}

fn status(name: &str) -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).ok_or("no such line in the status")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Lets this process and those that it starts open as many descriptors as the system grants: a thousand streams need more
/// than the usual 1,024.
///
/// # Errors
///
/// The system grants fewer than 4,096.
pub fn raise_descriptor_limit() -> Result<()> {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    match limit.maximum {
        Some(granted) if granted < 4096 => {
            Err(format!("{granted} descriptors are too few: raise `ulimit -n`").into())
        }
        Some(_) | None => Ok(()),
    }
}

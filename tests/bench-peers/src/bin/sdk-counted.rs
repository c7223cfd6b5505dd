//! The same program with its allocations counted, which costs time: nothing else is measured with it.

use std::alloc::System;

use bench_peers::{Result, subject};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> Result<()> {
    subject::main::<subject::Sdk>(Some(ALLOCATOR))
}

//! The program under test on its own allocator: CPU time, memory, time to the first request.

use bench_peers::{Result, subject};

fn main() -> Result<()> {
    subject::main::<subject::Bare>(None)
}

//! Measures all rows, or those whose names begin with an argument, and prints the table: `bench-peers [--rounds N] [ROW]...`.
//! `bench-peers serve` is the server alone, for a program under a profiler.

use std::{env, thread};

use bench_peers::runner::Runner;
use bench_peers::server::Server;
use bench_peers::{Result, measure, rows, table};

fn main() -> Result<()> {
    let mut names: Vec<String> = env::args().skip(1).collect();
    if names == ["serve"] {
        return serve();
    }
    let rounds = match names.iter().position(|name| name == "--rounds") {
        None => ROUNDS,
        Some(at) => {
            let rounds = names.get(at + 1).ok_or("--rounds needs a number")?.parse()?;
            names.drain(at..at + 2);
            rounds
        }
    };
    print!("{}", table::render(&rows::measure(&Runner::new(rounds)?, &names)?));
    Ok(())
}

/// Says where the server is, and waits to be ended.
fn serve() -> Result<()> {
    measure::raise_descriptor_limit()?;
    let server = Server::start()?;
    println!("{}", server.endpoint());
    loop {
        thread::park();
    }
}

const ROUNDS: usize = 7;

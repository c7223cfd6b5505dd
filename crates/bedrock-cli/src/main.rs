//! The `bedrock` program.

fn main() {}

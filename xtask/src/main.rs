//! `cargo xtask`: the one way to check this workspace.

fn main() {}

//! The `vbs` command.
fn main() {}

//! The output in README.md is that of the command.

use std::path::Path;

use crate::support::vbs;

const MORE: &str = "…";

#[test]
fn readme_shows_what_the_commands_print() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for (block, arguments) in [(0, "--sandbox tasks"), (1, "--sandbox check")] {
        let shown = readme.split("```text\n").nth(block + 1).unwrap().split("```").next().unwrap();
        let output = vbs(arguments).env("COLUMNS", "100").output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        match shown.strip_suffix(&format!("{MORE}\n")) {
            Some(first) => assert!(printed.starts_with(first), "`vbs {arguments}` prints:\n{printed}"),
            None => assert_eq!(shown, printed, "`vbs {arguments}`"),
        }
    }
}

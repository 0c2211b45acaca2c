//! The help texts.

use crate::support::stdout;

#[test]
fn of_the_command() {
    insta::assert_snapshot!(stdout("--help"));
}

#[test]
fn of_tasks() {
    insta::assert_snapshot!(stdout("tasks --help"));
}

#[test]
fn of_tasks_in_short() {
    insta::assert_snapshot!(stdout("tasks -h"));
}

#[test]
fn of_sandbox() {
    insta::assert_snapshot!(stdout("sandbox --help"));
}

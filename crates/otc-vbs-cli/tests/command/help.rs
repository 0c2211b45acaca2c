//! The help texts.

use crate::support::stdout;

#[test]
fn help_of_vbs() {
    insta::assert_snapshot!(stdout("--help"));
}

#[test]
fn help_of_tasks() {
    insta::assert_snapshot!(stdout("tasks --help"));
}

#[test]
fn short_help_of_tasks() {
    insta::assert_snapshot!(stdout("tasks -h"));
}

#[test]
fn help_of_sandbox() {
    insta::assert_snapshot!(stdout("sandbox --help"));
}

#[test]
fn help_of_backup_share_quota_and_whoami() {
    let commands = [
        "backup",
        "backup list",
        "backup show",
        "backup create",
        "backup restore",
        "backup delete",
        "share",
        "share list",
        "share show",
        "share create",
        "share cancel",
        "quota",
        "whoami",
    ];
    let of = |command| {
        let help = stdout(&format!("{command} -h"));
        // The options of all commands are the same.
        let own = help.split("\nConnection:").next().unwrap_or_default();
        format!("$ vbs {command} -h\n{own}\n")
    };
    insta::assert_snapshot!(commands.map(of).concat());
}

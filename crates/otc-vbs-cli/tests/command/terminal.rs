//! Runs in a pseudo-terminal.

use rexpect::session::{PtySession, spawn_command};

use crate::support::{Server, vbs};

/// The longest time that a run may take.
const TIMEOUT_MS: u64 = 60_000;
const RUNNING: &str = "d15fe8f8-2808-4e5c-a131-9ea001e8c34f";

/// Runs `vbs` on a terminal with this width. At the end, the exit code is printed: `exit=0`.
fn on_terminal(columns: u16, arguments: &str, server: Option<&Server>) -> PtySession {
    // Ctrl-C is also sent to the shell, which must survive it.
    let script = format!("trap : INT; stty cols {columns} rows 24; \"$0\" \"$@\"; echo exit=$?");
    let vbs = vbs(arguments);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &script]).arg(vbs.get_program()).args(vbs.get_args());
    for (name, value) in vbs.get_envs().filter(|(name, _)| *name != "TERM") {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("TERM", "xterm-256color");
    command.envs(server.iter().flat_map(|server| server.variables.iter().cloned()));
    spawn_command(command, Some(TIMEOUT_MS)).unwrap()
}

/// Everything that is written to the terminal.
fn screen_text(mut session: PtySession) -> String {
    session.exp_eof().unwrap().replace("\r\n", "\n")
}

#[test]
fn terminal_has_colors_unless_they_are_declined() {
    let colored = screen_text(on_terminal(120, "--sandbox tasks nightly --limit 3", None));
    assert!(colored.contains("\u{1b}[31m") || colored.contains("\u{1b}[1m\u{1b}[31m"), "{colored:?}");
    assert!(colored.ends_with("exit=0\n"), "{colored:?}");
    let plain = screen_text(on_terminal(120, "--sandbox tasks nightly --limit 3 --color never", None));
    assert_eq!(console::strip_ansi_codes(&colored), plain);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for columns in [60, 80] {
        let shown =
            screen_text(on_terminal(columns, "--sandbox tasks nightly --limit 6 -q --color never", None));
        let table = shown
            .lines()
            .skip_while(|line| !line.starts_with("ID"))
            .take_while(|line| !line.starts_with("exit"));
        let widths: Vec<usize> = table.map(console::measure_text_width).collect();
        assert!(widths.len() > 6 && widths.iter().all(|width| *width <= columns.into()), "{shown}");
    }
}

#[test]
fn progress_of_a_wait_is_one_line_that_disappears() {
    let server = Server::start("");
    let mut session = on_terminal(100, &format!("job wait {RUNNING} --interval 100ms"), Some(&server));
    let state = format!("job {RUNNING} of nightly: running");
    session.exp_string(&state).unwrap();
    server.advance("PT12H");
    let shown = screen_text(session);
    // The line is erased before the result, which is not that of a job in progress.
    let (before, result) = shown.split_once("Job         ").unwrap();
    assert!(before.contains("\u{1b}[2K") && !before.contains("note: "), "{shown:?}");
    assert!(result.contains("Finished    ") && !result.contains(&state), "{shown:?}");
}

#[test]
fn ctrl_c_ends_a_wait_and_a_watch() {
    let server = Server::start("");
    for (arguments, sign) in [
        (format!("job wait {RUNNING}"), "of nightly: running"),
        ("tasks nightly --watch".to_owned(), "Ctrl-C ends it"),
    ] {
        let mut session = on_terminal(100, &arguments, Some(&server));
        session.exp_string(sign).unwrap();
        session.send_control('c').unwrap();
        session.exp_string("exit=130").unwrap();
    }
}

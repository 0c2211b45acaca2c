//! Every verb has a golden file with each format, and JSON that conforms to its schema.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::{Server, output_text, run, stdout, vbs};

pub(crate) const FORMATS: [&str; 6] = ["table", "wide", "json", "jsonl", "yaml", "csv"];

/// The number of lines of an outcome that a golden file has.
const MAX_LINES: usize = 80;

/// A verb with an example for the sandbox.
pub(crate) struct Example {
    /// The verb as `vbs schema` names it. Some have two kinds of rows.
    pub(crate) verb: &'static str,
    command: &'static str,
    golden: Golden,
}

/// Where the output of a verb is pinned in each format.
enum Golden {
    /// By the tests of this module.
    Here,
    /// In this golden file of another module.
    In(&'static str),
}

use Golden::{Here, In};

const fn example(verb: &'static str, command: &'static str, golden: Golden) -> Example {
    Example { verb, command, golden }
}

pub(crate) const EXAMPLES: &[Example] = &[
    example(
        "backup create",
        "backup create DISK --name before-update",
        In("backup__create_prints_the_job_in_each_format"),
    ),
    example("backup delete", "backup delete autobk_cb96 --yes", Here),
    example("backup list", "backup list --limit 3", In("backup__list_in_each_format")),
    example("backup restore", "backup restore autobk_0e45 --yes", In("backup__restore_in_each_format")),
    example("backup show", "backup show autobk_cb96", In("backup__show_in_each_format")),
    example("check", "check", In("check__findings_in_each_format")),
    example("explain", "explain 21", Here),
    example("explain all", "explain --all", Here),
    example("job show", "job show 3ee68788", Here),
    example("job show VBS-JOB-ID", "job show 5d34c508795444518d0ca6be8ea66e7a", Here),
    example("job wait", "job wait 079cce2b", Here),
    example("job wait VBS-JOB-ID", "job wait 5d34c508795444518d0ca6be8ea66e7a", Here),
    example("migrate plan", "migrate plan", Here),
    example("policy add-disks", "policy add-disks nightly 00000000-0000-4000-8000-000000000000 DISK", Here),
    example(
        "policy create",
        "policy create a --at 1 --every 1 --keep 7",
        In("policy__create_in_each_format"),
    ),
    example("policy delete", "policy delete nightly --yes", Here),
    example("policy disable", "policy disable nightly", Here),
    example("policy enable", "policy enable month-end", Here),
    example("policy list", "policy list", In("policy__list_in_each_format")),
    example("policy remove-disks", "policy remove-disks nightly DISK --yes", Here),
    example("policy run", "policy run weekly-db", Here),
    example("policy run wait", "policy run weekly-db --wait", Here),
    example("policy set", "policy set nightly --every 2", Here),
    example("policy show", "policy show nightly", In("policy__show_in_each_format")),
    example("policy tags list", "policy tags list nightly", Here),
    example("policy tags remove", "policy tags remove nightly team", Here),
    example("policy tags set", "policy tags set nightly team=db", Here),
    example("quota", "quota", In("quota__quota_in_each_format")),
    example("report", "report weekly-db --since 7d", In("report__report_in_each_format")),
    example("share cancel", "share cancel SHARE --yes", Here),
    example(
        "share create",
        "share create BACKUP PROJECT",
        In("share__create_prints_the_shares_in_each_format"),
    ),
    example("share list", "share list", In("share__list_in_each_format")),
    example("share show", "share show SHARE", In("share__show_in_each_format")),
    example("tasks", "tasks nightly --limit 6", Here),
    example("whoami", "whoami", In("whoami__sandbox_in_each_format")),
];

/// What the words in capitals stand for.
const IDS: [(&str, &str); 4] = [
    ("BACKUP", "6a4e4170-5805-4eb5-bbf5-30cdc0b49068"),
    ("DISK", "761f17fa-a34f-4389-ab18-1e619fbf8b6a"),
    ("PROJECT", "640c32b654084e6bb5a5dcb28ca8d4bf"),
    ("SHARE", "5952f2c2-4021-4b72-8856-6b3a6f074cd7"),
];

/// Verbs that print something else than rows and objects.
const WITHOUT_FORMATS: [&str; 5] = ["completions", "export verify", "man", "sandbox", "schema"];

/// Verbs that print no rows: a summary says what was done.
const WITHOUT_ROWS: [&str; 4] = ["backup delete", "policy tags remove", "policy tags set", "share cancel"];

impl Example {
    fn command(&self, format: &str) -> String {
        let words =
            self.command.split_whitespace().map(|word| match IDS.iter().find(|(name, _)| *name == word) {
                Some((_, id)) => id,
                None => word,
            });
        format!("{} -o {format}", words.collect::<Vec<_>>().join(" "))
    }

    /// Runs it against a sandbox of its own, because it may change something. Returns its outcome and its standard output.
    pub(crate) fn run(&self, format: &str) -> (String, String) {
        let output = self.run_to(format, Stdio::piped());
        let command = self.command(format);
        (format!("$ vbs {command}\n{}\n", output_text(&output)), String::from_utf8(output.stdout).unwrap())
    }

    /// Runs it as [`run`](Self::run) does, with this standard output.
    pub(crate) fn run_to(&self, format: &str, stdout: Stdio) -> Output {
        let command = self.command(format);
        match self.verb {
            "share cancel" | "share list" | "share show" => {
                let server = Server::start("");
                let share = EXAMPLES.iter().find(|example| example.verb == "share create").unwrap();
                assert!(server.vbs(&share.command("table")).output().unwrap().status.success());
                server.vbs(&command).stdout(stdout).output().unwrap()
            }
            _ => vbs(&format!("--sandbox {command}")).stdout(stdout).output().unwrap(),
        }
    }
}

/// The verbs that have no verbs of their own, by their manual pages: `policy-add-disks`.
fn verbs() -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    assert!(vbs("man").arg(directory.path()).status().unwrap().success());
    let pages = std::fs::read_dir(directory.path()).unwrap().map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".1").unwrap().to_owned()
    });
    let pages: Vec<String> = pages.collect();
    let is_leaf = |page: &&String| !pages.iter().any(|other| other.starts_with(&format!("{page}-")));
    pages.iter().filter(is_leaf).map(|page| page.strip_prefix("vbs-").unwrap().to_owned()).collect()
}

#[test]
fn every_verb_has_an_example() {
    let known: BTreeSet<String> =
        EXAMPLES.iter().map(|it| it.verb).chain(WITHOUT_FORMATS).map(|verb| verb.replace(' ', "-")).collect();
    let missing: Vec<String> = verbs().into_iter().filter(|verb| !known.contains(verb)).collect();
    assert!(missing.is_empty(), "without an example in this file: {missing:?}");
}

#[test]
fn every_verb_has_a_golden_file_with_each_format() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/snapshots");
    for example in EXAMPLES {
        match example.golden {
            Here => {
                let all: String = FORMATS.map(|format| beginning(&example.run(format).0)).concat();
                insta::assert_snapshot!(example.verb.replace(' ', "_"), all.replace('\r', "␍"));
            }
            In(name) => {
                let text = std::fs::read_to_string(files.join(format!("command__{name}.snap"))).unwrap();
                for format in FORMATS {
                    let has_format = text.lines().any(|line| {
                        line == format
                            || line.ends_with(&format!("-o {format}"))
                            // The format by default.
                            || format == "table" && line.starts_with("$ vbs ") && !line.contains(" -o ")
                    });
                    assert!(has_format, "{name} has no {format}");
                }
            }
        }
    }
}

#[test]
fn json_of_every_verb_conforms_to_its_schema() {
    let listed = stdout("schema");
    // The manifest of an archive: see the tests of `export`.
    let schemas: BTreeSet<&str> = listed.lines().filter(|name| *name != "export").collect();
    let with_rows = EXAMPLES.iter().filter(|example| !WITHOUT_ROWS.contains(&example.verb));
    let verbs: BTreeSet<&str> = with_rows.clone().map(|example| example.verb).collect();
    assert_eq!(schemas, verbs);
    for example in with_rows {
        let schema: serde_json::Value =
            serde_json::from_str(&stdout(&format!("schema {}", example.verb))).unwrap();
        let described: BTreeSet<&String> = schema["properties"].as_object().unwrap().keys().collect();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let (outcome, json) = example.run("json");
        let json: serde_json::Value =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {outcome}"));
        let rows = match json {
            serde_json::Value::Array(rows) => rows,
            object => vec![object],
        };
        assert!(!rows.is_empty(), "{outcome}");
        for row in &rows {
            let errors: Vec<String> = schema.iter_errors(row).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?} in {row}", example.verb);
            let fields: BTreeSet<&String> = row.as_object().unwrap().keys().collect();
            assert_eq!(fields, described, "{}", example.verb);
        }
    }
}

/// The first lines of an outcome. The list of all codes is long.
fn beginning(outcome: &str) -> String {
    match outcome.lines().nth(MAX_LINES) {
        Some(_) => {
            outcome.lines().take(MAX_LINES).map(|line| format!("{line}\n")).collect::<String>() + "[…]\n\n"
        }
        None => outcome.to_owned(),
    }
}

#[test]
fn verbs_without_rows_print_a_summary_in_every_format() {
    for verb in WITHOUT_ROWS {
        let example = EXAMPLES.iter().find(|example| example.verb == verb).unwrap();
        let (outcome, printed) = example.run("json");
        assert!(printed.is_empty(), "{outcome}");
        let refused = run(&format!("schema {verb}"));
        assert!(refused.starts_with("exit code: 2\n"), "{refused}");
    }
}

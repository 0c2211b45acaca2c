//! What each format looks like.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::{output_text, run, stdout, vbs};

#[test]
fn first_command_of_the_readme_shows_every_status() {
    let text = run("--sandbox tasks");
    for status in ["running", "timeout", "waiting", "failed", "ok", "skipped"] {
        assert!(text.contains(&format!("  {status:7}  ")), "{status} in {text}");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn table_of_one_policy_has_no_policy_column() {
    insta::assert_snapshot!(run("--sandbox tasks nightly --limit 6"));
}

#[test]
fn no_jobs() {
    let formats = ["table", "json", "yaml", "csv"];
    let of = |format| format!("{format}\n{}", run(&format!("--sandbox --sandbox-jobs 0 tasks -o {format}")));
    insta::assert_snapshot!(formats.map(of).join("\n"));
}

#[test]
fn columns_of_one_object_are_refused() {
    for command in [
        "job show 3ee68788",
        "job wait 079cce2b",
        "policy show nightly",
        "backup show autobk_cb96",
        "backup restore autobk_cb96 --yes",
        "explain 21",
        "whoami",
    ] {
        for format in ["table", "json"] {
            let said = run(&format!("--sandbox {command} -o {format} -c status"));
            assert!(said.starts_with("exit code: 2\n--- standard output\n--- standard error\n"), "{said}");
            let error = "error: --columns chooses the columns of a list, but this command shows one object\n";
            assert!(said.contains(error), "{command}: {said}");
        }
    }
}

#[test]
fn json_has_each_job_once_grouped_by_policy() {
    let text = stdout("--sandbox --sandbox-jobs 3_000 tasks --all --limit 300 -o json");
    let jobs: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(jobs.len(), 3000);
    let ids: HashSet<&str> = jobs.iter().map(|job| job["job_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3000);
    let mut policies: Vec<&str> = jobs.iter().map(|job| job["policy_name"].as_str().unwrap()).collect();
    policies.dedup();
    assert_eq!(policies, ["nightly", "weekly-db", "month-end"]);
}

#[test]
fn formats_have_the_same_data() {
    let of = |format| stdout(&format!("--sandbox tasks --all -o {format}"));
    let json: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&of("json")).unwrap();
    let yaml: Vec<serde_json::Map<String, serde_json::Value>> = serde_saphyr::from_str(&of("yaml")).unwrap();
    assert_eq!(json, yaml);

    let csv = of("csv");
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let header: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!(json.len(), rows.len());
    for (job, row) in json.iter().zip(&rows) {
        for (name, cell) in header.iter().zip(row) {
            let value = match &job[name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(value, *cell, "{name}");
        }
    }
}

#[test]
fn pipe_has_colors_only_on_request() {
    let colored = |arguments: &str| run(arguments).contains('\u{1b}');
    assert!(!colored("--sandbox tasks"));
    assert!(colored("--sandbox tasks --color always"));
    assert!(!colored("--sandbox tasks --color never"));
    for format in ["json", "yaml", "csv"] {
        assert!(!stdout(&format!("--sandbox tasks --color always -o {format}")).contains('\u{1b}'));
    }
}

#[test]
fn colors_on_request() {
    insta::assert_snapshot!(
        run("--sandbox tasks nightly --limit 6 --color always")
            .escape_debug()
            .to_string()
            .replace("\\n", "\n")
    );
}

#[test]
fn closed_pipe_is_a_success() {
    for format in ["table", "json", "yaml", "csv"] {
        let mut process = vbs("--sandbox --sandbox-jobs 100_000 tasks --all -o")
            .arg(format)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(16, process.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        assert!(!first.is_empty());
        drop(reader);
        let output = process.wait_with_output().unwrap();
        assert_eq!(
            output_text(&output),
            "exit code: 0\n--- standard output\n--- standard error\n\
             sandbox: this is not the cloud; the data are made up (seed 1)\n",
            "{format}"
        );
    }
}

//! Commands that need no connection: `explain`, `schema`, `completions` and `man`.

use std::io::Write as _;

use crate::support::{run, stdout, vbs};

#[test]
fn codes_that_cannot_be_explained() {
    let of = |code| format!("$ vbs explain {code}\n{}", run(&format!("explain {code}")));
    insta::assert_snapshot!(["0002", "VolumBackup.0021", "quota", "4711", "", "21 --all"].map(of).join("\n"));
}

#[test]
fn all_codes_are_a_list_in_every_format() {
    let lines = |format| stdout(&format!("explain --all -o {format}")).lines().count();
    let codes = lines("jsonl");
    assert!(codes > 100, "{codes}");
    assert_eq!([lines("table"), lines("csv")], [codes + 1; 2]);
    let json: Vec<serde_json::Value> = serde_json::from_str(&stdout("explain --all -o json")).unwrap();
    assert_eq!(json.len(), codes);
    insta::assert_snapshot!(stdout("explain --all").lines().take(5).collect::<Vec<_>>().join("\n"));
}

#[test]
fn schema_of_tasks() {
    insta::assert_snapshot!(stdout("schema tasks"));
}

#[test]
fn commands_with_a_schema() {
    insta::assert_snapshot!(["schema", "schema task", "schema sandbox"].map(run).join("\n"));
}

#[test]
fn shells_have_completions() {
    for (shell, part) in [
        ("bash", "complete -F _vbs"),
        ("zsh", "#compdef vbs"),
        ("fish", "complete -c vbs"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = stdout(&format!("completions {shell}"));
        assert!(script.contains(part) && script.contains("tasks"), "{shell}");
    }
    let refused = run("completions tcsh");
    assert!(refused.starts_with("exit code: 2\n") && refused.contains("possible values: bash"), "{refused}");
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_commands() {
    let script = stdout("completions bash");
    let complete =
        format!("{script}\nCOMP_WORDS=(vbs ta); COMP_CWORD=1; _vbs vbs ta vbs; echo \"${{COMPREPLY[*]}}\"");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    // Too long for an argument.
    file.write_all(complete.as_bytes()).unwrap();
    let output = std::process::Command::new("bash").arg("--norc").arg(file.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "tasks");
}

#[test]
fn manual_page_names_the_commands() {
    let page = stdout("man");
    for part in [".TH vbs 1", ".SH NAME", "vbs\\-tasks(1)", "vbs\\-explain(1)"] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn manual_pages_are_written_to_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let to = directory.path().join("man1");
    let output = vbs("man").arg(&to).output().unwrap();
    assert!(output.status.success());
    let names =
        std::fs::read_dir(&to).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    insta::assert_snapshot!(names.join("\n"));
    let file = to.join("vbs.1");
    let output = vbs("man").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("error: can't write ") && text.contains("vbs.1: "), "{text}");
}

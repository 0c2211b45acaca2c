//! `vbs export verify`: each kind of damage is found.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::export::{export, files, manifest};
use crate::support::{Server, output_text, run, vbs};

const JOBS: &str = "jobs/project_id=7ab0ea55c85c4b8286a05061ee6e5c1a/day=2026-01-14/jobs.jsonl.zst";

fn verify(directory: &Path) -> String {
    let output = vbs(&format!("export verify {}", directory.display())).output().unwrap();
    output_text(&output).replace(&directory.display().to_string(), "[DIR]")
}

fn read(directory: &Path, path: &str) -> Vec<String> {
    let text = zstd::decode_all(&*fs::read(directory.join(path)).unwrap()).unwrap();
    String::from_utf8(text).unwrap().lines().map(str::to_owned).collect()
}

/// Replaces the lines of a file, and describes the file in the manifest.
fn write(directory: &Path, path: &str, lines: &[String]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let bytes = zstd::encode_all(text.as_bytes(), 3).unwrap();
    fs::write(directory.join(path), &bytes).unwrap();
    change(directory, |manifest| {
        let mut files = manifest["files"].as_array_mut().unwrap().iter_mut();
        let file = files.find(|file| file["path"] == path).unwrap();
        file["sha256"] = sha256(&bytes).into();
        file["rows"] = lines.len().into();
    });
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn change(directory: &Path, change: impl FnOnce(&mut Value)) {
    let mut changed = manifest(directory);
    change(&mut changed);
    fs::write(directory.join("manifest.json"), changed.to_string()).unwrap();
}

fn first_file<'a>(manifest: &'a mut Value, path: &str) -> &'a mut Value {
    let mut files = manifest["files"].as_array_mut().unwrap().iter_mut();
    files.find(|file| file["path"] == path).unwrap()
}

/// The first lines of an output, as they are without the feature `parquet`.
fn without_parquet(output_text: &str) -> String {
    let is_problem = |line: &&str| line.contains("_id=") && !line.starts_with("error");
    let is_of_parquet = |line: &str| line.contains(".parquet: ");
    let problems: Vec<&str> = output_text.lines().filter(is_problem).collect();
    let number = |number: usize| format!("has {number} problem{}", if number == 1 { "" } else { "s" });
    let other = problems.iter().filter(|line| !is_of_parquet(line)).count();
    let text = output_text.replace(&number(problems.len()), &number(other));
    text.lines().filter(|line| !is_of_parquet(line)).take(7).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_kind_of_damage_is_found() {
    let server = Server::start("");
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    export(&server, &directory, "--now 2026-01-15T06:00:00Z");
    let whole = files(&directory);
    let data_files = whole.keys().filter(|path| path.contains('/')).count();
    assert_eq!(
        verify(&directory),
        format!(
            "exit code: 0\n--- standard output\n--- standard error\n\
             checked {data_files} files with 389 rows of 1 project: no problems\n"
        )
    );

    let other = "jobs/project_id=7ab0ea55c85c4b8286a05061ee6e5c1a/day=2026-01-13/jobs.jsonl.zst";
    let damages: [(&str, &dyn Fn()); 13] = [
        ("a file is missing", &|| fs::remove_file(directory.join(JOBS)).unwrap()),
        ("a byte differs", &|| {
            let mut bytes = whole[JOBS].clone();
            bytes[20] ^= 1;
            fs::write(directory.join(JOBS), bytes).unwrap();
        }),
        ("a file is cut", &|| fs::write(directory.join(JOBS), &whole[JOBS][..100]).unwrap()),
        ("a file is not compressed", &|| {
            fs::write(directory.join(JOBS), "{}").unwrap();
            change(&directory, |manifest| first_file(manifest, JOBS)["sha256"] = sha256(b"{}").into());
        }),
        ("a row is damaged", &|| {
            let mut lines = read(&directory, JOBS);
            lines[1].truncate(40);
            write(&directory, JOBS, &lines);
        }),
        ("a row appears twice", &|| {
            let mut lines = read(&directory, JOBS);
            lines[1] = lines[0].clone();
            write(&directory, JOBS, &lines);
        }),
        ("rows are of another day", &|| {
            let mut lines = read(&directory, JOBS);
            lines.truncate(lines.len() - 1);
            lines.push(read(&directory, other).pop().unwrap());
            write(&directory, JOBS, &lines);
        }),
        ("rows are in another order", &|| {
            let mut lines = read(&directory, JOBS);
            lines.reverse();
            write(&directory, JOBS, &lines);
        }),
        ("a policy is not described", &|| {
            change(&directory, |manifest| {
                manifest["projects"][0]["policies"].as_array_mut().unwrap().truncate(1);
            });
        }),
        ("a project is not described", &|| {
            change(&directory, |manifest| manifest["projects"] = serde_json::json!([]));
        }),
        ("a number of rows differs", &|| {
            change(&directory, |manifest| first_file(manifest, JOBS)["rows"] = 3.into());
        }),
        ("a file is not described", &|| {
            change(&directory, |manifest| {
                manifest["files"].as_array_mut().unwrap().retain(|file| file["path"] != JOBS)
            });
        }),
        ("a path leads elsewhere", &|| {
            change(&directory, |manifest| first_file(manifest, JOBS)["path"] = "../jobs.jsonl.zst".into());
        }),
    ];
    let mut all = String::new();
    for (damage, apply) in damages {
        apply();
        let output_text = verify(&directory);
        assert!(output_text.starts_with("exit code: 1\n"), "{damage}: {output_text}");
        all += &format!("# {damage}\n{}\n\n", without_parquet(&output_text));
        for (path, bytes) in &whole {
            fs::write(directory.join(path), bytes).unwrap();
        }
    }
    insta::assert_snapshot!(all);
    assert!(verify(&directory).starts_with("exit code: 0\n"));
}

#[test]
fn directory_without_an_archive_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().display().to_string();
    insta::assert_snapshot!(run(&format!("export verify {directory}")).replace(&directory, "[DIR]"));
}

#[test]
fn newer_format_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    fs::write(temporary.path().join("manifest.json"), r#"{"format_version": 2, "tables": []}"#).unwrap();
    let directory = temporary.path().display().to_string();
    let commands =
        [format!("export verify {directory}"), format!("--sandbox export --append --to {directory}")];
    for command in commands {
        let output_text = run(&command);
        assert!(output_text.starts_with("exit code: 1\n"), "{output_text}");
        assert!(
            output_text.contains("has format version 2, and this program reads up to 1"),
            "{output_text}"
        );
        assert!(output_text.contains("hint: use a newer version of vbs"), "{output_text}");
    }
}

//! `vbs export`: the archive and its appends.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::support::{Server, answering, output_text};

/// The files of a directory, by path.
pub(crate) fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, directory: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => collect(root, &path, files),
                false => {
                    let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    files.insert(name, fs::read(&path).unwrap());
                }
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(directory, directory, &mut found);
    found
}

/// The lines of all files of a kind, file by file.
pub(crate) fn lines(directory: &Path, kind: &str) -> Vec<String> {
    let files = files(directory);
    let of_kind = files
        .iter()
        .filter(|(path, _)| path.starts_with(&format!("{kind}/")) && path.ends_with(".jsonl.zst"));
    let texts = of_kind.map(|(_, bytes)| String::from_utf8(zstd::decode_all(&**bytes).unwrap()).unwrap());
    texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

pub(crate) fn rows(directory: &Path, kind: &str) -> Vec<Value> {
    lines(directory, kind).iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn manifest(directory: &Path) -> Value {
    serde_json::from_slice(&fs::read(directory.join("manifest.json")).unwrap()).unwrap()
}

/// The output of an export to this directory, without request ids, which depend on the order of concurrent requests, and
/// without the number of files, which depends on the feature `parquet`.
pub(crate) fn export_text(output: &Output, directory: &Path) -> String {
    let mut text = output_text(output).replace(&directory.display().to_string(), "[DIR]");
    if let Some(id) = text.split_once("(request req-").map(|(_, rest)| rest[..32].to_owned()) {
        text = text.replace(&id, "[ID]");
    }
    let Some((start, end)) = text.split_once(" files changed)") else { return text };
    format!("{}[FILES] files changed){end}", start.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Exports from a server.
pub(crate) fn export(server: &Server, directory: &Path, options: &str) -> Output {
    server.vbs(&format!("export --to {} {options}", directory.display())).output().unwrap()
}

/// The archive of a new server.
fn exported(faults: &[&str]) -> (Server, tempfile::TempDir, PathBuf, Output) {
    let server = Server::start_with_faults("", faults);
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    let output = export(&server, &directory, NOW);
    (server, temporary, directory, output)
}

const NOW: &str = "--now 2026-01-15T06:00:00Z";

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn succeeds(output: &Output) {
    assert!(output.status.success(), "{}", output_text(output));
}

#[test]
fn first_export_has_everything() {
    let (server, _temporary, directory, output) = exported(&[]);
    succeeds(&output);
    let stderr = stderr(&output).replace(&directory.display().to_string(), "[DIR]");
    // With the feature `parquet`, there are Parquet files next to those of jobs and backups.
    let data_files = files(&directory).keys().filter(|path| path.contains('/')).count();
    assert_eq!(
        stderr.trim_end(),
        format!(
            "exported 308 jobs, 76 backups, 3 policies of 1 project to [DIR] ({data_files} files changed)"
        )
    );

    let tasks = server.vbs("tasks --all -o jsonl").output().unwrap();
    let mut expected: Vec<String> =
        String::from_utf8(tasks.stdout).unwrap().lines().map(str::to_owned).collect();
    let known = ",\"outcome_unknown\":false}";
    let jobs = lines(&directory, "jobs");
    assert!(jobs.iter().all(|line| line.ends_with(known)));
    let mut jobs: Vec<String> = jobs.iter().map(|line| line.replace(known, "}")).collect();
    expected.sort();
    jobs.sort();
    assert_eq!(jobs, expected);

    let ids = |rows: &[Value], name: &str| {
        let mut ids: Vec<String> = rows.iter().map(|row| row[name].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    for (kind, command, name) in [("backups", "backup list", "id"), ("quotas", "quota", "type")] {
        let listed = server.vbs(&format!("{command} -o json")).output().unwrap();
        let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).unwrap();
        assert_eq!(ids(&rows(&directory, kind), name), ids(&listed, name), "{kind}");
    }
    let policies = rows(&directory, "policies");
    assert_eq!(policies[0]["policy"]["backup_policy_name"], "nightly");
    assert_eq!(policies[0]["policy"]["tags"][0]["key"], "stage");
    assert_eq!(policies[0]["disks"].as_array().unwrap().len(), 3);
    assert_eq!(policies[0]["deleted"], false);
}

#[test]
fn manifest_conforms_to_its_schema() {
    let (server, _temporary, directory, _) = exported(&[]);
    // Then there are gaps, too.
    server.advance("P33D");
    succeeds(&export(&server, &directory, "--append --now 2026-02-17T06:00:00Z"));
    let schema: Value = serde_json::from_str(&crate::support::stdout("schema export")).unwrap();
    let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let manifest = manifest(&directory);
    let errors: Vec<String> = schema.iter_errors(&manifest).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!manifest["projects"][0]["gaps"].as_array().unwrap().is_empty());
}

#[test]
fn rows_of_a_policy_are_in_the_order_of_the_service() {
    let (server, _temporary, directory, _) = exported(&[]);
    let tasks = server.vbs("tasks nightly --all -o csv -c job_id").output().unwrap();
    let listed = String::from_utf8(tasks.stdout).unwrap();
    let mut jobs = rows(&directory, "jobs");
    jobs.retain(|job| job["policy_name"] == "nightly");
    jobs.sort_by(|job, other| other["created_at"].as_str().cmp(&job["created_at"].as_str()));
    let jobs: Vec<&str> = jobs.iter().map(|job| job["job_id"].as_str().unwrap()).collect();
    assert_eq!(jobs, listed.lines().skip(1).collect::<Vec<_>>());
}

#[test]
fn second_export_of_the_same_state_changes_only_its_time() {
    let (server, _temporary, directory, output) = exported(&[]);
    succeeds(&output);
    let before = files(&directory);
    let output = export(&server, &directory, &format!("--append {NOW}"));
    succeeds(&output);
    assert!(stderr(&output).contains("exported 0 new and 0 changed jobs"), "{}", output_text(&output));
    assert_eq!(files(&directory), before);

    let later = export(&server, &directory, "--append --now 2026-01-15T07:00:00Z");
    succeeds(&later);
    let mut after = files(&directory);
    let text = String::from_utf8(after.remove("manifest.json").unwrap()).unwrap();
    assert_eq!(
        text.replace("2026-01-15T07:00:00Z", "2026-01-15T06:00:00Z").as_bytes(),
        &before["manifest.json"]
    );
    assert!(after.iter().all(|(path, bytes)| before[path] == *bytes), "{}", output_text(&later));
}

#[test]
fn jobs_that_have_ended_replace_those_that_ran() {
    let (server, _temporary, directory, _) = exported(&[]);
    let running = |directory: &Path| {
        let mut jobs = rows(directory, "jobs");
        jobs.retain(|job| {
            job["finished_at"].is_null() && !job["status"].as_str().unwrap().starts_with("EXECUTE")
        });
        jobs.retain(|job| job["status"] != "SKIP");
        jobs
    };
    let before = running(&directory);
    assert!(!before.is_empty());
    server.advance("PT12H");
    let output = export(&server, &directory, "--append --now 2026-01-15T18:00:00Z");
    succeeds(&output);
    assert!(
        stderr(&output).contains(&format!("and {} changed job", before.len())),
        "{}",
        output_text(&output)
    );
    let after = rows(&directory, "jobs");
    for job in &before {
        let merged: Vec<&Value> = after.iter().filter(|row| row["job_id"] == job["job_id"]).collect();
        assert_eq!(merged.len(), 1);
        assert!(merged[0]["status"].as_str().unwrap().starts_with("EXECUTE_"), "{}", merged[0]);
    }
}

#[test]
fn append_reads_only_what_is_new() {
    let (server, _temporary, directory, _) = exported(&[]);
    server.advance("PT24H");
    let output = export(&server, &directory, "--append -v --now 2026-01-16T06:00:00Z");
    succeeds(&output);
    let stderr = stderr(&output);
    let requests = stderr.lines().filter(|line| line.contains("listBackupJobs")).count();
    assert_eq!(requests, 3, "{stderr}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_an_archive() {
    use std::os::unix::fs::PermissionsExt as _;

    fn check(path: &Path) {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, expected, "{}", path.display());
        if path.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| check(&entry.unwrap().path()));
        }
    }
    let (_server, _temporary, directory, _) = exported(&[]);
    check(&directory);
}

#[test]
fn directories_that_cannot_be_used_are_refused() {
    let (server, temporary, directory, _) = exported(&[]);
    let before = files(temporary.path());
    let other = temporary.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("notes.txt"), "mine").unwrap();
    let without_manifest = temporary.path().join("without-manifest");
    fs::create_dir_all(without_manifest.join("jobs/project_id=p1/day=2026-01-15")).unwrap();
    fs::write(without_manifest.join("jobs/project_id=p1/day=2026-01-15/jobs.jsonl.zst"), "").unwrap();
    let runs = [(&directory, ""), (&other, ""), (&other, "--append"), (&without_manifest, "--append")];
    let all: String = runs
        .iter()
        .map(|(directory, options)| {
            let output_text = output_text(&export(&server, directory, options));
            assert!(output_text.starts_with("exit code: 2\n"), "{output_text}");
            format!("{}\n", output_text.replace(&temporary.path().display().to_string(), "[TMP]"))
        })
        .collect();
    insta::assert_snapshot!(all);
    let mut after = files(temporary.path());
    after.retain(|path, _| before.contains_key(path));
    assert_eq!(after, before);
    assert_eq!(fs::read_dir(&other).unwrap().count(), 1);
}

#[test]
fn mistakes_are_explained() {
    let commands = ["export", "--sandbox export --append", "export --to"];
    let all: String = commands
        .iter()
        .map(|command| format!("$ vbs {command}\n{}\n", crate::support::run(command)))
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn second_writer_is_refused() {
    let (server, _temporary, directory, _) = exported(&[]);
    let lock = fs::OpenOptions::new().write(true).open(directory.join("lock")).unwrap();
    lock.lock().unwrap();
    let output = export(&server, &directory, "--append");
    let output_text = output_text(&output).replace(&directory.display().to_string(), "[DIR]");
    insta::assert_snapshot!(output_text);
    // Dropping it would not be enough while another test starts a process, which has the file open for a moment.
    lock.unlock().unwrap();
    succeeds(&export(&server, &directory, "--append"));
}

#[test]
fn policy_that_fails_does_not_stop_the_others() {
    let weekly = "6377c517-4790-4297-a03b-ea783e465b06";
    let fault = format!("GET /v2/*/backuppolicy/{weekly}/backuptasks: status; code=403; times=1; skip=0");
    let (server, _temporary, directory, output) = exported(&[&fault]);
    assert_eq!(output.status.code(), Some(7), "{}", output_text(&output));
    insta::assert_snapshot!(export_text(&output, &directory));
    let project = manifest(&directory)["projects"][0].clone();
    assert_eq!(project["missing"].as_array().unwrap().len(), 1, "{project}");
    assert_eq!(project["missing"][0]["kind"], "jobs");
    assert_eq!(project["missing"][0]["policy_id"], weekly);
    for policy in project["policies"].as_array().unwrap() {
        assert_eq!(policy["complete_until"].is_null(), policy["policy_id"] == weekly, "{policy}");
    }
    let jobs = rows(&directory, "jobs");
    assert!(jobs.iter().all(|job| job["policy_id"] != weekly) && !jobs.is_empty());

    succeeds(&export(&server, &directory, &format!("--append {NOW}")));
    let project = manifest(&directory)["projects"][0].clone();
    assert_eq!(project["missing"].as_array().unwrap().len(), 0, "{project}");
    assert!(rows(&directory, "jobs").iter().any(|job| job["policy_id"] == weekly));
}

#[test]
fn list_that_fails_keeps_what_was_exported_before() {
    let (server, _temporary, directory, _) = exported(&[]);
    let before = files(&directory);
    server.fault("GET /v2/*/backuppolicy: status; code=403; times=1");
    server.fault("GET /v3/*/backups/detail: status; code=403; times=1");
    server.advance("PT24H");
    let output = export(&server, &directory, "--append --now 2026-01-16T06:00:00Z");
    assert_eq!(output.status.code(), Some(7), "{}", output_text(&output));
    let after = files(&directory);
    for (path, bytes) in before.iter().filter(|(path, _)| path.starts_with("backups/")) {
        assert_eq!(after[path], *bytes, "{path}");
    }
    // The policies are known from the archive.
    assert!(stderr(&output).contains("exported 9 new and"), "{}", output_text(&output));
    let policies = rows(&directory, "policies");
    assert!(policies.iter().all(|policy| policy["deleted"] == false), "{policies:?}");
}

#[test]
fn nothing_is_written_if_nothing_can_be_read() {
    let (server, _temporary, directory, _) = exported(&[]);
    let before = files(&directory);
    let output = server
        .vbs(&format!("export --to {} --append", directory.display()))
        .env("OS_TOKEN", "wrong")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", output_text(&output));
    assert_eq!(files(&directory), before);
}

#[test]
fn job_that_cannot_be_decoded_is_missing() {
    let vbs = answering(|path| {
        let body = match path {
            path if path.contains("backuptasks") => {
                r#"{"tasks": [
                    {"job_id": "", "status": "RUNNING", "created_at": "2026-01-15T05:00:00"},
                    {"job_id": "j2", "status": "RUNNING", "created_at": "2026-01-15T05:00:00"},
                    {"job_id": "j3", "status": "RUNNING", "created_at": "soon"}]}"#
            }
            path if path.ends_with("backuppolicy") => {
                r#"{"backup_policies": [{"backup_policy_id": "b1", "backup_policy_name": "nightly"}]}"#
            }
            path if path.contains("tags") => r#"{"tags": []}"#,
            path if path.contains("quota") => r#"{"quotas": {"resources": []}}"#,
            path if path.contains("sharebackups") => r#"{"shared": []}"#,
            _ => r#"{"backups": []}"#,
        };
        (200, body.to_owned())
    });
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    let output = vbs(&format!("export --to {} {NOW}", directory.display())).output().unwrap();
    assert_eq!(output.status.code(), Some(7), "{}", output_text(&output));
    let jobs = rows(&directory, "jobs");
    assert_eq!(jobs.iter().map(|job| job["job_id"].as_str().unwrap()).collect::<Vec<_>>(), ["j2", "j3"]);
    assert!(files(&directory).contains_key("jobs/project_id=p1/day=unknown/jobs.jsonl.zst"));
    let project = manifest(&directory)["projects"][0].clone();
    assert_eq!(project["missing"][0]["rest_was_read"], true);
    assert_eq!(project["policies"][0]["complete_until"], "2026-01-15T06:00:00Z");
    // Jobs that can't be decoded are requested again as long as the service lists them, and are not a gap afterwards.
    assert_eq!(project["policies"][0]["unfinished_since"], "2025-12-16T06:00:00Z");
    let later = "--append --now 2026-02-17T06:00:00Z";
    let output = vbs(&format!("export --to {} {later}", directory.display())).output().unwrap();
    assert_eq!(manifest(&directory)["projects"][0]["policies"][0]["complete_until"], "2026-02-17T06:00:00Z");
    assert!(!output_text(&output).contains("last read 2d ago"), "{}", output_text(&output));
    // The others are answers.
    let output = crate::support::run(&format!("check --from {}", directory.display()));
    assert!(
        output.contains("the last export of p1 is not complete: can't list the backup jobs of nightly"),
        "{output}"
    );
    assert!(output.contains("VBS "), "{output}");
}

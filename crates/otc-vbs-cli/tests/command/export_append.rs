//! `vbs export --append`: what happens between two exports.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::export::{export, export_text, files, manifest, rows};
use crate::support::{Server, output_text, vbs};

/// An archive of a new server at 2026-01-15T06:00:00Z.
fn exported() -> (Server, tempfile::TempDir, PathBuf) {
    let server = Server::start("");
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    let output = export(&server, &directory, "--now 2026-01-15T06:00:00Z");
    assert!(output.status.success(), "{}", output_text(&output));
    (server, temporary, directory)
}

/// Adds to an archive, which is whole afterwards.
fn append(server: &Server, directory: &Path, now: &str) -> Output {
    let output = export(server, directory, &format!("--append --now {now}"));
    verify(directory);
    output
}

#[track_caller]
pub(crate) fn verify(directory: &Path) {
    let output = vbs(&format!("export verify {}", directory.display())).output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
}

fn unfinished(directory: &Path) -> Vec<Value> {
    let mut jobs = rows(directory, "jobs");
    jobs.retain(|job| ["RUNNING", "WAITING"].contains(&job["status"].as_str().unwrap()));
    jobs
}

fn ids(jobs: &[Value]) -> BTreeSet<String> {
    jobs.iter().map(|job| job["job_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn jobs_that_were_forgotten_before_an_export_are_a_gap() {
    let (server, _temporary, directory) = exported();
    let before = rows(&directory, "jobs");
    server.advance("P33D");
    let output = append(&server, &directory, "2026-02-17T06:00:00Z");
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    insta::assert_snapshot!(export_text(&output, &directory));
    let project = manifest(&directory)["projects"][0].clone();
    let gaps = project["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 3, "{project}");
    for gap in gaps {
        assert_eq!(gap["from"], "2026-01-15T06:00:00Z");
        assert_eq!(gap["to"], "2026-01-18T06:00:00Z");
    }
    for policy in project["policies"].as_array().unwrap() {
        assert_eq!(policy["complete_until"], "2026-02-17T06:00:00Z");
    }
    let after = rows(&directory, "jobs");
    assert!(ids(&before).is_subset(&ids(&after)));
    let in_gap = after.iter().map(|job| job["created_at"].as_str().unwrap());
    assert_eq!(in_gap.filter(|time| ("2026-01-15T06".."2026-01-18T05").contains(time)).count(), 0);

    // A report does not count the backups that were due meanwhile as missed.
    let report = |directory: &Path| {
        let command = format!("report --since 33d -o json --from {}", directory.display());
        let output = vbs(&command).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["total"]["missed"].as_u64().unwrap()
    };
    assert_eq!(report(&directory), 0);
    let without = tempfile::tempdir().unwrap();
    for (path, bytes) in files(&directory) {
        let file = without.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let mut changed = manifest(&directory);
    changed["projects"][0]["gaps"] = json!([]);
    std::fs::write(without.path().join("manifest.json"), changed.to_string()).unwrap();
    assert!(report(without.path()) > 0);

    // It is reported once.
    let output = append(&server, &directory, "2026-02-17T07:00:00Z");
    assert!(!output_text(&output).contains("lost"), "{}", output_text(&output));
    assert_eq!(manifest(&directory)["projects"][0]["gaps"], json!(gaps));
}

#[test]
fn policy_that_was_created_meanwhile_may_have_lost_jobs() {
    let (server, _temporary, directory) = exported();
    let create = server.vbs("policy create new --at 1 --every 1 --keep 7").output().unwrap();
    assert!(create.status.success(), "{}", output_text(&create));
    server.advance("P33D");
    append(&server, &directory, "2026-02-17T06:00:00Z");
    let project = manifest(&directory)["projects"][0].clone();
    let mut policies = project["policies"].as_array().unwrap().iter();
    let new = policies.find(|policy| policy["policy_name"] == "new").unwrap();
    let mut gaps = project["gaps"].as_array().unwrap().iter();
    let gap = gaps.find(|gap| gap["policy_id"] == new["policy_id"]).unwrap();
    assert_eq!((&gap["from"], &gap["to"]), (&json!("2026-01-15T06:00:00Z"), &json!("2026-01-18T06:00:00Z")));
}

#[test]
fn outcome_of_jobs_that_ran_when_the_service_forgot_them_is_unknown() {
    let (server, _temporary, directory) = exported();
    let running = unfinished(&directory);
    assert!(!running.is_empty());
    assert!(running.iter().all(|job| job["outcome_unknown"] == false));
    server.advance("P33D");
    append(&server, &directory, "2026-02-17T06:00:00Z");
    let mut jobs = rows(&directory, "jobs");
    jobs.retain(|job| job["outcome_unknown"] == true);
    assert_eq!(ids(&jobs), ids(&running));
    let expected = running.clone().into_iter().map(|mut job| {
        job["outcome_unknown"] = true.into();
        job
    });
    assert_eq!(jobs, expected.collect::<Vec<_>>());
    // A reader does not take them for jobs that still run.
    let read = |options: &str| {
        let output = vbs(&format!("tasks --all -o jsonl {options} --from {}", directory.display())).output();
        let lines = String::from_utf8(output.unwrap().stdout).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    assert_eq!(ids(&read("--raw-status OUTCOME_UNKNOWN")), ids(&running));
    assert!(ids(&read("--status running")).is_disjoint(&ids(&running)));
    for policy in manifest(&directory)["projects"][0]["policies"].as_array().unwrap() {
        let since = policy["unfinished_since"].as_str();
        assert!(since.is_none_or(|since| since > "2026-02-16"), "{policy}");
    }
}

#[test]
fn deleted_policy_stays_with_its_jobs() {
    let (server, _temporary, directory) = exported();
    let before = rows(&directory, "jobs");
    let running = unfinished(&directory);
    let policy = running[0]["policy_id"].as_str().unwrap();
    let delete = server.vbs(&format!("policy delete {policy} --yes")).output().unwrap();
    assert!(delete.status.success(), "{}", output_text(&delete));
    let output = append(&server, &directory, "2026-01-15T07:00:00Z");
    assert!(output.status.success(), "{}", output_text(&output));
    let warning =
        "was deleted after the last export at 2026-01-15 06:00Z: jobs that it triggered since then are lost";
    assert!(output_text(&output).contains(warning), "{}", output_text(&output));
    let gaps = manifest(&directory)["projects"][0]["gaps"].clone();
    assert_eq!(
        gaps,
        serde_json::json!([{"policy_id": policy, "from": "2026-01-15T06:00:00Z", "to": "2026-01-15T07:00:00Z"}])
    );
    assert_eq!(ids(&rows(&directory, "jobs")), ids(&before));
    for line in rows(&directory, "policies") {
        let is_deleted = line["policy"]["backup_policy_id"] == policy;
        assert_eq!(line["deleted"], is_deleted, "{line}");
        assert!(!line["disks"].as_array().unwrap().is_empty(), "{line}");
    }
    for known in manifest(&directory)["projects"][0]["policies"].as_array().unwrap() {
        assert_eq!(known["deleted"], known["policy_id"] == policy, "{known}");
    }
    // The service can't tell what became of them.
    for job in unfinished(&directory) {
        assert_eq!(job["outcome_unknown"], job["policy_id"] == policy, "{job}");
    }
    // Nothing changes any more.
    let whole = files(&directory);
    append(&server, &directory, "2026-01-15T07:00:00Z");
    assert_eq!(files(&directory), whole);
}

#[test]
fn clock_that_was_ahead_loses_no_jobs() {
    let (server, _temporary, directory) = exported();
    append(&server, &directory, "2026-01-25T06:00:00Z");
    server.advance("P2D");
    append(&server, &directory, "2026-01-17T06:00:00Z");
    let fresh = directory.with_file_name("fresh");
    export(&server, &fresh, "--now 2026-01-17T06:00:00Z");
    assert!(ids(&rows(&fresh, "jobs")).is_subset(&ids(&rows(&directory, "jobs"))));
}

#[test]
fn archive_names_clouds_that_could_not_be_reached() {
    let temporary = tempfile::tempdir().unwrap();
    let clouds = temporary.path().join("clouds.yaml");
    let server = Server::start(&format!("--clouds-yaml {}", clouds.display()));
    let broken = "
  broken:
    auth:
      auth_url: http://127.0.0.1:1/v3
      username: a
      password: b
      user_domain_name: c
      project_name: eu-de_d
";
    let text = std::fs::read_to_string(&clouds).unwrap();
    std::fs::write(&clouds, format!("{}{broken}", text.trim_end())).unwrap();
    let directory = temporary.path().join("archive");
    let export = |cloud: &str, now: &str| {
        let command = format!("export --append --cloud {cloud} --to {} --now {now}", directory.display());
        vbs(&command).env("OS_CLIENT_CONFIG_FILE", &clouds).output().unwrap()
    };
    let output = export("sandbox-password,broken", "2026-01-15T06:00:00Z");
    assert_eq!(output.status.code(), Some(7), "{}", output_text(&output));
    let unreachable = manifest(&directory)["unreachable"].clone();
    assert_eq!(unreachable.as_array().unwrap().len(), 1, "{unreachable}");
    let read = output_text(&vbs(&format!("tasks --from {}", directory.display())).output().unwrap());
    let reason = unreachable[0].as_str().unwrap();
    assert!(reason.contains("broken"), "{reason}");
    assert!(read.contains(&format!("warning: the last export is not complete: {reason}")), "{read}");

    let output = export("sandbox-password", "2026-01-15T07:00:00Z");
    assert!(output.status.success(), "{}", output_text(&output));
    assert_eq!(manifest(&directory)["unreachable"], json!([]));
    drop(server);
}

#[test]
fn projects_that_cannot_be_reached_keep_what_was_exported_before() {
    let temporary = tempfile::tempdir().unwrap();
    let clouds = temporary.path().join("clouds.yaml");
    let server = Server::start(&format!("--projects 5 --clouds-yaml {}", clouds.display()));
    let directory = temporary.path().join("archive");
    let export = |options: &str| {
        let options =
            format!("export --all-projects --cloud sandbox-password --to {} {options}", directory.display());
        vbs(&options).env("OS_CLIENT_CONFIG_FILE", &clouds).output().unwrap()
    };
    let output = export("--now 2026-01-15T06:00:00Z");
    assert!(output.status.success(), "{}", output_text(&output));
    let before = manifest(&directory);
    let jobs = rows(&directory, "jobs");
    let projects = before["projects"].as_array().unwrap();
    let regions: BTreeSet<&str> =
        projects.iter().map(|project| project["region"].as_str().unwrap()).collect();
    assert_eq!((projects.len(), regions.len()), (5, 2));

    server.fault("unreachable; region=eu-nl");
    server.advance("P1D");
    let output = export("--append --now 2026-01-16T06:00:00Z");
    assert_eq!(output.status.code(), Some(7), "{}", output_text(&output));
    verify(&directory);
    let after = manifest(&directory);
    for (project, known) in after["projects"].as_array().unwrap().iter().zip(projects) {
        if project["region"] == "eu-nl" {
            assert_eq!(project["policies"], known["policies"]);
        } else {
            assert_eq!(project["exported_at"], "2026-01-16T06:00:00Z", "{project}");
            assert_eq!(project["missing"], json!([]));
        }
    }
    assert!(ids(&jobs).is_subset(&ids(&rows(&directory, "jobs"))));
}

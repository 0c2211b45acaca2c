//! The Parquet files of `vbs export`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::export::{export, files, manifest, rows};
use crate::export_append::verify;
use crate::support::{Server, output_text};

const PARQUET: &str = ".parquet";

/// An archive of a new server, and the changes of half a day.
fn appended() -> (Server, tempfile::TempDir, PathBuf) {
    let server = Server::start("");
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    for (advance, now) in [(None, "2026-01-15T06:00:00Z"), (Some("PT18H"), "2026-01-16T00:00:00Z")] {
        advance.into_iter().for_each(|by| server.advance(by));
        let output = export(&server, &directory, &format!("--append --now {now}"));
        assert!(output.status.success(), "{}", output_text(&output));
    }
    (server, temporary, directory)
}

#[test]
fn jobs_and_backups_have_a_parquet_file_with_the_same_rows() {
    let (_server, _temporary, directory) = appended();
    verify(&directory);
    let manifest = manifest(&directory);
    assert_eq!(manifest["formats"], json!(["jsonl", "parquet"]));
    let files = files(&directory);
    for path in files.keys().filter(|path| path.ends_with(".jsonl.zst")) {
        let has_days = path.starts_with("jobs/") || path.starts_with("backups/");
        let parquet = format!("parquet/{}", path.replace(".jsonl.zst", PARQUET));
        assert_eq!(files.contains_key(&parquet), has_days, "{path}");
    }
    assert!(!files.keys().any(|path| path.ends_with(".new")));
}

#[test]
fn archive_without_parquet_gets_it_with_the_next_export() {
    let (server, _temporary, directory) = appended();
    let now = "--append --now 2026-01-16T00:00:00Z";
    // Afterwards, the manifest has no `removed` files.
    export(&server, &directory, now);
    let whole = files(&directory);
    let mut without = manifest(&directory);
    without["formats"] = json!(["jsonl"]);
    let is_parquet = |file: &Value| file["path"].as_str().unwrap().ends_with(PARQUET);
    without["files"].as_array_mut().unwrap().retain(|file| !is_parquet(file));
    fs::write(directory.join("manifest.json"), without.to_string()).unwrap();
    whole.keys().filter(|path| path.ends_with(PARQUET)).for_each(|path| {
        fs::remove_file(directory.join(path)).unwrap();
    });
    let output = export(&server, &directory, now);
    assert!(output.status.success(), "{}", output_text(&output));
    assert_eq!(files(&directory), whole);
}

#[test]
fn missing_parquet_file_is_found() {
    let (_server, _temporary, directory) = appended();
    let path = files(&directory).into_keys().find(|path| path.ends_with(PARQUET)).unwrap();
    let mut without = manifest(&directory);
    without["files"].as_array_mut().unwrap().retain(|file| file["path"] != *path);
    fs::write(directory.join("manifest.json"), without.to_string()).unwrap();
    let output_text = crate::support::run(&format!("export verify {}", directory.display()));
    assert!(output_text.contains(&format!("{path} is missing")), "{output_text}");
    assert!(output_text.contains(&format!("{path} is not part of the archive")), "{output_text}");
}

/// What `query.py` asks, from the JSON Lines.
fn expected(directory: &Path) -> Value {
    let jobs = rows(directory, "jobs");
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let project = manifest(directory)["projects"][0]["project_id"].clone();
    let mut by_status: BTreeMap<(String, String), (u64, Option<u64>)> = BTreeMap::new();
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for job in &jobs {
        let (number, seconds) = by_status.entry((text(job, "policy_name"), text(job, "status"))).or_default();
        *number += 1;
        *seconds = job["duration_seconds"].as_u64().map(|took| took + seconds.unwrap_or(0)).or(*seconds);
        *days.entry(text(job, "created_at")[..10].to_owned()).or_default() += 1;
    }
    let disks: BTreeSet<String> = jobs.iter().map(|job| text(job, "resource_id")).collect();
    let recent = jobs.iter().filter(|job| text(job, "created_at").as_str() >= "2026-01-14T22").count();
    let mut backups: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for backup in rows(directory, "backups") {
        let (number, size) = backups.entry(text(&backup, "status")).or_default();
        *number += 1;
        *size += backup["size"].as_u64().unwrap();
    }
    let by_status = by_status
        .into_iter()
        .map(|((policy, status), (number, seconds))| json!([project, policy, status, number, seconds]));
    json!({
        "jobs": by_status.collect::<Vec<_>>(),
        "days": days.into_iter().map(|(day, number)| json!([day, number])).collect::<Vec<_>>(),
        "disks": [[disks.len()]],
        "recent": [[recent]],
        "backups": backups.into_iter().map(|(status, (number, size))| json!([status, number, size])).collect::<Vec<_>>(),
    })
}

#[test]
#[ignore = "needs DuckDB and DataFusion: run `cargo xtask test archive`"]
fn duckdb_and_datafusion_read_the_archive() {
    let python = std::env::var_os("VBS_ARCHIVE_PYTHON").expect("`cargo xtask test archive` sets it");
    let (_server, _temporary, directory) = appended();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/archive/query.py");
    let output = Command::new(python).arg(script).arg(&directory).output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    let answers: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = expected(&directory);
    assert_eq!(answers["duckdb"], expected);
    assert_eq!(answers["datafusion"], expected);
    assert_eq!(answers["lines"], rows(&directory, "jobs").len());
}

//! What is committed: no snapshot and no expectation shows a secret, made up or not.

use std::path::{Path, PathBuf};

use crate::canaries::Canaries;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Snapshots of what is there to tell the sandbox's secrets, which open nothing.
const TELLING: [&str; 1] = [
    // The clouds.yaml that the sandbox writes.
    "over_http__clouds__there_is_a_cloud_for_each_kind_of_credentials.snap",
];

pub(crate) fn search(canaries: &Canaries) {
    let mut files = Vec::new();
    for directory in ["crates", "tests", "xtask"] {
        collect(&Path::new(ROOT).join(directory), &mut files);
    }
    let count = |extension: &str| {
        let with = |file: &&PathBuf| file.to_string_lossy().ends_with(extension);
        files.iter().filter(with).count()
    };
    assert!(count(".snap") > 100 && count("expect") > 100);
    let mut telling = TELLING.to_vec();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(file).unwrap();
        let found = canaries.find(&text);
        match telling.iter().position(|telling| *telling == name) {
            Some(index) => {
                assert!(found.is_some(), "{name} tells no secret; take it off the list");
                telling.remove(index);
            }
            None => assert_eq!(found, None, "{} tells a secret", file.display()),
        }
    }
    assert!(telling.is_empty(), "there is no {telling:?}");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() && name != "target" {
            collect(&path, files);
        } else if name.ends_with(".snap") || name == "expect" {
            files.push(path);
        }
    }
}

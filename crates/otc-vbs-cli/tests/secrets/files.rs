//! No committed snapshot contains a secret, real or made up.

use std::path::{Path, PathBuf};

use otc_vbs_testing::Canaries;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Snapshots that must contain secrets of the sandbox, which give access to nothing.
const EXCEPTIONS: [&str; 1] = [
    // The clouds.yaml that the sandbox writes.
    "over_http__clouds__clouds_yaml_has_a_cloud_for_each_kind_of_credentials.snap",
];

pub(crate) fn search(canaries: &Canaries) {
    let mut files = Vec::new();
    for directory in ["crates", "tests", "xtask"] {
        collect(&Path::new(ROOT).join(directory), &mut files);
    }
    assert!(files.len() > 100, "{} snapshots", files.len());
    let mut exceptions = EXCEPTIONS.to_vec();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(file).unwrap();
        let found = canaries.find(&text);
        match exceptions.iter().position(|exception| *exception == name) {
            Some(index) => {
                assert!(found.is_some(), "{name} contains no secret; remove it from EXCEPTIONS");
                exceptions.remove(index);
            }
            None => assert_eq!(found, None, "{} contains a secret", file.display()),
        }
    }
    assert!(exceptions.is_empty(), "EXCEPTIONS has missing files: {exceptions:?}");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() && name != "target" {
            collect(&path, files);
        } else if name.ends_with(".snap") {
            files.push(path);
        }
    }
}

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::token_cache::TokenCache;
use crate::keystone::{Facts, Token};
use crate::{Config, ConfigBuilder};

fn config() -> ConfigBuilder {
    Config::builder()
        .region("eu-de")
        .user_id("u1")
        .password("hunter2")
        .project_id("p1")
}

fn cache(builder: ConfigBuilder, directory: &Path) -> TokenCache {
    let config = builder.token_cache(directory).build().unwrap();
    TokenCache::of(&config).unwrap().unwrap()
}

fn token(secret: &str) -> Token {
    Token {
        secret: SecretString::from(secret),
        ends: "2025-01-03T03:04:05Z".parse().unwrap(),
        life: Duration::from_secs(86400),
        facts: Facts::default(),
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn only_file(directory: &Path) -> std::path::PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(
        files.len(),
        1,
        "one file, and none that is half written: {files:?}"
    );
    files.remove(0)
}

#[test]
fn a_kept_token_is_for_its_owner() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("a/b");
    let cache = cache(config(), &directory);
    assert!(cache.find().unwrap().is_none());

    cache.keep(&token("first")).unwrap();
    cache.keep(&token("second")).unwrap();
    let file = only_file(&directory);
    assert_eq!((mode(&file), mode(&directory)), (0o600, 0o700));
    let found = cache.find().unwrap().unwrap();
    assert_eq!(found.secret.expose_secret(), "second");
    assert_eq!((found.ends, found.life), (token("").ends, token("").life));
}

#[test]
fn one_that_others_may_touch_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.keep(&token("first")).unwrap();
    let file = only_file(root.path());
    for broad in [0o640, 0o604, 0o620, 0o644] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(broad)).unwrap();
        let Err(error) = cache.find() else {
            panic!("{broad:o} is taken");
        };
        assert!(
            error.is_config() && error.to_string().contains(&format!("{broad:04o}")),
            "{error}"
        );
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(cache.find().unwrap().is_some());
}

#[test]
fn what_nobody_can_read_is_no_token_and_is_replaced() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.keep(&token("first")).unwrap();
    let file = only_file(root.path());
    for broken in ["", "{", "[]", "{\"version\":2}", "\u{0}"] {
        std::fs::write(&file, broken).unwrap();
        assert!(cache.find().unwrap().is_none(), "{broken}");
    }
    std::fs::write(&file, [0xff, 0xfe]).unwrap();
    assert!(cache.find().unwrap().is_none());
    cache.keep(&token("second")).unwrap();
    assert_eq!(cache.find().unwrap().unwrap().secret.expose_secret(), "second");
}

#[test]
fn a_directory_that_can_be_none_is_named() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    std::fs::write(&file, "").unwrap();
    let cache = cache(config(), &file);
    let error = cache.keep(&token("first")).unwrap_err();
    assert!(
        error.is_config() && error.to_string().contains(&*file.to_string_lossy()),
        "{error}"
    );
}

#[test]
fn each_caller_has_a_file_and_its_name_tells_nothing() {
    let root = tempfile::tempdir().unwrap();
    let name = |builder: ConfigBuilder| {
        let directory = root.path().join("kept");
        cache(builder, &directory).keep(&token("t")).unwrap();
        let file = only_file(&directory);
        std::fs::remove_file(&file).unwrap();
        file.file_name().unwrap().to_string_lossy().into_owned()
    };
    let callers = [
        config(),
        config().region("eu-nl"),
        config().user_id("u2"),
        config().project_id("p2"),
        config().agency_name("a").agency_domain_id("d"),
        config().agency_name("a").agency_domain_name("d"),
    ];
    let names: std::collections::BTreeSet<_> = callers.into_iter().map(name).collect();
    assert_eq!(names.len(), 6);
    assert!(names.iter().all(|name| name.len() == 64 + ".json".len()));

    assert_eq!(
        name(config()),
        name(config().password("another")),
        "a password is in no name"
    );
}

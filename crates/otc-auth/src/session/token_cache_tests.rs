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
    Config::builder().region("eu-de").user_id("u1").password("hunter2").project_id("p1")
}

fn cache(builder: ConfigBuilder, directory: &Path) -> TokenCache {
    let config = builder.token_cache(directory).build().unwrap();
    TokenCache::of(&config).unwrap().unwrap()
}

fn token(secret: &str) -> Token {
    Token {
        secret: SecretString::from(secret),
        expires_at: "2025-01-03T03:04:05Z".parse().unwrap(),
        life: Duration::from_secs(86400),
        facts: Facts::default(),
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn only_file(directory: &Path) -> std::path::PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "one file, and none that is half written: {files:?}");
    files.remove(0)
}

#[test]
fn cached_token_is_for_its_owner() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("a/b");
    let cache = cache(config(), &directory);
    assert!(cache.find().unwrap().is_none());

    cache.store(&token("first")).unwrap();
    cache.store(&token("second")).unwrap();
    let file = only_file(&directory);
    assert_eq!((mode(&file), mode(&directory)), (0o600, 0o700));
    let found = cache.find().unwrap().unwrap();
    assert_eq!(found.secret.expose_secret(), "second");
    assert_eq!((found.expires_at, found.life), (token("").expires_at, token("").life));
}

#[test]
fn file_that_others_can_use_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.store(&token("first")).unwrap();
    let file = only_file(root.path());
    for broad in [0o640, 0o604, 0o620, 0o644] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(broad)).unwrap();
        let Err(error) = cache.find() else {
            panic!("{broad:o} is accepted");
        };
        assert!(error.is_config() && error.to_string().contains(&format!("{broad:04o}")), "{error}");
    }
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(cache.find().unwrap().is_some());
}

#[test]
fn implausible_content_is_ignored_and_replaced() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.store(&token("first")).unwrap();
    let file = only_file(root.path());
    let good = std::fs::read_to_string(&file).unwrap();
    let broken = [
        String::new(),
        "{".into(),
        "[]".into(),
        "\u{0}".into(),
        good.replace("\"version\":1", "\"version\":2"),
        good.replace("\"first\"", "\"\""),
        good.replace("\"first\"", "\"a b\""),
        good.replace("\"first\"", "\"a\\r\\nx-evil: 1\""),
        good.replace("\"first\"", "\"\u{fc}\""),
        good.replace("86400", "0"),
        good.replace("86400", "18446744073709551615"),
        good.replace("86400", "-1"),
        good.replace("2025-01-03", "2025-13-03"),
    ];
    for broken in broken {
        assert_ne!(broken, good);
        std::fs::write(&file, &broken).unwrap();
        assert!(cache.find().unwrap().is_none(), "{broken}");
    }
    std::fs::write(&file, [0xff, 0xfe]).unwrap();
    assert!(cache.find().unwrap().is_none());
    cache.store(&token("second")).unwrap();
    assert_eq!(cache.find().unwrap().unwrap().secret.expose_secret(), "second");
}

#[test]
fn unwritable_directory_is_a_warning() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("file");
    std::fs::write(&file, "").unwrap();
    for directory in [file.clone(), file.join("below"), "/proc/no".into()] {
        let cache = cache(config(), &directory);
        cache.store(&token("first")).unwrap();
        cache.store(&token("second")).unwrap();
        assert!(cache.find().unwrap().is_none());
        let warnings = cache.warnings();
        assert!(warnings[0].contains(&*directory.to_string_lossy()), "{warnings:?}");
        assert!(warnings.len() <= 2, "each is there once: {warnings:?}");
        assert!(!format!("{warnings:?}").contains("second"));
    }
}

#[test]
fn directory_that_is_a_link_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let link = root.path().join("link");
    let directory = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(directory.path(), &link).unwrap();
    let Err(error) = cache(config(), &link).find() else {
        panic!("a link is followed");
    };
    assert!(error.is_config() && error.to_string().contains("symbolic link"), "{error}");
}

#[test]
fn links_and_fifos_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.store(&token("first")).unwrap();
    let file = only_file(root.path());
    let moved = root.path().join("moved");
    std::fs::rename(&file, &moved).unwrap();

    std::os::unix::fs::symlink(&moved, &file).unwrap();
    let Err(error) = cache.find() else {
        panic!("a link is followed");
    };
    assert!(error.is_config() && error.to_string().contains("symbolic link"), "{error}");

    std::fs::remove_file(&file).unwrap();
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &file, fifo, rustix::fs::Mode::RUSR, 0).unwrap();
    let Err(error) = cache.find() else {
        panic!("a FIFO is read");
    };
    assert!(error.to_string().contains("regular file"), "{error}");

    // A link is replaced, not followed.
    std::fs::remove_file(&file).unwrap();
    let target = root.path().join("target");
    std::os::unix::fs::symlink(&target, &file).unwrap();
    cache.store(&token("second")).unwrap();
    assert!(!target.exists());
    assert_eq!(cache.find().unwrap().unwrap().secret.expose_secret(), "second");
}

#[test]
fn directory_that_others_can_write_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.store(&token("first")).unwrap();
    // Not even a sticky one: others can still add files to it.
    for mode in [0o770, 0o707, 0o777, 0o1777] {
        std::fs::set_permissions(root.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        assert!(cache.store(&token("second")).unwrap_err().is_config(), "{mode:o}");
        let Err(error) = cache.find() else {
            panic!("{mode:o} is accepted");
        };
        assert!(error.to_string().contains(&format!("{mode:04o}")), "{error}");
    }
    std::fs::set_permissions(root.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(cache.find().unwrap().is_some());
}

#[test]
fn files_and_directories_of_others_are_refused() {
    if !rustix::process::geteuid().is_root() {
        return; // Only root can give files away.
    }
    let root = tempfile::tempdir().unwrap();
    let cache = cache(config(), root.path());
    cache.store(&token("first")).unwrap();
    for path in [only_file(root.path()), root.path().to_owned()] {
        std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
        let Err(error) = cache.find() else {
            panic!("{path:?} is used");
        };
        assert!(error.to_string().contains("12345"), "{error}");
        std::os::unix::fs::chown(&path, Some(0), None).unwrap();
    }
    assert!(cache.find().unwrap().is_some());
}

#[test]
fn each_caller_has_a_file_whose_name_reveals_nothing() {
    let root = tempfile::tempdir().unwrap();
    let name = |builder: ConfigBuilder| {
        let directory = root.path().join("kept");
        cache(builder, &directory).store(&token("t")).unwrap();
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
        "the name does not depend on the password"
    );
}

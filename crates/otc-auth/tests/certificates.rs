//! Certificate files that can't be used.

#![allow(clippy::unwrap_used)]

use otc_auth::{Config, ConfigBuilder, Environment, Session};

#[test]
fn unusable_certificate_files_are_named() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("empty.pem"), "no certificate here").unwrap();
    let environment = Environment::empty().working_directory(root.path());
    let builder = || Config::builder().token("hunter2");
    let problem = |builder: ConfigBuilder| {
        let config = builder.environment(&environment).build().unwrap();
        let error = Session::connect(config).err().unwrap();
        assert!(error.is_config());
        error.to_string().replace(&*root.path().to_string_lossy(), "[root]")
    };
    assert_eq!(
        problem(builder().cacert("absent.pem")),
        "cacert: can't read [root]/absent.pem: No such file or directory (os error 2); fix the path or the file's permissions"
    );
    assert_eq!(
        problem(builder().cacert("empty.pem")),
        "cacert: [root]/empty.pem: it contains no certificate (`-----BEGIN CERTIFICATE-----`)"
    );
    let of_the_caller = problem(builder().cert("empty.pem"));
    assert!(of_the_caller.starts_with("cert: [root]/empty.pem: "), "{of_the_caller}");
    let key = problem(builder().cert("empty.pem").key("absent.pem"));
    assert!(key.starts_with("key: can't read [root]/absent.pem: "), "{key}");
}

#[cfg(unix)]
#[test]
fn device_as_a_certificate_file_is_refused() {
    let config = Config::builder().token("t").cacert("/dev/zero").build().unwrap();
    let error = Session::connect(config).err().unwrap();
    assert!(error.to_string().contains("it is not a regular file"), "{error}");
}

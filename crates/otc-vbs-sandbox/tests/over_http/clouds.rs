//! The clouds.yaml of a sandbox.

use std::fs;

use otc_vbs_sandbox::{Error, Sandbox};

#[tokio::test]
async fn clouds_yaml_has_a_cloud_for_each_kind_of_credentials() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let port = sandbox.endpoint().port().unwrap().to_string();
    let yaml = sandbox.clouds_yaml().replace(&port, "[PORT]");
    insta::assert_snapshot!(yaml);
}

#[tokio::test]
async fn only_files_of_a_sandbox_are_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("clouds.yaml");
    let first = Sandbox::builder().start().await.unwrap();
    let second = Sandbox::builder().start().await.unwrap();
    first.write_clouds_yaml(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), first.clouds_yaml());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        second.write_clouds_yaml(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
    }
    second.write_clouds_yaml(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), second.clouds_yaml());

    let marker = second.clouds_yaml().lines().next().unwrap().to_owned();
    for foreign in ["", "clouds: {}\n", &marker, &format!("{marker} Not really.\n")] {
        fs::write(&path, foreign).unwrap();
        let refused = first.write_clouds_yaml(&path).unwrap_err();
        assert!(matches!(refused, Error::ForeignCloudsYaml(_)), "{refused}");
        assert!(refused.to_string().contains("clouds.yaml exists and was not written"));
        assert_eq!(fs::read_to_string(&path).unwrap(), foreign);
    }
    first.replace_clouds_yaml(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), first.clouds_yaml());
    // No other file is left next to it.
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);

    for nowhere in [directory.path().join("none/clouds.yaml"), directory.path().into()] {
        assert!(first.write_clouds_yaml(&nowhere).is_err());
    }
    let error = first.replace_clouds_yaml(directory.path().join("none/x")).unwrap_err();
    assert!(matches!(error, Error::CloudsYaml { .. }));
}

//! The files that are read, and how far each is trusted.

use std::path::Path;

use otc_auth::{Config, Environment};

use super::{CLOUD, Files, problem};

#[test]
fn working_directory_does_not_decide_where_secrets_are_sent() {
    let secret = "clouds: {a: {profile: company, auth: {token: t, auth_url: 'https://iam.example.com'}}}";
    let of_profile = "clouds: {a: {profile: company, auth: {token: t}}}";
    let guards = [
        "auth: {auth_url: 'https://evil.example.com'}",
        "auth_url: 'https://evil.example.com'",
        "verify: false",
        "insecure: true",
        "cacert: /evil.pem",
        "cert: /evil.pem",
        "vbs_endpoint_override: 'https://evil.example.com'",
        "regions: [{name: x, values: {auth: {auth_url: 'https://evil.example.com'}}}]",
    ];
    for guard in guards {
        for (clouds, name, section, variable) in [
            (secret, "secure", "clouds: {a", "OS_CLIENT_SECURE_FILE"),
            (of_profile, "clouds-public", "public-clouds: {company", "OS_CLIENT_VENDOR_FILE"),
        ] {
            if guard.starts_with("auth_url") && name == "secure" {
                // `auth_url` in `auth`, which the trusted file has, wins.
                continue;
            }
            let local = format!("work/{name}.yaml");
            let text = format!("{section}: {{{guard}}}}}");
            let files = Files::new(&[("user/clouds.yaml", clouds), (&local, &text)]);
            let error = problem(files.read());
            assert!(error.contains(&local) && error.contains("user/clouds.yaml"), "{guard}: {error}");
            // An explicit secret is meant for the cloud as it is in the user's file.
            let explicit = files.builder().cloud("a").token("t").build();
            assert!(problem(explicit).contains(&local), "{guard}");

            let path = files.root.path().join(&local);
            let named = files.environment.clone().variable(variable, path.to_str().unwrap());
            assert!(Config::from_cloud("a", &named).is_ok(), "{guard}: a named file is trusted");
        }
    }
}

#[test]
fn working_directory_is_used_for_its_own_secrets_and_harmless_settings() {
    let own = Files::new(&[("work/clouds.yaml", &format!("clouds: {{a: {{{CLOUD}, verify: false}}}}"))]);
    assert!(!own.read().unwrap().verify());
    let secret_here = Files::new(&[
        ("user/clouds.yaml", "clouds: {a: {auth: {auth_url: 'https://iam.example.com'}}}"),
        ("work/secure.yaml", "clouds: {a: {auth: {token: t}}}"),
    ]);
    assert!(secret_here.read().is_ok());
    let harmless = Files::new(&[
        (
            "work/clouds.yaml",
            "clouds: {a: {profile: otc, region_name: eu-nl, auth: {username: u, user_domain_name: D}}}",
        ),
        ("user/secure.yaml", "clouds: {a: {auth: {password: p}}}"),
    ]);
    assert_eq!(harmless.read().unwrap().region(), Some("eu-nl"));
    // The user's own directory is trusted, whether or not it is the working directory.
    let same = Files::new(&[
        ("user/clouds.yaml", "clouds: {a: {auth: {auth_url: 'https://iam.example.com'}}}"),
        ("site/secure.yaml", "clouds: {a: {auth: {token: t}}}"),
    ]);
    let environment = same.environment.clone().working_directory(same.root.path().join("user"));
    assert!(Config::from_cloud("a", &environment).is_ok());
}

#[test]
fn profile_chosen_by_the_working_directory_does_not_decide_where_secrets_are_sent() {
    let files = Files::new(&[
        ("work/clouds.yaml", "clouds: {a: {profile: other, auth: {username: u, user_domain_name: D}}}"),
        ("user/secure.yaml", "clouds: {a: {auth: {password: p}}}"),
        (
            "user/clouds-public.yaml",
            "public-clouds: {other: {auth: {auth_url: 'https://other.example.com'}}}",
        ),
    ]);
    let error = problem(files.read());
    assert!(error.contains("clouds-public.yaml") && error.contains("user/secure.yaml"), "{error}");
}

#[cfg(unix)]
#[test]
fn cloud_files_are_regular_and_bounded() {
    let read = |path: &Path| {
        let environment = Environment::empty().variable("OS_CLIENT_CONFIG_FILE", path.to_str().unwrap());
        problem(Config::from_cloud("a", &environment))
    };
    assert!(read(Path::new("/dev/zero")).contains("not a regular file"));
    let root = tempfile::tempdir().unwrap();
    let fifo = root.path().join("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
        .unwrap();
    assert!(read(&fifo).contains("not a regular file"));
    let large = root.path().join("large");
    std::fs::write(&large, "#".repeat(1024 * 1024 + 1)).unwrap();
    assert!(read(&large).contains("larger than"));
}

#[test]
fn explicit_clouds_file_replaces_the_search() {
    let named = format!("clouds: {{a: {{{CLOUD}}}, b: {{}}}}");
    let files = Files::new(&[
        ("user/clouds.yaml", "clouds: {a: {auth: {token: t}}}"),
        ("user/secure.yaml", "clouds: {a: {auth: {password: p}}}"),
        ("work/mine.yaml", &named),
    ]);
    let path = files.root.path().join("work/mine.yaml");
    let builder = || files.builder().clouds_file(&path);
    assert_eq!(builder().cloud("a").build().unwrap().method(), "password");
    let environment = files.environment.clone().variable("OS_CLOUD", "a");
    let by_variable = Config::builder().environment(&environment).clouds_file("mine.yaml");
    assert_eq!(by_variable.build().unwrap().method(), "password");
    let alone = Config::builder().clouds_file(&path).cloud("a").build();
    assert_eq!(alone.unwrap().method(), "password");

    let error = problem(builder().build());
    assert!(error.contains("no cloud is chosen") && error.ends_with("mine.yaml: a, b"), "{error}");
    let error = problem(files.builder().clouds_file("other.yaml").cloud("a").build());
    assert!(error.contains("other.yaml does not exist"), "{error}");
}

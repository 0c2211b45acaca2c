//! `vbs whoami`: with each kind of credentials of the sandbox's clouds.yaml.

use std::process::Output;

use crate::support::{Clouds, output_text, run};

fn run_with(clouds: &Clouds, arguments: &str) -> Output {
    clouds.vbs(arguments).output().unwrap()
}

/// The outcome of a run, without what differs in every run: addresses, directories and the time of an issued token.
fn stable_text(clouds: &Clouds, output: &Output) -> String {
    let text = clouds.server.output_text(output);
    let text = text.replace(clouds.directory.path().to_str().unwrap(), "[DIRECTORY]");
    let lines = text.lines().map(|line| match line.starts_with("Valid until  ") {
        true if line.ends_with(", then renewed)") => {
            "Valid until  [TIME] (in [AGE], then renewed)".to_owned()
        }
        true => "Valid until  [TIME] (in [AGE])".to_owned(),
        false => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn each_kind_of_credentials_is_shown() {
    let clouds = Clouds::start();
    let kinds = ["password", "id", "token", "agency", "aksk", "aksk-temporary"];
    let of = |kind| {
        let command = format!("whoami --cloud sandbox-{kind}");
        format!("$ vbs {command}\n{}\n", stable_text(&clouds, &run_with(&clouds, &command)))
    };
    insta::assert_snapshot!(kinds.map(of).concat());
}

#[test]
fn no_secret_is_shown() {
    let clouds = Clouds::start();
    let text = std::fs::read_to_string(clouds.file()).unwrap();
    let keys = ["password:", "secret_key:", "token:", "security_token:", "passcode:"];
    let secrets = text.lines().filter_map(|line| {
        let (key, value) = line.trim().split_once(' ')?;
        keys.contains(&key).then(|| value.trim_matches(['"', '\'']).to_owned())
    });
    let secrets: Vec<String> = secrets.collect();
    assert!(secrets.len() >= 5, "{text}");
    for kind in ["password", "id", "token", "totp", "agency", "aksk", "aksk-temporary"] {
        for options in ["", "-v", "-o json", "-o yaml"] {
            let output = run_with(&clouds, &format!("whoami --cloud sandbox-{kind} {options}"));
            let text = output_text(&output);
            assert!(output.status.success() || kind == "totp", "{text}");
            assert!(secrets.iter().all(|secret| !text.contains(secret.as_str())), "{kind} {options}: {text}");
        }
    }
}

#[test]
fn sandbox_in_each_format() {
    let of = |format| format!("{format}\n{}\n", run(&format!("--sandbox whoami -o {format}")));
    insta::assert_snapshot!(["table", "wide", "json", "jsonl", "yaml", "csv"].map(of).concat());
}

#[test]
fn several_clouds_are_rows() {
    let clouds = Clouds::start();
    let output = run_with(
        &clouds,
        "whoami --cloud sandbox-token,sandbox-aksk -o csv -c method,cloud,user_name,project_name",
    );
    insta::assert_snapshot!(stable_text(&clouds, &output));
}

#[test]
fn token_without_an_identity_service_names_its_origin() {
    let clouds = Clouds::start();
    let by_variable = clouds.server.vbs("whoami").output().unwrap();
    let file = clouds.directory.path().join("token");
    std::fs::write(&file, clouds.server.variable("OS_TOKEN")).unwrap();
    let by_file = clouds.server.vbs("whoami -q -o json --token-file").arg(&file).output().unwrap();
    let stdout = String::from_utf8(by_file.stdout).unwrap();
    assert!(stdout.contains(file.to_str().unwrap()), "{stdout}");
    insta::assert_snapshot!(stable_text(&clouds, &by_variable));
}

#[test]
fn wrong_credentials_are_an_error() {
    let clouds = Clouds::start();
    let file = clouds.file();
    let text = std::fs::read_to_string(&file).unwrap();
    let lines = text.lines().map(|line| match line.trim_start().starts_with("password:") {
        true => format!("{}password: wrong-password", &line[..line.len() - line.trim_start().len()]),
        false => line.to_owned(),
    });
    let text: Vec<String> = lines.collect();
    std::fs::write(&file, text.join("\n")).unwrap();
    let output = run_with(&clouds, "whoami --cloud sandbox-password");
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("can't sign in to cloud sandbox-password: "), "{text}");
}

//! `vbs migrate plan`.

use crate::support::{Clouds, Server, answering, output_text, run, stdout, vbs};

/// The size of a disk that the sandbox's jobs name, and a disk that they don't name.
const DISKS: &str = "\
POLICY,DISK,SIZE_GB
# The largest disk has grown.
nightly,61e28a73-a489-4fcd-abb2-ca299b6a556f,120

month-end,new-disk,40
";

fn body(path: &str, policies: &str, jobs: &str) -> (u16, String) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let is_first = !query.split('&').any(|field| field.starts_with("offset=") && field != "offset=0");
    let body = match path {
        path if path.contains("sharing") && !is_first => r#"{"shared": []}"#.to_owned(),
        path if path.ends_with("backuptasks") => format!("{{\"tasks\": [{jobs}]}}"),
        path if path.ends_with("/tags") => "{\"tags\": []}".to_owned(),
        path if path.ends_with("backups/detail") => {
            r#"{"backups": [{"id": "b1", "status": "available", "volume_id": "d1", "size": 10}]}"#.to_owned()
        }
        path if path.contains("sharing") => r#"{"shared": [{"id": "s1", "backup_id": "b1"}]}"#.to_owned(),
        _ => format!("{{\"backup_policies\": [{policies}]}}"),
    };
    (200, body)
}

const MONTH_END: &str = r#"{
    "backup_policy_id": "month-end-id", "backup_policy_name": "month end", "policy_resource_count": 3,
    "time_zone": "UTC+02:00", "scheduled_policy": {
        "status": "ON", "start_time": "22:00,02:00", "week_frequency": ["SUN"], "rentention_num": 12,
        "remain_first_backup_of_curMonth": "Y"
    }
}"#;

const JOB: &str = r#"{
    "job_id": "j1", "resource_id": "d1", "status": "EXECUTE_SUCCESS", "created_at": "2026-01-10T22:00:10.000000"
}"#;

const NOW: &str = "--now 2026-01-15T06:00:00Z";

#[test]
fn plan_in_each_format() {
    let formats = ["text", "wide", "terraform", "openstack", "json"];
    let of = |format| {
        format!("$ vbs migrate plan -o {format}\n{}\n", run(&format!("--sandbox migrate plan -o {format}")))
    };
    insta::assert_snapshot!(formats.map(of).concat());
}

#[test]
fn table_is_the_default_and_lines_and_yaml_have_the_same_object() {
    let plan = |format: &str| stdout(&format!("--sandbox migrate plan {format}"));
    assert_eq!(plan(""), plan("-o table"));
    let json: serde_json::Value = serde_json::from_str(&plan("-o json")).unwrap();
    let lines: serde_json::Value = serde_json::from_str(&plan("-o jsonl")).unwrap();
    let yaml: serde_json::Value = serde_saphyr::from_str(&plan("-o yaml")).unwrap();
    assert_eq!(json, lines);
    assert_eq!(json, yaml);
}

#[test]
fn incomplete_plan_says_so_in_each_format() {
    let vbs = answering(|path| body(path, MONTH_END, JOB));
    let of = |format| {
        let output = vbs(&format!("migrate plan {NOW} -o {format}")).output().unwrap();
        format!("$ vbs migrate plan -o {format}\n{}\n", output_text(&output))
    };
    insta::assert_snapshot!(["text", "terraform", "openstack", "json"].map(of).concat());
}

#[test]
fn file_of_disks_supplies_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("disks.csv");
    std::fs::write(&file, DISKS).unwrap();
    let output = vbs("--sandbox migrate plan -o wide --disks").arg(&file).output().unwrap();
    insta::assert_snapshot!(output_text(&output));

    let vbs = answering(|path| body(path, MONTH_END, JOB));
    std::fs::write(&file, "month end,d2,20\nmonth-end-id,d3,30\n").unwrap();
    let output = vbs(&format!("migrate plan {NOW} -o json --disks")).arg(&file).output().unwrap();
    let plan: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(plan["incomplete"], false);
    assert_eq!(plan["projects"][0]["policies"][0]["vaults"][0]["size_gb"], 60);
}

#[test]
fn file_of_disks_that_cannot_be_used_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("disks.csv");
    let with = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = vbs("--sandbox migrate plan --disks").arg(&file).output().unwrap();
        output_text(&output).replace(&file.display().to_string(), "[FILE]")
    };
    let missing = run("--sandbox migrate plan --disks no-such-file");
    let all = [with("nightly\n"), with("\nnigthly,d1\n"), with("nightly,d1,ten\n"), missing];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn project_without_policies() {
    let vbs = answering(|path| body(path, "", ""));
    let of = |format| {
        let output = vbs(&format!("migrate plan {NOW} -o {format}")).output().unwrap();
        format!("$ vbs migrate plan -o {format}\n{}\n", output_text(&output))
    };
    insta::assert_snapshot!(["text", "terraform", "openstack"].map(of).concat());
}

#[test]
fn what_cannot_be_read_is_missing_and_ends_with_7() {
    let vbs = answering(|path| match path {
        path if path.contains("backuptasks") || path.contains("sharing") => {
            (403, r#"{"error": {"code": "VBS.0003", "message": "no"}}"#.to_owned())
        }
        _ => body(path, MONTH_END, JOB),
    });
    let output = vbs(&format!("migrate plan {NOW}")).output().unwrap();
    assert_eq!(output.status.code(), Some(7));
    insta::assert_snapshot!(output_text(&output));
    let vbs = answering(|_| (403, r#"{"error": {"code": "VBS.0003", "message": "no"}}"#.to_owned()));
    let output = vbs("migrate plan").output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
}

#[test]
fn commands_of_the_steps_run() {
    let plan: serde_json::Value = serde_json::from_str(&stdout("--sandbox migrate plan -o json")).unwrap();
    let steps = plan["steps"].as_array().unwrap();
    let commands: Vec<&str> = steps
        .iter()
        .flat_map(|step| step["commands"].as_array().unwrap())
        .filter_map(|it| it.as_str())
        .collect();
    assert_eq!(commands.len(), 1);
    for command in commands {
        let arguments = command.strip_prefix("vbs ").unwrap();
        let output = vbs(&format!("{arguments} --dry-run")).output().unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
    }
}

#[test]
fn several_projects_are_told_apart_in_each_format() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    let _server = Server::start(&format!("--jobs 12 --clouds-yaml {}", file.display()));
    let plan = |format: &str| {
        let output = vbs(&format!("--cloud sandbox-password --all-projects migrate plan {NOW} -o {format}"))
            .env("OS_CLIENT_CONFIG_FILE", &file)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines = |format: &str, starts: &[&str]| -> String {
        let text = plan(format);
        let chosen =
            text.lines().filter(|line| starts.iter().any(|start| line.trim_start().starts_with(start)));
        chosen.map(|line| format!("{line}\n")).collect()
    };
    let terraform = ["# Project", "provider", "alias", "cloud", "tenant_id", "region", "resource \""];
    let all = [
        lines("text", &["Plan", "Project", "Policy", "vbs policy disable"]),
        lines("terraform", &terraform),
        lines("openstack", &["# Project", "policy=", "openstack"]),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn project_of_the_options_is_the_one_that_the_formats_create_in() {
    let clouds = Clouds::start();
    let plan = |format: &str| {
        let arguments =
            format!("--cloud sandbox-password --project eu-de_other migrate plan {NOW} -o {format}");
        let output = clouds.run(&arguments);
        assert!(output.status.success(), "{}", output_text(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&plan("json")).unwrap();
    let id = json["projects"][0]["project_id"].as_str().unwrap();

    let script = plan("openstack");
    let commands: Vec<&str> =
        script.lines().filter(|line| !line.starts_with('#') && line.contains(" create ")).collect();
    let client =
        format!("openstack --os-cloud sandbox-password --os-project-id {id} --os-region-name eu-de cbr ");
    assert_eq!(commands.len(), 6, "{script}");
    assert!(commands.iter().all(|command| command.contains(&client)), "{script}");

    let configuration = plan("terraform");
    let provider = format!(
        "provider \"opentelekomcloud\" {{\n  cloud = \"sandbox-password\"\n  tenant_id = \"{id}\"\n  region = \"eu-de\"\n}}\n"
    );
    assert!(configuration.contains(&provider), "{configuration}");
}

#[test]
fn formats_of_a_plan_are_only_for_plans() {
    let other = run("--sandbox tasks -o terraform");
    let csv = run("--sandbox migrate plan -o csv");
    let columns = run("--sandbox migrate plan -c name");
    insta::assert_snapshot!([other, csv, columns].join("\n"));
}

#[test]
fn help() {
    let of = |command: &str| {
        let help = stdout(&format!("{command} --help"));
        help.split("\nConnection:").next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(of("migrate") + "\n" + &of("migrate plan"));
}

//! The formats: valid, harmless, and marked if the plan is incomplete.

use std::collections::BTreeMap;

use hcl::{Block, Body, Expression};
use otc_vbs::types::Tag;
use serde_json::json;

use super::super::input::{Policy, Project};
use super::super::plan::Plan;
use super::super::{openstack, terraform, text};
use super::support::{policy, project, scheduled, whole};

/// What the documentation of the provider lists, and `provider`, which every resource has. A dot is a block.
const POLICY: [&str; 8] = [
    "provider",
    "name",
    "operation_type",
    "enabled",
    "trigger_pattern",
    "operation_definition.max_backups",
    "operation_definition.retention_duration_days",
    "operation_definition.timezone",
];
const VAULT: [&str; 11] = [
    "provider",
    "name",
    "backup_policy_id",
    "auto_expand",
    "tags",
    "billing.size",
    "billing.object_type",
    "billing.protect_type",
    "billing.charging_mode",
    "resource.id",
    "resource.type",
];
const PROVIDER: [&str; 4] = ["alias", "cloud", "tenant_id", "region"];
const REQUIREMENTS: [&str; 1] = ["required_providers.opentelekomcloud"];

/// Ends strings, begins expressions, changes lines and controls terminals.
const HOSTILE: &str = "a'b\"c`d$(e)${f}%{g}\\h#i;j\nk\r\u{1b}[31m\u{202e}\u{2028}*/";

fn hostile() -> Plan {
    let tag = |key: &str, value: &str| -> Tag {
        serde_json::from_value(json!({"key": key, "value": value})).unwrap()
    };
    let printable = "v'b\"c`d$(e)${f}%{g}\\h#i;j --x";
    let hostile = |name: &str, disk: &str| -> Policy {
        let mut policy = policy(name, &[disk, HOSTILE]);
        policy.tags = vec![tag(&printable.replace('v', "-k"), printable), tag(HOSTILE, HOSTILE)];
        policy
    };
    let project = |name: &str, policies| Project {
        project: format!("{name}{HOSTILE}"),
        cloud: Some(printable.to_owned()),
        region: Some("eu-de".to_owned()),
        shares_created: vec![HOSTILE.to_owned()],
        unread: vec![HOSTILE.to_owned()],
        ..project(policies)
    };
    let mut odd = scheduled(HOSTILE, json!({"status": HOSTILE, "start_time": HOSTILE}));
    odd.listed.time_zone = Some(HOSTILE.to_owned());
    whole(vec![
        project("one", vec![hostile(HOSTILE, "d1"), hostile(&format!("1{HOSTILE}"), "d2")]),
        project("two", vec![hostile("--all", "d3"), odd]),
    ])
}

fn simple() -> Plan {
    let policies = vec![policy("nightly", &["d1", "d2"]), policy("1st", &["d3"])];
    whole(vec![Project { region: Some("eu-de".to_owned()), ..project(policies) }])
}

fn incomplete() -> Plan {
    let mut nightly = policy("nightly", &["d1"]);
    nightly.listed.policy_resource_count = Some(2);
    whole(vec![project(vec![nightly])])
}

fn attributes(body: &Body, prefix: &str) -> Vec<String> {
    let own = body.attributes().map(|attribute| format!("{prefix}{}", attribute.key()));
    let nested =
        body.blocks().flat_map(|block| attributes(block.body(), &format!("{prefix}{}.", block.identifier())));
    own.chain(nested).collect()
}

fn label(block: &Block, place: usize) -> &str {
    block.labels().get(place).map_or("", |label| label.as_str())
}

#[test]
fn terraform_parses_and_has_only_what_the_provider_knows() {
    for plan in [simple(), incomplete(), hostile()] {
        let file = terraform::configuration(&plan).unwrap();
        let body = hcl::parse(&file).unwrap_or_else(|error| panic!("{error}\n{file}"));
        assert_eq!(body.attributes().count(), 0);
        let mut labels = Vec::new();
        for block in body.blocks() {
            let known: &[&str] = match (block.identifier(), label(block, 0)) {
                ("resource", "opentelekomcloud_cbr_policy_v3") => &POLICY,
                ("resource", "opentelekomcloud_cbr_vault_v3") => &VAULT,
                ("provider", "opentelekomcloud") => &PROVIDER,
                ("terraform", "") => &REQUIREMENTS,
                other => panic!("{other:?}"),
            };
            for attribute in attributes(block.body(), "") {
                assert!(known.contains(&&*attribute), "{attribute} in {file}");
            }
            if block.identifier() == "resource" {
                labels.push((label(block, 0).to_owned(), label(block, 1).to_owned()));
            }
        }
        let all = labels.len();
        labels.sort();
        labels.dedup();
        assert_eq!(labels.len(), all, "labels are unique");
    }
}

#[test]
fn terraform_has_the_tags_as_they_are() {
    let file = terraform::configuration(&hostile()).unwrap();
    let body = hcl::parse(&file).unwrap();
    let tags = body.blocks().filter(|block| label(block, 0).contains("vault")).map(|block| {
        let tags = block.body().attributes().find(|attribute| attribute.key() == "tags").unwrap();
        let context = hcl::eval::Context::new();
        let value = hcl::eval::Evaluate::evaluate(tags.expr(), &context).unwrap();
        serde_json::to_value(value).unwrap()
    });
    let printable = "v'b\"c`d$(e)${f}%{g}\\h#i;j --x";
    let expected: BTreeMap<String, String> =
        [(printable.replace('v', "-k"), printable.to_owned())].into_iter().collect();
    let tags: Vec<_> = tags.collect();
    assert_eq!(tags, vec![json!(expected); 3]);
}

#[test]
fn terraform_vault_refers_to_its_policy() {
    let file = terraform::configuration(&simple()).unwrap();
    let body = hcl::parse(&file).unwrap();
    let references: Vec<String> = body
        .blocks()
        .filter(|block| label(block, 0).contains("vault"))
        .map(|block| {
            let policy =
                block.body().attributes().find(|attribute| attribute.key() == "backup_policy_id").unwrap();
            assert!(matches!(policy.expr(), Expression::Traversal(_)));
            policy.expr().to_string()
        })
        .collect();
    assert_eq!(
        references,
        ["opentelekomcloud_cbr_policy_v3.nightly.id", "opentelekomcloud_cbr_policy_v3.policy_1st.id"]
    );
}

#[test]
fn terraform_has_a_provider_for_the_project_with_an_alias_only_for_several() {
    let of = |cloud: Option<&str>, count: usize| {
        let project =
            || Project { cloud: cloud.map(str::to_owned), ..project(vec![policy("nightly", &["d1"])]) };
        terraform::configuration(&whole((0..count).map(|_| project()).collect())).unwrap()
    };
    let credentials = "# Add the credentials for this project.\n";
    let one = of(None, 1);
    assert!(
        one.contains(&format!("{credentials}provider \"opentelekomcloud\" {{\n  tenant_id = \"p1\"\n}}\n"))
    );
    assert!(!one.contains("  provider = "), "{one}");
    // The cloud has credentials.
    let cloud = of(Some("otc"), 1);
    assert!(cloud.contains("provider \"opentelekomcloud\" {\n  cloud = \"otc\"\n  tenant_id = \"p1\"\n}\n"));
    assert!(!cloud.contains(credentials), "{cloud}");
    let several = of(None, 2);
    assert_eq!(several.matches(credentials).count(), 2);
    assert!(several.contains("  alias = \"eu-de_shop-2\"\n"), "{several}");
    assert!(several.contains("  provider = opentelekomcloud.eu-de_shop-2\n"), "{several}");
}

/// The arguments of each command, as a shell reads them. A stub of the client prints them.
#[cfg(unix)]
fn run(script: &str) -> Vec<Vec<String>> {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let client = directory.path().join("openstack");
    let log = directory.path().join("log");
    std::fs::write(
        &client,
        "#!/bin/sh\nprintf '%s\\0' \"$@\" >> \"$LOG\"\nprintf '\\0' >> \"$LOG\"\necho the-id\n",
    )
    .unwrap();
    std::fs::set_permissions(&client, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("sh")
        .args(["-c", script])
        .env("PATH", path)
        .env("LOG", &log)
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}\n{script}");
    let log = std::fs::read_to_string(log).unwrap();
    let mut calls = Vec::new();
    for call in log.split_terminator("\0\0") {
        calls.push(call.split('\0').map(str::to_owned).collect());
    }
    calls
}

#[cfg(unix)]
#[test]
fn openstack_script_creates_policies_and_vaults() {
    let calls = run(&openstack::script(&simple()).unwrap());
    assert_eq!(
        calls[..2],
        [
            "--os-project-id p1 --os-region-name eu-de cbr policy create -f value -c ID --operation-type backup \
             --pattern FREQ=DAILY;INTERVAL=1;BYHOUR=1;BYMINUTE=00 --max-backups 7 nightly",
            "--os-project-id p1 --os-region-name eu-de cbr vault create --backup-policy the-id --consistent-level crash_consistent \
             --object-type disk --size 20 --resource id=d1,type=OS::Cinder::Volume --resource id=d2,type=OS::Cinder::Volume nightly",
        ]
        .map(|call| call.split(' ').map(str::to_owned).collect::<Vec<_>>())
    );
    assert_eq!(calls.len(), 4);
}

#[cfg(unix)]
#[test]
fn openstack_script_passes_hostile_text_on_as_it_is() {
    let calls = run(&openstack::script(&hostile()).unwrap());
    // Two policies with a vault, and one whose schedule can be read.
    assert_eq!(calls.len(), 6);
    let printable = "v'b\"c`d$(e)${f}%{g}\\h#i;j --x";
    let tag = format!("--tag={}={printable}", printable.replace('v', "-k"));
    for call in &calls {
        assert_eq!(call[..4], ["--os-cloud", printable, "--os-project-id", "p1"]);
        assert_eq!(call.contains(&tag), call.contains(&"vault".to_owned()));
        assert!(call.iter().all(|word| !word.contains(['\n', '\u{1b}'])));
    }
}

#[test]
fn no_format_controls_the_terminal() {
    let plan = hostile();
    let formats = [
        text::plan(&plan, true),
        terraform::configuration(&plan).unwrap(),
        openstack::script(&plan).unwrap(),
    ];
    for format in formats {
        let hostile =
            format.chars().find(|c| (c.is_control() && *c != '\n') || "\u{202e}\u{2028}".contains(*c));
        assert_eq!(hostile, None, "{format}");
    }
}

#[test]
fn incomplete_plan_is_marked_in_every_format() {
    let of = |plan: &Plan| {
        [text::plan(plan, false), terraform::configuration(plan).unwrap(), openstack::script(plan).unwrap()]
    };
    for format in of(&incomplete()) {
        assert!(format.contains("INCOMPLETE"), "{format}");
        assert!(format.contains("nightly: the policy has 2 disks; its jobs of 30 days name 1"), "{format}");
    }
    for format in of(&simple()) {
        assert!(!format.contains("INCOMPLETE"), "{format}");
    }
    let json = |plan: &Plan| serde_json::to_value(plan).unwrap();
    assert_eq!(json(&incomplete())["incomplete"], true);
    assert_eq!(json(&incomplete())["projects"][0]["policies"][0]["incomplete"], true);
    assert_eq!(json(&simple())["incomplete"], false);
}

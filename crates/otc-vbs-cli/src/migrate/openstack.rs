//! The plan as a script for the OpenStack client with the package otcextensions.
//!
//! Two things of the client are not in its help:
//!
//! - It passes `--backup-policy` on as an id, although the help says "name or id", so the script keeps the id that
//!   `policy create` prints.
//! - Without `--retention-duration-days`, it sends -1, which means that days don't limit what is kept.

use super::plan::{Plan, PolicyPlan, ProjectPlan, VaultPlan};
use super::text;
use crate::exit::Failure;

/// The script. Comments say what can't be carried over.
pub(super) fn script(plan: &Plan) -> Result<String, Failure> {
    let mut script = "#!/bin/sh\n".to_owned();
    script.push_str(&text::comments(&text::head(plan)));
    script.push_str(&text::comments(&[
        "Needs the OpenStack client with otcextensions: pip install python-openstackclient otcextensions"
            .to_owned(),
        "The client can't set auto_expand: watch how full the vaults are.".to_owned(),
    ]));
    script.push_str("set -eu\n");
    for project in &plan.projects {
        script.push('\n');
        script.push_str(&text::comments(&text::project_comments(project)));
        let client = client(project);
        for policy in &project.policies {
            script.push('\n');
            script.push_str(&text::comments(&text::policy_comments(policy)));
            if policy.can_be_created() {
                add_policy(&mut script, &client, policy)?;
            }
        }
    }
    Ok(script)
}

/// The client, with the options that reach the project: the cloud or the environment may be set to another one.
fn client(project: &ProjectPlan) -> Vec<String> {
    let mut words = vec!["openstack".to_owned()];
    let mut add = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    if let Some(cloud) = &project.cloud {
        add("--os-cloud", cloud);
    }
    add("--os-project-id", &project.project_id);
    if let Some(region) = &project.region {
        add("--os-region-name", region);
    }
    words
}

fn add_policy(script: &mut String, client: &[String], policy: &PolicyPlan) -> Result<(), Failure> {
    let mut words = client.to_vec();
    words.extend(["cbr", "policy", "create", "-f", "value", "-c", "ID"].map(str::to_owned));
    let mut add = |name: &str, value: String| words.extend([name.to_owned(), value]);
    add("--operation-type", "backup".to_owned());
    for rule in &policy.rules {
        add("--pattern", rule.clone());
    }
    if let Some(backups) = policy.retention.max_backups {
        add("--max-backups", backups.to_string());
    }
    if let Some(days) = policy.retention.retention_duration_days {
        add("--retention-duration-days", days.to_string());
    }
    if !policy.enabled {
        words.push("--disable".to_owned());
    }
    words.push(policy.name.clone());
    script.push_str(&format!("policy=$({})\n", command(&words)?));
    for vault in &policy.vaults {
        script.push_str(&text::comments(&text::vault_comments(vault)));
        script.push_str(&format!("{}\n", of_vault(client, vault)?));
    }
    Ok(())
}

fn of_vault(client: &[String], vault: &VaultPlan) -> Result<String, Failure> {
    let mut words = client.to_vec();
    words.extend(["cbr", "vault", "create"].map(str::to_owned));
    let start = command(&words)?;
    let mut words: Vec<String> = Vec::new();
    let mut add = |name: &str, value: String| words.extend([name.to_owned(), value]);
    add("--consistent-level", "crash_consistent".to_owned());
    add("--object-type", "disk".to_owned());
    add("--size", vault.size_gb.to_string());
    for (key, value) in &vault.tags {
        // In one word, since a key may begin with `-`.
        words.push(format!("--tag={key}={value}"));
    }
    for disk in &vault.disks {
        words.extend(["--resource".to_owned(), format!("id={},type=OS::Cinder::Volume", disk.id)]);
    }
    words.push(vault.name.clone());
    Ok(format!("{start} --backup-policy \"$policy\" {}", command(&words)?))
}

/// Words for the shell, quoted where needed. Only a NUL can't be quoted; names and ids are cleaned, and tags are checked.
fn command(words: &[String]) -> Result<String, Failure> {
    shlex::try_join(words.iter().map(String::as_str))
        .map_err(|error| Failure::Output(std::io::Error::other(error.to_string())))
}

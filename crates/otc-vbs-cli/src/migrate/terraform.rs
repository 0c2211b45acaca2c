//! The plan as a configuration of Terraform, for the provider opentelekomcloud.

use std::collections::BTreeMap;

use hcl::expr::{Expression, ObjectKey, Traversal, Variable};
use hcl::{Attribute, Block, Body};

use super::names::Names;
use super::plan::{Plan, PolicyPlan, ProjectPlan, VaultPlan};
use super::text;
use crate::exit::Failure;

const POLICY: &str = "opentelekomcloud_cbr_policy_v3";
const VAULT: &str = "opentelekomcloud_cbr_vault_v3";
const PROVIDER: &str = "opentelekomcloud";
const SOURCE: &str = "opentelekomcloud/opentelekomcloud";

/// The configuration. Comments say what can't be carried over.
pub(super) fn configuration(plan: &Plan) -> Result<String, Failure> {
    let mut names = Identifiers::default();
    let has_several = plan.projects.len() > 1;
    let mut parts = vec![(Vec::new(), Some(requirements()))];
    for project in &plan.projects {
        let alias = has_several.then(|| identifier(&mut names.aliases, &project.project, "project"));
        let mut comments = text::project_comments(project);
        // A cloud of clouds.yaml has them.
        if project.cloud.is_none() {
            comments.push("Add the credentials for this project.".to_owned());
        }
        parts.push((comments, Some(provider(project, alias.as_deref()))));
        for policy in &project.policies {
            parts.extend(of_policy(policy, &mut names, alias.as_deref())?);
        }
    }
    let mut file = text::comments(&text::head(plan));
    for (comments, block) in parts {
        file.push('\n');
        file.push_str(&text::comments(&comments));
        if let Some(block) = block {
            file.push_str(&hcl::format::to_string(&Body::from([block])).map_err(unwritable)?);
        }
    }
    Ok(file)
}

/// Comments, and the block below them.
type Part = (Vec<String>, Option<Block>);

/// The labels and aliases of the configuration.
#[derive(Default)]
struct Identifiers {
    policies: Names,
    vaults: Names,
    aliases: Names,
}

fn requirements() -> Block {
    let source: Expression =
        [(ObjectKey::Identifier(hcl::Identifier::sanitized("source")), SOURCE)].into_iter().collect();
    let providers = Block::builder("required_providers").add_attribute((PROVIDER, source));
    Block::builder("terraform").add_block(providers.build()).build()
}

/// A policy and its vaults. If CBR can't have the policy, only comments.
fn of_policy(
    policy: &PolicyPlan,
    names: &mut Identifiers,
    alias: Option<&str>,
) -> Result<Vec<Part>, Failure> {
    let comments = text::policy_comments(policy);
    if !policy.can_be_created() {
        return Ok(vec![(comments, None)]);
    }
    let label = identifier(&mut names.policies, &policy.name, "policy");
    let mut parts = vec![(comments, Some(policy_block(policy, &label, alias)?))];
    for vault in &policy.vaults {
        let vault_label = identifier(&mut names.vaults, &vault.name, "vault");
        let policy = reference(&[POLICY, &label, "id"])?;
        parts.push((text::vault_comments(vault), Some(vault_block(vault, &vault_label, policy, alias)?)));
    }
    Ok(parts)
}

/// A unique label or alias: a name that begins with a letter or `_`.
fn identifier(given: &mut Names, name: &str, prefix: &str) -> String {
    let is_start = |character: char| character.is_ascii_alphabetic() || character == '_';
    match name.starts_with(is_start) {
        true => given.give(name, prefix),
        false => given.give(&format!("{prefix}_{name}"), prefix),
    }
}

/// The provider for a project: the cloud or the environment may be set to another one.
fn provider(project: &ProjectPlan, alias: Option<&str>) -> Block {
    let mut block = Block::builder("provider").add_label(PROVIDER);
    for (key, value) in [
        ("alias", alias),
        ("cloud", project.cloud.as_deref()),
        ("tenant_id", Some(project.project_id.as_str())),
        ("region", project.region.as_deref()),
    ] {
        if let Some(value) = value {
            block = block.add_attribute((key, value));
        }
    }
    block.build()
}

fn policy_block(policy: &PolicyPlan, label: &str, alias: Option<&str>) -> Result<Block, Failure> {
    let mut block = Block::builder("resource").add_labels([POLICY, label]);
    if let Some(alias) = alias {
        block = block.add_attribute(("provider", reference(&[PROVIDER, alias])?));
    }
    let retention = policy.retention;
    let kept = match (retention.max_backups, retention.retention_duration_days) {
        (Some(backups), _) => Attribute::new("max_backups".to_owned(), backups),
        (None, Some(days)) => Attribute::new("retention_duration_days".to_owned(), days),
        // Every backup.
        (None, None) => Attribute::new("max_backups".to_owned(), -1),
    };
    Ok(block
        .add_attribute(("name", policy.name.as_str()))
        .add_attribute(("operation_type", "backup"))
        .add_attribute(("enabled", policy.enabled))
        .add_attribute(("trigger_pattern", policy.rules.iter().map(String::as_str).collect::<Expression>()))
        .add_block(
            Block::builder("operation_definition")
                .add_attribute(kept)
                // The provider requires it.
                .add_attribute(("timezone", policy.timezone.as_str()))
                .build(),
        )
        .build())
}

fn vault_block(
    vault: &VaultPlan,
    label: &str,
    policy: Expression,
    alias: Option<&str>,
) -> Result<Block, Failure> {
    let mut block = Block::builder("resource").add_labels([VAULT, label]);
    if let Some(alias) = alias {
        block = block.add_attribute(("provider", reference(&[PROVIDER, alias])?));
    }
    block = block
        .add_attribute(("name", vault.name.as_str()))
        .add_attribute(("backup_policy_id", policy))
        .add_attribute(("auto_expand", true));
    if !vault.tags.is_empty() {
        block = block.add_attribute(("tags", tags(&vault.tags)));
    }
    block = block.add_block(
        Block::builder("billing")
            .add_attribute(("size", vault.size_gb))
            .add_attribute(("object_type", "disk"))
            .add_attribute(("protect_type", "backup"))
            .add_attribute(("charging_mode", "post_paid"))
            .build(),
    );
    let disks = vault.disks.iter().map(|disk| {
        Block::builder("resource")
            .add_attribute(("id", disk.id.as_str()))
            .add_attribute(("type", "OS::Cinder::Volume"))
            .build()
    });
    Ok(block.add_blocks(disks).build())
}

fn tags(tags: &BTreeMap<String, String>) -> Expression {
    // Strings, so that a key is never taken for an expression.
    let key = |key: &str| ObjectKey::Expression(Expression::String(key.to_owned()));
    tags.iter().map(|(name, value)| (key(name), value.as_str())).collect()
}

/// `a.b.c`
fn reference(parts: &[&str]) -> Result<Expression, Failure> {
    let mut parts = parts.iter().copied();
    let first = Variable::new(parts.next().unwrap_or_default()).map_err(unwritable)?;
    let mut traversal = Traversal::builder(first);
    for part in parts {
        traversal = traversal.attr(hcl::Identifier::new(part).map_err(unwritable)?);
    }
    Ok(traversal.build().into())
}

/// Labels and aliases are identifiers, and every value is a string or a number, so this does not happen.
fn unwritable(error: hcl::Error) -> Failure {
    Failure::Output(std::io::Error::other(error.to_string()))
}

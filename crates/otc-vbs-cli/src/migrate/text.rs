//! The plan as text: for people, and as the comments of the other formats.

use super::finding::Finding;
use super::plan::{Plan, PolicyPlan, ProjectPlan, Retention, VaultPlan};
use crate::words::count;
use crate::words::text::line;

/// The number of ids or names that a line lists.
const MAX_SUBJECTS: usize = 10;
/// The width of the titles of a policy's lines.
const TITLE: usize = 7;
/// The width of the lines.
const WIDTH: usize = 110;

/// The plan for people. With `wide`, it lists the disks.
pub(super) fn plan(plan: &Plan, wide: bool) -> String {
    let mut lines = vec![wrapped("", "", &summary(plan))];
    if plan.incomplete {
        lines.push(String::new());
        lines.push(INCOMPLETE.to_owned());
        lines.extend(plan.incomplete_because().iter().map(|reason| wrapped("  - ", "    ", reason)));
    }
    for project in &plan.projects {
        lines.push(String::new());
        lines.push(line(&project_title(project)));
        if project.policies.is_empty() {
            lines.push("  VBS has no policies, so there is nothing to create in CBR.".to_owned());
        }
        lines.extend(project.findings.iter().map(|finding| row(title(finding), &finding_text(finding))));
        for policy in &project.policies {
            lines.push(String::new());
            lines.extend(policy_lines(policy, wide));
        }
    }
    if !plan.steps.is_empty() {
        lines.extend([String::new(), "Steps".to_owned()]);
    }
    for (place, step) in plan.steps.iter().enumerate() {
        lines.push(wrapped(&format!("  {}. ", place + 1), "     ", &step.text));
        lines.extend(step.commands.iter().map(|command| format!("     {}", line(command))));
    }
    lines.extend([String::new(), "Not documented".to_owned()]);
    lines.extend(plan.undocumented.iter().map(|text| wrapped("  - ", "    ", text)));
    lines.join("\n") + "\n"
}

/// A text behind `first`, and behind `next` in the lines that it wraps to.
fn wrapped(first: &str, next: &str, text: &str) -> String {
    let options = textwrap::Options::new(WIDTH).initial_indent(first).subsequent_indent(next);
    textwrap::fill(
        &line(text),
        options.break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation),
    )
}

/// A line of a policy.
fn row(title: &str, text: &str) -> String {
    let (first, next) = (format!("    {title:TITLE$}  "), " ".repeat(TITLE + 6));
    wrapped(&first, &next, text)
}

const INCOMPLETE: &str = "INCOMPLETE: something is missing from this plan, or may be:";

fn summary(plan: &Plan) -> String {
    let policies = || plan.projects.iter().flat_map(|project| &project.policies);
    let vaults = policies().map(|policy| policy.vaults.len() as u64).sum();
    let disks = policies().map(|policy| policy.disks).sum();
    format!(
        "Plan for Cloud Backup and Recovery (CBR): {}, {} and {} in {}. CBR is unchanged.",
        count(policies().count() as u64, "policy"),
        count(vaults, "vault"),
        count(disks, "disk"),
        count(plan.projects.len() as u64, "project")
    )
}

fn project_title(project: &ProjectPlan) -> String {
    let region = project.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
    let backups = count(project.vbs_backups, "backup");
    format!("Project {}{region}, with {backups} in VBS", project.label())
}

fn policy_lines(policy: &PolicyPlan, wide: bool) -> Vec<String> {
    let mut lines = vec![format!("  Policy {}{}", policy.name, if policy.enabled { "" } else { " (off)" })];
    lines.push(row("VBS", &in_vbs(policy)));
    for (place, rule) in policy.rules.iter().enumerate() {
        lines.push(row(if place == 0 { "Rules" } else { "" }, rule));
    }
    lines.push(row("Keeps", &kept(policy.retention)));
    for vault in &policy.vaults {
        lines.push(row("Vault", &format!("{}: {}", vault.name, vault_text(vault))));
        if !vault.tags.is_empty() {
            let tags: Vec<String> = vault.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
            lines.push(row("Tags", &tags.join(", ")));
        }
        if wide {
            lines.extend(vault.disks.iter().map(|disk| {
                let size = disk.size_gb.map_or("unknown size".to_owned(), |size| format!("{size} GB"));
                let backups = count(disk.vbs_backups, "backup");
                row("Disk", &format!("{}  {size}, {backups} of {} GB in VBS", disk.id, disk.backups_gb))
            }));
        }
    }
    let findings = policy.findings.iter();
    lines.extend(findings.map(|finding| row(title(finding), &finding_text(finding))));
    lines
}

fn title(finding: &Finding) -> &'static str {
    if finding.incomplete { "Missing" } else { "Differs" }
}

fn in_vbs(policy: &PolicyPlan) -> String {
    let runs = policy.runs.as_deref().unwrap_or("unreadable schedule");
    format!("{runs}; keeps {}", policy.keeps)
}

fn kept(retention: Retention) -> String {
    match (retention.max_backups, retention.retention_duration_days) {
        (Some(backups), _) => format!("max_backups {backups}"),
        (None, Some(days)) => format!("retention_duration_days {days}"),
        (None, None) => "every backup".to_owned(),
    }
}

fn vault_text(vault: &VaultPlan) -> String {
    format!(
        "{} GB for {} (disks: {} GB, backups in VBS: {} GB)",
        vault.size_gb,
        count(vault.disks.len() as u64, "disk"),
        vault.disks_gb,
        vault.backups_gb
    )
}

/// The text of a finding and what it is about.
fn finding_text(finding: &Finding) -> String {
    let shown: Vec<&str> = finding.subjects.iter().take(MAX_SUBJECTS).map(String::as_str).collect();
    let more = finding.subjects.len() - shown.len();
    match (shown.is_empty(), more) {
        (true, _) => finding.text.clone(),
        (false, 0) => format!("{}: {}", finding.text, shown.join(", ")),
        (false, more) => format!("{}: {} and {more} more", finding.text, shown.join(", ")),
    }
}

/// What the other formats begin with.
pub(super) fn head(plan: &Plan) -> Vec<String> {
    let mut lines = vec![summary(plan), format!("Made at {} by `vbs migrate plan`.", plan.created_at)];
    if plan.incomplete {
        lines.push(String::new());
        lines.push(INCOMPLETE.to_owned());
        lines.extend(plan.incomplete_because().iter().map(|reason| format!("- {reason}")));
    }
    lines.push(String::new());
    lines.push("Not documented:".to_owned());
    lines.extend(plan.undocumented.iter().map(|text| format!("- {text}")));
    lines
}

pub(super) fn project_comments(project: &ProjectPlan) -> Vec<String> {
    let mut lines = vec![project_title(project)];
    lines.extend(project.findings.iter().map(marked));
    lines
}

pub(super) fn policy_comments(policy: &PolicyPlan) -> Vec<String> {
    let name = policy.vbs_policy_name.as_deref().unwrap_or(&policy.vbs_policy_id);
    let mut lines = vec![format!("Policy {name} of VBS: {}", in_vbs(policy))];
    lines.extend(policy.findings.iter().map(marked));
    lines
}

pub(super) fn vault_comments(vault: &VaultPlan) -> Vec<String> {
    vec![vault_text(vault)]
}

fn marked(finding: &Finding) -> String {
    let mark = if finding.incomplete { "INCOMPLETE" } else { "Differs" };
    format!("{mark}: {}", finding_text(finding))
}

/// Lines as comments of HCL and of the shell. No text can end its line.
pub(super) fn comments(lines: &[String]) -> String {
    lines.iter().map(|text| format!("{}\n", format!("# {}", line(text)).trim_end())).collect()
}

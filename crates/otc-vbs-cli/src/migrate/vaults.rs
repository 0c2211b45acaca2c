//! The vaults of a policy.

use std::collections::BTreeMap;

use jiff::Timestamp;
use otc_vbs::types::Tag;

use super::disks;
use super::finding::{Finding, Kind};
use super::input::{DiskFacts, Policy};
use super::names::Names;
use super::plan::{DiskPlan, VaultPlan};
use crate::words::{count, text};

/// The most disks of a vault.
pub(super) const MAX_DISKS: usize = 256;
/// The largest vault, in GB.
const MAX_SIZE: u64 = 10_485_760;

/// The vaults for these disks, as few as possible, and what can't be carried over.
pub(super) fn vaults(
    policy: &Policy,
    name: &str,
    disks: BTreeMap<String, Timestamp>,
    facts: &BTreeMap<String, DiskFacts>,
    names: &mut Names,
) -> (Vec<VaultPlan>, Vec<Finding>) {
    let disks: Vec<DiskPlan> = disks.into_keys().map(|id| disks::plan(id, policy, facts)).collect();
    let (tags, of_tags) = tags(&policy.tags);
    let mut findings: Vec<Finding> = of_tags.into_iter().chain(unknown_sizes(&disks)).collect();
    let chunks: Vec<&[DiskPlan]> = disks.chunks(MAX_DISKS).collect();
    if chunks.len() > 1 {
        let text = format!(
            "{} are more than the {MAX_DISKS} of one vault, so the policy gets {} vaults",
            count(disks.len() as u64, "disk"),
            chunks.len()
        );
        findings.push(Finding::new(Kind::SeveralVaults, text));
    }
    let mut vaults = Vec::with_capacity(chunks.len());
    for (place, chunk) in chunks.iter().enumerate() {
        let name = match chunks.len() {
            1 => names.give(name, name),
            _ => names.give_numbered(name, place + 1),
        };
        let vault = vault(name, chunk, tags.clone());
        if vault.disks_gb.max(vault.backups_gb) > MAX_SIZE {
            let text = format!(
                "vault {} needs {} GB, and CBR allows {MAX_SIZE} GB: spread its disks over several vaults",
                vault.name,
                vault.disks_gb.max(vault.backups_gb)
            );
            findings.push(Finding::new(Kind::VaultSize, text));
        }
        vaults.push(vault);
    }
    (vaults, findings)
}

fn vault(name: String, disks: &[DiskPlan], tags: BTreeMap<String, String>) -> VaultPlan {
    let sum = |size: fn(&DiskPlan) -> u64| disks.iter().map(size).fold(0, u64::saturating_add);
    let disks_gb = sum(|disk| disk.size_gb.unwrap_or(0));
    let backups_gb = sum(|disk| disk.backups_gb);
    let size_gb = disks_gb.max(backups_gb).clamp(1, MAX_SIZE);
    VaultPlan { name, size_gb, disks_gb, backups_gb, disks: disks.to_vec(), tags }
}

/// What is found if the size of a disk is not known: CBR refuses a vault that is smaller than its disks.
fn unknown_sizes(disks: &[DiskPlan]) -> Option<Finding> {
    let unknown = disks.iter().filter(|disk| disk.size_gb.is_none()).map(|disk| disk.id.clone()).collect();
    let finding = Finding::about_disks(
        Kind::DiskSize,
        unknown,
        "has no known size, so the vault may be too small: name the size with --disks",
        "have no known size, so the vault may be too small: name the sizes with --disks",
    )?;
    Some(Finding { incomplete: true, ..finding })
}

/// The tags that can be passed on.
fn tags(tags: &[Tag]) -> (BTreeMap<String, String>, Option<Finding>) {
    let (mut kept, mut refused) = (BTreeMap::new(), Vec::new());
    for Tag { key, value, .. } in tags {
        let value = value.clone().unwrap_or_default();
        let is_plain = |text: &str| text::line(text) == text && !text.contains('=');
        match !key.is_empty() && is_plain(key) && is_plain(&value) {
            true => _ = kept.insert(key.clone(), value),
            false => refused.push(key.clone()),
        }
    }
    let finding = (!refused.is_empty()).then(|| {
        let number = count(refused.len() as u64, "tag");
        let text = format!("{number} can't be passed on, because of `=` or invisible characters");
        Finding::new(Kind::Tags, text).about(refused)
    });
    (kept, finding)
}

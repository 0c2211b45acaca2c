//! Adding disks to policies and removing them.

use std::collections::{HashMap, HashSet};

use super::Vbs;
use super::disk::Disk;
use super::numbers::{DiskNumber, PolicyNumber};
use super::refusal::Refusal;

/// A resource to add to a policy.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Candidate {
    /// A disk of any project, which may not exist.
    Disk(DiskNumber),
    /// A disk with an id that the sandbox never issued.
    UnknownDisk,
    WithoutIdentifier,
    OfOtherType,
}

impl Candidate {
    fn disk(self) -> Option<DiskNumber> {
        match self {
            Self::Disk(disk) => Some(disk),
            Self::UnknownDisk | Self::WithoutIdentifier | Self::OfOtherType => None,
        }
    }
}

impl Vbs {
    /// Adds disks to a policy. Returns the outcome for each, in order.
    pub(crate) fn associate(
        &mut self,
        number: PolicyNumber,
        candidates: &[Candidate],
    ) -> Result<Vec<Result<Disk, Refusal>>, Refusal> {
        self.known_policy(number)?;
        let holders = self.holders(number, candidates);
        let mut seen = HashSet::new();
        let outcomes: Vec<Result<Disk, Refusal>> = candidates
            .iter()
            .map(|candidate| {
                let disk = self.candidate(number, *candidate)?;
                if !seen.insert(disk) {
                    return Err(Refusal::DiskListedTwice);
                }
                match holders.get(&disk) {
                    Some(holder) if *holder != number => {
                        Err(Refusal::DiskOfAnotherPolicy { policy: self.name(*holder).to_owned() })
                    }
                    _ => Ok(self.disk(disk)),
                }
            })
            .collect();
        let new = outcomes.iter().flatten().map(|disk| disk.number);
        let new: Vec<DiskNumber> = new.filter(|disk| !holders.contains_key(disk)).collect();
        self.known_policy(number)?.disks.extend(new);
        Ok(outcomes)
    }

    /// The policies that already have one of these disks. Scans each policy once, regardless of the
    /// number of disks.
    fn holders(&self, number: PolicyNumber, candidates: &[Candidate]) -> HashMap<DiskNumber, PolicyNumber> {
        let wanted: HashSet<DiskNumber> = candidates.iter().filter_map(|it| it.disk()).collect();
        let policies = self.policies(number.project());
        let held = policies.flat_map(|policy| policy.disks.iter().map(move |disk| (*disk, policy)));
        held.filter(|(disk, _)| wanted.contains(disk)).map(|(disk, policy)| (disk, policy.number)).collect()
    }

    fn candidate(&self, number: PolicyNumber, candidate: Candidate) -> Result<DiskNumber, Refusal> {
        let project = self.project(number.project());
        let exists = |disk| project.is_some_and(|project| project.has_disk(disk));
        match candidate {
            Candidate::Disk(disk) if exists(disk) => Ok(disk),
            Candidate::Disk(_) | Candidate::UnknownDisk => Err(Refusal::NotADiskOfTheProject),
            Candidate::WithoutIdentifier => Err(Refusal::NoResourceId),
            Candidate::OfOtherType => Err(Refusal::ResourceType),
        }
    }

    fn name(&self, number: PolicyNumber) -> &str {
        self.policy(number).map_or("", |policy| &policy.name)
    }

    /// Removes disks from a policy. Returns the outcome for each, in order.
    pub(crate) fn disassociate(
        &mut self,
        number: PolicyNumber,
        disks: &[Option<DiskNumber>],
    ) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        let policy = self.known_policy(number)?;
        let mut held: HashSet<DiskNumber> = policy.disks.iter().copied().collect();
        let outcomes = disks.iter().map(|disk| {
            let taken_out = disk.is_some_and(|disk| held.remove(&disk));
            let policy = &policy.name;
            taken_out.then_some(()).ok_or_else(|| Refusal::DiskNotOfPolicy { policy: policy.clone() })
        });
        let outcomes = outcomes.collect();
        policy.disks.retain(|disk| held.contains(disk));
        Ok(outcomes)
    }
}

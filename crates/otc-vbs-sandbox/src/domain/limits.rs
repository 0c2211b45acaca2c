//! The limits of a sandbox, and the meanings that can be chosen.

use jiff::SignedDuration;

/// The regions of the projects.
pub(crate) const REGIONS: [&str; 2] = ["eu-de", "eu-nl"];
/// The maximum number of projects in the users' domain.
pub(crate) const MOST_PROJECTS: u8 = 100;
/// The time for which the service lists backup jobs and remembers other jobs.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The maximum number of policies in each project.
pub(crate) const MOST_POLICIES: u64 = 10_000;
/// The maximum number of disks in the policies of a project.
pub(crate) const MOST_DISKS: u64 = 1_000_000;
/// The maximum age of seeded backup jobs, in days.
pub(crate) const MOST_DAYS: u16 = 365;

/// The meaning of `count`, which the reference does not specify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountReading {
    /// The number of jobs that match the filters, on all pages.
    #[default]
    All,
    /// The number of jobs on the page.
    Page,
}

//! How much a sandbox can hold, and what it can be told to mean.

use jiff::SignedDuration;

/// The regions in which there are projects.
pub(crate) const REGIONS: [&str; 2] = ["eu-de", "eu-nl"];
/// The most projects of the users' domain.
pub(crate) const MOST_PROJECTS: u8 = 100;
/// For how long the service lists backup jobs, and knows of other jobs.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The most policies of a sandbox in each project.
pub(crate) const MOST_POLICIES: u64 = 10_000;
/// The most disks that the policies of a project hold.
pub(crate) const MOST_DISKS: u64 = 1_000_000;
/// The most days that seeded backup jobs go back.
pub(crate) const MOST_DAYS: u16 = 365;

/// What the sandbox means by `count`, which the reference leaves open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CountReading {
    /// The number of jobs that match the filters, on whatever page.
    #[default]
    All,
    /// The number of jobs on the page.
    Page,
}

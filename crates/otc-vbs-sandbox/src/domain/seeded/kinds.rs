//! The kinds of seeded policies. There are three, so that every documented field is used.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::numbers::{DiskNumber, PolicyNumber};
use crate::domain::policy::{Policy, Retention};
use crate::domain::schedule::{Days, Schedule};
use crate::domain::time::earlier;

/// The time between the last run of a policy that is off, when it was switched off, and the start of the
/// sandbox.
const LAST_RUN_OF_OFF: SignedDuration = SignedDuration::from_hours(10 * 24);
const OFF_FOR: SignedDuration = SignedDuration::from_hours(5 * 24);

/// The properties that all policies of a kind share.
pub(super) struct PolicyKind {
    pub(super) schedule: Schedule,
    pub(super) retention: Retention,
    /// The policy ran at the due times before this time.
    pub(super) until: Timestamp,
    pub(super) keep_first_of_month: bool,
    /// Tags that the kinds partly share, so that each query by tags finds some policies and not others.
    pub(super) tags: &'static [(&'static str, &'static str)],
}

impl PolicyKind {
    /// The kinds in a sandbox that starts at this time. The policies use them in turn.
    pub(super) fn all(start: Timestamp) -> [Self; 3] {
        let before_start = |by| earlier(start, by);
        [
            // Local midnight, 04:00 and 07:00: with the default clock, the last run is an hour old.
            Self {
                schedule: Schedule {
                    start_time: "22:00,02:00,05:00".to_owned(),
                    days: Days::Every { days: 1, since: Schedule::local_date(start, None) },
                    time_zone: Some("UTC+02:00".to_owned()),
                    is_on: true,
                },
                retention: Retention::Backups(14),
                until: start,
                keep_first_of_month: false,
                tags: &[("stage", "production"), ("team", "web")],
            },
            Self {
                schedule: Schedule {
                    start_time: "01:00,20:00".to_owned(),
                    days: Days::Week(vec![3, 7]),
                    time_zone: None,
                    is_on: true,
                },
                // Fewer than the 20 backups that a disk can have according to the reference's error codes.
                retention: Retention::Days(30),
                until: start,
                keep_first_of_month: false,
                tags: &[("stage", "production"), ("team", "db")],
            },
            Self {
                schedule: Schedule {
                    start_time: "03:00".to_owned(),
                    days: Days::Every {
                        days: 30,
                        since: Schedule::local_date(before_start(LAST_RUN_OF_OFF), None),
                    },
                    time_zone: None,
                    is_on: false,
                },
                retention: Retention::Backups(12),
                until: before_start(OFF_FOR),
                keep_first_of_month: true,
                tags: &[("archive", "")],
            },
        ]
    }

    /// The number of runs in the last days before the start.
    pub(super) fn runs(&self, start: Timestamp, days: u16) -> u64 {
        let days = SignedDuration::from_hours(24 * i64::from(days));
        let after = earlier(start, days);
        self.schedule.count_between(after, self.until)
    }

    /// A policy of this kind that has not triggered anything.
    pub(super) fn policy(&self, number: PolicyNumber, disks: Vec<DiskNumber>) -> Policy {
        let name = match number.index() {
            0 => "nightly".to_owned(),
            1 => "weekly-db".to_owned(),
            2 => "month-end".to_owned(),
            index => format!("policy-{:02}", index + 1),
        };
        let tags = self.tags.iter();
        Policy {
            number,
            name,
            schedule: self.schedule.clone(),
            retention: self.retention,
            keep_first_of_month: Some(self.keep_first_of_month),
            tags: tags.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            disks,
            jobs: VecDeque::new(),
            job_count: 0,
            next_run: None,
        }
    }
}

//! What is to happen, and when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{JobNumber, PolicyNumber};

/// Something that happens by itself when its time has come. What it is about may be gone by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The schedule of a policy says so.
    PolicyRuns(PolicyNumber),
    /// A backup job has waited long enough.
    BackupJobStarts(JobNumber),
    /// A job of the service ends.
    JobEnds(u64),
}

/// The events to come, by time; those of the same time in the order in which they were entered.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Timestamp, Event)>", into = "Vec<(Timestamp, Event)>")]
pub(crate) struct Agenda {
    events: BTreeMap<(Timestamp, u64), Event>,
    entered: u64,
}

impl Agenda {
    pub(crate) fn enter(&mut self, time: Timestamp, event: Event) {
        self.events.insert((time, self.entered), event);
        self.entered += 1;
    }

    /// Takes back what was entered for this time.
    pub(crate) fn strike(&mut self, time: Timestamp, event: Event) {
        let mut of_that_time = self.events.range((time, 0)..=(time, u64::MAX));
        let found = of_that_time.find(|(_, entered)| **entered == event);
        if let Some(key) = found.map(|(key, _)| *key) {
            self.events.remove(&key);
        }
    }

    /// Takes back all that was to happen to a policy, which is gone.
    pub(crate) fn strike_policy(&mut self, policy: PolicyNumber) {
        self.events.retain(|_, event| match event {
            Event::PolicyRuns(of) => *of != policy,
            Event::BackupJobStarts(job) => job.policy != policy,
            Event::JobEnds(_) => true,
        });
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// The next event whose time has come by `now`.
    pub(crate) fn next_until(&mut self, now: Timestamp) -> Option<(Timestamp, Event)> {
        let entry = self.events.first_entry()?;
        let time = entry.key().0;
        (time <= now).then(|| (time, entry.remove()))
    }
}

impl From<Vec<(Timestamp, Event)>> for Agenda {
    fn from(events: Vec<(Timestamp, Event)>) -> Self {
        let mut agenda = Self::default();
        for (time, event) in events {
            agenda.enter(time, event);
        }
        agenda
    }
}

impl From<Agenda> for Vec<(Timestamp, Event)> {
    fn from(agenda: Agenda) -> Self {
        let events = agenda.events.into_iter();
        events.map(|((time, _), event)| (time, event)).collect()
    }
}

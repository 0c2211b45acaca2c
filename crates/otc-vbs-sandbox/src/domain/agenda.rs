//! Future events and their times.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{JobNumber, PolicyNumber};

/// A future event. Its subject may be gone by the time of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A policy is due by its schedule.
    PolicyRuns(PolicyNumber),
    /// A backup job has waited long enough and starts.
    BackupJobStarts(JobNumber),
    /// A job of the service ends.
    JobEnds(u64),
}

/// The future events by time. Events of the same time are in the order in which they were added.
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

    /// Removes an event of this time.
    pub(crate) fn strike(&mut self, time: Timestamp, event: Event) {
        let mut of_that_time = self.events.range((time, 0)..=(time, u64::MAX));
        let found = of_that_time.find(|(_, entered)| **entered == event);
        if let Some(key) = found.map(|(key, _)| *key) {
            self.events.remove(&key);
        }
    }

    /// Removes all events of a policy that is gone.
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

    /// The next event that is due by `now`.
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

//! What is to happen, and when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{JobNumber, PolicyNumber};

/// Something that happens by itself when its time has come. What it is about may be gone by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The schedule of a policy says so.
    PolicyRuns(PolicyNumber),
    /// A backup job has waited long enough.
    BackupJobStarts(JobNumber),
    /// A job of the service ends.
    JobEnds(u64),
    /// The jobs that were under way when the sandbox began end.
    SeededJobsEnd(PolicyNumber),
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

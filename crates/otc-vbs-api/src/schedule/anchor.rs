//! Infers the day from which a policy counts, if it runs every few days.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::due_times::day_number;
use super::{DueDays, DueTimes, Timetable};

/// A job that was created later than this after a start time was not started by the schedule.
const LATEST_CREATION: SignedDuration = SignedDuration::from_mins(5);

impl Timetable {
    /// Infers the day from which the policy counts, from the times at which its backup jobs were created.
    ///
    /// The service does not distinguish jobs that the schedule started from those that were started by hand.
    /// Therefore, only jobs that were created within 5 minutes after a start time are used. Each of them
    /// votes for its day, but no day has more than one vote. The anchor is the latest of the days that agree
    /// with the most other days. In a tie, the anchor stays unknown.
    ///
    /// Pass jobs that were created under the current schedule: older ones followed another count. A timetable
    /// that needs no anchor, or has one, is returned unchanged.
    pub fn infer_anchor(mut self, created_at: impl IntoIterator<Item = Timestamp>) -> Self {
        if let DueDays::EveryDays { interval, anchor: anchor @ None } = &mut self.days
            && interval.get() > 1
        {
            let daily = DueTimes::every_days(
                self.start_times,
                NonZeroU32::MIN,
                Date::constant(1970, 1, 1),
                self.offset,
            );
            let days = created_at.into_iter().filter_map(|time| scheduled_day(&daily, self.offset, time));
            *anchor = most_votes(*interval, days.collect());
        }
        self
    }
}

/// The local day on which the schedule may have started a job.
fn scheduled_day(daily: &DueTimes, offset: Offset, created: Timestamp) -> Option<Date> {
    let due = daily.last_at_or_before(created)?;
    (created.duration_since(due) <= LATEST_CREATION).then(|| offset.to_datetime(due).date())
}

fn most_votes(interval: NonZeroU32, days: BTreeSet<Date>) -> Option<Date> {
    let mut candidates: BTreeMap<i64, (usize, Date)> = BTreeMap::new();
    for day in days {
        let class = day_number(day).rem_euclid(i64::from(interval.get()));
        let (votes, latest) = candidates.entry(class).or_insert((0, day));
        *votes += 1;
        *latest = day;
    }
    let most = candidates.values().map(|(votes, _)| *votes).max()?;
    let mut winners = candidates.into_values().filter(|(votes, _)| *votes == most);
    let (_, winner) = winners.next()?;
    winners.next().is_none().then_some(winner)
}

//! The schedule of a policy as rules of CBR.

use jiff::civil::Weekday;
use otc_vbs::schedule::{DueDays, Timetable};

const DAY: i32 = 24 * 3600;

/// The rules by which CBR starts backups at the times of a timetable: one per start time, in UTC.
///
/// The weekdays of VBS are local, those of CBR are in UTC, so a weekday moves if the two days differ at the start time. From
/// which day CBR counts an `INTERVAL` above 1 is not documented, so such a rule has the right hours and the right number of
/// days between runs, but it may run on other days.
pub(super) fn rules(timetable: &Timetable) -> Vec<String> {
    timetable.start_times().hours().map(|hour| rule(timetable, hour)).collect()
}

fn rule(timetable: &Timetable, hour: u32) -> String {
    let days = match timetable.days() {
        DueDays::EveryDays { interval, .. } => format!("FREQ=DAILY;INTERVAL={interval}"),
        DueDays::Weekdays(weekdays) => {
            let ahead = days_ahead(hour, timetable.offset().seconds());
            let mut utc: Vec<Weekday> = weekdays.iter().map(|local| local.wrapping_sub(ahead)).collect();
            utc.sort_unstable_by_key(|day| day.to_monday_zero_offset());
            let names: Vec<&str> = utc.into_iter().map(name).collect();
            format!("FREQ=WEEKLY;BYDAY={}", names.join(","))
        }
    };
    format!("{days};BYHOUR={hour};BYMINUTE=00")
}

/// Whether the start times of one local day are on two days in UTC.
pub(super) fn is_on_two_days(timetable: &Timetable) -> bool {
    let offset = timetable.offset().seconds();
    let mut ahead = timetable.start_times().hours().map(|hour| days_ahead(hour, offset));
    let first = ahead.next();
    ahead.any(|days| Some(days) != first)
}

/// The number of days by which the local day is ahead of the day in UTC at this hour in UTC.
fn days_ahead(hour: u32, offset: i32) -> i32 {
    // At most 23.
    let seconds = i32::try_from(hour).unwrap_or_default() * 3600 + offset;
    seconds.div_euclid(DAY)
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}

//! Several measurements of the same quantity.

use std::fmt;

use serde::Serialize;

/// What is measured, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    Seconds,
    Bytes,
    BytesPerSecond,
    Instructions,
    Count,
}

/// The median, the minimum and the maximum of some measurements.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) unit: Unit,
}

impl Summary {
    /// Summarizes measurements, of which there is at least one.
    pub(crate) fn new(measurements: &[f64], unit: Unit) -> Self {
        let mut sorted = measurements.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (sorted.first().copied(), sorted.last().copied());
        let median = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
        Self { median, min: min.unwrap_or(median), max: max.unwrap_or(median), unit }
    }

    /// One measurement of something that does not vary.
    pub(crate) fn exact(value: f64, unit: Unit) -> Self {
        Self::new(&[value], unit)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(self.median, self.unit))?;
        if self.min < self.max {
            write!(f, " ({}–{})", written(self.min, self.unit), written(self.max, self.unit))?;
        }
        Ok(())
    }
}

/// A value with its unit, with three significant digits if it is not a count.
pub(crate) fn written(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Seconds if value < 0.1 => format!("{} ms", significant(value * 1e3)),
        Unit::Seconds => format!("{} s", significant(value)),
        Unit::Bytes if value < 1e6 => format!("{} KB", significant(value / 1e3)),
        Unit::Bytes => format!("{} MB", significant(value / 1e6)),
        Unit::BytesPerSecond => format!("{} MB/s", significant(value / 1e6)),
        Unit::Instructions => format!("{} instr.", thousands(value)),
        Unit::Count => thousands(value),
    }
}

fn significant(value: f64) -> String {
    let decimals = match value.abs() {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_an_even_number_is_the_mean_of_the_middle_two() {
        let summary = Summary::new(&[4.0, 1.0, 2.0, 3.0], Unit::Seconds);
        assert_eq!(summary.to_string(), "2.50 s (1.00 s–4.00 s)");
    }

    #[test]
    fn values_have_their_units() {
        let written = [
            written(0.0123, Unit::Seconds),
            written(313_000.0, Unit::Bytes),
            written(15_700_000.0, Unit::Bytes),
            written(1_234_567.0, Unit::Instructions),
        ];
        assert_eq!(written, ["12.3 ms", "313 KB", "15.7 MB", "1,234,567 instr."]);
    }
}

//! The parameters of a fault, and the error of an invalid one.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::limits::REGIONS;
use crate::text::excerpt;

/// The error of a text that is not a [`Fault`](super::Fault). It names the problem and what is valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(String);

impl InvalidFault {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

/// The parameters of a fault: `name=value` pairs, separated by semicolons.
pub(super) struct Parameters<'a> {
    /// The name of the fault.
    fault: &'static str,
    /// The names of the parameters that only this fault has.
    own: &'static [&'static str],
    values: BTreeMap<&'a str, &'a str>,
    pub(super) default_delay: Duration,
}

impl<'a> Parameters<'a> {
    pub(super) fn parse(
        fault: &'static str,
        own: &'static [&'static str],
        text: &'a str,
    ) -> Result<Self, InvalidFault> {
        let mut values = BTreeMap::new();
        for parameter in text.split(';').map(str::trim) {
            if parameter.is_empty() {
                continue;
            }
            let Some((name, value)) = parameter.split_once('=') else {
                return Err(InvalidFault::new(format!(
                    "the parameter `{}` of the fault `{}` has no value; write it as `name=value`",
                    excerpt(parameter),
                    fault
                )));
            };
            if values.insert(name.trim(), value.trim()).is_some() {
                return Err(InvalidFault::new(format!(
                    "the parameter `{}` of the fault `{}` appears twice",
                    excerpt(name.trim()),
                    fault
                )));
            }
        }
        Ok(Self { fault, own, values, default_delay: Duration::ZERO })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn delay_by_default(&mut self, delay: Duration) {
        self.default_delay = delay;
    }

    fn wrong(&self, name: &str, value: &str, expected: &str) -> InvalidFault {
        let value = excerpt(value);
        InvalidFault::new(format!(
            "the parameter `{name}` of the fault `{}` must be {expected}, not `{value}`",
            self.fault
        ))
    }

    pub(super) fn text(&mut self, name: &str, default: &str) -> String {
        self.values.remove(name).unwrap_or(default).to_owned()
    }

    pub(super) fn optional(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).map(str::to_owned)
    }

    pub(super) fn number(&mut self, name: &str, default: u64) -> Result<u64, InvalidFault> {
        Ok(self.optional_number(name)?.unwrap_or(default))
    }

    pub(super) fn optional_number(&mut self, name: &str) -> Result<Option<u64>, InvalidFault> {
        let Some(value) = self.values.remove(name) else {
            return Ok(None);
        };
        let number = value.parse();
        let number = number.map_err(|_| self.wrong(name, value, "a whole number"))?;
        Ok(Some(number))
    }

    pub(super) fn duration(&mut self, name: &str, default: Duration) -> Result<Duration, InvalidFault> {
        let Some(value) = self.values.remove(name) else {
            return Ok(default);
        };
        let duration = value.parse::<SignedDuration>().ok();
        duration
            .and_then(|duration| Duration::try_from(duration).ok())
            .ok_or_else(|| self.wrong(name, value, "a time such as `250ms` or `PT2S`"))
    }

    /// The parameter as the text of a header.
    pub(super) fn header(&mut self, name: &str, default: &str) -> Result<http::HeaderValue, InvalidFault> {
        let value = self.text(name, default);
        value.parse().map_err(|_| self.wrong(name, &value, "a valid header value"))
    }

    /// The parameter `code`: the status of a response.
    pub(super) fn status(&mut self, default: u64) -> Result<http::StatusCode, InvalidFault> {
        let code = self.number("code", default)?;
        let status = u16::try_from(code).ok().filter(|code| *code >= 200);
        status
            .and_then(|code| http::StatusCode::from_u16(code).ok())
            .ok_or_else(|| self.wrong("code", &code.to_string(), "a status from 200 to 999"))
    }

    pub(super) fn times(&mut self, default: Option<u64>) -> Result<Option<u64>, InvalidFault> {
        match self.values.remove("times") {
            None => Ok(default),
            Some("always") => Ok(None),
            Some(value) => match value.parse() {
                Ok(times) => Ok(Some(times)),
                Err(_) => Err(self.wrong("times", value, "a whole number or `always`")),
            },
        }
    }

    pub(super) fn rate(&mut self) -> Result<Option<f64>, InvalidFault> {
        let Some(value) = self.values.remove("rate") else {
            return Ok(None);
        };
        let rate = value.parse().ok();
        rate.filter(|rate| (0.0..=1.0).contains(rate))
            .map(Some)
            .ok_or_else(|| self.wrong("rate", value, "a number from 0 to 1"))
    }

    pub(super) fn region(&mut self) -> Result<Option<String>, InvalidFault> {
        let Some(value) = self.values.remove("region") else {
            return Ok(None);
        };
        match REGIONS.contains(&value) {
            true => Ok(Some(value.to_owned())),
            false => Err(self.wrong("region", value, &REGIONS.join(" or "))),
        }
    }

    /// Rejects parameters that were not read.
    pub(super) fn end(self) -> Result<(), InvalidFault> {
        let Some(name) = self.values.keys().next() else {
            return Ok(());
        };
        let known = ["delay", "rate", "region", "skip", "times"];
        let known = self.own.iter().copied().chain(known);
        let known: Vec<&str> = known.collect();
        Err(InvalidFault::new(format!(
            "the fault `{}` has no parameter `{}`. It has {}",
            self.fault,
            excerpt(name),
            known.join(", ")
        )))
    }
}

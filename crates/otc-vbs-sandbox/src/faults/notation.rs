//! How a fault is written: `[METHOD PATH: ]NAME[; parameter=value]…`

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use jiff::SignedDuration;

use super::Fault;
use super::named::{NAMED, Named};
use super::pattern::Pattern;
use crate::text::excerpt;

/// A text that is no [`Fault`]. It says why, and what could stand there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidFault(String);

impl InvalidFault {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let (head, parameters) = match text.split_once(';') {
            None => (text, ""),
            Some((head, parameters)) => (head, parameters),
        };
        let (pattern, name) = match head.split_once(": ") {
            None => (None, head.trim()),
            Some((pattern, name)) => (Some(Pattern::parse(pattern.trim())?), name.trim()),
        };
        let named = named(name)?;
        let mut parameters = Parameters::parse(named, parameters)?;
        let choices = ["rate", "skip", "times"];
        let chooses = choices.iter().any(|name| parameters.values.contains_key(name));
        let mut fault = Fault::new((named.effect)(&mut parameters)?);
        fault.text = text.trim().to_owned();
        fault.is_rule = pattern.is_some() || chooses;
        fault.rate = parameters.rate()?;
        // What happens at a rate happens until it is told otherwise.
        let always = named.is_lasting || fault.rate.is_some();
        fault.times = parameters.times(if always { None } else { Some(1) })?;
        fault.skip = parameters.number("skip", 0)?;
        fault.delay = parameters.duration("delay", parameters.default_delay)?;
        parameters.end()?;
        if let Some(pattern) = pattern {
            fault.pattern = pattern;
        }
        Ok(fault)
    }
}

fn named(name: &str) -> Result<&'static Named, InvalidFault> {
    NAMED.iter().find(|named| named.name == name).ok_or_else(|| {
        let names: Vec<&str> = NAMED.iter().map(|named| named.name).collect();
        InvalidFault::new(format!(
            "the sandbox knows no fault `{}`. It knows {}",
            excerpt(name),
            names.join(", ")
        ))
    })
}

/// What stands behind the name.
pub(super) struct Parameters<'a> {
    fault: &'static Named,
    values: BTreeMap<&'a str, &'a str>,
    default_delay: Duration,
}

impl<'a> Parameters<'a> {
    fn parse(fault: &'static Named, text: &'a str) -> Result<Self, InvalidFault> {
        let mut values = BTreeMap::new();
        for parameter in text.split(';').map(str::trim) {
            if parameter.is_empty() {
                continue;
            }
            let Some((name, value)) = parameter.split_once('=') else {
                return Err(InvalidFault::new(format!(
                    "the parameter `{}` of the fault `{}` has no value; write it as `name=value`",
                    excerpt(parameter),
                    fault.name
                )));
            };
            if values.insert(name.trim(), value.trim()).is_some() {
                return Err(InvalidFault::new(format!(
                    "the parameter `{}` of the fault `{}` is there twice",
                    excerpt(name.trim()),
                    fault.name
                )));
            }
        }
        Ok(Self {
            fault,
            values,
            default_delay: Duration::ZERO,
        })
    }

    pub(super) fn delay_by_default(&mut self, delay: Duration) {
        self.default_delay = delay;
    }

    fn wrong(&self, name: &str, value: &str, expected: &str) -> InvalidFault {
        let value = excerpt(value);
        InvalidFault::new(format!(
            "the parameter `{name}` of the fault `{}` must be {expected}, not `{value}`",
            self.fault.name
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
        value
            .parse()
            .map_err(|_| self.wrong(name, &value, "what can stand in a header"))
    }

    /// The parameter `code`: the status of an answer.
    pub(super) fn status(&mut self, default: u64) -> Result<http::StatusCode, InvalidFault> {
        let code = self.number("code", default)?;
        let status = u16::try_from(code).ok().filter(|code| *code >= 200);
        status
            .and_then(|code| http::StatusCode::from_u16(code).ok())
            .ok_or_else(|| self.wrong("code", &code.to_string(), "a status from 200 to 999"))
    }

    fn times(&mut self, default: Option<u64>) -> Result<Option<u64>, InvalidFault> {
        match self.values.remove("times") {
            None => Ok(default),
            Some("always") => Ok(None),
            Some(value) => match value.parse() {
                Ok(times) => Ok(Some(times)),
                Err(_) => Err(self.wrong("times", value, "a whole number or `always`")),
            },
        }
    }

    fn rate(&mut self) -> Result<Option<f64>, InvalidFault> {
        let Some(value) = self.values.remove("rate") else {
            return Ok(None);
        };
        let rate = value.parse().ok();
        rate.filter(|rate| (0.0..=1.0).contains(rate))
            .map(Some)
            .ok_or_else(|| self.wrong("rate", value, "a number from 0 to 1"))
    }

    /// Whether all of it was understood.
    fn end(self) -> Result<(), InvalidFault> {
        let Some(name) = self.values.keys().next() else {
            return Ok(());
        };
        let known = ["delay", "rate", "skip", "times"];
        let known = self.fault.parameters.iter().copied().chain(known);
        let known: Vec<&str> = known.collect();
        Err(InvalidFault::new(format!(
            "the fault `{}` has no parameter `{}`. It has {}",
            self.fault.name,
            excerpt(name),
            known.join(", ")
        )))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn problem(text: &str) -> String {
        text.parse::<Fault>().unwrap_err().to_string()
    }

    #[test]
    fn all_of_the_notation_is_read() {
        let text = "GET /v2/*/backuppolicy: 503-html; times=2; skip=1; delay=250ms;";
        let fault: Fault = text.parse().unwrap();
        assert_eq!(fault.times, Some(2));
        assert_eq!(fault.skip, 1);
        assert_eq!(fault.delay, Duration::from_millis(250));
        assert!(fault.pattern.matches(&http::Method::GET, "/v2/a/backuppolicy"));
        assert!(!fault.pattern.matches(&http::Method::PUT, "/v2/a/backuppolicy"));

        let fault: Fault = "401;times=always".parse().unwrap();
        assert_eq!(fault.times, None);
        assert_eq!("401".parse::<Fault>().unwrap().times, Some(1));
        assert_eq!("401; rate=0.5".parse::<Fault>().unwrap().times, None);
        // A loop that happens once is none.
        assert_eq!("redirect-loop".parse::<Fault>().unwrap().times, None);
        let date = "429; retry-after=Wed, 21 Oct 2015 07:28:00 GMT";
        assert!(date.parse::<Fault>().is_ok());
    }

    #[test]
    fn every_fault_can_be_named_alone() {
        for named in NAMED {
            let fault: Fault = named.name.parse().unwrap();
            assert_eq!(fault.text, named.name);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(
            problem("503-htm").starts_with(
                "the sandbox knows no fault `503-htm`. It knows 429, 502, 503-html, status, 401,"
            )
        );
        assert!(problem("").starts_with("the sandbox knows no fault ``. It knows 429"));
        assert_eq!(
            problem("502; time=2"),
            "the fault `502` has no parameter `time`. It has retry-after, delay, rate, skip, times"
        );
        assert_eq!(
            problem("502; times=never"),
            "the parameter `times` of the fault `502` must be a whole number or `always`, not `never`"
        );
        for wrong in [
            "502; rate=2",
            "502; rate=NaN",
            "502; delay=-1s",
            "502; delay=soon",
            "502; skip=-1",
            "502; times",
            "502; times=1; times=2",
            "GET: 502",
            "status; code=99",
            "status; code=1000",
            "429; retry-after=a\nb",
            "huge-numbers; value=x",
        ] {
            assert!(!problem(wrong).is_empty(), "{wrong}");
        }
    }
}

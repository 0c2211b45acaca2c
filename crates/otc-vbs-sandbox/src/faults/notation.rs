//! The notation of a fault: `[METHOD PATH: ]NAME[; parameter=value]…`

use std::str::FromStr;

use super::Fault;
use super::named::{NAMED, Named};
use super::parameters::{InvalidFault, Parameters};
use super::pattern::Pattern;
use crate::text::excerpt;

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
        let mut parameters = Parameters::parse(named.name, named.parameters, parameters)?;
        let choices = ["rate", "region", "skip", "times"];
        let chooses = choices.iter().any(|name| parameters.has(name));
        let mut fault = Fault::new((named.effect)(&mut parameters)?);
        fault.text = text.trim().to_owned();
        fault.is_rule = pattern.is_some() || chooses;
        fault.rate = parameters.rate()?;
        fault.region = parameters.region()?;
        // A fault with a rate repeats unless a number is given.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    fn problem(text: &str) -> String {
        text.parse::<Fault>().unwrap_err().to_string()
    }

    #[test]
    fn every_part_of_the_notation_is_parsed() {
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
        // A redirect loop needs more than one request.
        assert_eq!("redirect-loop".parse::<Fault>().unwrap().times, None);
        let date = "429; retry-after=Wed, 21 Oct 2015 07:28:00 GMT";
        assert!(date.parse::<Fault>().is_ok());
    }

    #[test]
    fn every_fault_needs_only_its_name() {
        for named in NAMED {
            let fault: Fault = named.name.parse().unwrap();
            assert_eq!(fault.text, named.name);
        }
    }

    #[test]
    fn invalid_notation_is_named() {
        assert!(
            problem("503-htm").starts_with(
                "the sandbox knows no fault `503-htm`. It knows 429, 502, 503-html, status, 401,"
            )
        );
        assert!(problem("").starts_with("the sandbox knows no fault ``. It knows 429"));
        assert_eq!(
            problem("502; time=2"),
            "the fault `502` has no parameter `time`. It has retry-after, delay, rate, region, skip, times"
        );
        assert_eq!(
            problem("502; times=never"),
            "the parameter `times` of the fault `502` must be a whole number or `always`, not `never`"
        );
        for wrong in [
            "502; rate=2",
            "502; rate=NaN",
            "502; region=eu-xx",
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

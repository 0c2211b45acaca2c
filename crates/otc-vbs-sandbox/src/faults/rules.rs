//! The pending faults.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::Method;
use serde::Serialize;

use super::Fault;
use super::effect::Effect;
use super::named::PASSING;
use crate::domain::seed::{Purpose, Seed};

/// The pending faults, in the order in which they were added.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: Seed,
    rules: Mutex<Rules>,
}

#[derive(Debug, Default)]
struct Rules {
    rules: VecDeque<Rule>,
    /// The number of faults so far.
    added: u64,
    /// The number of requests that asked for their own fault.
    own: u64,
}

/// A fault and its counts.
#[derive(Debug)]
struct Rule {
    number: u64,
    fault: Fault,
    /// The number of requests that it matched.
    seen: u64,
    /// The number of requests that it hit.
    happened: u64,
}

/// A pending fault, as shown to callers.
#[derive(Debug, Serialize)]
pub(crate) struct Pending {
    fault: String,
    happened: u64,
    /// `None` if the fault has no end.
    left: Option<u64>,
}

impl Faults {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { seed, rules: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn add(&self, fault: Fault) {
        let mut rules = self.lock();
        let number = rules.added;
        rules.added += 1;
        rules.rules.push_back(Rule { number, fault, seen: 0, happened: 0 });
    }

    /// The fault that a request asks for itself, with its random choice made.
    pub(crate) fn own(&self, fault: Fault) -> Fault {
        let mut rules = self.lock();
        rules.own += 1;
        fault.drawn(self.seed.draw(Purpose::Fault, u64::MAX - rules.own))
    }

    pub(crate) fn clear(&self) {
        self.lock().rules.clear();
    }

    pub(crate) fn pending(&self) -> Vec<Pending> {
        let mut rules = self.lock();
        rules.rules.retain(Rule::is_left);
        let pending = rules.rules.iter().map(|rule| Pending {
            fault: rule.fault.text.clone(),
            happened: rule.happened,
            left: rule.fault.times.map(|times| times - rule.happened),
        });
        pending.collect()
    }

    /// The fault for a request, if any.
    pub(crate) fn take(&self, method: &Method, path: &str, region: Option<&str>) -> Option<Fault> {
        let mut rules = self.lock();
        rules.rules.retain(Rule::is_left);
        let mut rules = rules.rules.iter_mut();
        rules.find_map(|rule| rule.apply(self.seed, method, path, region))
    }
}

impl Rule {
    fn is_left(&self) -> bool {
        self.fault.times.is_none_or(|times| self.happened < times)
    }

    fn apply(&mut self, seed: Seed, method: &Method, path: &str, region: Option<&str>) -> Option<Fault> {
        let wanted = self.fault.region.as_deref();
        if !self.fault.pattern.matches(method, path) || wanted.is_some() && wanted != region {
            return None;
        }
        self.seen += 1;
        // Which requests are hit depends only on their order and differs between rules.
        let drawn = seed.draw(Purpose::Fault, self.number << 40 | self.seen);
        if self.seen <= self.fault.skip || self.fault.rate.is_some_and(|rate| !is_hit(drawn, rate)) {
            return None;
        }
        self.happened += 1;
        Some(self.fault.clone().drawn(drawn))
    }
}

/// Whether a random number is below the rate.
fn is_hit(drawn: u64, rate: f64) -> bool {
    const DIGITS: u32 = 53;
    let place = (drawn >> (u64::BITS - DIGITS)) as f64 / (1_u64 << DIGITS) as f64;
    place < rate
}

impl Fault {
    /// The fault that `any` draws this time.
    pub(super) fn drawn(mut self, drawn: u64) -> Self {
        if let Effect::Any = self.effect {
            let name = PASSING[drawn as usize % PASSING.len()];
            if let Ok(fault) = name.parse::<Self>() {
                self.effect = fault.effect;
                self.text = fault.text;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn taken(faults: &Faults, path: &str) -> Option<String> {
        let fault = faults.take(&Method::GET, path, None);
        fault.map(|fault| fault.text)
    }

    #[test]
    fn hits_follow_the_rate_and_the_seed() {
        let hits = |seed| {
            let faults = Faults::new(Seed(seed));
            faults.add("any; rate=0.1".parse().unwrap());
            let taken = (0..2000).map(|_| taken(&faults, "/"));
            taken.collect::<Vec<_>>()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        let hits = hits(1);
        let count = hits.iter().flatten().count();
        assert!((150..250).contains(&count), "{count}");
        for name in PASSING {
            assert!(hits.iter().flatten().any(|hit| hit == name), "{name}");
        }
    }

    #[test]
    fn rates_of_0_and_1_hit_none_and_all() {
        for (rate, expected) in [("0", None), ("1", Some("502; rate=1".to_owned()))] {
            let faults = Faults::new(Seed(1));
            faults.add(format!("502; rate={rate}").parse().unwrap());
            assert!((0..100).all(|_| taken(&faults, "/") == expected));
        }
    }

    #[test]
    fn rule_skips_ends_and_lets_later_rules_match() {
        let faults = Faults::new(Seed(1));
        faults.add("/v2/**: 502; skip=1; times=2".parse().unwrap());
        faults.add("401; times=always".parse().unwrap());
        let names: Vec<_> = ["/v2/a", "/v3", "/v2/a", "/v2/a", "/v2/a"]
            .map(|path| taken(&faults, path).unwrap())
            .into_iter()
            .map(|text| text.contains("502"))
            .collect();
        assert_eq!(names, [false, false, true, true, false]);
        assert_eq!(faults.pending().len(), 1);
        faults.clear();
        assert_eq!(taken(&faults, "/v2/a"), None);
    }
}

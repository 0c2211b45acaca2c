//! Tokens that the sandbox gives out and recognises without keeping a list.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::data::seed::{Purpose, Seed, mix};

const PREFIX: &str = "sandbox-token";
/// How long a token is valid.
pub(crate) const VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// What a token gives access to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Project,
    Unscoped,
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Unscoped => "unscoped",
        }
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown,
    Expired,
}

/// Gives out tokens. A token says its scope, its serial number and when it was given out; a check number that follows
/// from these and the seed makes sure that the sandbox, or one with the same seed, did give it out.
#[derive(Debug)]
pub(crate) struct Tokens {
    seed: Seed,
    next_serial: AtomicU64,
}

impl Tokens {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            seed,
            next_serial: AtomicU64::new(0),
        }
    }

    /// A token that no call has given before.
    pub(crate) fn issue(&self, scope: Scope, now: Timestamp) -> String {
        let serial = self.next_serial.fetch_add(1, Ordering::Relaxed);
        self.text(scope, serial, now.as_millisecond())
    }

    /// What a token gives access to now.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<Scope, Refusal> {
        let (scope, issued) = self.read(token).ok_or(Refusal::Unknown)?;
        let age = now.as_millisecond().saturating_sub(issued);
        if i128::from(age) < VALIDITY.as_millis() {
            Ok(scope)
        } else {
            Err(Refusal::Expired)
        }
    }

    fn read(&self, token: &str) -> Option<(Scope, i64)> {
        let mut fields = token.strip_prefix(PREFIX)?.strip_prefix('-')?.split('-');
        let scope = fields.next()?;
        let scope = [Scope::Project, Scope::Unscoped]
            .into_iter()
            .find(|known| known.name() == scope)?;
        let serial = u64::from_str_radix(fields.next()?, 16).ok()?;
        let issued = u64::from_str_radix(fields.next()?, 16).ok()?.cast_signed();
        (self.text(scope, serial, issued) == token).then_some((scope, issued))
    }

    fn text(&self, scope: Scope, serial: u64, issued: i64) -> String {
        let issued = issued.cast_unsigned();
        let content = mix(serial) ^ mix(issued).rotate_left(1) ^ scope as u64;
        let check = self.seed.draw(Purpose::TokenCheck, content);
        let scope = scope.name();
        format!("{PREFIX}-{scope}-{serial:x}-{issued:x}-{check:016x}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn tokens_expire_after_24_hours() {
        let tokens = Tokens::new(Seed(1));
        let token = tokens.issue(Scope::Project, at("2026-01-15T06:00:00Z"));
        let check = |now| tokens.check(&token, at(now));
        assert_eq!(check("2026-01-15T06:00:00Z"), Ok(Scope::Project));
        assert_eq!(check("2026-01-16T05:59:59.999Z"), Ok(Scope::Project));
        assert_eq!(check("2026-01-16T06:00:00Z"), Err(Refusal::Expired));
    }

    #[test]
    fn a_changed_token_is_unknown() {
        let tokens = Tokens::new(Seed(1));
        let now = at("2026-01-15T06:00:00Z");
        let token = tokens.issue(Scope::Unscoped, now);
        assert_eq!(tokens.check(&token, now), Ok(Scope::Unscoped));
        let changed = [
            token.replace("unscoped", "project"),
            token.replacen("-0-", "-1-", 1),
            token.replacen("-0-", "-00-", 1),
            format!("{token} "),
            format!("{token}-"),
            token.to_uppercase(),
            "sandbox-token".to_owned(),
            "sandbox-token-".to_owned(),
            "sandbox-token-project-0-0-0".to_owned(),
            String::new(),
        ];
        for token in changed {
            assert_eq!(tokens.check(&token, now), Err(Refusal::Unknown), "{token}");
        }
        let others = Tokens::new(Seed(2));
        assert_eq!(others.check(&token, now), Err(Refusal::Unknown));
    }

    #[test]
    fn no_token_is_given_twice() {
        let tokens = Tokens::new(Seed(1));
        let now = at("2026-01-15T06:00:00Z");
        assert_ne!(
            tokens.issue(Scope::Project, now),
            tokens.issue(Scope::Project, now)
        );
    }
}

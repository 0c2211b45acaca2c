//! Tokens that the sandbox issues and recognizes without a list of them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::accounts::Holder;
use crate::domain::numbers::ProjectNumber;
use crate::domain::seed::{Purpose, Seed, mix};
use crate::domain::time::later;

const PREFIX: &str = "sandbox-token";
/// The lifetime of a token.
pub(crate) const VALIDITY: SignedDuration = SignedDuration::from_hours(24);

/// The scope of a token in the domain of its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Project(ProjectNumber),
    Domain,
    Unscoped,
}

impl Scope {
    /// The project, if the scope is one.
    pub(crate) fn project(self) -> Option<ProjectNumber> {
        match self {
            Self::Project(number) => Some(number),
            Self::Domain | Self::Unscoped => None,
        }
    }

    /// Reads the fields that [`Scope`]'s `Display` wrote.
    fn read<'a>(mut fields: impl Iterator<Item = &'a str>) -> Option<Self> {
        match fields.next()? {
            "project" => {
                let number = fields.next()?.parse().ok()?;
                Some(Self::Project(ProjectNumber(number)))
            }
            "domain" => Some(Self::Domain),
            "unscoped" => Some(Self::Unscoped),
            _ => None,
        }
    }

    /// A number that is unique for each scope.
    fn code(self) -> u64 {
        match self {
            Self::Domain => 0,
            Self::Unscoped => 1,
            Self::Project(number) => 2 + u64::from(number.0),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Project(number) => write!(f, "project-{}", number.0),
            Self::Domain => f.write_str("domain"),
            Self::Unscoped => f.write_str("unscoped"),
        }
    }
}

/// The methods with which the holder of a token authenticated, one bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Methods(u8);

impl Methods {
    pub(crate) const PASSWORD: Self = Self(1);
    pub(crate) const TOKEN: Self = Self(2);
    pub(crate) const PASSWORD_AND_TOTP: Self = Self(1 | 4);
    pub(crate) const ASSUME_ROLE: Self = Self(8);
    const NAMES: [(Self, &str); 4] =
        [(Self(1), "password"), (Self(2), "token"), (Self(4), "totp"), (Self(8), "assume_role")];

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn names(self) -> Vec<&'static str> {
        let named = Self::NAMES.iter();
        named.filter(|(method, _)| self.0 & method.0 != 0).map(|(_, name)| *name).collect()
    }
}

/// The content of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) holder: Holder,
    pub(crate) scope: Scope,
    pub(crate) methods: Methods,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
}

impl Grant {
    /// A grant for 24 hours.
    pub(crate) fn new(holder: Holder, scope: Scope, methods: Methods, now: Timestamp) -> Self {
        Self { holder, scope, methods, issued: now, expires: later(now, VALIDITY) }
    }
}

/// The reason for rejecting a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unknown,
    Expired,
    Revoked,
}

/// Issues tokens. A token contains its grant, its serial number and a check number that depends on these and
/// the seed. The check number proves that a sandbox with the same seed issued it.
#[derive(Debug)]
pub(crate) struct Tokens {
    seed: Seed,
    next_serial: AtomicU64,
    /// Tokens with a lower serial number have expired, regardless of their time.
    expired_before: AtomicU64,
    /// Tokens with a lower serial number are revoked.
    revoked_before: AtomicU64,
}

impl Tokens {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            seed,
            next_serial: AtomicU64::new(0),
            expired_before: AtomicU64::new(0),
            revoked_before: AtomicU64::new(0),
        }
    }

    /// A new token, different from all previous ones.
    pub(crate) fn issue(&self, grant: &Grant) -> String {
        let serial = self.next_serial.fetch_add(1, Ordering::Relaxed);
        self.text(grant, serial)
    }

    pub(crate) fn expire_all(&self) {
        let serial = self.next_serial.load(Ordering::Relaxed);
        self.expired_before.fetch_max(serial, Ordering::Relaxed);
    }

    pub(crate) fn revoke_all(&self) {
        let serial = self.next_serial.load(Ordering::Relaxed);
        self.revoked_before.fetch_max(serial, Ordering::Relaxed);
    }

    /// The current grant of a token.
    pub(crate) fn check(&self, token: &str, now: Timestamp) -> Result<Grant, Refusal> {
        let (grant, serial) = self.read(token).ok_or(Refusal::Unknown)?;
        if serial < self.revoked_before.load(Ordering::Relaxed) {
            Err(Refusal::Revoked)
        } else if now >= grant.expires || serial < self.expired_before.load(Ordering::Relaxed) {
            Err(Refusal::Expired)
        } else {
            Ok(grant)
        }
    }

    fn read(&self, token: &str) -> Option<(Grant, u64)> {
        let mut fields = token.strip_prefix(PREFIX)?.strip_prefix('-')?.split('-');
        let scope = Scope::read(&mut fields)?;
        let holder = fields.next()?;
        let mut holders = Holder::ALL.into_iter();
        let holder = holders.find(|known| known.name() == holder)?;
        let mut number = || u64::from_str_radix(fields.next()?, 16).ok();
        let methods = Methods(number()?.try_into().ok()?);
        let serial = number()?;
        // `Timestamp::from_millisecond` refuses the last second.
        let time_of =
            |millisecond| Timestamp::UNIX_EPOCH.checked_add(SignedDuration::from_millis(millisecond));
        let mut time = || time_of(number()?.cast_signed()).ok();
        let grant = Grant { holder, scope, methods, issued: time()?, expires: time()? };
        (self.text(&grant, serial) == token).then_some((grant, serial))
    }

    fn text(&self, grant: &Grant, serial: u64) -> String {
        let millisecond = |time: Timestamp| time.as_millisecond().cast_unsigned();
        let (issued, expires) = (millisecond(grant.issued), millisecond(grant.expires));
        let methods = grant.methods.0;
        let content = [grant.scope.code(), grant.holder as u64, methods.into(), serial, issued, expires]
            .into_iter()
            .fold(0, |content, field| mix(content ^ field));
        let check = self.seed.draw(Purpose::TokenCheck, content);
        let (scope, holder) = (grant.scope, grant.holder.name());
        format!("{PREFIX}-{scope}-{holder}-{methods:x}-{serial:x}-{issued:x}-{expires:x}-{check:016x}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn grant(scope: Scope) -> Grant {
        let now = at("2026-01-15T06:00:00Z");
        Grant::new(Holder::User, scope, Methods::PASSWORD, now)
    }

    fn project_grant() -> Grant {
        grant(Scope::Project(ProjectNumber::OWN))
    }

    #[test]
    fn tokens_expire_after_24_hours() {
        let tokens = Tokens::new(Seed(1));
        let grant = project_grant();
        let token = tokens.issue(&grant);
        let check = |now| tokens.check(&token, at(now));
        assert_eq!(check("2026-01-15T06:00:00Z"), Ok(grant));
        assert_eq!(check("2026-01-16T05:59:59.999Z"), Ok(grant));
        assert_eq!(check("2026-01-16T06:00:00Z"), Err(Refusal::Expired));
    }

    #[test]
    fn token_is_valid_to_the_end_of_time() {
        let tokens = Tokens::new(Seed(1));
        let now = at("9999-12-30T06:00:00Z");
        let token = tokens.issue(&Grant::new(Holder::User, Scope::Unscoped, Methods::PASSWORD, now));
        assert!(tokens.check(&token, now).is_ok());
    }

    #[test]
    fn tokens_of_all_holders_are_recognised() {
        let tokens = Tokens::new(Seed(1));
        let now = at("2026-01-15T06:00:00Z");
        let projects = [0, 1, 2, 3, 255].map(|number| Scope::Project(ProjectNumber(number)));
        let scopes = [Scope::Domain, Scope::Unscoped].into_iter().chain(projects);
        for scope in scopes {
            for holder in Holder::ALL {
                let methods = Methods::PASSWORD_AND_TOTP.and(Methods::TOKEN);
                let grant = Grant::new(holder, scope, methods, now);
                assert_eq!(tokens.check(&tokens.issue(&grant), now), Ok(grant));
            }
        }
        let methods = Methods::PASSWORD_AND_TOTP.and(Methods::TOKEN);
        assert_eq!(methods.names(), ["password", "token", "totp"]);
    }

    #[test]
    fn expiry_and_revocation_affect_only_earlier_tokens() {
        let tokens = Tokens::new(Seed(1));
        let grant = project_grant();
        let check = |token: &str| tokens.check(token, grant.issued);
        let first = tokens.issue(&grant);
        tokens.expire_all();
        let second = tokens.issue(&grant);
        assert_eq!(check(&first), Err(Refusal::Expired));
        assert_eq!(check(&second), Ok(grant));
        tokens.revoke_all();
        assert_eq!(check(&first), Err(Refusal::Revoked));
        assert_eq!(check(&second), Err(Refusal::Revoked));
        assert_eq!(check(&tokens.issue(&grant)), Ok(grant));
    }

    #[test]
    fn changed_token_is_unknown() {
        let tokens = Tokens::new(Seed(1));
        let grant = grant(Scope::Unscoped);
        let now = grant.issued;
        let token = tokens.issue(&grant);
        assert_eq!(tokens.check(&token, now), Ok(grant));
        let changed = [
            token.replace("unscoped", "domain"),
            token.replace("unscoped", "project"),
            token.replace("unscoped", "project-0"),
            token.replace("user", "agency"),
            token.replace("user-1-", "user-5-"),
            token.replace("user-1-", "user-101-"),
            token.replacen("-0-", "-1-", 1),
            token.replacen("-0-", "-00-", 1),
            format!("{token} "),
            format!("{token}-"),
            token.to_uppercase(),
            "sandbox-token".to_owned(),
            "sandbox-token-".to_owned(),
            "sandbox-token-project-0-user-1-0-0-0-0".to_owned(),
            format!("sandbox-token-project-0-user-1-0-{:x}-0-0", i64::MAX),
            String::new(),
        ];
        let scoped = tokens.issue(&project_grant());
        assert_eq!(tokens.check(&scoped, now), Ok(project_grant()));
        let of_another_project = ["project-2", "project-4", "project-00", "project-256"];
        let changed = changed.into_iter();
        for token in changed.chain(of_another_project.map(|scope| scoped.replace("project-0", scope))) {
            assert_eq!(tokens.check(&token, now), Err(Refusal::Unknown), "{token}");
        }
        let others = Tokens::new(Seed(2));
        assert_eq!(others.check(&token, now), Err(Refusal::Unknown));
    }

    #[test]
    fn no_token_is_issued_twice() {
        let tokens = Tokens::new(Seed(1));
        let grant = project_grant();
        assert_ne!(tokens.issue(&grant), tokens.issue(&grant));
    }
}

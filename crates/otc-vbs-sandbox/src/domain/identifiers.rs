//! Identifiers that look random but can be converted back into the number of their object.
//!
//! A UUID of version 4 has 122 free bits. They hold the kind and the number of an object, encrypted by a
//! Feistel network whose key is the seed. In the other direction, the kind is a check of 61 bits: an
//! id that the sandbox never issued is recognized without a list of the issued ones.

use uuid::Uuid;

use super::seed::{Purpose, Seed, mix};

/// The kind of an object. The number of a kind must never change, because the ids would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Project = 1,
    Domain = 2,
    User = 3,
    Role = 4,
    CatalogEntry = 5,
    Request = 6,
    Policy = 7,
    Disk = 8,
    BackupJob = 9,
    VbsJob = 10,
    Backup = 11,
    Snapshot = 12,
    Share = 13,
}

const HALF_BITS: u32 = 61;
const HALF: u64 = (1 << HALF_BITS) - 1;

/// Creates and reads ids.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identifiers {
    round_keys: [u64; 4],
}

impl Identifiers {
    pub(crate) fn new(seed: Seed) -> Self {
        Self { round_keys: [0, 1, 2, 3].map(|round| seed.draw(Purpose::IdentifierRound, round)) }
    }

    /// The id as a UUID. Numbers have at most 61 bits.
    pub(crate) fn uuid(&self, kind: Kind, number: u64) -> Uuid {
        let (mut left, mut right) = (kind as u64, number & HALF);
        for key in self.round_keys {
            (left, right) = (right, left ^ round(key, right));
        }
        uuid_of_bits(u128::from(left) << HALF_BITS | u128::from(right))
    }

    /// The id as a UUID in lower case with hyphens.
    pub(crate) fn hyphenated(&self, kind: Kind, number: u64) -> String {
        self.uuid(kind, number).hyphenated().to_string()
    }

    /// The id as 32 hexadecimal digits.
    pub(crate) fn plain(&self, kind: Kind, number: u64) -> String {
        self.uuid(kind, number).simple().to_string()
    }

    /// The number in a hyphenated id, if it is of this kind.
    pub(crate) fn number(&self, kind: Kind, text: &str) -> Option<u64> {
        let number = self.read(kind, text)?;
        (self.hyphenated(kind, number) == text).then_some(number)
    }

    /// The number in an id of 32 hexadecimal digits, if it is of this kind.
    pub(crate) fn number_of_plain(&self, kind: Kind, text: &str) -> Option<u64> {
        let number = self.read(kind, text)?;
        (self.plain(kind, number) == text).then_some(number)
    }

    /// The number in an id in any notation. The parser accepts more notations than the service
    /// writes, and the bits of the version are not part of the number, so the caller compares the text with
    /// the one that would have been written.
    fn read(&self, kind: Kind, text: &str) -> Option<u64> {
        let uuid = Uuid::try_parse(text).ok()?;
        let bits = bits_of_uuid(uuid);
        let (mut left, mut right) = ((bits >> HALF_BITS) as u64 & HALF, bits as u64 & HALF);
        for key in self.round_keys.into_iter().rev() {
            (left, right) = (right ^ round(key, left), left);
        }
        (left == kind as u64).then_some(right)
    }
}

fn round(key: u64, half: u64) -> u64 {
    mix(key ^ half) & HALF
}

/// The positions of the bits of the version (4) and the variant (2) in a UUID.
const AFTER_VERSION: u32 = 76;
const AFTER_VARIANT: u32 = 62;
const VERSION_4: u128 = 0x4 << AFTER_VERSION;
const VARIANT_RFC: u128 = 0b10 << AFTER_VARIANT;
const LOW: u128 = (1 << 62) - 1;
const MIDDLE: u128 = (1 << 12) - 1;

/// Spreads 122 bits over the free positions of a UUID: 48, 12 and 62.
fn uuid_of_bits(bits: u128) -> Uuid {
    let (high, middle, low) = (bits >> 74, bits >> 62 & MIDDLE, bits & LOW);
    Uuid::from_u128(high << 80 | VERSION_4 | middle << 64 | VARIANT_RFC | low)
}

fn bits_of_uuid(uuid: Uuid) -> u128 {
    let value = uuid.as_u128();
    let (high, middle, low) = (value >> 80, value >> 64 & MIDDLE, value & LOW);
    high << 74 | middle << 62 | low
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_decode_to_their_number() {
        for seed in [0, 1, 42, u64::MAX] {
            let identifiers = Identifiers::new(Seed(seed));
            for number in [0, 1, 2, 1_000_000, 1 << 48, HALF - 1, HALF] {
                let text = identifiers.hyphenated(Kind::BackupJob, number);
                assert_eq!(identifiers.number(Kind::BackupJob, &text), Some(number));
                assert_eq!(identifiers.number(Kind::Policy, &text), None);
                let uuid: Uuid = text.parse().unwrap();
                assert_eq!(uuid.get_version_num(), 4);
                assert_eq!(uuid.get_variant(), uuid::Variant::RFC4122);
            }
        }
    }

    #[test]
    fn id_with_one_changed_digit_is_unknown() {
        let identifiers = Identifiers::new(Seed(7));
        let text = identifiers.hyphenated(Kind::BackupJob, 12);
        for (index, digit) in text.char_indices().filter(|(_, c)| *c != '-') {
            let other = if digit == '0' { "1" } else { "0" };
            let mut changed = text.clone();
            changed.replace_range(index..=index, other);
            assert_eq!(identifiers.number(Kind::BackupJob, &changed), None, "{changed}");
        }
    }

    #[test]
    fn only_the_notation_of_the_service_is_accepted() {
        let identifiers = Identifiers::new(Seed(7));
        let text = identifiers.hyphenated(Kind::BackupJob, 12);
        let odd = [
            text.to_uppercase(),
            text.replace('-', ""),
            format!("{{{text}}}"),
            format!("urn:uuid:{text}"),
            format!(" {text}"),
            String::new(),
            "ä".repeat(36),
        ];
        for text in odd {
            assert_eq!(identifiers.number(Kind::BackupJob, &text), None, "{text}");
        }
    }

    #[test]
    fn plain_ids_decode_and_differ_from_hyphenated_ids() {
        let identifiers = Identifiers::new(Seed(7));
        let plain = identifiers.plain(Kind::VbsJob, 12);
        assert_eq!(identifiers.number_of_plain(Kind::VbsJob, &plain), Some(12));
        assert_eq!(identifiers.number(Kind::VbsJob, &plain), None);
        assert_eq!(identifiers.number_of_plain(Kind::Backup, &plain), None);
        let hyphenated = identifiers.hyphenated(Kind::VbsJob, 12);
        for odd in [hyphenated, plain.to_uppercase(), format!("{plain}0")] {
            assert_eq!(identifiers.number_of_plain(Kind::VbsJob, &odd), None, "{odd}");
        }
    }

    #[test]
    fn another_seed_has_other_ids() {
        let text = Identifiers::new(Seed(1)).hyphenated(Kind::BackupJob, 0);
        assert_eq!(Identifiers::new(Seed(2)).number(Kind::BackupJob, &text), None);
    }
}

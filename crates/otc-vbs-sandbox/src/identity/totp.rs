//! Time-based passcodes, as in RFC 6238: HMAC-SHA-1, steps of 30 seconds, 6 digits.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha1::Sha1;

const STEP: i64 = 30;

/// The passcode for the step of 30 seconds that is `steps` steps after the one at `at`.
pub(crate) fn passcode(key: &[u8; 20], at: Timestamp, steps: i64) -> String {
    let step = at.as_second().div_euclid(STEP).saturating_add(steps);
    // A key of this length fits into a block of the hash, so this can't fail.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha1>::new(&block.into());
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    // The last four bits are the offset of the 31 bits to use.
    let offset = usize::from(digest[19] & 0xf);
    let bytes = digest.into_iter().skip(offset).take(4);
    let number = bytes.fold(0u32, |number, byte| number << 8 | u32::from(byte)) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::identity::accounts::{TOTP_KEY, TOTP_SECRET};

    #[test]
    fn passcodes_match_the_rfc() {
        // The last six digits of the table in appendix B.
        for (second, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(passcode(b"12345678901234567890", at, 0), expected);
        }
    }

    #[test]
    fn published_secret_decodes_to_the_key() {
        let key = data_encoding::BASE32.decode(TOTP_SECRET.0.as_bytes());
        assert_eq!(key.unwrap(), TOTP_KEY);
    }
}

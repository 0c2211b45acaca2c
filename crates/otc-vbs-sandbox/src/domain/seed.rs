//! Numbers that look random but depend only on the seed.

use serde::{Deserialize, Serialize};

/// The purpose of a number, so that two uses of the same index are unrelated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    IdentifierRound = 1,
    StatusOfNewest,
    StatusOfBlock,
    JobStart,
    JobEnd,
    JobFailure,
    BackupName,
    TokenCheck,
    Disk,
    JobOutcome,
    Fault,
}

/// The seed chosen by the user of the sandbox, which determines all data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// The number with this index for this purpose.
    pub(crate) fn draw(self, purpose: Purpose, index: u64) -> u64 {
        mix(mix(self.0 ^ mix(purpose as u64)) ^ mix(index))
    }
}

/// The increment and the output function of SplitMix64: every bit of the input changes about half of the bits
/// of the output.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

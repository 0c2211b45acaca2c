//! Numbers that look random and follow from the seed.

use serde::{Deserialize, Serialize};

/// What a number is drawn for, so that two uses of the same index have nothing in common.
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

/// What the user of the sandbox chose, from which all data follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// The number with this index among those drawn for this purpose.
    pub(crate) fn draw(self, purpose: Purpose, index: u64) -> u64 {
        mix(mix(self.0 ^ mix(purpose as u64)) ^ mix(index))
    }
}

/// The increment and the output function of SplitMix64: every bit of the input changes about half of the
/// output's.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

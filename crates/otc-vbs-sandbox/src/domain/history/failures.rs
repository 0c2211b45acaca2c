//! What a failed backup job says.

/// Codes of the service with a text that it, or somebody explaining it, could give.
pub(crate) const FAILURES: [(&str, &str); 4] = [
    ("VolumeBackup.0051", "volume of this pod does not support backup"),
    (
        "VolumeBackup.0040",
        "the disk already has 20 backups, the most it can have",
    ),
    ("VolumeBackup.0064", "the backup ended in status error"),
    ("VolumeBackup.0021", "the disk was deleted before its turn came"),
];

//! Identifiers of tests.

use std::fmt;
use std::ops::Deref;

use otc_vbs::types::{
    BackupId, BackupJobId, DiskId, JobId, PolicyId, ProjectId, ResourceId, ShareId, SnapshotId,
};
use serde::Serialize;

/// The text of an id, which converts into every type of ids. An invalid one panics when it is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Id(pub &'static str);

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<Id> for &str {
    fn eq(&self, other: &Id) -> bool {
        *self == other.0
    }
}

macro_rules! converts_into {
    ($($name:ident),*) => {
        $(
            impl From<Id> for $name {
                fn from(id: Id) -> Self {
                    $name::new(id.0).expect("the ids of tests are valid")
                }
            }

            impl PartialEq<Id> for $name {
                fn eq(&self, other: &Id) -> bool {
                    self.as_str() == other.0
                }
            }
        )*
    };
}
converts_into!(BackupId, BackupJobId, DiskId, JobId, PolicyId, ProjectId, ResourceId, ShareId, SnapshotId);

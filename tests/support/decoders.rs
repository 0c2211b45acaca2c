//! Decodes each schema of the document.

use std::fmt::Debug;

use otc_vbs_api::types;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A value that was decoded.
pub struct Decoded {
    /// The `Debug` output.
    pub debug: String,
    /// The JSON that it encodes to.
    pub encoded: Value,
}

/// Decodes JSON as the schema of this name.
///
/// # Errors
///
/// If the JSON does not match the schema.
pub fn decode(schema: &str, value: &Value) -> Result<Decoded, serde_json::Error> {
    macro_rules! by_name {
        ($($schema:ident)*) => {
            match schema {
                $(stringify!($schema) => decoded::<types::$schema>(value),)*
                _ => panic!("tests/support/decoders.rs does not know what the schema {schema} decodes to: add its name"),
            }
        };
    }
    by_name! {
        AssociationOutcome BackupCreation BackupJobList BackupPolicyChange BackupPolicyList BackupPolicyReference
        BackupPolicySpec BackupRestoration BackupShareCount BackupShareDetail BackupShareList BackupSummaryList
        CreatedBackupShares Job JobReference NativeBackupCreated NativeBackupCreation BackupDetailV2
        BackupListV2 BackupDetail BackupList NativeRestoration PolicyQuery QuotaOverview
        ResourceAssociation ResourceDisassociation ShareCreation TagAddition TagBatch TagList TagValuesList
        TaggedPolicyList VbsError
    }
}

fn decoded<T: DeserializeOwned + Serialize + Debug>(value: &Value) -> Result<Decoded, serde_json::Error> {
    let decoded: T = serde_json::from_value(value.clone())?;
    Ok(Decoded { debug: format!("{decoded:#?}"), encoded: serde_json::to_value(&decoded)? })
}

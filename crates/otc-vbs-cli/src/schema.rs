//! `vbs schema`: the JSON Schema of what commands print for programs.

use std::io::Write as _;

use schemars::{Schema, schema_for};

use crate::archive::manifest::Manifest;
use crate::backup::BackupRow;
use crate::backup_job::BackupJobRow;
use crate::check::CheckRow;
use crate::exit::Failure;
use crate::explain::ErrorCodeRow;
use crate::job::{BackupJobDetails, VbsJobRow};
use crate::migrate::Plan;
use crate::policy::{Changed, DiskRow, PolicyDetails, PolicyRow, TagRow};
use crate::quota::QuotaRow;
use crate::report::Report;
use crate::share::ShareRow;
use crate::started_job::StartedJob;
use crate::whoami::Identity;
use crate::words;
use crate::words::explain::Explanation;

/// The words of a command, and its schema.
type Entry = (&'static str, fn() -> Schema);

/// The commands with machine formats, and the schema of one row or of the object that they print. `export` writes a file.
const SCHEMAS: &[Entry] = &[
    ("backup create", || schema_for!(StartedJob)),
    ("backup list", || schema_for!(BackupRow)),
    ("backup restore", || schema_for!(StartedJob)),
    ("backup show", || schema_for!(BackupRow)),
    ("check", || schema_for!(CheckRow)),
    ("explain", || schema_for!(Explanation)),
    ("explain all", || schema_for!(ErrorCodeRow)),
    ("export", || schema_for!(Manifest)),
    ("job show", || schema_for!(BackupJobDetails)),
    ("job show VBS-JOB-ID", || schema_for!(VbsJobRow)),
    ("job wait", || schema_for!(BackupJobRow)),
    ("job wait VBS-JOB-ID", || schema_for!(VbsJobRow)),
    ("migrate plan", || schema_for!(Plan)),
    ("policy add-disks", || schema_for!(DiskRow)),
    ("policy create", || schema_for!(Changed)),
    ("policy delete", || schema_for!(Changed)),
    ("policy disable", || schema_for!(Changed)),
    ("policy enable", || schema_for!(Changed)),
    ("policy list", || schema_for!(PolicyRow)),
    ("policy remove-disks", || schema_for!(DiskRow)),
    ("policy run", || schema_for!(Changed)),
    ("policy run wait", || schema_for!(BackupJobRow)),
    ("policy set", || schema_for!(Changed)),
    ("policy show", || schema_for!(PolicyDetails)),
    ("policy tags list", || schema_for!(TagRow)),
    ("quota", || schema_for!(QuotaRow)),
    ("report", || schema_for!(Report)),
    ("share create", || schema_for!(ShareRow)),
    ("share list", || schema_for!(ShareRow)),
    ("share show", || schema_for!(ShareRow)),
    ("tasks", || schema_for!(BackupJobRow)),
    ("whoami", || schema_for!(Identity)),
];

/// Print the JSON Schema of a row that a command prints with -o json, jsonl, yaml or csv.
///
/// For a command that prints one object, this is the schema of that object, and for `export`, that of the archive's
/// manifest.json. Without COMMAND, lists the commands.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The command, for example `tasks`.
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(crate) fn run(arguments: &Args) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    if arguments.command.is_empty() {
        SCHEMAS.iter().try_for_each(|(name, _)| writeln!(stdout, "{name}"))?;
        return Ok(stdout.flush()?);
    }
    let command = arguments.command.join(" ");
    let Some((_, schema)) = SCHEMAS.iter().find(|(name, _)| *name == command) else {
        let names = SCHEMAS.iter().map(|(name, _)| *name);
        let similar = words::similar(&command, names, 1);
        return Err(Failure::Usage {
            problem: format!("`{command}` is not a command with a schema"),
            hint: Some(match similar.first() {
                Some(name) => format!("did you mean `vbs schema {name}`?"),
                None => "`vbs schema` lists the commands that have one".to_owned(),
            }),
        });
    };
    // Its keys and texts are our own.
    serde_json::to_writer_pretty(&mut stdout, &schema()).map_err(std::io::Error::from)?;
    writeln!(stdout)?;
    Ok(stdout.flush()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::output::Record;

    fn properties(schema: fn() -> Schema) -> Vec<String> {
        let schema = schema().to_value();
        let properties = schema["properties"].as_object().unwrap();
        properties.keys().cloned().collect()
    }

    fn fields<R: Record>() -> Vec<String> {
        let mut fields: Vec<String> = R::FIELDS.iter().map(|field| (*field).to_owned()).collect();
        fields.sort();
        fields
    }

    fn of(command: &str) -> Vec<String> {
        let (_, schema) = SCHEMAS.iter().find(|(name, _)| *name == command).unwrap();
        let mut properties = properties(*schema);
        properties.sort();
        properties
    }

    #[test]
    fn schema_of_rows_has_their_fields() {
        assert_eq!(of("tasks"), fields::<BackupJobRow>());
        assert_eq!(of("explain all"), fields::<ErrorCodeRow>());
        assert_eq!(of("backup list"), fields::<BackupRow>());
        assert_eq!(of("check"), fields::<CheckRow>());
        assert_eq!(of("policy add-disks"), fields::<DiskRow>());
        assert_eq!(of("policy create"), fields::<Changed>());
        assert_eq!(of("policy list"), fields::<PolicyRow>());
        assert_eq!(of("policy tags list"), fields::<TagRow>());
        assert_eq!(of("quota"), fields::<QuotaRow>());
        assert_eq!(of("share list"), fields::<ShareRow>());
        assert_eq!(of("whoami"), fields::<Identity>());
    }

    #[test]
    fn every_field_of_every_schema_has_a_type() {
        for (name, schema) in SCHEMAS {
            let schema = schema().to_value();
            for (field, property) in schema["properties"].as_object().unwrap() {
                let kinds = ["type", "anyOf", "$ref"];
                assert!(kinds.iter().any(|kind| property.get(kind).is_some()), "{name}: {field}");
            }
        }
    }
}

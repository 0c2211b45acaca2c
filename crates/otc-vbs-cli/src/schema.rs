//! `vbs schema`: the JSON Schema of what commands print for programs.

use std::io::Write as _;

use schemars::{Schema, schema_for};

use crate::backup_job::BackupJobRow;
use crate::exit::Failure;
use crate::explain::ErrorCodeRow;
use crate::job::{BackupJobDetails, VbsJobRow};
use crate::words;
use crate::words::explain::Explanation;

/// The words of a command, and its schema.
type Entry = (&'static str, fn() -> Schema);

/// The commands with machine formats, and the schema of one row or of the object that they print.
const SCHEMAS: &[Entry] = &[
    ("explain", || schema_for!(Explanation)),
    ("explain all", || schema_for!(ErrorCodeRow)),
    ("job show", || schema_for!(BackupJobDetails)),
    ("job show VBS-JOB-ID", || schema_for!(VbsJobRow)),
    ("job wait", || schema_for!(BackupJobRow)),
    ("job wait VBS-JOB-ID", || schema_for!(VbsJobRow)),
    ("tasks", || schema_for!(BackupJobRow)),
];

/// Print the JSON Schema of a row that a command prints with -o json, jsonl, yaml or csv.
///
/// For a command that prints one object, this is the schema of that object. Without COMMAND, lists the commands.
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
        let similar = words::similar(&command, names.clone(), 1);
        return Err(Failure::Usage {
            problem: format!("`{command}` is not a command with a schema"),
            hint: Some(match similar.first() {
                Some(name) => format!("did you mean `vbs schema {name}`?"),
                None => format!("use one of {}", names.collect::<Vec<_>>().join(", ")),
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

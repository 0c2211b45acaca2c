//! Parquet files with the rows of JSON Lines files.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Int64Builder, StringBuilder, TimestampMillisecondBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use otc_vbs::types::UtcTimestamp;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde_json::{Map, Value};
use zstd::Decoder;

use super::new_file::Hashing;
use super::{Writer, create_directories, unwritable};
use crate::archive::Extension;
use crate::archive::layout::new_name;
use crate::archive::manifest::{File, Kind};
use crate::exit::Failure;

/// The number of rows that are in memory.
const BATCH: usize = 4096;
/// The number of rows of a row group, of which one is in memory, encoded.
const ROW_GROUP: usize = 16_384;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Number,
    Truth,
    Time,
}

use Type::{Number, Text, Time, Truth};

/// The members of the lines of jobs.
const JOBS: &[(&str, Type)] = &[
    ("project", Text),
    ("region", Text),
    ("policy_id", Text),
    ("policy_name", Text),
    ("job_id", Text),
    ("status", Text),
    ("created_at", Time),
    ("finished_at", Time),
    ("duration_seconds", Number),
    ("backup_name", Text),
    ("resource_id", Text),
    ("resource_type", Text),
    ("vbs_job_id", Text),
    ("failure_code", Text),
    ("failure_message", Text),
    ("code", Text),
    ("message", Text),
    ("fail_reason", Text),
    ("outcome_unknown", Truth),
];

/// The members of the lines of backups, except for the project, by whose id they are partitioned.
const BACKUPS: &[(&str, Type)] = &[
    ("project", Text),
    ("id", Text),
    ("name", Text),
    ("status", Text),
    ("volume_id", Text),
    ("size", Number),
    ("is_incremental", Truth),
    ("created_at", Time),
    ("data_timestamp", Time),
    ("updated_at", Time),
    ("description", Text),
    ("fail_reason", Text),
    ("has_dependent_backups", Truth),
    ("snapshot_id", Text),
    ("availability_zone", Text),
    ("container", Text),
    ("object_count", Number),
];

/// The columns of a kind of rows. `None`: it is not written as Parquet.
pub(crate) fn columns(kind: Kind) -> Option<&'static [(&'static str, Type)]> {
    match kind {
        Kind::Jobs => Some(JOBS),
        Kind::Backups => Some(BACKUPS),
        Kind::Policies | Kind::Shares | Kind::Quotas => None,
    }
}

impl Writer {
    /// Writes the Parquet files that the new archive does not have yet.
    pub(super) fn write_parquet(&mut self) -> Result<(), Failure> {
        let lines = self.files.values().filter(|file| file.is_json_lines());
        let missing =
            lines.filter(|file| !self.files.contains_key(&file.partition().path(Extension::Parquet)));
        let missing: Vec<(File, &[(&str, Type)])> =
            missing.filter_map(|file| Some((file.clone(), columns(file.kind)?))).collect();
        for (lines, columns) in missing {
            let path = lines.partition().path(Extension::Parquet);
            let new = new_name(&self.directory, &path);
            let source = self.current(&lines.path);
            create_directories(new.parent().unwrap_or(&self.directory))?;
            let written = fs::File::open(source).and_then(|source| write(source, &new, columns));
            // It is deleted with the others if anything fails.
            self.staged.push(path.clone());
            let (bytes, sha256) = written.map_err(|error| unwritable(&new, error))?;
            self.files.insert(path.clone(), File { path, bytes, sha256, ..lines });
        }
        Ok(())
    }
}

/// Writes the rows of a JSON Lines file. Returns the size of the file and its SHA-256.
fn write(source: fs::File, file: &std::path::Path, columns: &[(&str, Type)]) -> io::Result<(u64, String)> {
    let fields = columns.iter().map(|(name, kind)| Field::new(*name, kind.data_type(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by(concat!("vbs ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = ArrowWriter::try_new(Hashing::create(file)?, Arc::clone(&schema), Some(properties))?;
    let mut lines = BufReader::new(Decoder::new(source)?).lines();
    loop {
        let mut builders: Vec<Column> = columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        let mut rows = 0;
        for line in lines.by_ref().take(BATCH) {
            let row: Map<String, Value> = serde_json::from_str(&line?)?;
            for ((name, _), builder) in columns.iter().zip(&mut builders) {
                builder.append(row.get(*name));
            }
            rows += 1;
        }
        if rows == 0 {
            break;
        }
        let arrays = builders.into_iter().map(Column::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(io::Error::other)?;
        writer.write(&batch)?;
    }
    writer.into_inner()?.finish()
}

impl Type {
    fn data_type(self) -> DataType {
        match self {
            Text => DataType::Utf8,
            Number => DataType::Int64,
            Truth => DataType::Boolean,
            Time => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }
}

/// A column of a batch. A value of another type is null.
enum Column {
    Text(StringBuilder),
    Number(Int64Builder),
    Truth(BooleanBuilder),
    Time(TimestampMillisecondBuilder),
}

impl Column {
    fn new(kind: Type) -> Self {
        match kind {
            Text => Self::Text(StringBuilder::new()),
            Number => Self::Number(Int64Builder::new()),
            Truth => Self::Truth(BooleanBuilder::new()),
            Time => Self::Time(TimestampMillisecondBuilder::new().with_timezone("UTC")),
        }
    }

    fn append(&mut self, value: Option<&Value>) {
        match self {
            Self::Text(column) => column.append_option(value.and_then(Value::as_str)),
            Self::Number(column) => column.append_option(value.and_then(Value::as_i64)),
            Self::Truth(column) => column.append_option(value.and_then(Value::as_bool)),
            Self::Time(column) => {
                let time = value.and_then(Value::as_str).and_then(|text| text.parse::<UtcTimestamp>().ok());
                column.append_option(time.map(|time| time.as_timestamp().as_millisecond()));
            }
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut column) => ArrayBuilder::finish(&mut column),
            Self::Number(mut column) => ArrayBuilder::finish(&mut column),
            Self::Truth(mut column) => ArrayBuilder::finish(&mut column),
            Self::Time(mut column) => ArrayBuilder::finish(&mut column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup_job::BackupJobRow;
    use crate::output::Record as _;

    #[test]
    fn columns_of_jobs_are_the_fields_of_their_rows() {
        let names: Vec<&str> = JOBS.iter().map(|(name, _)| *name).collect();
        let expected: Vec<&str> = BackupJobRow::FIELDS.iter().copied().chain(["outcome_unknown"]).collect();
        assert_eq!(names, expected);
    }
}

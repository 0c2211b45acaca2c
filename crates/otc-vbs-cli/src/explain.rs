//! `vbs explain`: what the error codes of the service mean.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Global;
use crate::exit::Failure;
use crate::output::{self, Column, Fit, Record, Rows};
use crate::words::explain::{self, Explanation, NotExplained};

/// Explain an error code of the service. Works offline.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The code, such as VolumeBackup.0021, or its number.
    #[arg(required_unless_present = "all")]
    code: Option<String>,

    /// List all codes.
    #[arg(long, conflicts_with = "code")]
    all: bool,
}

/// An error code in a list.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "ErrorCode")]
pub(crate) struct ErrorCodeRow {
    /// The code as the reference writes it.
    code: &'static str,
    /// What happened.
    meaning: &'static str,
    /// What to do about it.
    action: &'static str,
    /// What the user was doing.
    concerns: &'static str,
}

impl Record for ErrorCodeRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("CODE", Fit::Keep, |row, _| row.code.to_owned()),
        Column::new("CONCERNS", Fit::Wide, |row, _| row.concerns.to_owned()),
        Column::new("ACTION", Fit::Wide, |row, _| row.action.to_owned()),
        Column::new("MEANING", Fit::Wrap, |row, _| row.meaning.to_owned()),
    ];

    const FIELDS: &'static [&'static str] = &["code", "meaning", "action", "concerns"];
}

pub(crate) fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let options = global.output();
    let Some(code) = arguments.code else {
        let rows: Vec<ErrorCodeRow> = explain::all()
            .map(|Explanation { code, meaning, action, concerns, .. }| ErrorCodeRow {
                code,
                meaning,
                action,
                concerns,
            })
            .collect();
        let mut output = Rows::to_stdout(&options)?;
        output.write(&rows)?;
        return Ok(output.finish()?);
    };
    let explanation = explain::explain(&code).map_err(failure)?;
    let mut lines = vec![
        ("Code", explanation.code.to_owned()),
        ("Meaning", explanation.meaning.to_owned()),
        ("What to do", explanation.action.to_owned()),
        ("Concerns", explanation.concerns.to_owned()),
    ];
    let titles = std::iter::once("Reference").chain(std::iter::repeat(""));
    lines.extend(titles.zip(explanation.pages.iter().cloned()));
    output::show(&options, &explanation, &lines)
}

fn failure(error: NotExplained) -> Failure {
    let problem = error.to_string();
    let hint = "list the codes with `vbs explain --all`".to_owned();
    match error {
        NotExplained::NotListed { .. } => Failure::NotFound { problem, hint },
        NotExplained::Ambiguous { .. } | NotExplained::NotACode { .. } => {
            Failure::Usage { problem, hint: Some(hint) }
        }
    }
}

//! Reads a token from a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::diagnostics;
use crate::exit::Failure;

/// The largest token that is read, in bytes.
const LONGEST_TOKEN: u64 = 1024 * 1024;

/// The token in a file, or in standard input if the file is `-`.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let source_name = match file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => file.display().to_string(),
    };
    let text = match file.to_str() {
        Some("-") => read_text(io::stdin().lock()),
        _ => File::open(file).and_then(|opened| {
            warn_if_readable_by_others(&opened, &source_name);
            read_text(opened)
        }),
    };
    match text {
        Ok(text) => match text.trim_start_matches('\u{feff}').trim() {
            "" => Err(Failure::usage(format!("there is no token in {source_name}: it is empty"))),
            token => Ok(token.to_owned()),
        },
        Err(error) => Err(Failure::TokenSource { source_name, error }),
    }
}

fn read_text(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(LONGEST_TOKEN).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn warn_if_readable_by_others(file: &File, name: &str) {
    use std::os::unix::fs::PermissionsExt as _;

    let for_others = file
        .metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0);
    if for_others {
        diagnostics::warning(&format!("others can read the token in {name}; protect it with `chmod 600`"));
    }
}

#[cfg(not(unix))]
fn warn_if_readable_by_others(_: &File, _: &str) {}

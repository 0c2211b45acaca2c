//! Replaces files.

use std::io::{self, Write as _};
use std::path::Path;

use crate::exit::Failure;

/// Replaces a file in one step, so that no reader sees a part of it. Everybody can read the file.
pub(crate) fn replace(file: &Path, content: &[u8]) -> Result<(), Failure> {
    write_and_rename(file, content).map_err(|error| Failure::File { file: file.to_owned(), error })
}

fn write_and_rename(file: &Path, content: &[u8]) -> io::Result<()> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    // The textfile collector of Prometheus reads files that end in `.prom`, as another user.
    builder.prefix(".vbs-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut temporary = builder.tempfile_in(directory)?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file)?;
    Ok(())
}

//! Reads settings and tokens from regular files of bounded size.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

/// Whether a symbolic link may be followed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Follow,
    Refuse,
}

/// Opens a regular file. Does not wait for the writer of a FIFO, and refuses FIFOs, devices and directories.
pub(crate) fn open_regular(path: &Path, links: Links) -> io::Result<File> {
    let file = open_without_waiting(path, links)?;
    // Checks the open file, not the path: what is checked is what is read.
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"))
    }
}

/// Reads at most `limit` bytes. A larger file is an error.
pub(crate) fn read_bytes(file: File, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(ErrorKind::InvalidData, format!("it is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Reads at most `limit` bytes of UTF-8 text. A larger file is an error.
pub(crate) fn read_text(file: File, limit: u64) -> io::Result<Zeroizing<String>> {
    match std::str::from_utf8(&read_bytes(file, limit)?) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(io::Error::new(ErrorKind::InvalidData, "it is not valid UTF-8")),
    }
}

#[cfg(unix)]
fn open_without_waiting(path: &Path, links: Links) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    if links == Links::Refuse {
        flags |= libc::O_NOFOLLOW;
    }
    match File::options().read(true).custom_flags(flags).open(path) {
        Err(error) if links == Links::Refuse && error.raw_os_error() == Some(libc::ELOOP) => {
            Err(io::Error::new(ErrorKind::InvalidInput, "it is a symbolic link"))
        }
        result => result,
    }
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path, links: Links) -> io::Result<File> {
    if links == Links::Refuse && path.symlink_metadata()?.is_symlink() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is a symbolic link"));
    }
    File::open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_opened() {
        use rustix::fs::{FileType, Mode};

        let root = tempfile::tempdir().unwrap();
        let fifo = root.path().join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let link = root.path().join("link");
        let target = root.path().join("target");
        std::fs::write(&target, "text").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();

        for path in [&*fifo, Path::new("/dev/zero"), root.path()] {
            let error = open_regular(path, Links::Follow).unwrap_err();
            assert!(error.to_string().contains("regular file"), "{path:?}: {error}");
        }
        assert!(open_regular(&link, Links::Follow).is_ok());
        let error = open_regular(&link, Links::Refuse).unwrap_err();
        assert!(error.to_string().contains("symbolic link"), "{error}");
    }

    #[test]
    fn text_is_bounded_and_utf_8() {
        let root = tempfile::tempdir().unwrap();
        let read = |bytes: &[u8], limit| {
            let path = root.path().join("file");
            std::fs::write(&path, bytes).unwrap();
            read_text(open_regular(&path, Links::Follow).unwrap(), limit)
                .map(|text| text.to_string())
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(b"1234", 4).unwrap(), "1234");
        assert!(read(b"12345", 4).unwrap_err().contains("larger than 4 bytes"));
        assert!(read(&[0xff, 0xfe], 4).unwrap_err().contains("UTF-8"));
    }
}

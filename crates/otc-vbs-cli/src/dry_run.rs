//! `--dry-run`: prints the request that would change something, and sends nothing.

use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Write as _};

use otc_vbs::bytes::Bytes;
use otc_vbs::http::{Method, Request};
use otc_vbs::transport::{RequestInfo, Transport, TransportError, TransportErrorKind, TransportFuture};

use crate::words::text;

/// Operations that only read, although their method is POST.
const READING: [&str; 1] = ["queryBackupPoliciesByTag"];

/// A layer that prints requests that would change something instead of sending them.
pub(crate) struct DryRun<T>(pub(crate) T);

/// The cause of the error of a request that was only printed, or that could not be printed.
#[derive(Debug)]
struct OnlyPrinted(io::Result<()>);

impl fmt::Display for OnlyPrinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("--dry-run sends nothing")
    }
}

impl StdError for OnlyPrinted {}

impl<T: Transport> Transport for DryRun<T> {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        let operation = RequestInfo::of(&request).operation();
        let reads = [Method::GET, Method::HEAD].contains(request.method())
            || operation.is_some_and(|operation| READING.contains(&operation));
        if reads {
            return self.0.send(request);
        }
        let printed = OnlyPrinted(print(&request));
        Box::pin(async {
            let error = TransportError::new(TransportErrorKind::Refused, "--dry-run sends nothing");
            Err(error.with_source(printed))
        })
    }
}

/// `PUT /v2/p1/backuppolicy/b1`, and the body on the next lines.
fn print(request: &Request<Bytes>) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    writeln!(stdout, "{} {}", request.method(), text::line(path))?;
    if !request.body().is_empty() {
        let body = String::from_utf8_lossy(request.body());
        // Bodies of requests are JSON.
        let body = serde_json::from_str::<serde_json::Value>(&body)
            .and_then(|body| serde_json::to_string_pretty(&body))
            .unwrap_or_else(|_| text::line(&body));
        body.lines().try_for_each(|line| writeln!(stdout, "{}", text::line(line)))?;
    }
    stdout.flush()
}

/// Whether the request was printed, if this is the error of a request that was not sent because of `--dry-run`.
pub(crate) fn printed(error: &otc_vbs::Error) -> Option<io::Result<()>> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(OnlyPrinted(result)) = error.downcast_ref() {
            return Some(result.as_ref().copied().map_err(same));
        }
        cause = error.source();
    }
    None
}

/// The same error again, which can't be cloned.
fn same(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

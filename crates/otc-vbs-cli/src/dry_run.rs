//! `--dry-run`: prints the request that would change something, and sends nothing.

use std::error::Error as StdError;
use std::fmt;
use std::io::Write as _;

use otc_vbs::bytes::Bytes;
use otc_vbs::http::{Method, Request};
use otc_vbs::transport::{RequestInfo, Transport, TransportError, TransportErrorKind, TransportFuture};

use crate::words::text;

/// Operations that only read, although their method is POST.
const READING: [&str; 1] = ["queryBackupPoliciesByTag"];

/// A layer that prints requests that would change something instead of sending them.
pub(crate) struct DryRun<T>(pub(crate) T);

/// The cause of the error of a request that was only printed.
#[derive(Debug)]
struct OnlyPrinted;

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
        let printed = print(&request);
        Box::pin(async {
            Err(match printed {
                Ok(()) => TransportError::new(TransportErrorKind::Refused, "--dry-run sends nothing")
                    .with_source(OnlyPrinted),
                Err(error) => {
                    TransportError::new(TransportErrorKind::Refused, format!("can't print it: {error}"))
                }
            })
        })
    }
}

/// `PUT /v2/p1/backuppolicy/b1`, and the body on the next lines.
fn print(request: &Request<Bytes>) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
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

/// Whether this is the error of a request that was only printed.
pub(crate) fn is_only_printed(error: &otc_vbs::Error) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<OnlyPrinted>() {
            return true;
        }
        cause = error.source();
    }
    false
}

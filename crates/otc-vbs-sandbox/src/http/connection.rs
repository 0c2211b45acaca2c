//! Connections: their time limits, their size limits, and the truncation of responses.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::future::{Either, select};
use futures_util::{StreamExt as _, stream};
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;

use crate::faults::cut::Cut;

/// The time limit for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The time limit for the body of a request.
const BODY_TIME: Duration = Duration::from_secs(30);
/// The maximum time for which a peer may read nothing while a response is being written. Then the connection
/// is closed.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// The size limit of the head of a request. A larger one results in 431.
const MOST_HEAD: usize = 64 * 1024;
/// The maximum number of headers in a request. More result in 431.
const MOST_HEADERS: usize = 100;

/// Serves connections until it is stopped, then waits for the requests in progress.
pub(crate) async fn serve(
    mut listener: TcpListener,
    router: Router,
    stopped: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut server = http1::Builder::new();
    server
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_HEAD);
    let open = GracefulShutdown::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        // Accepting can fail temporarily, for example if too many files are open. Then this continues.
        let accepting = std::pin::pin!(axum::serve::Listener::accept(&mut listener));
        let stream = match select(stopped.as_mut(), accepting).await {
            Either::Left(_) => break,
            Either::Right(((stream, _), _)) => stream,
        };
        let cut = CutPlan::default();
        let stream = TokioIo::new(Cuttable::new(stream, cut.clone()));
        let router = TowerToHyperService::new(router.clone());
        let answer = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(cut.clone());
            let response = router.call(request);
            async move { response.await.map_err(|never: Infallible| never) }
        });
        let connection = open.watch(server.serve_connection(stream, answer));
        tokio::spawn(async move {
            // A caller that disconnects or does not send HTTP is not a failure of the sandbox.
            let _ = connection.await;
        });
    }
    drop(listener);
    open.shutdown().await;
    Ok(())
}

/// Ends the body of a request that takes too long.
pub(crate) async fn limit_body_time(request: axum::extract::Request) -> axum::extract::Request {
    request.map(|body| {
        let pieces = stream::unfold((body.into_data_stream(), None), |(mut pieces, end)| async {
            // The time starts with the first read, not while a fault delays the request.
            let end = end.unwrap_or_else(|| Box::pin(tokio::time::sleep(BODY_TIME)));
            match select(pieces.next(), end).await {
                Either::Left((piece, end)) => Some((piece?, (pieces, Some(end)))),
                Either::Right(((), _)) => {
                    let late = io::Error::from(io::ErrorKind::TimedOut);
                    let end = Box::pin(tokio::time::sleep(Duration::MAX));
                    Some((Err(axum::Error::new(late)), (pieces, Some(end))))
                }
            }
        });
        Body::from_stream(pieces)
    })
}

/// Handle for truncating the response and resetting the connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct CutPlan(Arc<Mutex<Option<Plan>>>);

#[derive(Clone, Copy, Debug)]
struct Plan {
    /// The last bytes of the head that were written. Empty if the head does not matter.
    head: Option<usize>,
    /// The number of bytes that may still be written.
    left: u64,
}

const HEAD_END: &[u8] = b"\r\n\r\n";

impl CutPlan {
    pub(crate) fn set(&self, cut: Cut) {
        let plan = match cut {
            Cut::InHead(left) => Plan { head: None, left },
            Cut::InBody(left) => Plan { head: Some(0), left },
        };
        self.write(Some(plan));
    }

    fn read(&self) -> Option<Plan> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, plan: Option<Plan>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }
}

impl Plan {
    /// The number of these bytes that may be written.
    fn most(mut self, bytes: &[u8]) -> usize {
        let head = self.pass_head(bytes);
        let body = (bytes.len() - head) as u64;
        head + body.min(self.left) as usize
    }

    /// Records that these bytes have been written.
    fn written(&mut self, bytes: &[u8]) {
        let head = self.pass_head(bytes);
        self.left = self.left.saturating_sub((bytes.len() - head) as u64);
    }

    /// The number of these bytes that belong to the head.
    fn pass_head(&mut self, bytes: &[u8]) -> usize {
        let Some(mut matched) = self.head else {
            return 0;
        };
        for (place, byte) in bytes.iter().enumerate() {
            matched = match *byte {
                byte if byte == HEAD_END[matched] => matched + 1,
                b'\r' => 1,
                _ => 0,
            };
            if matched == HEAD_END.len() {
                self.head = None;
                return place + 1;
            }
        }
        self.head = Some(matched);
        bytes.len()
    }

    fn is_over(self) -> bool {
        self.head.is_none() && self.left == 0
    }
}

/// A connection whose responses can be truncated.
struct Cuttable {
    stream: Pin<Box<TimeoutStream<TcpStream>>>,
    cut: CutPlan,
}

impl Cuttable {
    fn new(stream: TcpStream, cut: CutPlan) -> Self {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIME));
        Self { stream: Box::pin(stream), cut }
    }

    /// Without lingering, the system resets the connection when it is closed.
    fn reset(&self) -> io::Error {
        match self.stream.get_ref().set_zero_linger() {
            Ok(()) => io::ErrorKind::ConnectionReset.into(),
            Err(error) => error,
        }
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(mut plan) = self.cut.read() else {
            return self.stream.as_mut().poll_write(context, bytes);
        };
        if plan.is_over() {
            return Poll::Ready(Err(self.reset()));
        }
        let bytes = &bytes[..plan.most(bytes)];
        let written = ready!(self.stream.as_mut().poll_write(context, bytes))?;
        plan.written(&bytes[..written]);
        self.cut.write(Some(plan));
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // If the whole response was written before the cut, nothing more is written.
        if self.cut.read().is_some_and(Plan::is_over) {
            return Poll::Ready(Err(self.reset()));
        }
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The part of a response that is written, if it is written in chunks of this size.
    fn through(cut: Cut, answer: &[u8], size: usize) -> Vec<u8> {
        let plan = CutPlan::default();
        plan.set(cut);
        let mut plan = plan.read().unwrap();
        let mut through = Vec::new();
        for piece in answer.chunks(size) {
            let piece = &piece[..plan.most(piece)];
            plan.written(piece);
            through.extend(piece);
            if plan.is_over() {
                break;
            }
        }
        through
    }

    #[test]
    fn response_is_cut_at_the_given_byte() {
        let answer = b"HTTP/1.1 200 OK\r\na: b\r\n\r\nbo\r\n\r\ndy";
        let head = answer.len() - 8;
        for size in [1, 3, 25, 100] {
            for bytes in [0, 1, 7] {
                let cut = through(Cut::InHead(bytes), answer, size);
                assert_eq!(cut, answer[..bytes as usize], "{size}");
                let cut = through(Cut::InBody(bytes), answer, size);
                assert_eq!(cut, answer[..head + bytes as usize], "{size}");
            }
        }
    }
}

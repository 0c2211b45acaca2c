//! Injects the next fault that matches a request.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use http::{HeaderName, StatusCode, Uri};
use jiff::{SignedDuration, Timestamp};

use crate::domain::time::later;
use crate::faults::cut::Cut;
use crate::faults::effect::{Answer, Effect, Redirect, Retry};
use crate::faults::{Fault, InvalidFault};
use crate::http::connection::CutPlan;
use crate::http::failure::Failure;
use crate::http::wire_time::http_date;
use crate::state::AppState;

/// The maximum size of an altered response, which is held in memory.
const MOST_ALTERED: usize = 64 * 1024 * 1024;
/// The time from now to a date in `Retry-After`.
const RETRY_DATE: SignedDuration = SignedDuration::from_secs(3);

/// The header in which a request asks for its own fault.
const FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");

/// The fault that was injected into a request, for the access log.
#[derive(Clone, Debug)]
pub(crate) struct InjectedFault {
    pub(crate) fault: String,
    /// Whether the caller received no status.
    pub(crate) without_status: bool,
}

/// Middleware that injects the next matching fault.
pub(crate) async fn inject(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let fault = match fault_for(&app, &request) {
        Ok(Some(fault)) => fault,
        Ok(None) => return next.run(request).await,
        Err(problem) => {
            let message = format!("the header X-Sandbox-Fault: {problem}");
            return Failure::without_code(StatusCode::BAD_REQUEST, message).into_response();
        }
    };
    if !fault.delay.is_zero() {
        tokio::time::sleep(fault.delay).await;
    }
    let happened = InjectedFault {
        without_status: matches!(fault.effect, Effect::Cut(Cut::InHead(_))),
        fault: fault.text,
    };
    let response = fault.effect.apply(request, next).await;
    let mut response = response.unwrap_or_else(Failure::into_response);
    response.extensions_mut().insert(happened);
    response
}

/// The fault for a request: the one in its own header, otherwise the next pending one that matches.
fn fault_for(app: &AppState, request: &Request) -> Result<Option<Fault>, InvalidFault> {
    let (method, path) = (request.method(), request.uri().path());
    let Some(text) = request.headers().get(FAULT) else {
        return Ok(app.faults.take(method, path, app.region_of(path)));
    };
    let text = text.to_str();
    let text = text.map_err(|_| InvalidFault::new("it is not ASCII"))?;
    let fault: Fault = text.parse()?;
    if fault.is_rule {
        return Err(InvalidFault::new(
            "it applies only to its own request; omit METHOD and PATH, `times`, `skip`, `rate` and `region`",
        ));
    }
    Ok(Some(app.faults.own(fault)))
}

impl Answer {
    fn response(self) -> Response {
        let body = match self.cut_off {
            true => broken_off(self.body),
            false => Body::from(self.body),
        };
        let mut response = (self.status, self.headers, body).into_response();
        let retry = match self.retry {
            Retry::Never => None,
            Retry::Value(value) => Some(value),
            Retry::Date => Some(http_date(later(Timestamp::now(), RETRY_DATE))),
        };
        if let Some(retry) = retry {
            response.headers_mut().insert(RETRY_AFTER, retry);
        }
        response
    }
}

impl Effect {
    async fn apply(self, mut request: Request, next: Next) -> Result<Response, Failure> {
        let cut = request.extensions().get::<CutPlan>().cloned();
        let cut_at = |place| {
            if let Some(cut) = cut {
                cut.set(place);
            }
        };
        Ok(match self {
            Self::Nothing | Self::Any => next.run(request).await,
            Self::Answer(answer) => answer.response(),
            Self::Redirect(status, to) => redirect(status, &to, request.uri()),
            Self::Cut(place) => {
                let response = next.run(request).await;
                cut_at(place);
                response
            }
            Self::CutBody(bytes) => {
                let (response, body) = whole(next.run(request).await).await?;
                cut_at(Cut::InBody(part(&body, bytes) as u64));
                with_body(response, body)
            }
            Self::Slow { bytes, pause } => {
                let (response, body) = whole(next.run(request).await).await?;
                slow(response, body, bytes, pause)
            }
            Self::Endless => {
                let (mut response, body) = whole(next.run(request).await).await?;
                response.headers_mut().remove(CONTENT_LENGTH);
                response.map(|_| endless(body))
            }
            Self::Truncated(bytes) => {
                let (response, body) = whole(next.run(request).await).await?;
                let kept = part(&body, bytes);
                with_body(response, body.slice(..kept))
            }
            Self::TruncatedGzip => {
                let (mut response, body) = whole(next.run(request).await).await?;
                let packed = gzip(&body);
                let gzip = HeaderValue::from_static("gzip");
                response.headers_mut().insert(CONTENT_ENCODING, gzip);
                with_body(response, packed.slice(..packed.len() / 2))
            }
            Self::ContentType(value) => {
                let mut response = next.run(request).await;
                response.headers_mut().insert(CONTENT_TYPE, value);
                response
            }
            Self::Alter(alteration) => {
                let (response, body) = whole(next.run(request).await).await?;
                let body = alteration.of(&body).map_or(body, Bytes::from);
                with_body(response, body)
            }
            Self::Repeat => {
                if let Some(uri) = without_place(request.uri()) {
                    *request.uri_mut() = uri;
                }
                next.run(request).await
            }
        })
    }
}

fn redirect(status: StatusCode, to: &Redirect, uri: &Uri) -> Response {
    let host = match to {
        Redirect::Itself => "".as_bytes(),
        Redirect::Host(host) => host.as_bytes(),
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let location = [host.strip_suffix(b"/").unwrap_or(host), path.as_bytes()].concat();
    (status, [(LOCATION, header_of(&location))]).into_response()
}

#[expect(
    clippy::expect_used,
    reason = "the host is a part of a header value, and a path has no characters that a header value may not have"
)]
fn header_of(location: &[u8]) -> HeaderValue {
    HeaderValue::from_bytes(location).expect("a location is a valid header value")
}

/// The address without the parameters that select a page of a list.
#[expect(clippy::expect_used, reason = "parts of a valid query are a valid query")]
fn without_place(uri: &Uri) -> Option<Uri> {
    let is_kept = |parameter: &&str| {
        let mut parsed = url::form_urlencoded::parse(parameter.as_bytes());
        !parsed.any(|(name, _)| name == "marker" || name == "offset")
    };
    let kept: Vec<&str> = uri.query()?.split('&').filter(is_kept).collect();
    let uri = format!("{}?{}", uri.path(), kept.join("&"));
    Some(uri.parse().expect("an address with fewer parameters is an address"))
}

/// The response without its body, and the whole body.
async fn whole(response: Response) -> Result<(Response, Bytes), Failure> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MOST_ALTERED).await.map_err(|_| {
        let limit = MOST_ALTERED / (1024 * 1024);
        let message =
            format!("the fault can't be injected: the response has more than {limit} MiB, or broke off");
        Failure::without_code(StatusCode::INTERNAL_SERVER_ERROR, message)
    })?;
    Ok((Response::from_parts(parts, Body::empty()), body))
}

fn with_body(mut response: Response, body: Bytes) -> Response {
    response.headers_mut().remove(CONTENT_LENGTH);
    response.map(|_| Body::from(body))
}

fn part(body: &Bytes, bytes: Option<u64>) -> usize {
    let half = body.len() / 2;
    bytes.map_or(half, |bytes| body.len().min(bytes as usize))
}

fn slow(mut response: Response, body: Bytes, bytes: usize, pause: Duration) -> Response {
    let length = HeaderValue::from(body.len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    let pieces = stream::unfold(body, move |mut body| async move {
        if body.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let piece = body.split_to(bytes.min(body.len()));
        Some((Ok::<_, io::Error>(piece), body))
    });
    response.map(|_| Body::from_stream(pieces))
}

/// The body except its last byte, then spaces without end: JSON that could still become valid.
fn endless(body: Bytes) -> Body {
    let begin = body.slice(..body.len().saturating_sub(1));
    let spaces = Bytes::from_static(&[b' '; 16 * 1024]);
    let spaces = stream::repeat_with(move || spaces.clone()).then(|spaces| async {
        // Other requests get their turn.
        tokio::task::yield_now().await;
        spaces
    });
    let pieces = stream::once(async { begin }).chain(spaces);
    Body::from_stream(pieces.map(Ok::<_, io::Error>))
}

#[expect(clippy::expect_used, reason = "writing to memory can't fail")]
fn gzip(body: &[u8]) -> Bytes {
    use io::Write as _;

    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(body).expect("memory can be written");
    packed.finish().expect("memory can be written").into()
}

fn broken_off(body: Bytes) -> Body {
    let end = stream::once(async {
        // The bytes so far are sent only when the next chunk is not ready.
        tokio::task::yield_now().await;
        Err(io::Error::other("the sandbox was told to reset this connection"))
    });
    Body::from_stream(stream::iter([Ok(body)]).chain(end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::Router;
    use axum::middleware::from_fn;
    use hyper::service::Service as _;
    use hyper_util::service::TowerToHyperService;

    use super::*;

    /// What the fault `truncate` makes of a response.
    async fn truncated(body: fn() -> Body) -> (StatusCode, String) {
        let inject = from_fn(|request, next| Effect::Truncated(None).apply(request, next));
        let router = Router::new().fallback(move || async move { body() }).layer(inject);
        let service = TowerToHyperService::new(router);
        let response = service.call(Request::new(Body::empty())).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, MOST_ALTERED).await.unwrap();
        (head.status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn response_is_truncated_to_half_of_it() {
        let response = truncated(|| Body::from("12345678")).await;
        assert_eq!(response, (StatusCode::OK, "1234".to_owned()));
    }

    #[tokio::test]
    async fn response_that_can_not_be_read_whole_is_an_error() {
        let too_large = || Body::from(vec![b' '; MOST_ALTERED + 1]);
        let broken =
            || Body::from_stream(stream::once(async { Err::<Bytes, _>(io::Error::other("broken")) }));
        for body in [too_large as fn() -> Body, broken] {
            let (status, text) = truncated(body).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            let expected = "the fault can't be injected: the response has more than 64 MiB, or broke off";
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn page_is_removed_from_an_address_and_the_rest_stays() {
        for (address, expected) in [
            ("/v2/p1/tasks?marker=a&limit=2&offset=1", Some("/v2/p1/tasks?limit=2")),
            ("/v2/p1/tasks?na%6De=a~b&mark%65r=x", Some("/v2/p1/tasks?na%6De=a~b")),
            ("/v2/p1/tasks?offset=1", Some("/v2/p1/tasks?")),
            ("/v2/p1/tasks", None),
        ] {
            let found = without_place(&address.parse().unwrap());
            assert_eq!(found.map(|uri| uri.to_string()).as_deref(), expected);
        }
    }

    #[test]
    fn long_address_has_no_page_either() {
        let address = format!("/tasks?name={}&offset=1", "~".repeat(30_000));
        let found = without_place(&address.parse().unwrap()).unwrap();
        assert_eq!(found.to_string(), address.trim_end_matches("&offset=1"));
    }
}

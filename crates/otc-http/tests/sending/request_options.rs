//! The settings of one request take precedence over those of the layers.

use std::time::Duration;

use http::HeaderValue;
use otc_http::{
    FixedToken, Layers, RequestOptions, RetryBudget, RetryPolicy, Transport as _, TransportErrorKind,
};
use otc_vbs_testing::{Reply, Script, ok, status};
use tokio::time::Instant;

use crate::{SECOND, get, immediate, retrying, send, slowest, stack, status_of, text};

fn get_with(options: RequestOptions) -> http::Request<bytes::Bytes> {
    let mut request = get();
    options.attach(&mut request).unwrap();
    request
}

#[tokio::test(start_paused = true)]
async fn timeout_replaces_the_limit_of_the_call() {
    for layers in [Layers::new(), Layers::new().timeout(SECOND)] {
        let layers = layers.attempt_timeout(Duration::MAX);
        let request = get_with(RequestOptions::new().timeout(5 * SECOND));
        let began = Instant::now();
        let answer = send(layers, Script::always(Reply::Never), request).await;
        assert_eq!(began.elapsed().as_millis() / 100, 50);
        assert_eq!(
            text(&answer),
            "the call to service.example.com did not end within 5 s, in its first attempt"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn duration_max_disables_the_limits_of_the_layers() {
    let layers = Layers::new().timeout(SECOND).attempt_timeout(SECOND);
    let options = RequestOptions::new().timeout(Duration::MAX).attempt_timeout(Duration::MAX);
    let service = Script::always(Reply::Late(3600 * SECOND, Box::new(ok().into())));
    assert_eq!(status_of(&send(layers, service, get_with(options)).await), 200);
}

#[tokio::test(start_paused = true)]
async fn deadline_of_an_outer_layer_ends_the_call_before_its_timeout() {
    let mut request = get_with(RequestOptions::new().timeout(Duration::MAX));
    otc_http::CallState::end_at(&mut request, (Instant::now() + SECOND).into_std());
    let answer = send(Layers::new(), Script::always(Reply::Never), request).await;
    assert_eq!(
        text(&answer),
        "the call to service.example.com did not end within its time limit, in its first attempt"
    );
}

#[tokio::test(start_paused = true)]
async fn attempt_timeout_replaces_the_limit_of_each_attempt() {
    let service = Script::new([Reply::Never, ok().into()]);
    let request = get_with(RequestOptions::new().attempt_timeout(2 * SECOND));
    let answer = send(retrying(immediate()), service.clone(), request).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!(service.times(), [0, 2000]);
}

#[tokio::test(start_paused = true)]
async fn retry_never_disables_retries() {
    for reply in [Reply::from(status(429)), TransportErrorKind::Connect.into()] {
        let service = Script::always(reply);
        let request = get_with(RequestOptions::new().retry(RetryPolicy::never()));
        let answer = send(retrying(immediate()), service.clone(), request).await;
        assert!(!text(&answer).contains("retried"), "{answer:?}");
        assert_eq!(service.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_replaces_attempts_and_pauses() {
    let service = Script::always(status(503));
    let request = get_with(RequestOptions::new().retry(slowest().max_attempts(6).cap(SECOND)));
    send(retrying(RetryPolicy::never()), service.clone(), request).await.unwrap();
    assert_eq!(service.times(), [0, 250, 750, 1750, 2750, 3750]);
}

#[tokio::test]
async fn budget_of_the_layer_limits_a_policy_without_its_own() {
    let service = Script::always(status(503));
    let transport = stack(retrying(immediate().budget(RetryBudget::new(1, 0.0))), service.clone());
    for _ in 0..5 {
        let request = get_with(RequestOptions::new().retry(immediate()));
        transport.send(request).await.unwrap();
    }
    assert_eq!(service.requests(), 5 + 1);
}

#[tokio::test]
async fn budget_of_the_policy_replaces_that_of_the_layer() {
    let service = Script::always(status(503));
    let layers = retrying(immediate().budget(RetryBudget::new(0, 0.0)));
    let policy = immediate().budget(RetryBudget::unlimited());
    let request = get_with(RequestOptions::new().retry(policy));
    send(layers, service.clone(), request).await.unwrap();
    assert_eq!(service.requests(), 4);
}

#[tokio::test]
async fn headers_are_sent_with_every_attempt_and_replace_those_of_the_request() {
    let service = Script::new([status(503), ok()]);
    let mut request = get();
    request.headers_mut().insert("accept", HeaderValue::from_static("*/*"));
    let options = RequestOptions::new()
        .header("accept", "application/json")
        .header("user-agent", "first")
        .header("user-agent", "report/1.2");
    options.attach(&mut request).unwrap();
    send(retrying(immediate()), service.clone(), request).await.unwrap();
    assert_eq!(service.headers("accept"), ["application/json"; 2]);
    assert_eq!(service.headers("user-agent"), ["report/1.2"; 2]);
}

#[tokio::test]
async fn sensitive_header_is_removed_from_the_response() {
    let mut response = status(400);
    *response.body_mut() = r#"{"message":"no access for a-secret-value"}"#.into();
    let mut secret = HeaderValue::from_static("a-secret-value");
    secret.set_sensitive(true);
    let options = RequestOptions::new().header("x-tenant-key", secret);
    assert!(!format!("{options:?}").contains("a-secret-value"));
    let answer = send(Layers::new(), Script::always(response), get_with(options)).await;
    assert_eq!(text(&answer), "HTTP 400 Bad Request: no access for ***");
}

#[test]
fn header_of_a_layer_is_refused() {
    for name in [
        "Authorization",
        "X-Auth-Token",
        "x-subject-token",
        "X-Sdk-Date",
        "x-project-id",
        "content-length",
        "Content-Type",
        "host",
        "accept-encoding",
    ] {
        let options = RequestOptions::new().header(name, "a-secret-value");
        let mut request = get();
        let error = options.attach(&mut request).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Refused);
        let name = name.to_lowercase();
        assert_eq!(
            error.to_string(),
            format!(
                "the header `{name}` of the request options is set by the client; remove it from the options"
            )
        );
        assert!(request.headers().is_empty());
    }
}

#[test]
fn invalid_header_is_refused_without_its_value() {
    for (options, message) in [
        (
            RequestOptions::new().header("a b", "value"),
            "a header of the request options has an invalid name; use letters, digits and hyphens",
        ),
        (
            RequestOptions::new().header("x-note", "a-secret\nvalue").header("host", "b"),
            "the value of the header `x-note` of the request options has characters that are not allowed in a header",
        ),
    ] {
        assert!(!format!("{options:?}").contains("a-secret"));
        assert_eq!(options.attach(&mut get()).unwrap_err().to_string(), message);
    }
}

#[tokio::test(start_paused = true)]
async fn settings_attached_later_keep_the_earlier_ones() {
    let mut request = get_with(RequestOptions::new().timeout(SECOND).retry(immediate()));
    RequestOptions::new().retry(RetryPolicy::never()).attach(&mut request).unwrap();
    let token = std::sync::Arc::new(FixedToken::new("token").unwrap());
    let layers = Layers::new().authorize(token).attempt_timeout(Duration::MAX);
    let service = Script::new([status(503)]);
    assert_eq!(status_of(&send(layers, service, request.clone()).await), 503);
    let answer = send(Layers::new(), Script::always(Reply::Never), request).await;
    assert!(text(&answer).contains("within 1 s"), "{answer:?}");
}

#![allow(clippy::unwrap_used, clippy::panic)]

use otc_vbs::Client;
use otc_vbs::transport::{Transport, TransportError, TransportErrorKind, TransportFuture};

use super::*;

/// Answers every request in the same way.
enum Answer {
    Status(u16, &'static str),
    None(TransportErrorKind),
}

impl Transport for Answer {
    fn send(&self, _: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
        let answer = match self {
            Self::Status(status, body) => Ok(http::Response::builder()
                .status(*status)
                .header("content-type", "application/json")
                .body(bytes::Bytes::from_static(body.as_bytes()))
                .unwrap()),
            Self::None(kind) => Err(TransportError::new(*kind, "no answer")),
        };
        Box::pin(async { answer })
    }
}

fn failure(answer: Answer) -> Failure {
    let client = Client::builder()
        .endpoint("https://vbs.example")
        .project_id("p1")
        .token("t1")
        .transport(answer)
        .retry(otc_vbs::transport::RetryPolicy::never())
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let error = runtime.block_on(client.policies().list().send()).unwrap_err();
    Failure::Vbs { doing: "test".to_owned(), error }
}

#[test]
fn exit_code_follows_the_kind_of_error() {
    let cases = [
        (Answer::Status(400, "{}"), 1),
        (Answer::Status(401, "{}"), 3),
        (Answer::Status(400, r#"{"error":{"code":"AutoBackup.0003","message":"m"}}"#), 3),
        (Answer::Status(403, "{}"), 3),
        (Answer::Status(404, "{}"), 4),
        (Answer::Status(429, "{}"), 6),
        (Answer::Status(500, "{}"), 1),
        (Answer::Status(502, "<html>"), 6),
        (Answer::Status(503, "<html>"), 6),
        (Answer::Status(504, ""), 6),
        (Answer::Status(200, "[]"), 1),
        (Answer::Status(302, ""), 1),
        (Answer::None(TransportErrorKind::Connect), 5),
        (Answer::None(TransportErrorKind::Untrusted), 5),
        (Answer::None(TransportErrorKind::Timeout), 5),
        (Answer::None(TransportErrorKind::Interrupted), 5),
        (Answer::None(TransportErrorKind::Refused), 2),
        (Answer::None(TransportErrorKind::TooLarge), 1),
        (Answer::None(TransportErrorKind::Unreadable), 1),
        (Answer::None(TransportErrorKind::Credentials), 3),
    ];
    for (answer, code) in cases {
        let case = match &answer {
            Answer::Status(status, body) => format!("{status} {body}"),
            Answer::None(kind) => format!("{kind:?}"),
        };
        assert_eq!(failure(answer).exit_code(), ExitCode::from(code), "{case}");
    }
}

#[test]
fn closed_pipe_is_a_success_and_a_full_disk_is_a_failure() {
    let closed = Failure::from(io::Error::from(io::ErrorKind::BrokenPipe));
    assert_eq!(closed.exit_code(), ExitCode::SUCCESS);
    let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
    assert_eq!(full.exit_code(), ExitCode::from(1));
    assert!(full.to_string().starts_with("can't write the output: "));
}

#[test]
fn hint_for_a_refused_signature_names_the_clock() {
    let gateway = r#"{"error_msg":"x-sdk-date expired","error_code":"APIGW.0301"}"#;
    let hint = failure(Answer::Status(401, gateway)).hint().unwrap();
    assert!(hint.contains("the clock of this machine"), "{hint}");
    let hint = failure(Answer::Status(401, "{}")).hint().unwrap();
    assert!(!hint.contains("clock"), "{hint}");
}

#[test]
fn hint_for_a_refused_password_is_not_about_tokens() {
    struct Refusing;

    impl Transport for Refusing {
        fn send(&self, _: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
            let body = r#"{"error":{"code":401,"message":"The username or password is wrong."}}"#;
            let response = http::Response::builder().status(401).body(body.into());
            Box::pin(async { Ok(response.unwrap()) })
        }
    }

    let config =
        otc_vbs::auth::Config::builder().region("eu-de").user_id("u1").password("p").project_id("p1");
    let session = otc_vbs::auth::Session::new(config.build().unwrap(), Refusing).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let error = runtime.block_on(Client::builder().connect(session)).unwrap_err();
    let failure = Failure::Vbs { doing: "test".to_owned(), error };
    let hint = failure.hint().unwrap();
    assert!(hint.contains("OS_PASSWORD") && !hint.contains("OS_TOKEN"), "{hint}");
    assert_eq!(failure.exit_code(), ExitCode::from(3));
}

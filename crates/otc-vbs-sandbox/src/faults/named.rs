//! The named faults.

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::alteration::Alteration;
use super::effect::{Answer, Effect, Redirect, Retry};
use super::parameters::{InvalidFault, Parameters};
use crate::faults::cut::Cut;

/// A fault that has a name.
pub(crate) struct Named {
    pub(crate) name: &'static str,
    /// Its parameters, in addition to those that every fault has.
    pub(crate) parameters: &'static [&'static str],
    /// The effect, as in the table of `notation.md`.
    pub(crate) about: &'static str,
    /// Whether it hits all requests by default, because a single hit makes no sense.
    pub(super) is_lasting: bool,
    pub(super) effect: fn(&mut Parameters<'_>) -> Result<Effect, InvalidFault>,
}

/// The faults in the table of `notation.md`.
pub(crate) const NAMED: &[Named] = &[
    named("429", &["retry-after"], "too many requests", |p| throttled(p, StatusCode::TOO_MANY_REQUESTS, "0")),
    named("502", &["retry-after"], "502 without a body", |p| {
        let retry = Retry::parse(p, "none")?;
        Ok(answer(StatusCode::BAD_GATEWAY, "text/plain", "", retry))
    }),
    named("503-html", &["retry-after"], "503 with an HTML page", |p| {
        let page =
            "<html><head><title>503</title></head><body><h1>No server is available</h1></body></html>\n";
        let (status, retry) = (StatusCode::SERVICE_UNAVAILABLE, Retry::parse(p, "none")?);
        Ok(answer(status, "text/html", page, retry))
    }),
    named("status", &["code", "retry-after"], "any status, with the body of a failure", |p| {
        let status = p.status(500)?;
        let body = failure(status.as_str(), "a fault of the sandbox");
        Ok(answer(status, JSON, &body, Retry::parse(p, "none")?))
    }),
    named("401", &[], "the gateway refuses the credentials (`APIGW.0301`)", |_| {
        let body = gateway("APIGW.0301", "Incorrect IAM authentication information");
        Ok(answer(StatusCode::UNAUTHORIZED, JSON, &body, Retry::Never))
    }),
    named("token-expired", &[], "401 with the code `AutoBackup.0003`", |_| {
        let body = failure("AutoBackup.0003", "the token has expired");
        Ok(answer(StatusCode::UNAUTHORIZED, JSON, &body, Retry::Never))
    }),
    named("200-error", &[], "200 with the body of a failure", |_| {
        let body = failure("VolumeBackup.0027", "the backup could not be created");
        Ok(answer(StatusCode::OK, JSON, &body, Retry::Never))
    }),
    named("204", &[], "204 without a body", |_| Ok(Effect::Answer(Answer::new(StatusCode::NO_CONTENT)))),
    named("redirect-host", &["code", "to"], "a redirect to another host", |p| {
        let to = p.header("to", "http://elsewhere.invalid")?;
        Ok(Effect::Redirect(p.status(307)?, Redirect::Host(to)))
    }),
    Named {
        is_lasting: true,
        ..named("redirect-loop", &["code"], "a redirect to the same address; always", |p| {
            Ok(Effect::Redirect(p.status(307)?, Redirect::Itself))
        })
    },
    named("reset-before", &[], "the connection is reset before the response", |_| {
        Ok(Effect::Cut(Cut::InHead(0)))
    }),
    Named {
        is_lasting: true,
        ..named(
            "unreachable",
            &[],
            "every connection is reset before the response; always. With `region=eu-nl`, only in that region",
            |_| Ok(Effect::Cut(Cut::InHead(0))),
        )
    },
    named("reset-in-headers", &["bytes"], "the connection is reset within the head of the response", |p| {
        Ok(Effect::Cut(Cut::InHead(p.number("bytes", 20)?)))
    }),
    named("reset-after-headers", &[], "the connection is reset between the head and the body", |_| {
        Ok(Effect::Cut(Cut::InBody(0)))
    }),
    named("reset-in-body", &["bytes"], "the connection is reset within the body", |p| {
        Ok(Effect::CutBody(p.optional_number("bytes")?))
    }),
    named("slow-body", &["bytes", "pause"], "the body arrives in small pieces", |p| {
        Ok(Effect::Slow {
            bytes: p.number("bytes", 64)?.max(1) as usize,
            pause: p.duration("pause", Duration::from_millis(100))?,
        })
    }),
    named("endless-body", &[], "the body never ends", |_| Ok(Effect::Endless)),
    named("truncated-json", &["bytes"], "a complete response with incomplete JSON", |p| {
        Ok(Effect::Truncated(p.optional_number("bytes")?))
    }),
    named("truncated-gzip", &[], "a complete response with an incomplete compressed body", |_| {
        Ok(Effect::TruncatedGzip)
    }),
    named("wrong-content-type", &["type"], "another content type", |p| {
        Ok(Effect::ContentType(p.header("type", "text/html")?))
    }),
    named("invalid-utf8", &[], "the first string of the body is not UTF-8", |_| {
        Ok(Effect::Alter(Alteration::InvalidUtf8))
    }),
    named("duplicate-keys", &[], "every member of the body appears twice", |_| {
        Ok(Effect::Alter(Alteration::DuplicateKeys))
    }),
    named("huge-numbers", &["field", "value"], "numbers that exceed every 64-bit integer", |p| {
        let value = p.text("value", "9223372036854775808");
        let number: Value = serde_json::from_str(&value).ok().filter(Value::is_number).ok_or_else(|| {
            InvalidFault::new("the parameter `value` of the fault `huge-numbers` must be a JSON number")
        })?;
        Ok(Effect::Alter(Alteration::Numbers { field: p.optional("field"), number }))
    }),
    Named {
        is_lasting: true,
        ..named(
            "repeated-page",
            &[],
            "`marker` and `offset` have no effect, so every page is the first one; always",
            |_| Ok(Effect::Repeat),
        )
    },
    named("short-page", &["drop"], "items are missing at the end of the page; `count` is unchanged", |p| {
        let most = p.number("drop", 1)?;
        Ok(Effect::Alter(Alteration::Drop(most as usize)))
    }),
    named("unknown-status", &["value"], "every `status` has an undocumented value", |p| {
        Ok(Effect::Alter(Alteration::Status(p.text("value", "SANDBOX_UNKNOWN"))))
    }),
    named("nulls", &["field"], "null instead of every value except ids and `count`", |p| {
        Ok(Effect::Alter(Alteration::Nulls(p.optional("field"))))
    }),
    named("unknown-field", &["name"], "every object has an undocumented member", |p| {
        Ok(Effect::Alter(Alteration::Field(p.text("name", "sandbox_unknown"))))
    }),
    named("time-without-zone", &[], "times have neither `Z` nor an offset", |_| {
        Ok(Effect::Alter(Alteration::TimesWithoutZone))
    }),
    named("delay", &[], "only the delay", |p| {
        p.delay_by_default(Duration::from_secs(1));
        Ok(Effect::Nothing)
    }),
    named(
        "any",
        &[],
        "one of `429`, `502`, `503-html`, a reset and `truncated-json`, drawn from the seed each time",
        |_| Ok(Effect::Any),
    ),
];

/// The faults that `any` draws from: a retry can overcome them.
pub(super) const PASSING: [&str; 8] = [
    "429",
    "502",
    "503-html",
    "reset-before",
    "reset-in-headers",
    "reset-after-headers",
    "reset-in-body",
    "truncated-json",
];

const JSON: &str = "application/json";

const fn named(
    name: &'static str,
    parameters: &'static [&'static str],
    about: &'static str,
    effect: fn(&mut Parameters<'_>) -> Result<Effect, InvalidFault>,
) -> Named {
    Named { name, parameters, about, is_lasting: false, effect }
}

fn throttled(
    parameters: &mut Parameters<'_>,
    status: StatusCode,
    retry_after: &str,
) -> Result<Effect, InvalidFault> {
    let retry = Retry::parse(parameters, retry_after)?;
    let body = gateway("APIGW.0308", "too many requests; send fewer");
    Ok(answer(status, JSON, &body, retry))
}

fn answer(status: StatusCode, content_type: &'static str, body: &str, retry: Retry) -> Effect {
    let mut answer = Answer::new(status);
    answer.headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]);
    answer.body = body.to_owned().into();
    answer.retry = retry;
    Effect::Answer(answer)
}

fn failure(code: &str, message: &str) -> String {
    json!({ "error": { "code": code, "message": message } }).to_string()
}

fn gateway(code: &str, message: &str) -> String {
    json!({ "error_code": code, "error_msg": message }).to_string()
}

impl Retry {
    fn parse(parameters: &mut Parameters<'_>, default: &str) -> Result<Self, InvalidFault> {
        let value = parameters.header(RETRY_AFTER.as_str(), default)?;
        Ok(match value.as_bytes() {
            b"none" => Self::Never,
            b"date" => Self::Date,
            b"absurd" => Self::Value(HeaderValue::from_static("99999999999999999999")),
            _ => Self::Value(value),
        })
    }
}

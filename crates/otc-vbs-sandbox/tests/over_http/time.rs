//! The clock: how tokens, jumps and a fast clock depend on it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use otc_vbs_sandbox::{Error, Sandbox, SandboxBuilder};
use reqwest::Response;
use serde_json::{Value, json};

use crate::caller::Caller;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Caller {
    async fn jump(&self, body: Value) -> Response {
        let request = self.http.post(self.url("admin/clock")).json(&body);
        request.send().await.unwrap()
    }

    /// A new token, and the time at which it expires.
    async fn sign_in(&self) -> (String, Timestamp) {
        let scope = json!({ "project": { "id": self.sandbox.project_id() } });
        let response = self.login(&self.request(&scope)).await;
        let token = response.headers()["x-subject-token"].to_str().unwrap().to_owned();
        let body: Value = response.json().await.unwrap();
        (token, body["token"]["expires_at"].as_str().unwrap().parse().unwrap())
    }

    async fn status_with(&self, token: &str) -> u16 {
        let request = self.http.get(self.url(&self.jobs_path(0)));
        let response = request.header("X-Auth-Token", token).send().await.unwrap();
        response.status().as_u16()
    }
}

fn running_at(time: &str, rate: u32) -> SandboxBuilder {
    Sandbox::builder().clock(time.parse().unwrap()).clock_rate(rate)
}

#[tokio::test]
async fn tokens_of_a_running_sandbox_are_valid_for_24_hours_of_real_time() {
    for (time, rate) in
        [("2026-01-15T06:00:00Z", 1), ("2026-01-15T06:00:00Z", 600), ("2099-01-01T00:00:00Z", 1)]
    {
        let caller = Caller::of(running_at(time, rate)).await;
        let before = Timestamp::from_millisecond(Timestamp::now().as_millisecond()).unwrap();
        let (token, expires) = caller.sign_in().await;
        let valid = expires.duration_since(before);
        assert!(
            (SignedDuration::from_hours(24)..SignedDuration::from_hours(25)).contains(&valid),
            "{time} {rate}: {expires}"
        );
        // The token is valid as long as it says, so a jump does not end it.
        caller.sandbox.advance(2 * DAY).unwrap();
        assert_eq!(caller.status_with(&token).await, 200);
        assert_eq!(caller.status_with(caller.sandbox.token()).await, 200);
    }
}

#[tokio::test]
async fn tokens_of_a_frozen_sandbox_expire_by_its_clock() {
    let caller = Caller::of(Sandbox::builder()).await;
    let (token, expires) = caller.sign_in().await;
    assert_eq!(expires.to_string(), "2026-01-16T06:00:00Z");
    assert_eq!(caller.status_with(&token).await, 200);
    assert_eq!(caller.jump(json!({ "advance": "P1D" })).await.status(), 200);
    assert_eq!(caller.status_with(&token).await, 401);
}

#[tokio::test]
async fn clock_moves_at_most_10_years_at_once() {
    let caller = Caller::of(Sandbox::builder().policies(0)).await;
    let start = caller.sandbox.now();
    for (body, problem) in [
        (json!({ "advance": "P3661D" }), "at most 3660 days (10 years) at once"),
        (json!({ "advance": "P7970Y" }), "`P7970Y`"),
        (json!({ "advance_seconds": u32::MAX }), "at most 3660 days"),
    ] {
        let response = caller.jump(body).await;
        assert_eq!(response.status(), 400);
        let text = response.text().await.unwrap();
        assert!(text.contains(problem), "{text}");
    }
    for by in [3661 * DAY, Duration::MAX] {
        let refused = caller.sandbox.advance(by).unwrap_err();
        assert!(refused.to_string().contains("at most 3660 days"), "{refused}");
    }
    assert_eq!(caller.sandbox.now(), start);
    caller.sandbox.advance(3660 * DAY).unwrap();
    assert_eq!(caller.sandbox.now(), start + 3660 * DAY);
}

#[tokio::test]
async fn clock_stops_before_times_that_can_not_be_written() {
    let late = "9995-01-01T00:00:00Z".parse().unwrap();
    let sandbox = Sandbox::builder().policies(0).clock(late).start().await.unwrap();
    let refused = sandbox.advance(3660 * DAY).unwrap_err();
    assert!(matches!(refused, Error::Advance(_)), "{refused}");
    assert_eq!(sandbox.now(), late);
}

/// A sandbox that needs hours to simulate ten years.
fn large() -> SandboxBuilder {
    Sandbox::builder().projects(20).policies(100).disks(2000)
}

#[tokio::test]
async fn server_answers_during_a_jump_and_shutdown_ends_it() {
    let caller = Arc::new(Caller::of(large()).await);
    let (before, path) = (caller.sandbox.now(), caller.jobs_path(0));
    let url = caller.url("admin/clock");
    let jump = caller.http.post(&url).json(&json!({ "advance": "P3660D" })).send();
    let jump = tokio::spawn(jump);
    // Until the clock has moved.
    while caller.sandbox.now() == before {
        tokio::task::yield_now().await;
    }
    for _ in 0..3 {
        assert_eq!(caller.http.get(&url).send().await.unwrap().status(), 200);
        // The token may have expired meanwhile.
        assert!([200, 401].contains(&caller.get(&path).await.status().as_u16()));
    }
    assert!(!jump.is_finished());
    let Ok(caller) = Arc::try_unwrap(caller) else {
        panic!("nobody else has it");
    };
    caller.sandbox.shutdown().await.unwrap();
    assert_eq!(jump.await.unwrap().unwrap().status(), 503);
}

#[tokio::test]
async fn server_answers_while_its_clock_is_too_fast() {
    let caller = Caller::of(large().clock_rate(u32::MAX)).await;
    let path = caller.jobs_path(0);
    for _ in 0..3 {
        assert_eq!(caller.get(&path).await.status(), 200);
    }
    caller.sandbox.shutdown().await.unwrap();
}

//! The search finds a leak of each kind.

use std::fmt;

use otc_vbs_testing::{Canaries, CapturedOutput, Log, canary, plain_canary};

/// Shows its secret.
#[derive(Debug)]
struct Careless {
    password: String,
    source: Option<Box<Careless>>,
}

impl fmt::Display for Careless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl std::error::Error for Careless {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

fn leaks(add: impl FnOnce(&mut CapturedOutput)) -> usize {
    let mut canaries = Canaries::default();
    canaries.add("the key", &[7, 0, 255, 128, 9, 1]);
    canaries.add("the passcode", b"123456");
    let mut output = CapturedOutput::default();
    add(&mut output);
    output.leaks(&canaries).len()
}

pub(crate) fn leaks_are_found(log: &Log) {
    let secret = canary("password");
    let careless = |password: &str, source| Careless { password: password.to_owned(), source };

    // In each kind of output.
    let value = careless(&secret, None);
    assert_eq!(leaks(|output| output.debug("Debug", &value)), 2);
    assert_eq!(value.password, secret);
    assert_eq!(leaks(|output| output.display("Display", &secret)), 1);
    let error = careless("", Some(Box::new(value)));
    assert_eq!(leaks(|output| output.display("Display", &error)), 0);
    assert!(leaks(|output| output.error("a cause", &error)) > 0);

    // In each kind of log entry.
    let ways: [&dyn Fn(); 6] = [
        &|| tracing::trace!("{secret}"),
        &|| tracing::trace!(field = ?secret, "x"),
        &|| drop(tracing::trace_span!("x", field = %secret)),
        &|| {
            let span = tracing::trace_span!("x", field = tracing::field::Empty);
            span.record("field", secret.as_str());
        },
        &|| log::trace!("{secret}"),
        &|| {
            std::thread::scope(|scope| {
                scope.spawn(|| tracing::trace!("{secret}"));
            });
        },
    ];
    for (number, log_secret) in ways.iter().enumerate() {
        log_secret();
        let text = log.take();
        assert_eq!(leaks(|output| output.text("a log", text)), 1, "way {number}");
    }

    // In each encoding.
    for text in [
        plain_canary("x"),
        format!("https://h/?x={}", "canary%2F7f3a%2B%22x"),
        "canary%2f7f3a%2b%22x".to_owned(),
        "63616e6172792f376633612b22".to_owned(),
        "63616E6172792F376633612B22".to_owned(),
        // `printf 'user:canary/7f3a+"x' | base64`, and the same of `u:` and of nothing
        "Basic dXNlcjpjYW5hcnkvN2YzYSsieA==".to_owned(),
        "dTpjYW5hcnkvN2YzYSsieA==".to_owned(),
        "Y2FuYXJ5LzdmM2ErIng=".to_owned(),
        r#"{"password":"canary/7f3a+\"x"}"#.to_owned(),
        "[7, 0, 255, 128, 9, 1]".to_owned(),
        "0700ff800901".to_owned(),
        "BwD/gAkB".to_owned(),
        "BwD_gAkB".to_owned(),
        "passcode 123456".to_owned(),
        "Access=A, SignedHeaders=host, Signature=0f".to_owned(),
    ] {
        assert_eq!(leaks(|output| output.text("a form", &text)), 1, "{text}");
    }
    for text in ["canary", "Signature=…", "Signature=***", "1234567", "7, 0, 255"] {
        assert_eq!(leaks(|output| output.text("no secret", text)), 0, "{text}");
    }
}

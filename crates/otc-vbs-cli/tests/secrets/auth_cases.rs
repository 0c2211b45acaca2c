//! The cases of otc-auth, by the runner that its own tests have.

#![allow(dead_code)] // Some of it is for the runner's own tests.

#[path = "../../../otc-auth/tests/cases/play.rs"]
mod play;
#[path = "../../../otc-auth/tests/cases/secrets.rs"]
mod secrets;
#[path = "../../../otc-auth/tests/cases/traffic.rs"]
mod traffic;
#[path = "../../../otc-auth/tests/cases/transport.rs"]
mod transport;

use std::path::Path;

use crate::Run;
use crate::canaries::Canaries;
use play::{Play, Played};
use traffic::Step;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../otc-auth/tests/auth_cases");

pub(crate) async fn run(run: &mut Run, canaries: &mut Canaries) {
    canaries.add("a secret of a case", b"canary~");
    let cases: Vec<_> = std::fs::read_dir(CASES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(cases.len() > 100);
    for case in cases {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let Played { outcome, printed } = played(&case).await;
        let expected = std::fs::read_to_string(case.join("expect")).unwrap();
        assert_eq!(outcome, expected, "{name}");
        for text in printed {
            run.text(&name, text);
        }
        run.end(&name);
    }
}

async fn played(case: &Path) -> Played {
    let steps = Step::read(&case.join("traffic")).unwrap();
    Play::new(case).unwrap().run(&steps).await.unwrap()
}

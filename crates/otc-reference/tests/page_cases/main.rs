//! Cases: a reference of `tests/references`, a change of it, and what must be reported. Each is a test of its own:
//!
//! ```text
//! cargo test -p otc-reference --test page_cases                # all
//! cargo test -p otc-reference --test page_cases unreadable::   # those of unreadable.yaml
//! ```
//!
//! A case is run with the pages in both formats, after a review of the unchanged pages. Its keys:
//!
//! | key | |
//! |---|---|
//! | `reference` | the reference, `disks` by default |
//! | `format` | the only format, `site` or `export` |
//! | `change` | old and new texts, by page, or of the `document`, or of the HTML of a page, as `page.html` |
//! | `changes` | several of them, each alone |
//! | `move`, `copy`, `remove` | pages with another topic, pages with a copy under another topic, pages to leave out |
//! | `deviations` | instead of those of the reference |
//! | `texts` | what `$text` in a change stands for, each alone |
//! | `facts` | paths of facts of any page, with their values; of a field, only the given keys are compared |
//! | `fact`, `texts_with_fact` | the path of a fact, and texts with its values |
//! | `expect` | the problems, differences, stale deviations and changed pages, a line each; `…` is any text. `not prose`: anything but that only prose changed |
//! | `explained` | the number of differences that deviations explain |
//! | `printed` | texts of the printed report |
//! | `escaped` | the report prints `$text`, a character, as its escape only |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod case;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Error, Result, bail, ensure};
use case::{Case, compare};
use libtest_mimic::{Arguments, Failed, Trial};

/// The number of cases in all files, so that none is lost unnoticed.
const TOTAL: usize = 158;

fn parse(text: &str) -> Result<BTreeMap<String, Case>> {
    Ok(serde_saphyr::from_str(text)?)
}

fn load() -> Result<Vec<(String, Case)>> {
    let mut all = Vec::new();
    for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page_cases").read_dir()? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let theme = path.file_stem().unwrap_or_default().to_string_lossy();
            let cases =
                parse(&std::fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
            all.extend(cases.into_iter().map(|(name, case)| (format!("{theme}::{name}"), case)));
        }
    }
    let found = all.len();
    ensure!(found == TOTAL, "{found} cases, but TOTAL is {TOTAL}; restore the missing ones, or change TOTAL");
    Ok(all)
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let failed = |error: Error| Failed::from(format!("{error:#}"));
    let trial = |(name, case): (String, Case)| Trial::test(name, move || case.run().map_err(failed));
    let mut trials: Vec<Trial> = load()?.into_iter().map(trial).collect();
    trials.push(Trial::test("runner::refuses_broken_cases_and_other_outcomes", move || {
        refuse().map_err(failed)
    }));
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}

const CASE: &str = "
case:
  change: {show: {GET: HEAD}}
  facts: {operation.response.size.value_type: integer}
  explained: 2
  printed: [HEAD]
  expect: |
    difference: 1 method | HEAD | GET
    change: 1 Facts
";

/// What is changed in the case, and the error of the changed case.
const BROKEN: &str = r"
expect: => printed: [HEAD]\n  expect: => duplicate mapping key
printed: => prints: => unknown field `prints`
change: { => reference: cats\n  change: { => cats.yaml
change: { => move: {shown: 7}\n  change: { => moves an unknown page
show: {GET => shown: {GET => there is no page `shown`
GET: HEAD => PUT: HEAD => nothing says `PUT`
type: integer => type: string => value_type is [String(`integer`)], not `string`
explained: 2 => explained: 1 => explains 2 differences
explained: 2 => escaped: true\n  texts: [a] => is not printed
[HEAD] => [PUT] => does not print Some(`PUT`)
| GET => | PUT => but reported
change: 1 Facts =>  => but reported
1 Facts => 1 Facts\n    change: 2 Facts => but reported
HEAD | GET => …| GE => but reported
{show: {GET: HEAD}} => {show: {GET: HEAD}, create: {a disk: disks}} => but reported
";

/// A case fails if any part of it is wrong.
fn refuse() -> Result<()> {
    let run = |text: &str| parse(text)?.values().try_for_each(Case::run);
    run(CASE)?;
    for line in BROKEN.trim().lines() {
        let parts: Vec<&str> = line.split(" => ").collect();
        let [part, other, expected] = parts[..] else { bail!("`{line}` has other parts") };
        let changed = CASE.replacen(part, &other.replace("\\n", "\n"), 1);
        let error = run(&changed).err();
        let error = error.map_or(String::new(), |error| format!("{error:#}").replace('"', "`"));
        ensure!(changed != CASE && error.contains(expected), "with `{other}`: {error}");
    }
    compare("a…c…\n", "abcd\n")
}

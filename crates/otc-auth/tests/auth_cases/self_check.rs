//! Tests of the runner itself: it checks every part of a case, and refuses files that it does not understand.

use libtest_mimic::{Failed, Trial};
use serde_json::json;

use crate::case::Case;
use crate::file::Shared;
use crate::secrets::plant;
use crate::{can_run, check};

const SHARED: &str = "
env: {token: {OS_TOKEN: $(token), OS_PROJECT_ID: p1, OS_REGION_NAME: eu-de}}
files: {}
catalogs: {}
exchanges: {}
";
const CASE: &str = "
count: 1
cases:
  case:
    env: {like: token}
    steps: [project_id]
    expect: |
      config: token, region eu-de,
        https://iam.eu-de.otc.t-systems.com/v3
      project_id: p1
";

pub(crate) fn trials(cases: &[Case]) -> Vec<Trial> {
    let cases: Vec<_> = cases.iter().filter(|case| can_run(case)).cloned().collect();
    let every_part = move || {
        assert!(!cases.is_empty());
        cases.iter().try_for_each(check_every_part)
    };
    vec![
        Trial::test("runner::checks_every_part_of_a_case", every_part),
        Trial::test("runner::refuses_broken_cases", refuse_broken_cases),
        Trial::test("runner::finds_a_printed_secret", find_a_printed_secret),
    ]
}

/// Changes each expectation of a case in turn. The case must then fail.
fn check_every_part(case: &Case) -> Result<(), Failed> {
    let must_fail = |what: &str, change: &dyn Fn(&mut Case)| {
        let mut changed = case.clone();
        change(&mut changed);
        match check(&changed) {
            Ok(()) => Err(Failed::from(format!("{} passes with {what}", case.name))),
            Err(_) => Ok(()),
        }
    };
    for line in 0..case.expect.lines().count() {
        must_fail(&format!("another line {}", line + 1), &|case| {
            let mut lines: Vec<_> = case.expect.lines().map(str::to_owned).collect();
            lines[line].push('x');
            case.expect = lines.join("\n");
        })?;
    }
    must_fail("another line at the end", &|case| case.expect.push_str("project_id: p1\n"))?;
    for (number, step) in case.steps.iter().enumerate() {
        for index in 0..step.exchanges.len() {
            let what = |part: &str| format!("another {part} in exchange {index} of step {number}");
            must_fail(&what("method or URL"), &|case| {
                let exchange = &mut case.steps[number].exchanges[index];
                exchange.request = exchange.request.as_ref().map(|request| format!("{request}x"));
            })?;
            must_fail(&what("header"), &|case| {
                let headers = &mut case.steps[number].exchanges[index].headers;
                headers.get_or_insert_default().insert("x-other".to_owned(), "x".to_owned());
            })?;
            must_fail(&what("body"), &|case| {
                case.steps[number].exchanges[index].body = Some(json!({"other": "x"}));
            })?;
        }
        if !step.exchanges.is_empty() {
            must_fail(&format!("no exchange in step {number}"), &|case| {
                case.steps[number].exchanges.clear()
            })?;
        }
    }
    if let Some(exchange) = case.steps.iter().flat_map(|step| &step.exchanges).next() {
        must_fail("an exchange too many", &|case| {
            let last = case.steps.last_mut().unwrap();
            last.exchanges.push(exchange.clone());
        })?;
    }
    Ok(())
}

/// Reads the cases of a file and runs them.
fn outcome(file: &str) -> Result<(), String> {
    let cases = Shared::parse(SHARED)?.cases("theme", file)?;
    cases.iter().try_for_each(|case| check(case).map_err(|failed| failed.message().unwrap_or("").to_owned()))
}

fn refuse_broken_cases() -> Result<(), Failed> {
    assert_eq!(outcome(CASE), Ok(()));
    let steps = "steps: [project_id]";
    for (part, replacement, expected) in [
        ("count: 1", "count: 2", "1 cases, but `count` is 2"),
        ("cases:", "cases: {}\ncases:", "duplicate mapping key"),
        ("env:", "environment:", "unknown field `environment`"),
        ("like: token", "like: password", "`env` of shared.yaml has no `password`"),
        (steps, "steps: [dance]", "does not know the call `dance`"),
        (steps, "steps: [project_id: [login]]", "`exchanges` of shared.yaml has no `login`"),
        (steps, "steps: [project_id: [{answer: {status: 200}}]]", "an exchange without `request`"),
        (steps, "steps: [project_id: [{request: GET https://h/}]]", "an exchange without `answer`"),
        (steps, "steps: [project_id: [{request: GET https://h/, answer: {}}]]", "one of `token`, `status`"),
        (steps, "steps: [project_id: [{request: GET https://h/, reply: {}}]]", "neither of the two forms"),
        (
            steps,
            "steps: [project_id: [{request: GET https://h/, answer: {status: 200}}]]",
            "-project_id sends GET",
        ),
        (steps, "steps: [project_id, endpoint vbs]", "+endpoint vbs sends GET https://iam.eu-de"),
        (steps, "steps: [{project_id: [], refused: []}]", "a step has one call"),
        (steps, "features: [tls]", "unknown feature `tls`"),
        (
            steps,
            "files: {home/clouds.yaml: \"\"}",
            "`home/clouds.yaml` is not a file in one of site, user, work",
        ),
        (steps, "files: {user/clouds.yaml: {like: cloud}}", "`files` of shared.yaml has no `cloud`"),
        (steps, "config: {set: {colour: red}}", "does not know the setting `colour`"),
        ("project_id: p1", "project_id: p2", "+project_id: p1"),
        ("project_id: p1", "project_id: $(token)", "`expect` contains the secret token"),
    ] {
        let error = match outcome(&CASE.replace(part, replacement)) {
            Ok(()) => return Err(format!("a case with `{replacement}` passes").into()),
            Err(error) => error,
        };
        if !error.contains(expected) {
            return Err(format!("a case with `{replacement}`: {error}").into());
        }
    }
    Ok(())
}

/// A region appears in what is printed.
fn find_a_printed_secret() -> Result<(), Failed> {
    let secret = plant("$(region)")?;
    let case = CASE
        .replace("{like: token}", "{like: token, OS_REGION_NAME: $(region), OS_AUTH_URL: 'https://h/v3'}");
    let case =
        case.replace("eu-de,\n        https://iam.eu-de.otc.t-systems.com/v3", "[region], https://h/v3");
    let error = outcome(&case).err().unwrap_or_default();
    match error.contains(&secret) {
        true => Ok(()),
        false => Err(format!("the secret was not found: {error}").into()),
    }
}

//! Changes of the real document take effect without a line of Rust written by hand.

#![allow(clippy::unwrap_used, missing_docs)]

use otc_vbs_codegen::Generated;

const DOCUMENT: &str = include_str!("../../../openapi/vbs.yaml");
const ERROR_CODES: &str = include_str!("../../../openapi/error-codes.toml");

/// Generates from a copy of the document in which `to` replaces the first `from` after `place`.
#[track_caller]
fn generated_with(place: &str, from: &str, to: &str) -> Generated {
    let (before, after) = DOCUMENT.split_once(place).unwrap();
    assert!(after.contains(from), "no `{from}` after `{place}`");
    let document = format!("{before}{place}{}", after.replacen(from, to, 1));
    otc_vbs_codegen::generate(&document, ERROR_CODES).unwrap()
}

/// Line breaks and final commas are prettyplease's.
fn flat(text: &str) -> String {
    text.replace(',', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_only_in(changed: &str, unchanged: &str, text: &str) {
    assert!(flat(changed).contains(&flat(text)), "no `{text}`");
    assert!(!flat(unchanged).contains(&flat(text)), "`{text}` was there before");
}

fn unchanged() -> Generated {
    otc_vbs_codegen::generate(DOCUMENT, ERROR_CODES).unwrap()
}

#[test]
fn optional_query_parameter_becomes_a_documented_setter() {
    let changed = generated_with(
        "operationId: listBackupJobs\n",
        "        - name: sort_dir\n",
        "        - name: colour
          in: query
          description: The colour of the jobs.
          schema: {type: string}
        - name: sort_dir\n",
    );
    assert_only_in(
        &changed.requests,
        &unchanged().requests,
        "/// The colour of the jobs. pub fn colour(mut self, colour: impl Into<String>) -> Self {",
    );
}

#[test]
fn member_of_a_body_becomes_a_documented_setter() {
    let changed = generated_with(
        "\n    BackupPolicySpec:\n",
        "      properties:\n",
        "      properties:
        colour:
          type: string
          description: The colour of the policy.\n",
    );
    assert_only_in(
        &changed.requests,
        &unchanged().requests,
        "/// The colour of the policy. pub fn colour(mut self, colour: impl Into<String>) -> Self {",
    );
}

#[test]
fn changed_limit_changes_what_is_refused() {
    let (name, range) = (
        "POLICY_NAME: crate::limit::TextLimit = crate::limit::TextLimit { min: 1usize, max: Some(64usize)",
        "LIST_BACKUP_JOBS_LIMIT: crate::limit::NumberRange = crate::limit::NumberRange { min: Some(1i64), max:",
    );
    let unchanged = unchanged().api;
    let changed = generated_with("\n    PolicyName:\n", "maxLength: 64", "maxLength: 32").api;
    assert_only_in(&changed, &unchanged, &name.replace("64", "32"));
    assert_only_in(&unchanged, &changed, name);
    let changed = generated_with(
        "operationId: listBackupJobs\n",
        "minimum: 1\n",
        "minimum: 1\n            maximum: 50\n",
    );
    assert_only_in(&changed.api, &unchanged, &format!("{range} Some(50i64)"));
}

#[test]
fn new_limit_is_checked() {
    let changed = generated_with(
        "\n    BackupPolicySpec:\n",
        "          description: The tags of the new policy.\n",
        "          description: The tags of the new policy.\n          maxItems: 3\n",
    );
    let unchanged = unchanged();
    assert_only_in(
        &changed.api,
        &unchanged.api,
        r#"limits::BACKUP_POLICY_SPEC_TAGS.check("tags", self.tags.len())?;"#,
    );
}

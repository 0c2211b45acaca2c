//! The real document, and what is found where it is spoilt.

use super::testing::{Case, check, edit, found};

const REAL: &str = include_str!("../../../openapi/vbs.yaml");

#[test]
fn nothing_is_found_in_it() {
    assert_eq!(found(REAL), []);
}

const POLICIES: &str = "operationId: listBackupPolicies";
const JOBS: &str = "operationId: listBackupJobs";

const CASES: &[Case] = &[
    Case {
        edits: &[edit(
            POLICIES,
            "'400':",
            "default: {$ref: '#/components/responses/BadRequest'}\n        '400':",
        )],
        finds: &[(
            "no-default-response",
            "paths./v2/{project_id}/backuppolicy.get.responses.default",
        )],
    },
    Case {
        edits: &[edit("\n    BackupJobStatus:", "x-extensible-enum", "enum")],
        finds: &[(
            "no-closed-enum-in-response",
            "components.schemas.BackupJobStatus.enum",
        )],
    },
    Case {
        edits: &[edit(
            "\n    UtcTimestamp:\n",
            "type: string",
            "type: string\n      format: date-time",
        )],
        finds: &[("no-text-format", "components.schemas.UtcTimestamp.format")],
    },
    Case {
        edits: &[edit("\n    PolicyStatus:", "'ON'", "ON")],
        finds: &[(
            "unquoted-boolean",
            "components.schemas.PolicyStatus.x-extensible-enum[0]",
        )],
    },
    Case {
        edits: &[edit(JOBS, "'200'", "200")],
        finds: &[(
            "unquoted-number-key",
            "paths./v2/{project_id}/backuppolicy/{policy_id}/backuptasks.get.responses.200",
        )],
    },
    Case {
        edits: &[edit(
            JOBS,
            "'502': {$ref: '#/components/responses/BadGateway'}\n        ",
            "",
        )],
        finds: &[(
            "failure-codes",
            "paths./v2/{project_id}/backuppolicy/{policy_id}/backuptasks.get.responses",
        )],
    },
    Case {
        edits: &[edit(JOBS, "count: 2", "cuont: 2")],
        finds: &[(
            "example-members",
            "paths./v2/{project_id}/backuppolicy/{policy_id}/backuptasks.get.responses.200.content.application/json.\
             examples.runningAndSucceeded.value.cuont",
        )],
    },
    Case {
        edits: &[edit(JOBS, "minimum: 1", "minimum: 1\n            default: 20")],
        finds: &[(
            "no-default-value",
            "paths./v2/{project_id}/backuppolicy/{policy_id}/backuptasks.get.parameters[3].schema.default",
        )],
    },
    Case {
        edits: &[edit(
            "\n        backup_policy_name:\n",
            "          nullable: true\n",
            "",
        )],
        finds: &[(
            "optional-nullable",
            "components.schemas.BackupPolicy.properties.backup_policy_name",
        )],
    },
    Case {
        edits: &[edit(
            "",
            "#/components/schemas/BackupPolicyList",
            "#/components/schemas/Policies",
        )],
        finds: &[
            (
                "ref-resolves",
                "paths./v2/{project_id}/backuppolicy.get.responses.200.content.application/json.schema.$ref",
            ),
            ("unused-component", "components.schemas.BackupPolicyList"),
        ],
    },
];

#[test]
fn each_spoilt_place_is_found() {
    check(REAL, CASES);
}

#[test]
fn a_finding_names_line_path_and_remedy() {
    let text = REAL.replacen("openapi: 3.0.3", "openapi: 3.1.0", 1);
    let findings: Vec<_> = super::findings(&text).iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        ["4: openapi: `3.1.0` is not a version 3.0.x of OpenAPI; write 3.0.3 [openapi-version]"]
    );
}

#[test]
fn what_is_not_yaml_is_a_finding_too() {
    let text = REAL.replacen("info:", "info: {", 1);
    assert!(matches!(&super::findings(&text)[..], [finding] if finding.rule == "yaml-syntax"));
}

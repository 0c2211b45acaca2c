//! The JSON schemas of the wire types (feature `schemars`): they name the members that the document names.

use std::collections::BTreeSet;

use otc_vbs_api::types;
use otc_vbs_tests::Document;
use schemars::schema_for;
use serde_json::Value;

#[test]
fn members_and_required_members_are_those_of_the_document() {
    let document = Document::read();
    for (name, schema) in [
        ("BackupJob", schema_for!(types::BackupJob)),
        ("BackupPolicy", schema_for!(types::BackupPolicy)),
        ("PolicySchedule", schema_for!(types::PolicySchedule)),
        ("Backup", schema_for!(types::Backup)),
        ("Job", schema_for!(types::Job)),
    ] {
        let (documented, derived) = (document.schema(name), schema.as_value());
        assert_eq!(names(&derived["properties"]), names(&documented["properties"]), "{name}");
        assert_eq!(required(derived), required(documented), "{name}");
    }
}

#[test]
fn open_enum_documents_its_values_and_accepts_others() {
    let schema = schema_for!(otc_vbs::types::BackupJobStatus);
    let schema = schema.as_value();
    assert_eq!(schema["type"], "string");
    assert_eq!(schema["x-extensible-enum"], Document::read().schema("BackupJobStatus")["x-extensible-enum"]);
    assert!(schema.get("enum").is_none());
}

fn names(properties: &Value) -> BTreeSet<&str> {
    properties.as_object().unwrap().keys().map(String::as_str).collect()
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect()
}

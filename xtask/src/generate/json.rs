//! The document as JSON, for tools that read no YAML or read another dialect of it.

use anyhow::{Context, Result};
use serde::Serialize;

/// The JSON of a document in YAML: the same keys in the same order, two spaces for each level, a newline at the end.
///
/// Nothing is loaded in between, so that no map can sort its keys.
pub(crate) fn from_yaml(yaml: &str) -> Result<String> {
    let options = serde_saphyr::options! {
        // YAML 1.2: `ON` and `Y` are text. `cargo xtask lint` wants them quoted, for the readers of YAML 1.1.
        strict_booleans: true,
        with_snippet: false,
    };
    let json = serde_saphyr::with_deserializer_from_str_with_options(yaml, options, |deserializer| {
        let transcoder = serde_transcode::Transcoder::new(deserializer);
        let mut json = Vec::new();
        let mut serializer = serde_json::Serializer::pretty(&mut json);
        transcoder.serialize(&mut serializer).map_err(serde::de::Error::custom)?;
        Ok(json)
    })?;
    let mut json = String::from_utf8(json).context("JSON is UTF-8")?;
    json.push('\n');
    Ok(json)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    #[test]
    fn text_stays_text_and_keys_keep_their_order() {
        let yaml = "\
responses:
  '200': {status: 'ON'}
  '400': {$ref: '#/a'}
keep: 'Y'
number: 30
decimal: '010'
'null': null
sure: true
text: 'true'
time: '12:00'
date: '2016-12-03'
prose: |-
  Two
  lines, „ü“
none: []
empty: {}
";
        let json = "\
{
  \"responses\": {
    \"200\": {
      \"status\": \"ON\"
    },
    \"400\": {
      \"$ref\": \"#/a\"
    }
  },
  \"keep\": \"Y\",
  \"number\": 30,
  \"decimal\": \"010\",
  \"null\": null,
  \"sure\": true,
  \"text\": \"true\",
  \"time\": \"12:00\",
  \"date\": \"2016-12-03\",
  \"prose\": \"Two\\nlines, „ü“\",
  \"none\": [],
  \"empty\": {}
}
";
        assert_eq!(from_yaml(yaml).unwrap(), json);
    }

    #[test]
    fn what_is_not_one_mapping_with_each_key_once_is_refused() {
        assert!(from_yaml("a: 1\na: 2\n").is_err());
        assert!(from_yaml("a: [1\n").is_err());
    }

    #[test]
    fn the_committed_file_says_what_the_document_says() {
        let yaml = include_str!("../../../openapi/vbs.yaml");
        let committed = include_str!("../../../openapi/vbs.json");
        let read: Value = serde_json::from_str(committed).unwrap();
        assert_eq!(read, serde_saphyr::from_str::<Value>(yaml).unwrap());

        let status = &read["components"]["schemas"]["PolicyStatus"]["x-extensible-enum"];
        assert_eq!(status, &serde_json::json!(["ON", "OFF"]));
        let policy = &read["paths"]["/v2/{project_id}/backuppolicy"]["post"];
        let example = &policy["requestBody"]["content"]["application/json"]["examples"]["weekly"]["value"];
        assert_eq!(example["scheduled_policy"]["remain_first_backup_of_curMonth"], "Y");
        assert!(policy["responses"]["200"].is_object());
    }

    #[test]
    fn the_committed_file_is_canonical() {
        let committed = include_str!("../../../openapi/vbs.json");
        let yaml = include_str!("../../../openapi/vbs.yaml");
        assert_eq!(from_yaml(yaml).unwrap(), committed);
        assert!(committed.starts_with("{\n  \"openapi\": \"3.0.3\",\n  \"info\""));
        assert!(!committed.contains("\": \"./") && !committed.contains("vbs.yaml#"));
    }
}

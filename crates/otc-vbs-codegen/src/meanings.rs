//! The meanings of the values of an enumeration. They are listed in the description of its schema, because
//! every viewer of the document shows it. The generated variants and the linter read the same list.

/// The description of an enumeration and of each of its values.
///
/// The list of the values ends the description, one item per value:
///
/// ```text
/// The status of a job. The service may add values.
///
/// - `RUNNING`: The job is in progress.
/// - `FAIL`: The job failed.
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meanings {
    summary: String,
    listed: Vec<(String, String)>,
}

impl Meanings {
    /// Reads a description.
    pub fn read(description: &str) -> Self {
        let mut meanings = Self::default();
        for line in description.lines() {
            if let Some((value, meaning)) = item(line) {
                meanings.listed.push((value.to_owned(), meaning.to_owned()));
            } else if let Some((_, meaning)) = meanings.listed.last_mut() {
                // An item continues on the next line.
                meaning.push(' ');
                meaning.push_str(line.trim());
            } else {
                meanings.summary.push_str(line);
                meanings.summary.push('\n');
            }
        }
        meanings.summary.truncate(meanings.summary.trim_end().len());
        meanings
    }

    /// The description without the list.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// Whether there is a list.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The meaning of a value, if the list has it.
    pub fn of(&self, value: &str) -> Option<&str> {
        let found = self.listed.iter().find(|(listed, _)| listed == value);
        found.map(|(_, meaning)| meaning.trim()).filter(|meaning| !meaning.is_empty())
    }

    /// The first reason why the list does not fit these values, with advice.
    pub fn problem(&self, values: &[&str]) -> Option<String> {
        if let Some(value) = values.iter().find(|value| self.of(value).is_none()) {
            return Some(format!("does not say what `{value}` means; add a list item: - `{value}`: …"));
        }
        let listed: Vec<&str> = self.listed.iter().map(|(value, _)| value.as_str()).collect();
        (listed != values).then(|| {
            format!(
                "explains {}, but the values are {}; list each value once, in the same order",
                listed.join(", "),
                values.join(", ")
            )
        })
    }
}

/// The value and the meaning in a line such as "- `FAIL`: The job failed."
fn item(line: &str) -> Option<(&str, &str)> {
    let (value, meaning) = line.strip_prefix("- `")?.split_once("`: ")?;
    Some((value, meaning.trim()))
}

#[cfg(test)]
mod tests {
    use super::Meanings;

    const STATUS: &str =
        "The status of a job.\n\nIt may grow.\n\n- `RUNNING`: The job\n  runs.\n- `FAIL`: It failed.";

    #[test]
    fn list_is_the_end_of_the_description() {
        let meanings = Meanings::read(STATUS);
        assert_eq!(meanings.summary(), "The status of a job.\n\nIt may grow.");
        assert_eq!(meanings.of("RUNNING"), Some("The job runs."));
        assert_eq!(meanings.of("FAIL"), Some("It failed."));
        assert_eq!(meanings.of("LOST"), None);
        assert!(Meanings::read("No list.").is_empty());
    }

    #[test]
    fn list_has_each_value_once_in_order() {
        let problem = |values: &[&str]| Meanings::read(STATUS).problem(values).unwrap_or_default();
        assert_eq!(problem(&["RUNNING", "FAIL"]), "");
        assert_eq!(
            problem(&["RUNNING", "FAIL", "LOST"]),
            "does not say what `LOST` means; add a list item: - `LOST`: …"
        );
        let differs = "but the values are";
        assert!(problem(&["RUNNING"]).contains(differs));
        assert!(problem(&["FAIL", "RUNNING"]).contains(differs));
    }
}

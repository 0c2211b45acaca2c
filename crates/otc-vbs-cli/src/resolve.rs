//! Finds what an argument names: by id, by name, or by the beginning of an id.

use crate::exit::Failure;
use crate::words;

/// The minimum length of an abbreviated id.
pub(crate) const MIN_PREFIX: usize = 8;
/// The number of names that an error lists.
const MAX_NAMES: usize = 10;

/// Something with an id and possibly a name.
pub(crate) trait Named {
    fn id(&self) -> &str;
    fn name(&self) -> Option<&str>;
}

/// Finds the one thing in a complete list that has this id or name, or whose id begins with this text.
///
/// An id takes precedence over a name, since only one thing can have it. `kind` is the word for the thing in errors.
pub(crate) fn find<'a, T: Named>(kind: &str, all: &'a [T], text: &str) -> Result<&'a T, Failure> {
    find_in("the project", kind, all, text)
}

/// Like [`find`], in the list of what `owner` has, for example a policy.
pub(crate) fn find_in<'a, T: Named>(
    owner: &str,
    kind: &str,
    all: &'a [T],
    text: &str,
) -> Result<&'a T, Failure> {
    if let Some(found) = all.iter().find(|thing| thing.id() == text) {
        return Ok(found);
    }
    let named: Vec<&T> = all.iter().filter(|thing| thing.name() == Some(text)).collect();
    let begins = |thing: &&T| text.len() >= MIN_PREFIX && thing.id().starts_with(text);
    let found = if named.is_empty() { all.iter().filter(begins).collect() } else { named };
    match found.as_slice() {
        [] => Err(missing(owner, kind, all, text)),
        [one] => Ok(one),
        several => {
            let ids = several.iter().map(|thing| thing.id());
            Err(Failure::Usage {
                problem: format!(
                    "`{text}` is ambiguous: it is the name, or the beginning of the id, of {} candidates",
                    several.len()
                ),
                hint: Some(format!("use the id of the {kind}: {}", listed(ids))),
            })
        }
    }
}

/// Whether a text is a whole id of the kind that the service usually issues, so that it can be requested without a list.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn missing<T: Named>(owner: &str, kind: &str, all: &[T], text: &str) -> Failure {
    let names = all.iter().filter_map(|thing| thing.name());
    let near = words::similar(text, names.chain(all.iter().map(|thing| thing.id())), MAX_NAMES);
    let hint = if all.is_empty() {
        format!("{owner} has no {kind} at all; check the project (--project or OS_PROJECT_ID)")
    } else if near.is_empty() {
        let labels = all.iter().map(|thing| thing.name().unwrap_or(thing.id()));
        format!("it has {}", listed(labels))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Failure::NotFound { problem: format!("{owner} has no {kind} with the name or id `{text}`"), hint }
}

/// `a, b, c`, or the first of them and the number of the others.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(MAX_NAMES);
    let mut text = names.take(MAX_NAMES).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[derive(Debug)]
    struct Lamp(&'static str, Option<&'static str>);

    impl Named for Lamp {
        fn id(&self) -> &str {
            self.0
        }

        fn name(&self) -> Option<&str> {
            self.1
        }
    }

    const LAMPS: [Lamp; 5] = [
        Lamp("aaaaaaaa-1", Some("kitchen")),
        Lamp("aaaaaaaa-2", Some("hall")),
        Lamp("bbbbbbbb-1", Some("hall")),
        Lamp("kitchen", None),
        Lamp("cccccccc-1", None),
    ];

    fn id(text: &str) -> &'static str {
        find("lamp", &LAMPS, text).unwrap().0
    }

    fn failure(text: &str) -> (String, String) {
        let failure = find("lamp", &LAMPS, text).unwrap_err();
        (failure.to_string(), failure.hint().unwrap())
    }

    #[test]
    fn id_name_and_beginning_of_an_id_are_found() {
        assert_eq!(id("kitchen"), "kitchen");
        assert_eq!(id("bbbbbbbb-1"), "bbbbbbbb-1");
        assert_eq!(id("cccccccc"), "cccccccc-1");
        // Too short, or not the beginning of one id.
        for text in ["ccccccc", "aaaaaaaa"] {
            assert!(find("lamp", &LAMPS, text).is_err(), "{text}");
        }
    }

    #[test]
    fn uuid_is_hexadecimal_and_hyphens() {
        assert!(is_uuid("f47a4ab5-11f5-4509-97f5-80ce0dd74e37"));
        for text in ["", "f47a4ab5", "before-update", "f47a4ab5-11f5-4509-97f5-80ce0dd74e3g"] {
            assert!(!is_uuid(text), "{text}");
        }
    }

    #[test]
    fn ambiguous_text_lists_the_candidates() {
        let (problem, hint) = failure("hall");
        assert_eq!(
            problem,
            "`hall` is ambiguous: it is the name, or the beginning of the id, of 2 candidates"
        );
        assert_eq!(hint, "use the id of the lamp: aaaaaaaa-2, bbbbbbbb-1");
        assert_eq!(failure("aaaaaaaa").1, "use the id of the lamp: aaaaaaaa-1, aaaaaaaa-2");
    }

    #[test]
    fn missing_thing_suggests_similar_or_all_names() {
        let (problem, hint) = failure("kitschen");
        assert_eq!(problem, "the project has no lamp with the name or id `kitschen`");
        assert_eq!(hint, "did you mean kitchen?");
        assert_eq!(failure("zzz").1, "it has kitchen, hall, hall, kitchen, cccccccc-1");
        let none: [Lamp; 0] = [];
        let hint = find("lamp", &none, "zzz").unwrap_err().hint().unwrap();
        assert!(hint.starts_with("the project has no lamp at all"), "{hint}");
    }
}

#![allow(clippy::unwrap_used)]

use super::*;

const NAME: TextLimit = TextLimit {
    min: 1,
    max: Some(64),
    characters: Characters::of(&[('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_'), ('-', '-')]),
    reserved_prefix: Some("default"),
};

const RANGE: NumberRange = NumberRange { min: Some(1), max: Some(30) };

fn problem<T: std::fmt::Debug>(result: Result<T, Violation>) -> String {
    result.unwrap_err().to_string()
}

fn kind<T: std::fmt::Debug>(result: Result<T, Violation>) -> Option<ViolationKind> {
    result.err().map(|violation| violation.kind())
}

#[test]
fn length_is_counted_in_characters() {
    let any = TextLimit { characters: Characters::ANY, ..NAME };
    assert_eq!(any.check("name", &"ä".repeat(64)), Ok(()));
    assert_eq!(kind(any.check("name", &"ä".repeat(65))), Some(ViolationKind::TooLong));
    assert_eq!(kind(any.check("name", "")), Some(ViolationKind::TooShort));
}

#[test]
fn violation_names_value_and_limit() {
    for (name, expected) in [
        ("", "the name is empty; it needs 1 to 64 characters"),
        ("a/b", "the name `a/b` contains `/`; ASCII letters, digits, `_` and `-` are allowed"),
        ("é\n", "the name `é\\n` contains `é`; ASCII letters, digits, `_` and `-` are allowed"),
        (
            "default_1",
            "the name `default_1` begins with `default`, which is reserved for the service; choose another one",
        ),
    ] {
        assert_eq!(problem(NAME.check("name", name)), expected);
    }
    let prose = TextLimit { characters: Characters::except(&[('<', '<'), ('>', '>')]), ..NAME };
    assert_eq!(
        problem(prose.check("description", "a<b")),
        "the description `a<b` contains `<`; all characters except `<` and `>` are allowed"
    );
}

#[test]
fn long_text_is_clipped() {
    let text = problem(NAME.check("backup policy name", &"n".repeat(65)));
    let shown = "n".repeat(40);
    assert_eq!(text, format!("the backup policy name `{shown}…` has 65 characters; at most 64 are allowed"));
}

#[test]
fn absent_value_is_not_checked() {
    assert_eq!(NAME.check_optional("name", None), Ok(()));
    assert_eq!(RANGE.check_optional("frequency", None::<u32>), Ok(()));
    assert_eq!(RANGE.check_optional_text("limit", None), Ok(None));
    assert!(NAME.check_optional("name", Some("")).is_err());
    assert!(RANGE.check_optional("frequency", Some(0_u32)).is_err());
}

#[test]
fn range_includes_its_ends() {
    for (number, is_allowed) in [(0, false), (1, true), (30, true), (31, false), (i64::MIN, false)] {
        assert_eq!(RANGE.check("frequency", number).is_ok(), is_allowed, "{number}");
    }
    assert_eq!(
        problem(RANGE.check("frequency", 31)),
        "the frequency is 31; it must be a whole number from 1 to 30"
    );
    let from_one = NumberRange { max: None, ..RANGE };
    assert_eq!(from_one.check("limit", u64::MAX), Ok(()));
    assert_eq!(
        problem(from_one.check("limit", 0_u32)),
        "the limit is 0; it must be a whole number of at least 1"
    );
}

#[test]
fn number_as_text_is_decimal_digits() {
    assert_eq!(RANGE.check_text("limit", "30"), Ok(30));
    for text in ["", "31", "0", "+1", "-1", " 1", "1.0", "٣", "99999999999999999999"] {
        let violation = kind(RANGE.check_text("limit", text));
        assert_eq!(violation, Some(ViolationKind::OutOfRange), "{text}");
    }
    assert_eq!(
        problem(RANGE.check_text("limit", "x")),
        "the limit is `x`; it must be a whole number from 1 to 30"
    );
}

#[test]
fn list_is_limited_in_size_and_by_keys() {
    let list = ListLimit { min: 1, max: Some(2), is_unique: true };
    assert_eq!(list.check("tags", 2), Ok(()));
    assert_eq!(
        problem(list.check("tags", 0)),
        "the list `tags` is empty; add an item, or leave the list out"
    );
    assert_eq!(problem(list.check("tags", 3)), "the list `tags` has 3 items; at most 2 are allowed");
    assert_eq!(
        problem(list.check_keys("tags", ["a", "b", "a"])),
        "the list `tags` contains `a` twice; list it once"
    );
    let any = ListLimit { is_unique: false, ..list };
    assert_eq!(any.check_keys("tags", ["a", "a"]), Ok(()));
}

#[test]
fn nested_violation_has_its_path() {
    let violation = NAME.check("key", "").unwrap_err();
    let violation = violation.in_item("tags", 2).in_member("policy");
    assert_eq!(violation.to_string(), "`policy.tags[2]`: the key is empty; it needs 1 to 64 characters");
    assert_eq!(violation.kind(), ViolationKind::TooShort);
}

#[test]
fn characters_are_described_in_words() {
    for (characters, expected) in [
        (Characters::ANY, "all characters"),
        (
            Characters::except(&[('\0', '\x1F'), ('=', '='), ('\\', '\\')]),
            "all characters except control characters, `=` and `\\`",
        ),
        (Characters::of(&[('a', 'f'), ('0', '9')]), "`a` to `f` and digits"),
        (Characters::of(&[('a', 'z')]), "`a` to `z`"),
    ] {
        assert_eq!(characters.to_string(), expected);
    }
}

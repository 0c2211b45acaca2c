#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

fn map(text: &str) -> Vec<Entry> {
    let root = parse(text).unwrap();
    let Value::Map(map) = &root.value else {
        panic!("{text} is {}", root.kind());
    };
    map.entries().unwrap()
}

fn entry(text: &str, key: &str) -> Rc<Node> {
    let entries = map(text);
    Rc::clone(&entries.iter().find(|entry| entry.key == key).unwrap().value)
}

fn text_of(text: &str, key: &str) -> String {
    match &entry(text, key).value {
        Value::Text(text) => text.to_string(),
        _ => panic!("`{key}` of {text} is not text"),
    }
}

#[test]
fn scalars_keep_their_text() {
    for value in [
        "0123",
        "1e5",
        "1_000",
        "0x10",
        "0o17",
        "true",
        "No",
        "12345678901234567890123",
        "2024-01-01",
        "1:30",
        ".inf",
        "=",
        "-1",
        "+1",
    ] {
        assert_eq!(text_of(&format!("a: {value}"), "a"), value);
        assert_eq!(text_of(&format!("{{a: \"{value}\"}}"), "a"), value);
    }
    assert_eq!(text_of("a: !!str 1", "a"), "1");
    assert_eq!(text_of("a: !!int 01", "a"), "01");
    assert_eq!(text_of("a: ! 1", "a"), "1");
    assert_eq!(text_of("a: 'null'", "a"), "null");
    assert_eq!(text_of("a: |\n  x\n", "a"), "x\n");
}

#[test]
fn null_has_every_spelling_of_yaml() {
    for value in ["", "~", "null", "Null", "NULL", "!!null x"] {
        assert!(matches!(entry(&format!("a: {value}"), "a").value, Value::Null), "{value}");
    }
    for nothing in ["", "# comment", "---", "\u{feff}"] {
        assert!(matches!(parse(nothing).unwrap().value, Value::Null), "{nothing:?}");
    }
    assert_eq!(text_of("\u{feff}a: b", "a"), "b");
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    assert_eq!(text_of("a: &x 1\nb: *x", "b"), "1");
    assert_eq!(text_of("a: &x b\n*x : 2", "b"), "2");
    assert_eq!(text_of("&x a: b\nc: *x", "c"), "a");
    let base = "base: &base {p: 1, q: 1}\nmore: &more {q: 2, r: 2}\n";
    for (text, expected) in [
        ("m: {<<: *base, q: 3}", "q=3 p=1"),
        ("m: {q: 3, <<: [*base, *more]}", "q=3 p=1 r=2"),
        ("m: {<<: *more, <<: *base}", "q=2 r=2 p=1"),
        ("m: {<<: {<<: *more, s: 4}}", "s=4 q=2 r=2"),
        ("m: {<<: }", ""),
        ("m: {'<<': 5}", "<<=5"),
    ] {
        let node = entry(&format!("{base}{text}"), "m");
        let Value::Map(map) = &node.value else { panic!("{text}") };
        let entries: Vec<_> = map
            .entries()
            .unwrap()
            .iter()
            .map(|entry| match &entry.value.value {
                Value::Text(value) => format!("{}={}", entry.key, value.as_str()),
                _ => entry.key.clone(),
            })
            .collect();
        assert_eq!(entries.join(" "), expected, "{text}");
    }
}

#[test]
fn invalid_values_affect_no_others() {
    for odd in [
        "!!binary aGk=",
        "!local x",
        "!local {x: y}",
        "!!set {x}",
        "!!python/object:os.system {}",
        "&x {y: *x}",
        "&x [*x]",
        "{[1, 2]: x}",
        "{{a: b}: x}",
    ] {
        let text = format!("good: 1\nodd: {odd}\n");
        assert_eq!(text_of(&text, "good"), "1", "{odd}");
        entry(&text, "odd");
    }
}

#[test]
fn expansion_of_aliases_is_bounded() {
    // Every level doubles the one below it.
    let mut laughs = "a0: &a0 {x: y}\n".to_owned();
    for level in 1..25 {
        let below = level - 1;
        laughs += &format!(
            "a{level}: &a{level} {{<<: [*a{below}, *a{below}], k{level}: [*a{below}, *a{below}]}}\n"
        );
    }
    let node = entry(&laughs, "a24");
    let Value::Map(map) = &node.value else { panic!() };
    assert!(map.entries().unwrap_err().reason.contains("too many"));

    let mut chain = "- &a0 []\n".to_owned();
    for level in 1..50_000 {
        chain += &format!("- &a{level} [*a{}]\n", level - 1);
    }
    assert!(parse(&chain).unwrap_err().reason.contains("levels deep"));
    for open in ["[", "{a: ", "- ", "? "] {
        assert!(parse(&open.repeat(20_000)).is_err(), "{open}");
    }
}

#[test]
fn errors_have_the_place_and_no_text() {
    for text in [
        "a: [hunter2\n",
        "a: *hunter2\n",
        "a: b\n  hunter2: c\n",
        "a: 'hunter2\n",
        "a: b\n--- \nhunter2: c\n",
        "a:\n\t- hunter2: c",
    ] {
        let problem = parse(text).unwrap_err();
        assert!(problem.line > 0, "{problem:?}");
        assert!(!problem.reason.contains("hunter2"), "{problem:?}");
    }
}

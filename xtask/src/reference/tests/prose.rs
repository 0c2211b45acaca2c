//! Values, ranges and defaults in descriptions.

use super::super::facts::{Limit, read_description};
use super::super::page::{Cell, CellPart, Text};

fn cell(paragraphs: &[&str], bullets: &[&str]) -> Cell {
    let text = |text: &&str| Text((*text).to_owned());
    let paragraphs = paragraphs.iter().map(text).map(CellPart::Paragraph);
    let bullets = bullets.iter().map(text).map(CellPart::Bullet);
    Cell {
        parts: paragraphs.chain(bullets).collect(),
    }
}

/// Everything that a description says, in one line.
fn said(paragraphs: &[&str], bullets: &[&str]) -> String {
    let said = match read_description(&cell(paragraphs, bullets)) {
        Ok(said) => said,
        Err(problem) => return format!("problem: {problem}"),
    };
    let mut words: Vec<String> = said.values.into_iter().collect();
    for limit in Limit::ALL {
        if said.limits.0.contains_key(&limit) {
            words.push(format!("{}={}", limit.keyword(), said.limits.say(limit)));
        }
    }
    words.extend(said.default.map(|default| format!("default={default}")));
    words.join(" ")
}

#[test]
fn values() {
    assert_eq!(said(&["Colour"], &["RED", "GREEN"]), "GREEN RED");
    assert_eq!(
        said(&["Colour"], &["**RED**: like a rose", "**GREEN**: like grass"]),
        "GREEN RED"
    );
    assert_eq!(
        said(
            &["Possible values are **up** (first dim) and **down**. Not **left**."],
            &[]
        ),
        "down up"
    );
    assert_eq!(
        said(&["The value can be **a**, **b.c**, or **d**."], &[]),
        "a b.c d"
    );
    assert_eq!(said(&["The value must be **born**."], &[]), "born");
    assert_eq!(said(&["At present, only **name** is supported."], &[]), "name");
    assert_eq!(said(&["It can hold only **bold** letters."], &[]), "");
    assert_eq!(said(&["Kind", "Enum:[one, two]"], &[]), "one two");
    assert_eq!(said(&["Any of the following:", "SUN, MON"], &[]), "MON SUN");
    assert_eq!(said(&["**0**: off; **1**: on"], &[]), "0 1");
    assert_eq!(said(&["**on**: shine", "**off**: stop"], &[]), "off on");
    assert_eq!(said(&["The value **true** means that it shines."], &[]), "");
    assert_eq!(
        said(&["Possible values are many."], &[]),
        "problem: sounds as if it listed values, but none could be read"
    );
    assert_eq!(
        said(&["Colour"], &["as you like"]),
        "problem: the list item `as you like` is not a value"
    );
}

#[test]
fn ranges() {
    assert_eq!(said(&["Power (1 to 30 W)"], &[]), "minimum=1 maximum=30");
    assert_eq!(
        said(&["Number (from 2 to 99) of lamps"], &[]),
        "minimum=2 maximum=99"
    );
    assert_eq!(
        said(&["An integer ranging from **1** to **1000**."], &[]),
        "minimum=1 maximum=1000"
    );
    assert_eq!(
        said(&["A whole integer from 2 to 14."], &[]),
        "minimum=2 maximum=14"
    );
    assert_eq!(said(&["A non-negative integer"], &[]), "minimum=0");
    assert_eq!(
        said(&["A string of 1 to 64 characters"], &[]),
        "minLength=1 maxLength=64"
    );
    assert_eq!(said(&["It has 0 to 43 characters"], &[]), "maxLength=43");
    assert_eq!(
        said(&["It has up to 36 characters, none of them (0-31)"], &[]),
        "maxLength=36"
    );
    assert_eq!(
        said(&["It is 64 characters long"], &[]),
        "minLength=64 maxLength=64"
    );
    assert_eq!(
        said(
            &["On one day the maximum length of a name is 36 characters; on others that is 127 characters."],
            &[]
        ),
        "maxLength=36 or 127"
    );
    assert_eq!(
        said(
            &["It holds a maximum of 10 tags and cannot be an empty list."],
            &[]
        ),
        "minItems=1 maxItems=10"
    );
    assert_eq!(
        said(&["A number ranging widely"], &[]),
        "problem: sounds as if it gave a range, but none could be read"
    );
    assert_eq!(
        said(&["No more than 12 characters"], &[]),
        "problem: sounds as if it gave a range, but none could be read"
    );
}

#[test]
fn defaults() {
    assert_eq!(said(&["The default value is 20."], &[]), "default=20");
    assert_eq!(
        said(&["The default value is **born_at**. Sorted."], &[]),
        "default=born_at"
    );
    assert_eq!(said(&["The value defaults to **False**."], &[]), "default=false");
    assert_eq!(
        said(&["If this is not specified, the value is **0** (off)."], &[]),
        "default=0"
    );
    assert_eq!(said(&["The default lamp can't be removed."], &[]), "");
    assert_eq!(
        said(&["Its default value is."], &[]),
        "problem: sounds as if it gave a default, but none could be read"
    );
}

use super::*;
use crate::page::Text;

/// Descriptions, and everything that each states. ` / ` begins a paragraph, and ` * ` a list item.
const CASES: &str = "
Possible values are **up** (first dim) and **down**. => down up
Possible values are **up** and **down**. Not **left**. => down up unread: Not **left**.
The value can be **a**, **b.c**, or **d**. => a b.c d
The value must be **born**. => born
At present, only **name** is supported. => name
It can hold only **bold** letters. => unread: It can hold only **bold** letters.
**0**: off; **1**: on => 0 1
The value **true** means that it shines. => unread: The value **true** means that it shines.
Possible values are many. => problem: lists values that are not understood
Colour * RED * GREEN => GREEN RED
Colour * **RED**: like a rose * **GREEN**: like grass => GREEN RED
Kind / Enum:[one, two] => one two
Any of the following: / SUN, MON => MON SUN
**on**: shine / **off**: stop => off on
Colour * as you like => unread: as you like
Power (1 to 30 W) => minimum=1 maximum=30
Number (from 2 to 99) of lamps => minimum=2 maximum=99
An integer ranging from **1** to **1000**. => minimum=1 maximum=1000
A whole integer from 2 to 14. => minimum=2 maximum=14
A non-negative integer => minimum=0
A string of 1 to 64 characters => minLength=1 maxLength=64
It has 0 to 43 characters => maxLength=43
It has up to 36 characters, none of them (0-31) => maxLength=36
It is 64 characters long => minLength=64 maxLength=64
On one day the maximum length of a name is 36 characters; on others that is 127 characters. => maxLength=36 or 127
It holds a maximum of 10 tags and cannot be an empty list. => minItems=1 maxItems=10
No more than 12 characters => maxLength=12
A number ranging widely => problem: states a range that is not understood: `A number ranging widely`
The default value is 20. => default=20
The value defaults to **False**. => default=false
If this is not specified, the value is **0** (off). => default=0
The default value is **born_at**. Sorted. => default=born_at
The default lamp can't be removed. => unread: The default lamp can't be removed.
Its default value is. => problem: states a default that is not understood: `Its default value is.`
";

#[test]
fn facts_are_read_from_descriptions() {
    for case in CASES.trim().lines() {
        let (description, expected) = case.split_once(" => ").unwrap_or((case, ""));
        assert_eq!(said(description), expected, "{description}");
    }
}

/// Everything that a description states, on one line.
fn said(description: &str) -> String {
    let text = |text: &str| Text(text.to_owned());
    let mut items = description.split(" * ");
    let paragraphs = items.next().unwrap_or_default().split(" / ");
    let paragraphs = paragraphs.map(text).map(Block::Text);
    let parts = paragraphs.chain(items.map(text).map(Block::Label)).collect();
    let said = match read(&Cell(parts)) {
        Ok(said) => said,
        Err(problem) => return format!("problem: {problem}"),
    };
    let mut words: Vec<String> = said.values.into_iter().collect();
    for limit in said.limits.0.keys() {
        words.push(format!("{}={}", limit.keyword(), said.limits.say(*limit)));
    }
    words.extend(said.default.map(|default| format!("default={default}")));
    words.extend(said.deprecated.then(|| "deprecated".to_owned()));
    words.extend(said.unread.iter().map(|sentence| format!("unread: {sentence}")));
    words.join(" ")
}

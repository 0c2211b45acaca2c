//! Changes of the rows of tables: parameters and fields.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use otc_reference::{Content, Difference, Field, Limit, Origin, ValueType};

use super::dom::{Edit, words};
use super::{Expected, Mutations, is_below};

/// A name that no document has.
const NEW: &str = "zzzz9";

/// A field with the key under which a difference names it.
struct Located<'f> {
    field: &'f Field,
    origin: Origin,
    /// The key of the field itself.
    key: String,
    /// What the key of a sibling begins with.
    siblings: String,
    /// What the key of a field in the next row begins with.
    next: String,
}

/// All changes of the rows of a page.
pub(crate) fn mutate(mutations: &mut Mutations<'_>, content: &Content) {
    let mut found = Vec::new();
    let mut walk = |siblings: &str, fields, next| locate(mutations.known, siblings, fields, next, &mut found);
    match content {
        Content::Operation(operation) => {
            walk("path.", &operation.path_parameters, None);
            walk("query.", &operation.query_parameters, None);
            walk("request.", &operation.request, None);
            walk("response.", &operation.response, None);
            for wrapper in &operation.failure {
                let siblings = format!("failure.{}.", wrapper.name);
                walk(&siblings, &wrapper.children, Some("response."));
            }
        }
        Content::RequestFields(fields) => walk("request.**.", fields, Some("request.")),
        _ => {}
    }
    let of_operation = matches!(content, Content::Operation(_));
    for located in &found {
        located.rows(mutations, of_operation);
        located.cells(mutations, of_operation);
    }
}

fn locate<'f>(
    known: &[Difference],
    siblings: &str,
    fields: &'f [Field],
    next: Option<&str>,
    into: &mut Vec<Located<'f>>,
) {
    for field in fields {
        // Keys have the document's name if that is known to differ.
        let name_of = |other: &Difference| format!("{siblings}{}: name", other.document);
        let is_name = |other: &&Difference| other.reference == field.name && other.field == name_of(other);
        let renamed = known.iter().find(is_name);
        let name = renamed.map_or(&field.name, |other| &other.document);
        let key = format!("{siblings}{name}");
        // Keys have brackets after a list of the document.
        let aspect = format!("{key}: type");
        let is_list = match known.iter().find(|other| other.field == aspect) {
            Some(other) => other.document.starts_with("list"),
            None => field.value_type.is_list(),
        };
        let inside = match (field.json_text, is_list) {
            (true, _) => format!("{key}(json)."),
            (false, true) => format!("{key}[]."),
            (false, false) => format!("{key}."),
        };
        let is_container = field.value_type.is_container();
        let next = next.unwrap_or(if is_container { &inside } else { siblings });
        if let Some(origin) = field.origin {
            let (siblings, next) = (siblings.to_owned(), next.to_owned());
            into.push(Located { field, origin, key, siblings, next });
        }
        locate(known, &inside, &field.children, None, into);
    }
}

impl Located<'_> {
    /// The row is copied under another name, and removed with those of the fields inside.
    fn rows(&self, mutations: &mut Mutations<'_>, of_operation: bool) {
        let Self { field, origin, key, next, .. } = self;
        let dom = mutations.dom;
        let texts = [("Parameter", NEW), ("Type", "string")];
        let cell = |(name, text): (&str, &str)| Some((dom.column(origin.table, name)?, text.to_owned()));
        let copy = Edit::CopyRow(texts.into_iter().filter_map(cell).collect());
        let row = dom.rows(origin.table)[origin.row];
        mutations.add("field added", key, Expected::one(format!("{next}{NEW}")), [(row, copy)]);
        let mut by_table = BTreeMap::new();
        rows_of(field, &mut by_table);
        let mut doomed = Vec::new();
        for (table, rows) in by_table {
            let all = dom.rows(table);
            if all.len() == rows.len() {
                let table = dom.all("table")[table];
                doomed.push(dom.closest(table, &["li"]).unwrap_or(table));
            } else {
                doomed.extend(rows.iter().map(|row| all[*row]));
            }
        }
        let expected = if of_operation { Expected::one(key) } else { Expected::Problem };
        let edits = doomed.into_iter().map(|node| (node, Edit::Remove));
        mutations.add("field removed", key, expected, edits);
    }

    /// Each fact that a cell states.
    fn cells(&self, mutations: &mut Mutations<'_>, of_operation: bool) {
        let Self { field, origin, key, .. } = self;
        // Nothing else is reported of a field that the document lacks.
        let is_absent = |known: &&Difference| known.field == *key && known.document == "absent";
        let unknown = mutations.known.iter().find(is_absent).is_some();
        let aspect = |name: &str| Expected::one(if unknown { key.clone() } else { format!("{key}: {name}") });
        let dom = mutations.dom;
        let cell = |heading| dom.cell(*origin, heading);
        let text = |heading| cell(heading).map_or(String::new(), |cell| dom.joined(cell));
        let places = |heading, word: &str| cell(heading).map_or(Vec::new(), |cell| dom.words(cell, word));
        let part = |place: Option<Range<usize>>, new: &str| Edit::Part(place.unwrap_or(0..0), new.to_owned());
        let whole = |text: &str| Edit::Text(text.to_owned());

        let name = format!("x{}", field.name);
        let renamed = if !of_operation {
            // Such a page shows no nesting, so a name is all there is to find the field by.
            // What was known of it goes with it.
            let was_known = mutations.known.iter().any(|known| is_below(&known.field, key));
            let lost = was_known.then(|| key.clone());
            Expected::Differences([format!("request.{name}")].into_iter().chain(lost).collect())
        } else if unknown {
            Expected::Differences(vec![format!("{}{name}", self.siblings), key.clone()])
        } else {
            aspect("name")
        };
        let mut edits = vec![
            ("field renamed", "Parameter", whole(&name), renamed),
            ("unreadable", "Type", whole("mystery"), Expected::Problem),
            ("unreadable", "Mandatory", whole("Maybe"), Expected::Problem),
        ];
        if let Some(other) = other_type(&field.value_type) {
            let text = text("Type").to_lowercase().replace(' ', "");
            // If another table describes the type by its name, and no field is called so, that table is left
            // without an explanation.
            let named = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>'));
            let usual = ["dict", "string", "int", "list", "object"];
            let is_named = named.is_some_and(|name| !usual.contains(&name) && !field.name.starts_with(name));
            let expected = if is_named { Expected::Problem } else { aspect("type") };
            edits.push(("type", "Type", whole(other), expected));
        }
        if let Some(mandatory) = field.mandatory {
            let (old, new) = if mandatory { ("Yes", "No") } else { ("No", "Yes") };
            let place = places("Mandatory", old).into_iter().next();
            edits.push(("mandatory", "Mandatory", part(place, new), aspect("mandatory")));
        }
        for value in &field.values {
            let place = places("Description", value).into_iter().next();
            edits.push(("values", "Description", part(place, &format!("{value}x9")), aspect("values")));
        }
        for (limit, numbers) in &field.limits.0 {
            for number in numbers {
                let (old, new) = match (limit, number) {
                    (Limit::MinItems, 1) => ("cannot be an empty".to_owned(), "may be an empty".to_owned()),
                    (Limit::Minimum, 0) => ("non-negative".to_owned(), "plain".to_owned()),
                    _ => (number.to_string(), (number + 1).to_string()),
                };
                // A default of the same number comes before the range, so the last one is the range's.
                let place = places("Description", &old).pop();
                edits.push(("limit", "Description", part(place, &new), self.limit(*limit, *number)));
            }
        }
        if let Some(default) = &field.default {
            let text = text("Description").to_lowercase();
            let hints = ["default value", "defaults to", "not specified"];
            let hint = hints.iter().find_map(|hint| text.find(hint));
            let mut places = words(&text, &default.to_lowercase()).into_iter();
            let place = places.find(|place| Some(place.start) > hint);
            edits.push(("default", "Description", part(place, NEW), aspect("default")));
        }
        for (kind, heading, edit, expected) in edits {
            if let Some(cell) = cell(heading) {
                mutations.add(kind, key, expected, [(cell, edit)]);
            }
        }
    }

    fn limit(&self, limit: Limit, number: i64) -> Expected {
        let lengths = [Limit::MinLength, Limit::MaxLength];
        let states = |limit| self.field.limits.0.get(limit).is_some_and(|all| all.contains(&number));
        // One number may bound a length from both sides.
        let exact = lengths.contains(&limit) && lengths.iter().all(states);
        let changed = if exact { lengths.to_vec() } else { vec![limit] };
        let key = |limit: Limit| format!("{}: {}", self.key, limit.keyword());
        Expected::Differences(changed.into_iter().map(key).collect())
    }
}

fn other_type(value_type: &ValueType) -> Option<&'static str> {
    Some(match value_type {
        ValueType::String | ValueType::Integer => "boolean",
        ValueType::Boolean | ValueType::Number | ValueType::AnyList => "string",
        ValueType::Object => "list<dict>",
        ValueType::Map(_) => "dict",
        ValueType::List(item) if **item == ValueType::Object => "dict",
        ValueType::List(_) => "list<boolean>",
        ValueType::Unknown | ValueType::OneOf(_) => return None,
    })
}

/// The rows of a field and of all fields inside it, by table.
fn rows_of(field: &Field, into: &mut BTreeMap<usize, BTreeSet<usize>>) {
    if let Some(origin) = field.origin {
        into.entry(origin.table).or_default().insert(origin.row);
    }
    field.children.iter().for_each(|child| rows_of(child, into));
}

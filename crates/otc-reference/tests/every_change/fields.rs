//! Changes of the rows of tables: parameters and fields.

use std::collections::{BTreeMap, BTreeSet};

use otc_reference::{Content, Difference, Field, Limit, Origin, ValueType};

use super::dom::{Dom, words};
use super::{Expected, Kind, Mutation, is_below};

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

/// The fields of a page, and what is known of their differences.
struct Locator<'f> {
    known: &'f [Difference],
    found: Vec<Located<'f>>,
}

/// All changes of the rows of a page. A fact that could not be changed leaves the page as it was, and the
/// check then finds that nothing was reported.
pub(crate) fn mutations(dom: &Dom, content: &Content, known: &[Difference]) -> Vec<Mutation> {
    let mut locator = Locator {
        known,
        found: Vec::new(),
    };
    let mut pseudo = false;
    match content {
        Content::Operation(operation) => {
            locator.walk("path.", &operation.path_parameters, None);
            locator.walk("query.", &operation.query_parameters, None);
            locator.walk("request.", &operation.request, None);
            locator.walk("response.", &operation.response, None);
            for wrapper in &operation.failure {
                let inside = format!("failure.{}.", wrapper.name);
                locator.walk(&inside, &wrapper.children, Some("response."));
            }
        }
        Content::RequestFields(fields) => {
            pseudo = true;
            locator.walk("request.**.", fields, Some("request."));
        }
        _ => {}
    }
    let mut all = Vec::new();
    for located in &locator.found {
        let change = Change { dom, located, known };
        all.extend(change.added());
        all.extend(change.removed(pseudo));
        all.extend(change.renamed(pseudo));
        all.extend(change.value_type());
        all.extend(change.mandatory());
        all.extend(change.values());
        all.extend(change.limits());
        all.extend(change.default());
        all.extend(change.unreadable());
    }
    all
}

impl<'f> Locator<'f> {
    fn walk(&mut self, siblings: &str, fields: &'f [Field], next: Option<&str>) {
        for field in fields {
            let key = format!("{siblings}{}", self.document_name(siblings, field));
            let inside = if field.json_text {
                format!("{key}(json).")
            } else {
                format!("{key}{}.", self.brackets(&key, field))
            };
            if let Some(origin) = field.origin {
                let behind = if field.value_type.is_container() {
                    &inside
                } else {
                    siblings
                };
                self.found.push(Located {
                    field,
                    origin,
                    key: key.clone(),
                    siblings: siblings.to_owned(),
                    next: next.unwrap_or(behind).to_owned(),
                });
            }
            self.walk(&inside, &field.children, None);
        }
    }

    /// Keys have the document's name if that is known to differ.
    fn document_name(&self, siblings: &str, field: &Field) -> String {
        let renamed = self.known.iter().find(|difference| {
            difference.reference == field.name
                && difference.field == format!("{siblings}{}: name", difference.document)
        });
        renamed.map_or_else(|| field.name.clone(), |difference| difference.document.clone())
    }

    /// Keys have brackets after a list of the document.
    fn brackets(&self, key: &str, field: &Field) -> &'static str {
        let aspect = format!("{key}: type");
        let other = self.known.iter().find(|difference| difference.field == aspect);
        let is_list = match other {
            Some(difference) => difference.document.starts_with("list"),
            None => field.value_type.is_list(),
        };
        if is_list { "[]" } else { "" }
    }
}

struct Change<'c> {
    dom: &'c Dom,
    located: &'c Located<'c>,
    known: &'c [Difference],
}

impl Change<'_> {
    fn mutation(&self, kind: Kind, dom: &Dom, expected: Expected) -> Mutation {
        Mutation {
            kind,
            what: self.located.key.clone(),
            html: dom.html(),
            expected,
        }
    }

    fn aspect(&self, aspect: &str) -> Expected {
        // Of a field that the document lacks, only that is reported.
        if self.document_lacks_it() {
            return Expected::Differences(vec![self.located.key.clone()]);
        }
        Expected::Differences(vec![format!("{}: {aspect}", self.located.key)])
    }

    fn document_lacks_it(&self) -> bool {
        self.known
            .iter()
            .any(|known| known.field == self.located.key && known.document == "absent")
    }

    fn added(&self) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let origin = self.located.origin;
        dom.copy_after(dom.row(origin)?)?;
        let copy = Origin {
            row: origin.row + 1,
            ..origin
        };
        dom.set_text(dom.cell(copy, "Parameter")?, NEW);
        if let Some(cell) = dom.cell(copy, "Type") {
            dom.set_text(cell, "string");
        }
        let expected = Expected::Differences(vec![format!("{}{NEW}", self.located.next)]);
        Some(self.mutation(Kind::FieldAdded, &dom, expected))
    }

    fn removed(&self, pseudo: bool) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let mut by_table: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        rows_of(self.located.field, &mut by_table);
        let mut doomed = Vec::new();
        for (table, rows) in by_table {
            let all = dom.rows(table);
            if all.len() == rows.len() {
                let table = dom.all("table").get(table).copied()?;
                doomed.push(dom.closest(table, &["li"]).unwrap_or(table));
            } else {
                doomed.extend(rows.iter().filter_map(|row| all.get(*row)));
            }
        }
        for node in doomed {
            dom.remove(node);
        }
        let expected = if pseudo {
            Expected::Problem
        } else {
            Expected::Differences(vec![self.located.key.clone()])
        };
        Some(self.mutation(Kind::FieldRemoved, &dom, expected))
    }

    fn renamed(&self, pseudo: bool) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let located = self.located;
        let name = format!("x{}", located.field.name);
        dom.set_text(dom.cell(located.origin, "Parameter")?, &name);
        let expected = if pseudo {
            // Such a page shows no nesting, so a name is all there is to find the field by.
            // What was known of it goes with it.
            let mut expected = vec![format!("request.{name}")];
            if self
                .known
                .iter()
                .any(|known| is_below(&known.field, &located.key))
            {
                expected.push(located.key.clone());
            }
            Expected::Differences(expected)
        } else if self.document_lacks_it() {
            Expected::Differences(vec![format!("{}{name}", located.siblings), located.key.clone()])
        } else {
            self.aspect("name")
        };
        Some(self.mutation(Kind::FieldRenamed, &dom, expected))
    }

    fn value_type(&self) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let cell = dom.cell(self.located.origin, "Type")?;
        let text: String = dom.joined(cell).to_lowercase().split_whitespace().collect();
        let named = text.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>'));
        let named = named.filter(|name| !["dict", "string", "int", "list", "object"].contains(name));
        let named = named.map(|name| name.to_lowercase());
        let other = match &self.located.field.value_type {
            ValueType::String | ValueType::Integer => "boolean",
            ValueType::Boolean | ValueType::Number | ValueType::AnyList => "string",
            ValueType::Object => "list<dict>",
            ValueType::Map(_) => "dict",
            ValueType::List(item) if **item == ValueType::Object => "dict",
            ValueType::List(_) => "list<boolean>",
            ValueType::Unknown | ValueType::OneOf(_) => return None,
        };
        dom.set_text(cell, other);
        let mut expected = self.aspect("type");
        // Where another table describes the type by its name, and no field is called so, that table is
        // unexplained.
        if named.is_some_and(|named| !self.located.field.name.starts_with(&named)) {
            expected = Expected::Problem;
        }
        Some(self.mutation(Kind::Type, &dom, expected))
    }

    fn mandatory(&self) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let cell = dom.cell(self.located.origin, "Mandatory")?;
        let (old, new) = if self.located.field.mandatory? {
            ("Yes", "No")
        } else {
            ("No", "Yes")
        };
        dom.replace_word(cell, old, new, false);
        Some(self.mutation(Kind::Mandatory, &dom, self.aspect("mandatory")))
    }

    fn values(&self) -> Vec<Mutation> {
        let change = |value: &String| {
            let mut dom = self.dom.clone();
            let cell = dom.cell(self.located.origin, "Description")?;
            dom.replace_word(cell, value, &format!("{value}x9"), false);
            Some(self.mutation(Kind::Values, &dom, self.aspect("values")))
        };
        self.located.field.values.iter().filter_map(change).collect()
    }

    fn limits(&self) -> Vec<Mutation> {
        let limits = &self.located.field.limits.0;
        let all = limits
            .iter()
            .flat_map(|(limit, numbers)| numbers.iter().map(|number| (*limit, *number)));
        all.filter_map(|(limit, number)| self.limit(limit, number))
            .collect()
    }

    fn limit(&self, limit: Limit, number: i64) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let cell = dom.cell(self.located.origin, "Description")?;
        let text = dom.joined(cell);
        let mut expected = vec![format!("{}: {}", self.located.key, limit.keyword())];
        let mut put = |old: &str, new| {
            let start = text.find(old).unwrap_or(text.len());
            dom.replace(cell, start..start + old.len(), new)
        };
        match (limit, number) {
            (Limit::MinItems, 1) => put("cannot be an empty", "may be an empty"),
            (Limit::Minimum, 0) => put("non-negative", "plain"),
            // A default of the same number comes before the range, so the last one is the range's.
            _ => dom.replace_word(cell, &number.to_string(), &(number + 1).to_string(), true),
        };
        // One number may bound a length from both sides.
        if let (Limit::MinLength | Limit::MaxLength, true) = (limit, self.is_exact_length(number)) {
            expected = [Limit::MinLength, Limit::MaxLength]
                .map(|limit| format!("{}: {}", self.located.key, limit.keyword()))
                .to_vec();
        }
        Some(self.mutation(Kind::Limit, &dom, Expected::Differences(expected)))
    }

    fn is_exact_length(&self, number: i64) -> bool {
        let limits = &self.located.field.limits.0;
        [Limit::MinLength, Limit::MaxLength]
            .iter()
            .all(|limit| limits.get(limit).is_some_and(|numbers| numbers.contains(&number)))
    }

    fn default(&self) -> Option<Mutation> {
        let default = self.located.field.default.as_ref()?;
        let mut dom = self.dom.clone();
        let cell = dom.cell(self.located.origin, "Description")?;
        let text = dom.joined(cell).to_lowercase();
        let hint = ["default value", "defaults to", "not specified"]
            .iter()
            .find_map(|hint| text.find(hint));
        let range = words(&text, &default.to_lowercase())
            .into_iter()
            .find(|range| Some(range.start) > hint);
        if let Some(range) = range {
            dom.replace(cell, range, NEW);
        }
        Some(self.mutation(Kind::Default, &dom, self.aspect("default")))
    }

    fn unreadable(&self) -> Vec<Mutation> {
        let change = |(heading, text)| {
            let mut dom = self.dom.clone();
            dom.set_text(dom.cell(self.located.origin, heading)?, text);
            Some(self.mutation(Kind::Unreadable, &dom, Expected::Problem))
        };
        [("Type", "mystery"), ("Mandatory", "Maybe")]
            .into_iter()
            .filter_map(change)
            .collect()
    }
}

/// The rows of a field and of all fields inside it, by table.
fn rows_of(field: &Field, into: &mut BTreeMap<usize, BTreeSet<usize>>) {
    if let Some(origin) = field.origin {
        into.entry(origin.table).or_default().insert(origin.row);
    }
    for child in &field.children {
        rows_of(child, into);
    }
}

//! Parameters and the fields of bodies.

use super::{ABSENT, Differ, join, yes_no};
use crate::facts::{Field, Limit, ValueType};
use crate::problem::Problem;
use crate::similarity::{SIMILAR, similarity};

/// The similarity from which two names are spellings of one name, whatever the types.
const NEARLY_EQUAL: f64 = 0.8;

impl Differ<'_> {
    /// Compares the body of a failure. All operations share one schema for it, so only the member that the
    /// page shows is compared.
    pub(super) fn failure(&mut self, reference: &[Field], document: &[Field]) {
        for wrapper in reference {
            let key = format!("failure.{}", wrapper.name);
            match document.iter().find(|member| member.name == wrapper.name) {
                Some(member) => self.fields(&key, &wrapper.children, &member.children),
                None => self.report(key, wrapper.value_type.to_string(), ABSENT),
            }
        }
    }

    /// Compares a page without a URI: its fields are somewhere in the request of the operation that names the
    /// page.
    pub(super) fn request_fields_page(&mut self, reference: &[Field]) -> Result<(), Problem> {
        if let Some(operation) = self.operation {
            let what = format!("is the page of the operation {}, but states no URI", operation.id);
            return Err(Problem::new(self.page, "whole page", what));
        }
        let page = self.page.to_owned();
        let mut operations = self.document.operations.iter();
        self.operation = operations.find(|operation| operation.also.contains(&page));
        let Some(operation) = self.operation else {
            self.report("page", format!("fields of a request ({})", self.name), ABSENT);
            return Ok(());
        };
        operation.problem.clone().map_or(Ok(()), Err)?;
        for field in reference {
            let mut found = Vec::new();
            named("request", &operation.facts.request, &field.name, &mut found);
            match found.as_slice() {
                [(key, candidate)] => self.attributes(key, field, candidate),
                [] => self.report(format!("request.{}", field.name), present(field), ABSENT),
                _ => {
                    let what = "the request has fields of this name at several places";
                    return Err(Problem::new(&page, &field.name, what));
                }
            }
        }
        Ok(())
    }

    /// Compares fields at one place.
    pub(super) fn fields(&mut self, place: &str, reference: &[Field], document: &[Field]) {
        let mut unmatched = Vec::new();
        let mut document: Vec<&Field> = document.iter().collect();
        for field in reference {
            match document.iter().position(|candidate| candidate.name == field.name) {
                Some(index) => self.pair(&format!("{place}.{}", field.name), field, document.remove(index)),
                None => unmatched.push(field),
            }
        }
        for (field, candidate) in renamed(&mut unmatched, &mut document) {
            let key = format!("{place}.{}", candidate.name);
            self.report(format!("{key}: name"), &field.name, &candidate.name);
            self.pair(&key, field, candidate);
        }
        for field in unmatched {
            self.report(format!("{place}.{}", field.name), present(field), ABSENT);
        }
        for candidate in document {
            let key = format!("{place}.{}", candidate.name);
            self.report(key, ABSENT, candidate.value_type.to_string());
        }
    }

    fn pair(&mut self, key: &str, field: &Field, candidate: &Field) {
        if !field.example_only {
            return self.attributes(key, field, candidate);
        }
        self.report(key, present(field), candidate.value_type.to_string());
        if field.has_row_below() {
            self.children(key, field, candidate);
        }
    }

    fn attributes(&mut self, key: &str, field: &Field, candidate: &Field) {
        if !field.value_type.agrees_with(&candidate.value_type) {
            let [reference, document] = [&field.value_type, &candidate.value_type].map(ToString::to_string);
            self.report(format!("{key}: type"), reference, document);
        }
        if let (Some(reference), Some(document)) = (field.mandatory, candidate.mandatory) {
            self.same(&format!("{key}: mandatory"), yes_no(reference), yes_no(document));
        }
        for ((aspect, reference), (_, document)) in aspects(field).into_iter().zip(aspects(candidate)) {
            self.same(&format!("{key}: {aspect}"), &reference, &document);
        }
        self.children(key, field, candidate);
    }

    fn children(&mut self, key: &str, field: &Field, candidate: &Field) {
        if field.json_text || candidate.json_text {
            let described = |yes| if yes { "described" } else { "not described" };
            let [reference, document] = [field, candidate].map(|side| described(side.json_text));
            self.same(&format!("{key}: content"), reference, document);
            if reference != document {
                return;
            }
        } else {
            // A bare list does not describe its items, and a scalar has none: there is nothing else to compare.
            let says_nothing = !field.value_type.is_structured() && field.children.is_empty();
            if says_nothing || !candidate.value_type.is_container() {
                return;
            }
        }
        self.fields(&inside(key, candidate), &field.children, &candidate.children);
    }
}

/// What the page and the document state of a field apart from its type, whether it is mandatory, and its children.
fn aspects(field: &Field) -> Vec<(&'static str, String)> {
    let mut aspects = vec![
        ("deprecated", yes_no(field.deprecated).to_owned()),
        ("values", join(&field.values)),
        ("default", field.default.clone().unwrap_or_else(|| "none".to_owned())),
    ];
    aspects.extend(Limit::ALL.map(|(limit, keyword)| (keyword, field.limits.say(limit))));
    aspects
}

/// Pairs fields that only one side has: if the names are nearly equal, or if they are similar and the types
/// agree (or both contain fields). The most similar names are paired first.
fn renamed<'f>(reference: &mut Vec<&'f Field>, document: &mut Vec<&'f Field>) -> Vec<(&'f Field, &'f Field)> {
    let mut alike = Vec::new();
    for field in reference.iter().filter(|field| !field.example_only) {
        for candidate in document.iter() {
            let likeness = similarity(&field.name, &candidate.name);
            let (a, b) = (&field.value_type, &candidate.value_type);
            let agree = a.is_structured() && b.is_structured() || a.agrees_with(b);
            if likeness >= NEARLY_EQUAL || agree && likeness >= SIMILAR {
                alike.push((likeness, *field, *candidate));
            }
        }
    }
    alike.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut pairs = Vec::new();
    for (_, field, candidate) in alike {
        let at = reference.iter().position(|left| std::ptr::eq(*left, field));
        let index = document.iter().position(|left| std::ptr::eq(*left, candidate));
        if let (Some(at), Some(index)) = (at, index) {
            pairs.push((reference.remove(at), document.remove(index)));
        }
    }
    pairs
}

/// All fields of this name, with their keys.
fn named<'f>(place: &str, fields: &'f [Field], name: &str, found: &mut Vec<(String, &'f Field)>) {
    for field in fields {
        let key = format!("{place}.{}", field.name);
        named(&inside(&key, field), &field.children, name, found);
        if field.name == name {
            found.push((key, field));
        }
    }
}

/// The place of the fields inside a field of the document.
fn inside(key: &str, field: &Field) -> String {
    let suffix = match &field.value_type {
        _ if field.json_text => "(json)",
        ValueType::List(_) | ValueType::AnyList => "[]",
        _ => "",
    };
    format!("{key}{suffix}")
}

/// A field of the reference in words.
fn present(field: &Field) -> String {
    let mut words = field.value_type.to_string();
    match field.mandatory {
        Some(true) => words.push_str(", mandatory"),
        Some(false) => words.push_str(", optional"),
        None => {}
    }
    if field.example_only {
        words.push_str(", in the example only");
    }
    words
}

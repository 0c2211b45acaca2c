//! Parameters and the fields of bodies.

use serde_json::Value;

use super::{ABSENT, Differ, join, yes_no};
use crate::document::{DocField, View};
use crate::facts::{Field, Limit, SIMILAR, ValueType, similarity};
use crate::problem::Problem;

/// The similarity from which two names are spellings of one name, whatever the types.
const NEARLY_EQUAL: f64 = 0.8;

impl<'d> Differ<'d> {
    /// Compares a body.
    pub(super) fn body(
        &mut self,
        place: &str,
        reference: &[Field],
        schema: Option<&'d Value>,
    ) -> Result<(), Problem> {
        let Some(schema) = schema else {
            return self.fields(place, reference, Vec::new());
        };
        let view = self.document.view(schema)?;
        if view.value_type != ValueType::Object {
            self.report(format!("{place}: type"), "object", view.value_type.to_string());
            return Ok(());
        }
        let fields = view.fields(self.document)?;
        self.fields(place, reference, fields)
    }

    /// Compares the body of a failure. All operations share one schema for it, so only the member that the
    /// page shows is compared.
    pub(super) fn failure(&mut self, reference: &[Field], schema: Option<&'d Value>) -> Result<(), Problem> {
        let mut members = match schema {
            Some(schema) => self.document.view(schema)?.fields(self.document)?,
            None => Vec::new(),
        };
        for wrapper in reference {
            let key = format!("failure.{}", wrapper.name);
            match members.iter().position(|member| member.name == wrapper.name) {
                Some(index) => {
                    let view = members.swap_remove(index).view(self.document)?;
                    let fields = view.fields(self.document)?;
                    self.fields(&key, &wrapper.children, fields)?;
                }
                None => self.report(key, wrapper.value_type.to_string(), ABSENT),
            }
        }
        Ok(())
    }

    /// Compares a page without a URI: its fields are somewhere in the request of the operation that names the
    /// page.
    pub(super) fn request_fields_page(&mut self, reference: &[Field]) -> Result<(), Problem> {
        if let Some(operation) = self.operation {
            let what = format!("is the page of the operation {}, but states no URI", operation.id);
            return Err(Problem::new(self.page, "whole page", what));
        }
        let page = self.page.to_owned();
        let document = self.document;
        self.operation = document
            .operations
            .iter()
            .find(|operation| operation.also.contains(&page));
        let Some(operation) = self.operation else {
            self.report("page", format!("fields of a request ({})", self.name), ABSENT);
            return Ok(());
        };
        let mut found = Vec::new();
        if let Some(schema) = document.request(operation)? {
            let view = document.view(schema)?;
            self.named_fields("request", &view, reference, 0, &mut found)?;
        }
        for field in reference {
            let mut places = found.iter().filter(|(_, candidate)| candidate.name == field.name);
            match (places.next(), places.next()) {
                (Some((place, candidate)), None) => {
                    let key = format!("{place}.{}", field.name);
                    let view = candidate.view(document)?;
                    self.attributes(&key, field, candidate.required, &view)?;
                }
                (None, _) => self.report(format!("request.{}", field.name), present(field), ABSENT),
                (Some(_), Some(_)) => {
                    let what = "the request has fields of this name at several places";
                    return Err(Problem::new(&page, &field.name, what));
                }
            }
        }
        Ok(())
    }

    /// All fields of a body whose names the page has, with their places.
    fn named_fields(
        &self,
        place: &str,
        view: &View<'d>,
        wanted: &[Field],
        depth: usize,
        found: &mut Vec<(String, DocField<'d>)>,
    ) -> Result<(), Problem> {
        // Requests are not deeper than this; a schema that contains itself is.
        if depth > 8 {
            return Ok(());
        }
        for field in view.fields(self.document)? {
            let inner = field.view(self.document)?;
            let key = format!("{place}.{}{}", field.name, brackets(&inner.value_type));
            self.named_fields(&key, &inner, wanted, depth + 1, found)?;
            if wanted.iter().any(|wanted| wanted.name == field.name) {
                found.push((place.to_owned(), field));
            }
        }
        Ok(())
    }

    /// Compares fields at one place.
    pub(super) fn fields(
        &mut self,
        place: &str,
        reference: &[Field],
        mut document: Vec<DocField<'d>>,
    ) -> Result<(), Problem> {
        let mut unmatched = Vec::new();
        for field in reference {
            match document.iter().position(|candidate| candidate.name == field.name) {
                Some(index) => {
                    let candidate = document.remove(index);
                    self.pair(&format!("{place}.{}", field.name), field, &candidate)?;
                }
                None => unmatched.push(field),
            }
        }
        for (field, candidate) in self.renamed(&mut unmatched, &mut document)? {
            let key = format!("{place}.{}", candidate.name);
            self.report(format!("{key}: name"), &field.name, &candidate.name);
            self.pair(&key, field, &candidate)?;
        }
        for field in unmatched {
            self.report(format!("{place}.{}", field.name), present(field), ABSENT);
        }
        for candidate in document {
            let value_type = candidate.view(self.document)?.value_type.to_string();
            self.report(format!("{place}.{}", candidate.name), ABSENT, value_type);
        }
        Ok(())
    }

    /// Pairs fields that only one side has: if the names are nearly equal, or if they are similar and the
    /// types agree (or both contain fields). The most similar names are paired first.
    fn renamed<'r>(
        &self,
        reference: &mut Vec<&'r Field>,
        document: &mut Vec<DocField<'d>>,
    ) -> Result<Vec<(&'r Field, DocField<'d>)>, Problem> {
        let mut pairs = Vec::new();
        loop {
            let mut best: Option<(f64, usize, usize)> = None;
            for (at, field) in reference
                .iter()
                .enumerate()
                .filter(|(_, field)| !field.example_only)
            {
                for (index, candidate) in document.iter().enumerate() {
                    let likeness = similarity(&field.name, &candidate.name);
                    let better = best.is_none_or(|(so_far, _, _)| likeness > so_far);
                    if likeness < SIMILAR || !better {
                        continue;
                    }
                    let value_type = candidate.view(self.document)?.value_type;
                    let both_structured = field.value_type.is_structured() && value_type.is_structured();
                    let agree = both_structured || field.value_type.agrees_with(&value_type);
                    if agree || likeness >= NEARLY_EQUAL {
                        best = Some((likeness, at, index));
                    }
                }
            }
            let Some((_, at, index)) = best else {
                return Ok(pairs);
            };
            pairs.push((reference.remove(at), document.remove(index)));
        }
    }

    fn pair(&mut self, key: &str, field: &Field, candidate: &DocField<'d>) -> Result<(), Problem> {
        let view = candidate.view(self.document)?;
        if !field.example_only {
            return self.attributes(key, field, candidate.required, &view);
        }
        self.report(key, present(field), view.value_type.to_string());
        if field.has_row_below() {
            self.children(key, field, &view)?;
        }
        Ok(())
    }

    fn attributes(
        &mut self,
        key: &str,
        field: &Field,
        required: bool,
        view: &View<'d>,
    ) -> Result<(), Problem> {
        if !field.value_type.agrees_with(&view.value_type) {
            self.report(
                format!("{key}: type"),
                field.value_type.to_string(),
                view.value_type.to_string(),
            );
        }
        if let Some(mandatory) = field.mandatory {
            self.same(&format!("{key}: mandatory"), yes_no(mandatory), yes_no(required));
        }
        self.same(
            &format!("{key}: values"),
            &join(&field.values),
            &join(&view.values),
        );
        for limit in Limit::ALL {
            let aspect = format!("{key}: {}", limit.keyword());
            self.same(&aspect, &field.limits.say(limit), &view.limits.say(limit));
        }
        let none = "none".to_owned();
        let default = |side: &Option<String>| side.as_ref().unwrap_or(&none).clone();
        self.same(
            &format!("{key}: default"),
            &default(&field.default),
            &default(&view.default),
        );
        self.children(key, field, view)
    }

    fn children(&mut self, key: &str, field: &Field, view: &View<'d>) -> Result<(), Problem> {
        if field.json_text || view.has_content() {
            let described = |yes| if yes { "described" } else { "not described" };
            let aspect = format!("{key}: content");
            self.same(&aspect, described(field.json_text), described(view.has_content()));
            if field.json_text && view.has_content() {
                let fields = view.fields(self.document)?;
                self.fields(&format!("{key}(json)"), &field.children, fields)?;
            }
            return Ok(());
        }
        // A bare list does not describe its items, and a scalar has none: there is nothing else to compare.
        let says_nothing = !field.value_type.is_structured() && field.children.is_empty();
        if says_nothing || !view.value_type.is_container() {
            return Ok(());
        }
        let fields = view.fields(self.document)?;
        self.fields(
            &format!("{key}{}", brackets(&view.value_type)),
            &field.children,
            fields,
        )
    }
}

fn brackets(value_type: &ValueType) -> &'static str {
    if value_type.is_list() { "[]" } else { "" }
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

//! The page of an operation, section by section.

use std::collections::BTreeSet;

use super::super::page::{Block, Page, Section};
use super::super::problem::Problem;
use super::example::{Example, RequestLine};
use super::nesting::Body;
use super::read::at;
use super::sections::{self, Group, Label};
use super::shape::Shape;
use super::{Field, Operation};

/// Reads the page of an operation.
pub(super) fn read(page: &Page) -> Result<Operation, Problem> {
    let mut operation = Operation {
        deprecated: page.title.contains("(Deprecated)"),
        ..Operation::default()
    };
    for block in &page.preamble {
        if !matches!(block, Block::Text(_) | Block::Note(_)) {
            let place = "before the first heading";
            return Err(Problem::new(&page.id, place, "expects nothing but text here"));
        }
    }
    let mut codes = 0;
    let mut seen = BTreeSet::new();
    for section in &page.sections {
        let problem = at(page, &section.heading);
        let heading = match section.heading.as_str() {
            "Status Code" | "Return Values" => "Status Codes",
            other => other,
        };
        if !seen.insert(heading) {
            return Err(problem("the section occurs twice".to_owned()));
        }
        let mut reader = SectionReader {
            operation: &mut operation,
            codes: &mut codes,
        };
        match heading {
            "Function" | "Error Codes" => prose_only(section),
            "URI" => reader.uri(section),
            "Request" => reader.request(section),
            "Response" => reader.response(section),
            "Status Codes" => reader.statuses(section),
            _ => Err("does not know this section".to_owned()),
        }
        .map_err(problem)?;
    }
    for wanted in ["Function", "URI", "Request", "Response", "Status Codes"] {
        if !seen.contains(wanted) {
            return Err(Problem::new(
                &page.id,
                "whole page",
                format!("has no section `{wanted}`"),
            ));
        }
    }
    Ok(operation)
}

fn prose_only(section: &Section) -> Result<(), String> {
    let prose = |block: &Block| matches!(block, Block::Text(_) | Block::Note(_));
    if section.blocks.iter().all(prose) {
        Ok(())
    } else {
        Err("expects nothing but text here".to_owned())
    }
}

struct SectionReader<'o> {
    operation: &'o mut Operation,
    /// How many code blocks were read.
    codes: &'o mut usize,
}

impl SectionReader<'_> {
    fn uri(&mut self, section: &Section) -> Result<(), String> {
        for group in sections::groups(&section.blocks)? {
            match group.label {
                Label::UriFormat => self.uri_format(&group)?,
                Label::Parameters => {
                    self.operation.path_parameters.extend(flat_fields(&group)?);
                }
                Label::QueryParameters => {
                    self.operation.query_parameters.extend(flat_fields(&group)?);
                }
                Label::ExampleRequest => self.request_examples(&group)?,
                other => return Err(format!("does not expect {other:?} here")),
            }
        }
        if self.operation.path.is_empty() {
            return Err("states no URI".to_owned());
        }
        Ok(())
    }

    fn uri_format(&mut self, group: &Group<'_>) -> Result<(), String> {
        let [Block::Text(text)] = group.blocks.as_slice() else {
            return Err("expects exactly one line, `METHOD /path`".to_owned());
        };
        let line = RequestLine::parse(&text.plain(), 0)
            .ok_or_else(|| format!("`{}` is not `METHOD /path`", text.plain()))?;
        if !self.operation.path.is_empty() {
            return Err("states two URIs".to_owned());
        }
        self.operation.method = line.method;
        self.operation.path = line.path;
        Ok(())
    }

    fn request(&mut self, section: &Section) -> Result<(), String> {
        let groups = sections::groups(&section.blocks)?;
        for group in &groups {
            match &group.label {
                Label::None => only_texts(group, &["None"])?,
                Label::Parameters | Label::FieldsOf(_) => {}
                Label::ExampleRequest => self.request_examples(group)?,
                other => return Err(format!("does not expect {other:?} here")),
            }
        }
        let shape = Shape::of(
            self.operation
                .request_examples
                .iter()
                .map(|example| &example.value),
        );
        let (fields, _) = body(&groups, &shape, None)?;
        self.operation.request = fields;
        Ok(())
    }

    fn request_examples(&mut self, group: &Group<'_>) -> Result<(), String> {
        for block in &group.blocks {
            let Block::Code(text) = block else {
                return Err("expects nothing but code as an example".to_owned());
            };
            let code = *self.codes;
            *self.codes += 1;
            if text.trim_start().starts_with(['{', '[']) {
                let example = Example::parse(text, code)?;
                self.operation.request_examples.push(example);
                continue;
            }
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
                match RequestLine::parse(line, code) {
                    Some(line) => self.operation.request_lines.push(line),
                    None if line.ends_with(':') => {}
                    None => return Err(format!("`{line}` is neither a request nor JSON")),
                }
            }
        }
        Ok(())
    }

    fn response(&mut self, section: &Section) -> Result<(), String> {
        let groups = sections::groups(&section.blocks)?;
        for group in &groups {
            match &group.label {
                Label::None => only_texts(group, &["None"])?,
                Label::Parameters | Label::FieldsOf(_) => {}
                Label::ExampleResponse => self.response_examples(group)?,
                other => return Err(format!("does not expect {other:?} here")),
            }
        }
        let shape = Shape::of(
            self.operation
                .response_examples
                .iter()
                .map(|example| &example.value),
        );
        let failures = &self.operation.failure_examples;
        let wrapper = failures.first().and_then(Example::failure_envelope);
        if failures
            .iter()
            .any(|example| example.failure_envelope() != wrapper)
        {
            return Err("the examples of failures have different wrappers".to_owned());
        }
        let failure = Shape::of(failures.iter().map(|example| &example.value));
        let failure = wrapper.and_then(|name| Some((name, failure.members.get(name)?)));
        let (fields, failure) = body(&groups, &shape, failure)?;
        self.operation.response = fields;
        self.operation.failure = failure;
        Ok(())
    }

    fn response_examples(&mut self, group: &Group<'_>) -> Result<(), String> {
        for block in &group.blocks {
            match block {
                Block::Text(text) if matches!(text.0.as_str(), "or" | "None") => {}
                Block::Code(text) => {
                    let example = Example::parse(text, *self.codes)?;
                    *self.codes += 1;
                    if example.failure_envelope().is_some() {
                        self.operation.failure_examples.push(example);
                    } else {
                        self.operation.response_examples.push(example);
                    }
                }
                _ => return Err("expects nothing but code as an example".to_owned()),
            }
        }
        Ok(())
    }

    fn statuses(&mut self, section: &Section) -> Result<(), String> {
        for group in sections::groups(&section.blocks)? {
            for block in group.blocks {
                match (&group.label, block) {
                    (Label::Normal, Block::Text(text)) => {
                        self.operation.success.insert(sections::status(&text.plain())?);
                    }
                    (Label::Abnormal, Block::Table(table)) => {
                        self.operation.failures.extend(sections::statuses(table)?);
                    }
                    _ => return Err("expects a status or a table of statuses".to_owned()),
                }
            }
        }
        if self.operation.success.is_empty() || self.operation.failures.is_empty() {
            return Err("lacks a status of success or those of failures".to_owned());
        }
        Ok(())
    }
}

/// Parameters, which have no nesting.
fn flat_fields(group: &Group<'_>) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    for block in &group.blocks {
        match block {
            Block::Table(table) => fields.extend(sections::rows(table)?.into_iter().map(|row| row.field)),
            Block::Note(_) => {}
            _ => return Err("expects a table of parameters here".to_owned()),
        }
    }
    if fields.is_empty() {
        return Err("announces parameters, but there is no table".to_owned());
    }
    Ok(fields)
}

/// The tables of a body, nested as its examples show.
fn body(
    groups: &[Group<'_>],
    shape: &Shape,
    failure: Option<(&str, &Shape)>,
) -> Result<(Vec<Field>, Vec<Field>), String> {
    let mut tables = Vec::new();
    for group in groups {
        let name = match &group.label {
            Label::Parameters => None,
            Label::FieldsOf(name) => Some(name),
            _ => continue,
        };
        let mut empty = true;
        for block in &group.blocks {
            match block {
                Block::Table(table) => tables.push((name, sections::rows(table)?)),
                Block::Text(text) if text.0 == "None" => {}
                Block::Note(_) => continue,
                _ => return Err("expects a table of fields here".to_owned()),
            }
            empty = false;
        }
        if empty {
            return Err("announces fields, but there is no table".to_owned());
        }
    }
    let row_names = tables
        .iter()
        .flat_map(|(_, rows)| rows.iter().map(|row| row.field.name.clone()))
        .collect();
    let mut body = Body::new(shape, failure, row_names);
    for (name, rows) in tables {
        if let Some(name) = name {
            body.enter(name)?;
        }
        for row in rows {
            body.add(row)?;
        }
    }
    body.finish()
}

fn only_texts(group: &Group<'_>, allowed: &[&str]) -> Result<(), String> {
    let known = |block: &&Block| matches!(block, Block::Text(text) if allowed.contains(&text.0.as_str()));
    if group.blocks.iter().all(known) {
        Ok(())
    } else {
        Err(format!("expects nothing but {allowed:?} without a label"))
    }
}

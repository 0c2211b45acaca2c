//! The page of an operation, section by section.

use std::collections::BTreeSet;

use super::example::{Example, RequestLine};
use super::nesting::Body;
use super::prose;
use super::read::at;
use super::sections::{self, Group, Label};
use super::shape::Shape;
use super::{Field, Operation};
use crate::page::{Block, Page};
use crate::problem::Problem;

/// The part of an operation that a section describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Nothing that can be compared.
    Prose,
    Uri,
    Request,
    Response,
    ExampleRequest,
    ExampleResponse,
    Statuses,
}

impl Part {
    fn of(heading: &str) -> Option<Self> {
        let lower = heading.to_lowercase();
        Some(match lower.strip_suffix('s').unwrap_or(&lower) {
            "function" | "description" | "constraint" | "error code" | "prerequisite" => Self::Prose,
            "uri" => Self::Uri,
            "request" | "request parameter" | "request message" => Self::Request,
            "response" | "response parameter" | "response message" => Self::Response,
            "example request" | "request example" => Self::ExampleRequest,
            "example response" | "response example" => Self::ExampleResponse,
            "status code" | "return value" | "returned value" => Self::Statuses,
            _ => return None,
        })
    }
}

/// Reads the page of an operation.
pub(super) fn read(page: &Page) -> Result<Operation, Problem> {
    let mut reader = Reader::default();
    let mut seen = BTreeSet::new();
    let mut parts = Vec::new();
    for section in &page.sections {
        let problem = at(page, &section.heading);
        let part = if section.heading.is_empty() {
            Part::Prose
        } else {
            Part::of(&section.heading).ok_or_else(|| problem("does not know this section".to_owned()))?
        };
        if !seen.insert(part) && part != Part::Prose {
            return Err(problem("the section occurs twice".to_owned()));
        }
        if part == Part::Prose {
            reader.prose(&section.blocks).map_err(problem)?;
        } else {
            let groups = sections::groups(&section.blocks).map_err(&problem)?;
            for group in &groups {
                reader.examples(part, group).map_err(&problem)?;
            }
            parts.push((part, section.heading.as_str(), groups));
        }
    }
    // Which field is inside which is known from the examples, so these come first.
    for (part, heading, groups) in &parts {
        match part {
            Part::Uri => reader.uri(groups),
            Part::Request => reader.request(groups),
            Part::Response => reader.response(groups),
            Part::Statuses => reader.statuses(groups),
            _ => Ok(()),
        }
        .map_err(at(page, heading))?;
    }
    if !seen.contains(&Part::Statuses) {
        return Err(Problem::new(
            &page.id,
            "whole page",
            "has no section `Status Codes`",
        ));
    }
    reader.operation.deprecated |= prose::is_deprecated_title(&page.title);
    Ok(reader.operation)
}

#[derive(Default)]
struct Reader {
    operation: Operation,
    /// The number of code blocks that were read.
    codes: usize,
}

impl Reader {
    fn prose(&mut self, blocks: &[Block]) -> Result<(), String> {
        for block in blocks {
            let texts = match block {
                Block::Text(text) | Block::Label(text) => std::slice::from_ref(text),
                Block::Note(texts) => texts,
                Block::Table(_) | Block::Code(_) => return Err("expects only text here".to_owned()),
            };
            let mut sentences = texts.iter().flat_map(|text| super::unread::sentences(&text.0));
            self.operation.deprecated |= sentences.any(prose::is_deprecated);
        }
        Ok(())
    }

    fn examples(&mut self, part: Part, group: &Group<'_>) -> Result<(), String> {
        let request = match (part, &group.label) {
            (Part::ExampleRequest, _) | (Part::Uri | Part::Request, Label::ExampleRequest) => true,
            (Part::ExampleResponse, _) | (Part::Response, Label::ExampleResponse) => false,
            _ => return Ok(()),
        };
        for block in &group.blocks {
            match block {
                Block::Code(text) if request => self.request_example(text)?,
                Block::Code(text) => {
                    let example = Example::parse(text, self.codes)?;
                    self.codes += 1;
                    if example.failure_envelope().is_some() {
                        self.operation.failure_examples.push(example);
                    } else {
                        self.operation.response_examples.push(example);
                    }
                }
                Block::Text(_) | Block::Note(_) => {}
                _ => return Err("expects only code as an example".to_owned()),
            }
        }
        Ok(())
    }

    fn request_example(&mut self, text: &str) -> Result<(), String> {
        let code = self.codes;
        self.codes += 1;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with(['{', '[']) {
                break;
            }
            start += line.len();
        }
        let (lines, body) = text.split_at(start);
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match RequestLine::parse(line, code) {
                Some(line) => self.operation.request_lines.push(line),
                None if line.ends_with(':') => {}
                None => return Err(format!("`{line}` is neither a request nor JSON")),
            }
        }
        if !body.trim().is_empty() {
            self.operation.request_examples.push(Example::parse(body, code)?);
        }
        Ok(())
    }

    fn uri(&mut self, groups: &[Group<'_>]) -> Result<(), String> {
        for group in groups {
            match group.label {
                Label::None | Label::UriFormat => self.uri_format(group)?,
                Label::Parameters | Label::PathParameters => {
                    self.operation.path_parameters.extend(flat_fields(group)?);
                }
                Label::QueryParameters => self.operation.query_parameters.extend(flat_fields(group)?),
                Label::ExampleRequest => {}
                _ => return Err(group.unexpected()),
            }
        }
        if self.operation.path.is_empty() {
            return Err("has no line `METHOD /path`".to_owned());
        }
        Ok(())
    }

    fn uri_format(&mut self, group: &Group<'_>) -> Result<(), String> {
        for block in &group.blocks {
            let text = match block {
                Block::Text(text) => text.plain(),
                Block::Code(code) => {
                    self.codes += 1;
                    code.trim().to_owned()
                }
                Block::Note(_) => continue,
                _ => return Err("expects only `METHOD /path` here".to_owned()),
            };
            match RequestLine::parse(&text, 0) {
                Some(_) if !self.operation.path.is_empty() => return Err("states two URIs".to_owned()),
                Some(line) => {
                    self.operation.method = line.method;
                    self.operation.path = line.path;
                }
                // Without a label, other text introduces the tables.
                None if group.label == Label::UriFormat => {
                    return Err(format!("`{text}` is not `METHOD /path`"));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn request(&mut self, groups: &[Group<'_>]) -> Result<(), String> {
        for group in groups {
            match &group.label {
                Label::None => only_text(group)?,
                Label::Parameters | Label::FieldsOf(_) | Label::ExampleRequest => {}
                Label::Headers => self.operation.headers.extend(flat_fields(group)?),
                Label::QueryParameters => self.operation.query_parameters.extend(flat_fields(group)?),
                _ => return Err(group.unexpected()),
            }
        }
        let shape = Shape::of(
            self.operation
                .request_examples
                .iter()
                .map(|example| &example.value),
        );
        (self.operation.request, _) = body(groups, &shape, None)?;
        Ok(())
    }

    fn response(&mut self, groups: &[Group<'_>]) -> Result<(), String> {
        for group in groups {
            match &group.label {
                Label::None => only_text(group)?,
                Label::Parameters | Label::FieldsOf(_) | Label::ExampleResponse => {}
                _ => return Err(group.unexpected()),
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
        (self.operation.response, self.operation.failure) = body(groups, &shape, failure)?;
        Ok(())
    }

    fn statuses(&mut self, groups: &[Group<'_>]) -> Result<(), String> {
        for group in groups {
            for block in &group.blocks {
                match (&group.label, block) {
                    (Label::Normal, Block::Text(text)) => {
                        self.operation
                            .success
                            .extend(sections::status_numbers(&text.plain())?);
                    }
                    (_, Block::Table(table)) => {
                        let (success, failures): (Vec<u16>, Vec<u16>) = sections::statuses(table)?
                            .into_iter()
                            .partition(|status| *status < 300);
                        self.operation.success.extend(success);
                        self.operation.failures.extend(failures);
                    }
                    (Label::None, Block::Text(_) | Block::Note(_)) => {}
                    _ => return Err("expects a status or a table of statuses".to_owned()),
                }
            }
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
            Block::Note(_) | Block::Text(_) => {}
            _ => return Err("expects a table of parameters here".to_owned()),
        }
    }
    if fields.is_empty() && !group.is_introduction() {
        return Err("announces parameters, but there is no table".to_owned());
    }
    Ok(fields)
}

/// The tables of a body, nested as its examples show.
fn body<'s>(
    groups: &[Group<'_>],
    shape: &'s Shape,
    failure: Option<(&'s str, &'s Shape)>,
) -> Result<(Vec<Field>, Vec<Field>), String> {
    let mut tables = Vec::new();
    for group in groups {
        let name = match &group.label {
            Label::Parameters | Label::None => None,
            Label::FieldsOf(name) => Some(name),
            _ => continue,
        };
        let before = tables.len();
        for block in &group.blocks {
            match block {
                Block::Table(table) => tables.push((name, sections::rows(table)?)),
                Block::Text(_) | Block::Note(_) => {}
                _ => return Err("expects a table of fields here".to_owned()),
            }
        }
        let says_none = group
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Text(text) if text.0 == "None"));
        if tables.len() == before && !says_none && !group.is_introduction() {
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

fn only_text(group: &Group<'_>) -> Result<(), String> {
    if group
        .blocks
        .iter()
        .all(|block| matches!(block, Block::Text(_) | Block::Note(_)))
    {
        Ok(())
    } else {
        Err("expects only text before the first label".to_owned())
    }
}

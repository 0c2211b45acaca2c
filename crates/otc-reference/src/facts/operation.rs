//! The page of an operation, section by section.

use std::collections::BTreeMap;

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
    let mut seen = BTreeMap::new();
    for section in &page.sections {
        let problem = at(page, &section.heading);
        let part = match section.heading.as_str() {
            "" => Part::Prose,
            heading => Part::of(heading).ok_or_else(|| problem("does not know this section".to_owned()))?,
        };
        if part == Part::Prose {
            reader.prose(&section.blocks).map_err(problem)?;
            continue;
        }
        if seen.insert(part, section.heading.as_str()).is_some() {
            return Err(problem("the section occurs twice".to_owned()));
        }
        for group in sections::groups(&section.blocks).map_err(&problem)? {
            reader.group(part, &group).map_err(&problem)?;
        }
        if part == Part::Uri && reader.operation.path.is_empty() {
            return Err(problem("has no line `METHOD /path`".to_owned()));
        }
    }
    if !seen.contains_key(&Part::Statuses) {
        return Err(at(page, "whole page")("has no section `Status Codes`".to_owned()));
    }
    // Which field is inside which is known from the examples, so these come first.
    let place = |part| at(page, seen.get(&part).copied().unwrap_or("whole page"));
    let Reader { mut operation, request, response } = reader;
    let shape = Shape::of(&operation.request_examples);
    (operation.request, _) = body(request, &shape, None).map_err(place(Part::Request))?;
    let shape = Shape::of(&operation.response_examples);
    let failures = Shape::of(&operation.failure_examples);
    let failure = wrapper(&operation.failure_examples).map_err(place(Part::Response))?;
    let failure = failure.and_then(|name| Some((name, failures.members.get(name)?)));
    (operation.response, operation.failure) =
        body(response, &shape, failure).map_err(place(Part::Response))?;
    operation.deprecated |= prose::is_deprecated_title(&page.title);
    Ok(operation)
}

#[derive(Default)]
struct Reader {
    operation: Operation,
    request: Tables,
    response: Tables,
}

/// The rows of each table of a body, with the field or type that they describe if it is not the whole body.
type Tables = Vec<(Option<String>, Vec<Field>)>;

impl Reader {
    fn prose(&mut self, blocks: &[Block]) -> Result<(), String> {
        for block in blocks {
            let text = block.text().ok_or("expects only text here")?;
            let mut sentences = super::unread::sentences(&text.0);
            self.operation.deprecated |= sentences.any(prose::is_deprecated);
        }
        Ok(())
    }

    fn group(&mut self, part: Part, group: &Group<'_>) -> Result<(), String> {
        let operation = &mut self.operation;
        match (part, &group.label) {
            (Part::ExampleRequest, _) | (Part::Uri | Part::Request, Label::ExampleRequest) => {
                self.examples(group, Self::request_example)
            }
            (Part::ExampleResponse, _) | (Part::Response, Label::ExampleResponse) => {
                self.examples(group, Self::response_example)
            }
            (Part::Statuses, _) => self.statuses(group),
            (Part::Uri, Label::None | Label::UriFormat) => self.uri_format(group),
            (Part::Uri, Label::Parameters | Label::PathParameters) => {
                extend(&mut operation.path_parameters, group)
            }
            (Part::Uri | Part::Request, Label::QueryParameters) => {
                extend(&mut operation.query_parameters, group)
            }
            (Part::Request, Label::Headers) => extend(&mut operation.headers, group),
            (Part::Request | Part::Response, Label::None) => {
                let only_text = group.blocks.iter().all(|block| block.text().is_some());
                let problem = || "expects only text before the first label".to_owned();
                only_text.then_some(()).ok_or_else(problem)
            }
            (Part::Request | Part::Response, Label::Parameters | Label::FieldsOf(_)) => {
                let of = match &group.label {
                    Label::FieldsOf(name) => Some(name.clone()),
                    _ => None,
                };
                let body = if part == Part::Request { &mut self.request } else { &mut self.response };
                body.extend(tables(group)?.into_iter().map(|rows| (of.clone(), rows)));
                Ok(())
            }
            _ => Err(group.unexpected()),
        }
    }

    fn examples(
        &mut self,
        group: &Group<'_>,
        read: fn(&mut Self, &str) -> Result<(), String>,
    ) -> Result<(), String> {
        for block in &group.blocks {
            match block {
                Block::Code(text) => read(self, text)?,
                Block::Text(_) | Block::Note(_) => {}
                _ => return Err("expects only code as an example".to_owned()),
            }
        }
        Ok(())
    }

    fn response_example(&mut self, text: &str) -> Result<(), String> {
        let example = Example::parse(text)?;
        let examples = match example.failure_envelope() {
            Some(_) => &mut self.operation.failure_examples,
            None => &mut self.operation.response_examples,
        };
        examples.push(example);
        Ok(())
    }

    fn request_example(&mut self, text: &str) -> Result<(), String> {
        let is_body = |line: &&str| line.trim_start().starts_with(['{', '[']);
        let lines = text.split_inclusive('\n').take_while(|line| !is_body(line));
        let (lines, body) = text.split_at(lines.map(str::len).sum());
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match RequestLine::parse(line) {
                Some(line) => self.operation.request_lines.push(line),
                None if line.ends_with(':') => {}
                None => return Err(format!("`{line}` is neither a request nor JSON")),
            }
        }
        if !body.trim().is_empty() {
            self.operation.request_examples.push(Example::parse(body)?);
        }
        Ok(())
    }

    fn uri_format(&mut self, group: &Group<'_>) -> Result<(), String> {
        for block in &group.blocks {
            let text = match block {
                Block::Text(text) => text.plain(),
                Block::Code(code) => code.trim().to_owned(),
                Block::Note(_) => continue,
                _ => return Err("expects only `METHOD /path` here".to_owned()),
            };
            match RequestLine::parse(&text) {
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

    fn statuses(&mut self, group: &Group<'_>) -> Result<(), String> {
        for block in &group.blocks {
            match (&group.label, block) {
                (Label::Normal, Block::Text(text)) => {
                    self.operation.success.extend(sections::status_numbers(&text.plain())?);
                }
                (_, Block::Table(table)) => {
                    for status in sections::statuses(table)? {
                        let Operation { success, failures, .. } = &mut self.operation;
                        if status < 300 { success } else { failures }.insert(status);
                    }
                }
                (Label::None, Block::Text(_) | Block::Note(_)) => {}
                _ => return Err("expects a status or a table of statuses".to_owned()),
            }
        }
        Ok(())
    }
}

/// The member that wraps the fields of a failure in all examples.
fn wrapper(failures: &[Example]) -> Result<Option<&str>, String> {
    let wrapper = failures.first().and_then(Example::failure_envelope);
    if failures.iter().any(|example| example.failure_envelope() != wrapper) {
        return Err("the examples of failures have different wrappers".to_owned());
    }
    Ok(wrapper)
}

/// Adds parameters, which have no nesting.
fn extend(fields: &mut Vec<Field>, group: &Group<'_>) -> Result<(), String> {
    fields.extend(tables(group)?.into_iter().flatten());
    Ok(())
}

/// The rows of each table.
fn tables(group: &Group<'_>) -> Result<Vec<Vec<Field>>, String> {
    let mut tables = Vec::new();
    let mut says_none = false;
    for block in &group.blocks {
        match block {
            Block::Table(table) => tables.push(sections::rows(table)?),
            Block::Text(text) => says_none |= text.0 == "None",
            Block::Note(_) => {}
            _ => return Err("expects a table of fields here".to_owned()),
        }
    }
    if tables.is_empty() && !says_none && !group.is_introduction() {
        return Err("announces fields, but there is no table".to_owned());
    }
    Ok(tables)
}

/// The tables of a body, nested as its examples show.
fn body<'s>(
    tables: Tables,
    shape: &'s Shape,
    failure: Option<(&'s str, &'s Shape)>,
) -> Result<(Vec<Field>, Vec<Field>), String> {
    let rows = tables.iter().flat_map(|(_, rows)| rows);
    let mut body = Body::new(shape, failure, rows.map(|row| row.name.clone()).collect());
    for (of, rows) in tables {
        if let Some(name) = of {
            body.enter(&name)?;
        }
        for row in rows {
            body.add(row)?;
        }
    }
    body.finish()
}

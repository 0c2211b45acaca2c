//! Which field is inside which. The tables are flat, so it is inferred from the order of the rows, their
//! types, the titles of further tables, and the examples, by these rules, the first that fits:
//!
//! 1. A row goes to the innermost open container whose example has a member of that name without a row; the
//!    containers inside that one are closed.
//! 2. If an example shows a wrapper that has no row but a member of that name, the wrapper is the row's
//!    container; but rows do not leave a container whose content no example shows.
//! 3. In a response, the same with the wrapper of the example of a failure: the row describes the failure's
//!    body.
//! 4. A row that no example shows, next to a member of an example (or of a wrapper) that has no row and a
//!    similar name, is that member.
//! 5. Otherwise a container follows the container before it as its sibling, and anything else is inside it.
//!
//! In the end, the remaining rows and members of the examples at one place are paired by their names as in
//! rule 4.

mod lookup;

use std::collections::BTreeSet;

use super::shape::Shape;
use super::{Field, ValueType};
use lookup::nearest;

pub(crate) use lookup::{SIMILAR, similarity};

/// A row of a table of fields.
pub(super) struct Row {
    pub(super) field: Field,
    /// The name of the type of the items, if a further table describes it.
    pub(super) type_name: Option<String>,
}

/// The fields of one body while its tables are read.
pub(super) struct Body<'s> {
    nodes: Vec<Node<'s>>,
    open: Vec<usize>,
    row_names: BTreeSet<String>,
    failure: Option<Failure<'s>>,
}

struct Node<'s> {
    field: Field,
    type_name: Option<String>,
    parent: usize,
    shape: Option<&'s Shape>,
}

/// The wrapper that the examples of failures show, and its shape.
struct Failure<'s> {
    wrapper: usize,
    shape: &'s Shape,
}

/// A container without a row, in an open one.
struct Wrapper<'s> {
    depth: usize,
    name: String,
    shape: &'s Shape,
}

const ROOT: usize = 0;

impl<'s> Body<'s> {
    /// A body whose examples have this shape. `row_names` are the names of all rows of all its tables.
    pub(super) fn new(
        shape: &'s Shape,
        failure: Option<(&str, &'s Shape)>,
        row_names: BTreeSet<String>,
    ) -> Self {
        let root = Node {
            field: Field::default(),
            type_name: None,
            parent: ROOT,
            shape: Some(shape),
        };
        let mut body = Self {
            nodes: vec![root],
            open: vec![ROOT],
            row_names,
            failure: None,
        };
        if let Some((name, shape)) = failure {
            let field = Field {
                name: name.to_owned(),
                value_type: ValueType::Object,
                example_only: true,
                ..Field::default()
            };
            // Its own parent, so that it is no child of the response.
            let wrapper = body.push(field, None, ROOT, Some(shape));
            body.nodes[wrapper].parent = wrapper;
            body.failure = Some(Failure { wrapper, shape });
        }
        body
    }

    /// Places a row.
    pub(super) fn add(&mut self, row: Row) -> Result<(), String> {
        let name = row.field.name.clone();
        if let Some((depth, shape)) = self.open_with_member(&name) {
            self.open.truncate(depth + 1);
            return self.place(row, None, shape);
        }
        if let Some(wrapper) = self.wrapper(|shape| shape.members.contains_key(&name)) {
            let member = wrapper.shape.members.get(&name);
            self.enter_wrapper(wrapper);
            return self.place(row, None, member);
        }
        if let Some(failure) = &self.failure
            && let Some(member) = failure.shape.members.get(&name)
        {
            let wrapper = failure.wrapper;
            return self.place_in_failure(row, None, wrapper, Some(member));
        }
        if let Some((depth, member, shape)) = self.open_with_similar(&row) {
            self.open.truncate(depth + 1);
            return self.place(row, Some(member), Some(shape));
        }
        if let Some(wrapper) = self.wrapper(|shape| nearest(shape, &row.field, |_| true).is_some()) {
            let member = nearest(wrapper.shape, &row.field, |_| true);
            self.enter_wrapper(wrapper);
            let (name, shape) = member.unzip();
            return self.place(row, name, shape);
        }
        if let Some(failure) = &self.failure {
            let wrapper = failure.wrapper;
            if let Some((member, shape)) = self.similar_member(wrapper, &row) {
                return self.place_in_failure(row, Some(member), wrapper, Some(shape));
            }
        }
        if row.field.value_type.is_container() && self.open.len() > 1 {
            self.open.pop();
        }
        self.place(row, None, None)
    }

    /// Continues with a table that describes the field or the type of this name.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), String> {
        let plural = format!("{name}s");
        let singular = name.strip_suffix('s').unwrap_or(name);
        let named = |wanted: &str| {
            self.find(|node| node.field.name == wanted || node.field.example_name.as_deref() == Some(wanted))
        };
        let target = named(name)
            .or_else(|| {
                // Types are read in lower case.
                let is_named = |type_name: &String| type_name.eq_ignore_ascii_case(name);
                self.find(|node| node.type_name.as_ref().is_some_and(is_named))
            })
            .or_else(|| named(&plural))
            .or_else(|| named(singular));
        let target = match target {
            Some(target) => target,
            None => self
                .imply(name)
                .ok_or_else(|| format!("a table describes `{name}`, but no row is called so"))?,
        };
        let node = &mut self.nodes[target];
        if !node.field.value_type.is_structured() {
            node.field.json_text = true;
            node.shape = node.shape.and_then(|shape| shape.json_text.as_deref());
        }
        let mut path = vec![target];
        let mut at = target;
        while at != ROOT {
            at = self.nodes[at].parent;
            path.push(at);
        }
        path.reverse();
        self.open = path;
        Ok(())
    }

    /// The fields, and those of the failure's body, with what only the examples show added.
    pub(super) fn finish(mut self) -> Result<(Vec<Field>, Vec<Field>), String> {
        let unexplained = self.find(|node| {
            node.type_name.is_some() && node.field.children.is_empty() && !self.has_children(node)
        });
        if let Some(type_name) = unexplained.and_then(|index| self.nodes[index].type_name.as_ref()) {
            return Err(format!("no table describes the type `{type_name}`"));
        }
        self.pair_leftovers();
        // Children come after their parents, so in reverse order every node is complete when it is moved.
        for index in (1..self.nodes.len()).rev() {
            let children = self.example_only_children(index);
            let node = &mut self.nodes[index];
            node.field.children.reverse();
            node.field.children.extend(children);
            let (parent, field) = (node.parent, node.field.clone());
            if parent != index {
                self.nodes[parent].field.children.push(field);
            }
        }
        let rest = self.example_only_children(ROOT);
        let failure = self
            .failure
            .as_ref()
            .map(|failure| vec![self.nodes[failure.wrapper].field.clone()]);
        let mut fields = self.nodes.swap_remove(ROOT).field.children;
        fields.reverse();
        fields.extend(rest);
        Ok((fields, failure.unwrap_or_default()))
    }

    /// Pairs rows that no example shows with members that have no row at the same place, if the names are
    /// similar.
    fn pair_leftovers(&mut self) {
        for index in 1..self.nodes.len() {
            let node = &self.nodes[index];
            let parent = node.parent;
            let Some(shape) = self.nodes[parent].shape else {
                continue;
            };
            let field = &node.field;
            let shown = field.example_name.is_some() || shape.members.contains_key(&field.name);
            if shown || parent == index {
                continue;
            }
            let member = nearest(shape, field, |member| !self.is_taken(parent, member));
            if let Some((name, shape)) = member {
                let node = &mut self.nodes[index];
                node.field.example_name = Some(name);
                node.shape = Some(shape);
            }
        }
    }

    fn innermost(&self) -> usize {
        self.open.last().copied().unwrap_or(ROOT)
    }

    fn push(
        &mut self,
        field: Field,
        type_name: Option<String>,
        parent: usize,
        shape: Option<&'s Shape>,
    ) -> usize {
        self.nodes.push(Node {
            field,
            type_name,
            parent,
            shape,
        });
        self.nodes.len() - 1
    }

    fn place(
        &mut self,
        row: Row,
        example_name: Option<String>,
        shape: Option<&'s Shape>,
    ) -> Result<(), String> {
        let parent = self.innermost();
        self.place_under(parent, row, example_name, shape)
            .map(|(node, container)| {
                if container {
                    self.open.push(node);
                }
            })
    }

    fn place_in_failure(
        &mut self,
        row: Row,
        example_name: Option<String>,
        wrapper: usize,
        shape: Option<&'s Shape>,
    ) -> Result<(), String> {
        self.open.truncate(1);
        self.place_under(wrapper, row, example_name, shape).map(drop)
    }

    fn place_under(
        &mut self,
        parent: usize,
        row: Row,
        example_name: Option<String>,
        shape: Option<&'s Shape>,
    ) -> Result<(usize, bool), String> {
        let Row { mut field, type_name } = row;
        let twice = self.find(|node| node.parent == parent && node.field.name == field.name);
        if twice.is_some() {
            return Err(format!("`{}` has a second row at the same place", field.name));
        }
        field.example_name = example_name;
        let container = field.value_type.is_container();
        Ok((self.push(field, type_name, parent, shape), container))
    }

    /// Opens a container that only an example shows.
    fn enter_wrapper(&mut self, wrapper: Wrapper<'s>) {
        self.open.truncate(wrapper.depth + 1);
        let mut field = wrapper.shape.field(&wrapper.name);
        field.children.clear();
        let node = self.push(field, None, self.innermost(), Some(wrapper.shape));
        self.open.push(node);
    }

    /// Adds a field that has no row but is in an example, because a table describes its fields.
    fn imply(&mut self, name: &str) -> Option<usize> {
        let plural = format!("{name}s");
        for index in 0..self.nodes.len() {
            let Some(shape) = self.nodes[index].shape else {
                continue;
            };
            let member = [name, plural.as_str()]
                .into_iter()
                .find_map(|wanted| shape.members.get_key_value(wanted));
            if let Some((member, inner)) = member {
                let mut field = inner.field(member);
                field.children.clear();
                return Some(self.push(field, None, index, Some(inner)));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;

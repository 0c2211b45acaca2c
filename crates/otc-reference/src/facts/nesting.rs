//! Which field is inside which. The tables are flat, so it is inferred from the order of the rows, their
//! types, the titles of further tables, and the examples, by these rules, the first that fits:
//!
//! 1. A row goes to the innermost open container whose example has a member of that name without a row; the
//!    containers inside that one are closed.
//! 2. If an example shows a wrapper that has no row but a member of that name, the wrapper is the row's
//!    container; but rows do not leave a container whose content no example shows.
//! 3. In a response, the same with the wrapper of the example of a failure: the row describes the failure's
//!    body.
//! 4. The rules 1 to 3 again, with a member that has no row and a similar name: the row is that member.
//! 5. Otherwise a container follows the container before it as its sibling, and anything else is inside it.
//!
//! In the end, the remaining rows and members of the examples at one place are paired by their names as in
//! rule 4.

use std::collections::BTreeSet;

use super::shape::Shape;
use super::{Field, ValueType};
use crate::similarity::most_similar;

/// The fields of one body while its tables are read.
pub(super) struct Body<'s> {
    /// The root, and every other node after its parent.
    nodes: Vec<Node<'s>>,
    /// The root and the containers inside each other that the next row may be in.
    open: Vec<usize>,
    /// The names of all rows of all tables.
    row_names: BTreeSet<String>,
    /// The wrapper that the examples of failures show. It is its own parent, so that it is not a child of the root.
    failure: Option<usize>,
}

struct Node<'s> {
    field: Field,
    parent: usize,
    shape: Option<&'s Shape>,
}

/// Where a row belongs.
struct Place<'s> {
    /// The position of the innermost container that stays open.
    depth: usize,
    /// A container without a row, which is in that one and contains the row.
    wrapper: Option<(&'s str, &'s Shape)>,
    in_failure: bool,
    member: Member<'s>,
}

/// A member of an example, with its name if that is not the name of the row.
type Member<'s> = (Option<&'s str>, &'s Shape);

const ROOT: usize = 0;

impl<'s> Body<'s> {
    /// A body whose examples have this shape. `row_names` are the names of all rows of all its tables.
    pub(super) fn new(
        shape: &'s Shape,
        failure: Option<(&'s str, &'s Shape)>,
        row_names: BTreeSet<String>,
    ) -> Self {
        let mut body = Self { nodes: Vec::new(), open: vec![ROOT], row_names, failure: None };
        body.push(Field::default(), ROOT, Some(shape));
        body.failure = failure.map(|(name, shape)| body.push_without_row(name, shape, body.nodes.len()));
        body
    }

    /// Places a row.
    pub(super) fn add(&mut self, row: Field) -> Result<(), String> {
        let Some(place) = self.find(&row, true).or_else(|| self.find(&row, false)) else {
            if row.value_type.is_container() && self.open.len() > 1 {
                self.open.pop();
            }
            return self.insert(row, self.innermost(), None);
        };
        self.open.truncate(place.depth + 1);
        if let Some((name, shape)) = place.wrapper {
            let wrapper = self.push_without_row(name, shape, self.innermost());
            self.open.push(wrapper);
        }
        let failure = self.failure.filter(|_| place.in_failure);
        self.insert(row, failure.unwrap_or(self.innermost()), Some(place.member))
    }

    /// Continues with a table that describes the field or the type of this name.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), String> {
        let plural = format!("{name}s");
        let singular = name.strip_suffix('s').unwrap_or(name);
        let named = |wanted: &str| {
            self.position(|node| {
                node.field.name == wanted || node.field.example_name.as_deref() == Some(wanted)
            })
        };
        // Types are read in lower case.
        let is_type = |type_name: &String| type_name.eq_ignore_ascii_case(name);
        let target = named(name)
            .or_else(|| self.position(|node| node.field.type_name.as_ref().is_some_and(is_type)))
            .or_else(|| named(&plural))
            .or_else(|| named(singular))
            .or_else(|| self.add_without_row([name, &plural]))
            .ok_or_else(|| format!("a table describes `{name}`, but no row is called so"))?;
        let node = &mut self.nodes[target];
        if !node.field.value_type.is_structured() {
            node.field.json_text = true;
            node.shape = node.shape.and_then(|shape| shape.json_text.as_deref());
        }
        self.open = vec![target];
        let mut at = target;
        while at != ROOT {
            at = self.nodes[at].parent;
            self.open.insert(0, at);
        }
        Ok(())
    }

    /// The fields, and those of the failure's body, with what only the examples show added.
    pub(super) fn finish(mut self) -> Result<(Vec<Field>, Vec<Field>), String> {
        for (index, node) in self.nodes.iter().enumerate() {
            if let (Some(name), None) = (&node.field.type_name, self.children(index).next()) {
                return Err(format!("no table describes the type `{name}`"));
            }
        }
        self.pair_leftovers();
        let mut failure = Vec::new();
        // Children come after their parents, so in reverse order every node is complete when it is moved.
        for index in (0..self.nodes.len()).rev() {
            let without_row = self.children_without_row(index);
            let node = &mut self.nodes[index];
            node.field.children.reverse();
            node.field.children.extend(without_row);
            let (parent, field) = (node.parent, node.field.clone());
            if parent != index {
                self.nodes[parent].field.children.push(field);
            } else if index != ROOT {
                failure.push(field);
            }
        }
        Ok((self.nodes.swap_remove(ROOT).field.children, failure))
    }

    /// Pairs rows that no example shows with members that have no row at the same place, if the names are
    /// similar.
    fn pair_leftovers(&mut self) {
        for index in 1..self.nodes.len() {
            let Node { field, parent, .. } = &self.nodes[index];
            let Some(shape) = self.nodes[*parent].shape.filter(|_| *parent != index) else {
                continue;
            };
            let shown = field.example_name.is_some() || shape.members.contains_key(&field.name);
            let is_free = |member: &str| !self.is_taken(*parent, member);
            if let (false, Some((name, shape))) = (shown, nearest(shape, field, is_free)) {
                let node = &mut self.nodes[index];
                node.field.example_name = Some(name.to_owned());
                node.shape = Some(shape);
            }
        }
    }

    /// The place of a row by the rules 1 to 3, with a member of its name or of a similar one.
    fn find(&self, field: &Field, exact: bool) -> Option<Place<'s>> {
        let member = |shape: &'s Shape, parent: Option<usize>| -> Option<Member<'s>> {
            let is_free = |name: &str| parent.is_none_or(|parent| !self.is_taken(parent, name));
            if exact {
                let member = shape.members.get(&field.name)?;
                return is_free(&field.name).then_some((None, member));
            }
            let is_free = |name: &str| parent.is_none() || is_free(name) && !self.row_names.contains(name);
            nearest(shape, field, is_free).map(|(name, shape)| (Some(name), shape))
        };
        let open = || self.open.iter().copied().enumerate().rev();
        for (depth, index) in open() {
            let shape = self.nodes[index].shape;
            if let Some(member) = shape.and_then(|shape| member(shape, Some(index))) {
                return Some(Place { depth, wrapper: None, in_failure: false, member });
            }
        }
        let innermost = self.nodes[self.innermost()].shape;
        let is_shown = innermost.is_some_and(|shape| !shape.members.is_empty());
        for (depth, index) in open().filter(|_| is_shown || self.open.len() == 1) {
            let members = self.nodes[index].shape.into_iter().flat_map(|shape| &shape.members);
            for (name, shape) in members {
                let has_row = self.row_names.contains(name) || self.is_taken(index, name);
                if let (false, Some(member)) = (has_row, member(shape, None)) {
                    let wrapper = Some((name.as_str(), shape));
                    return Some(Place { depth, wrapper, in_failure: false, member });
                }
            }
        }
        let failure = self.failure?;
        let member = member(self.nodes[failure].shape?, Some(failure))?;
        Some(Place { depth: 0, wrapper: None, in_failure: true, member })
    }

    fn insert(&mut self, mut field: Field, parent: usize, member: Option<Member<'s>>) -> Result<(), String> {
        if self.children(parent).any(|child| child.field.name == field.name) {
            return Err(format!("`{}` has a second row at the same place", field.name));
        }
        let (example_name, shape) = member.unzip();
        field.example_name = example_name.flatten().map(str::to_owned);
        let opens = field.value_type.is_container() && parent == self.innermost();
        let node = self.push(field, parent, shape);
        self.open.extend(opens.then_some(node));
        Ok(())
    }

    /// Adds a field that has no row but is in an example under one of these names.
    fn add_without_row(&mut self, names: [&str; 2]) -> Option<usize> {
        let (name, shape, parent) = self.nodes.iter().enumerate().find_map(|(index, node)| {
            let members = &node.shape?.members;
            let (name, shape) = names.into_iter().find_map(|name| members.get_key_value(name))?;
            Some((name, shape, index))
        })?;
        Some(self.push_without_row(name, shape, parent))
    }

    fn push_without_row(&mut self, name: &str, shape: &'s Shape, parent: usize) -> usize {
        let mut field = shape.field(name);
        field.children.clear();
        self.push(field, parent, Some(shape))
    }

    fn push(&mut self, field: Field, parent: usize, shape: Option<&'s Shape>) -> usize {
        self.nodes.push(Node { field, parent, shape });
        self.nodes.len() - 1
    }

    fn innermost(&self) -> usize {
        self.open.last().copied().unwrap_or(ROOT)
    }

    fn position(&self, wanted: impl Fn(&Node<'s>) -> bool) -> Option<usize> {
        (1..self.nodes.len()).find(|index| wanted(&self.nodes[*index]))
    }

    fn children(&self, parent: usize) -> impl Iterator<Item = &Node<'s>> {
        let nodes = self.nodes.iter().enumerate();
        let children = nodes.filter(move |(index, node)| node.parent == parent && *index != parent);
        children.map(|(_, node)| node)
    }

    /// Whether a row took this member of the examples already.
    fn is_taken(&self, parent: usize, member: &str) -> bool {
        self.children(parent)
            .any(|node| node.field.name == member || node.field.example_name.as_deref() == Some(member))
    }

    /// What the examples show below this node beyond its rows. The members of a map are values, not fields.
    fn children_without_row(&self, index: usize) -> Vec<Field> {
        let node = &self.nodes[index];
        let shape = node.shape.filter(|_| !matches!(node.field.value_type, ValueType::Map(_)));
        shape.map_or(Vec::new(), |shape| shape.fields_except(|name| self.is_taken(index, name)))
    }
}

/// The member whose name is most like the field's.
fn nearest<'s>(
    shape: &'s Shape,
    field: &Field,
    is_free: impl Fn(&str) -> bool,
) -> Option<(&'s str, &'s Shape)> {
    let members = shape.members.iter().map(|(name, inner)| (name.as_str(), inner));
    let free = members.filter(|(name, inner)| is_free(name) && inner.value_type.may_show(&field.value_type));
    most_similar(&field.name, free, |(name, _)| name)
}

//! Finds members of the examples and rows that were placed.

use super::super::shape::Shape;
use super::super::{Field, ValueType};
use super::{Body, Node, ROOT, Row, Wrapper};

/// The similarity from which two names may be spellings of one name.
pub(crate) const SIMILAR: f64 = 0.5;

impl<'s> Body<'s> {
    pub(super) fn find(&self, wanted: impl Fn(&Node<'s>) -> bool) -> Option<usize> {
        (1..self.nodes.len()).find(|index| wanted(&self.nodes[*index]))
    }

    pub(super) fn has_children(&self, parent: &Node<'s>) -> bool {
        let mut nodes = self.nodes.iter().skip(1);
        nodes.any(|node| std::ptr::eq(&self.nodes[node.parent], parent))
    }

    /// Whether a row took this member of the examples already.
    pub(super) fn is_taken(&self, parent: usize, member: &str) -> bool {
        self.nodes.iter().skip(1).any(|node| {
            node.parent == parent
                && (node.field.name == member || node.field.example_name.as_deref() == Some(member))
        })
    }

    /// The innermost open container whose example has this member.
    pub(super) fn open_with_member(&self, name: &str) -> Option<(usize, Option<&'s Shape>)> {
        self.open.iter().enumerate().rev().find_map(|(depth, index)| {
            let member = self.nodes[*index].shape?.members.get(name)?;
            (!self.is_taken(*index, name)).then_some((depth, Some(member)))
        })
    }

    /// A member of an open container that has no row and whose shape satisfies the condition.
    pub(super) fn wrapper(&self, holds: impl Fn(&Shape) -> bool) -> Option<Wrapper<'s>> {
        let innermost = self.nodes[self.innermost()].shape;
        if self.open.len() > 1 && innermost.is_none_or(|shape| shape.members.is_empty()) {
            return None;
        }
        self.open.iter().enumerate().rev().find_map(|(depth, index)| {
            let shape = self.nodes[*index].shape?;
            let (name, shape) = shape.members.iter().find(|(name, shape)| {
                holds(shape) && !self.row_names.contains(*name) && !self.is_taken(*index, name)
            })?;
            let name = name.clone();
            Some(Wrapper { depth, name, shape })
        })
    }

    pub(super) fn open_with_similar(&self, row: &Row) -> Option<(usize, String, &'s Shape)> {
        self.open.iter().enumerate().rev().find_map(|(depth, index)| {
            let (member, shape) = self.similar_member(*index, row)?;
            Some((depth, member, shape))
        })
    }

    /// The member of this node's example that has no row, and whose name is most like the row's.
    pub(super) fn similar_member(&self, index: usize, row: &Row) -> Option<(String, &'s Shape)> {
        let shape = self.nodes[index].shape?;
        nearest(shape, &row.field, |member| {
            !self.row_names.contains(member) && !self.is_taken(index, member)
        })
    }

    /// What the examples show below this node beyond its rows. The members of a map are values, not fields.
    pub(super) fn example_only_children(&self, index: usize) -> Vec<Field> {
        let node = &self.nodes[index];
        let Some(shape) = node
            .shape
            .filter(|_| !matches!(node.field.value_type, ValueType::Map(_)))
        else {
            return Vec::new();
        };
        let known: Vec<String> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(at, child)| *at != ROOT && *at != index && child.parent == index)
            .flat_map(|(_, child)| [Some(child.field.name.clone()), child.field.example_name.clone()])
            .flatten()
            .collect();
        shape.fields_not_in(&known)
    }
}

/// The member whose name is most like the field's.
pub(super) fn nearest<'s>(
    shape: &'s Shape,
    field: &Field,
    free: impl Fn(&str) -> bool,
) -> Option<(String, &'s Shape)> {
    shape
        .members
        .iter()
        .filter(|(member, inner)| free(member) && inner.value_type.may_show(&field.value_type))
        .map(|(member, inner)| (similarity(member, &field.name), member, inner))
        .filter(|(likeness, _, _)| *likeness >= SIMILAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, member, inner)| (member.clone(), inner))
}

/// The similarity of two names, from 0 to 1.
pub(crate) fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_levenshtein(a, b)
}

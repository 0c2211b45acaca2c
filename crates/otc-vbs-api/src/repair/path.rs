//! Places in a body.

use std::fmt::{self, Write as _};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Step {
    Member(&'static str),
    Index(usize),
    /// An entry of an object with any keys. The key is data of the service, so it is not kept.
    Entry,
}

/// A place in a body, by the names of the document.
#[derive(Clone, Default)]
pub(super) struct Path(Vec<Step>);

impl Path {
    pub(super) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    /// Whether it is the place with these member names, outside any list.
    pub(super) fn is(&self, members: &[&'static str]) -> bool {
        let steps = members.iter().copied().map(Step::Member);
        !members.is_empty() && steps.eq(self.0.iter().copied())
    }

    /// The path without the positions in lists, which all elements of a list share.
    pub(super) fn without_indices(&self) -> String {
        self.text(|_| String::new())
    }

    fn text(&self, index: impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for step in &self.0 {
            if !text.is_empty() && !matches!(step, Step::Index(_)) {
                text.push('.');
            }
            match step {
                Step::Member(name) => text.push_str(name),
                Step::Entry => text.push('*'),
                Step::Index(position) => {
                    // Writing to a string can't fail.
                    let _ = write!(text, "[{}]", index(*position));
                }
            }
        }
        text
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(|position| position.to_string()))
    }
}

//! Where something stands in the document.

use std::fmt;

/// One step from a value to a value inside it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// The way from the root to a value. Shown as `paths./v2/{project_id}/backups.get.parameters[0]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Segment>);

impl Path {
    pub(crate) fn root() -> Self {
        Self::default()
    }

    /// This path and one key more.
    #[must_use]
    pub(crate) fn key(&self, key: &str) -> Self {
        self.with(Segment::Key(key.to_owned()))
    }

    /// This path and one index more.
    #[must_use]
    pub(crate) fn index(&self, index: usize) -> Self {
        self.with(Segment::Index(index))
    }

    /// What `$ref: '#/components/…'` points to. `None` where it points out of the document.
    pub(crate) fn of_reference(reference: &str) -> Option<Self> {
        let keys = reference.strip_prefix("#/")?.split('/');
        let keys = keys.map(|key| Segment::Key(key.replace("~1", "/").replace("~0", "~")));
        Some(Self(keys.collect()))
    }

    pub(crate) fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_last()?;
        Some(Self(rest.to_vec()))
    }

    /// The key at this place, counted from the root; `None` where there is none or it is an index.
    pub(crate) fn key_at(&self, place: usize) -> Option<&str> {
        match self.0.get(place)? {
            Segment::Key(key) => Some(key),
            Segment::Index(_) => None,
        }
    }

    /// The last key; `None` for the root and for an element of an array.
    pub(crate) fn name(&self) -> Option<&str> {
        self.key_at(self.0.len().checked_sub(1)?)
    }

    fn with(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the document");
        }
        for (place, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if place == 0 => write!(f, "{key}")?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_keys_and_indices() {
        let path = Path::root()
            .key("paths")
            .key("/v2/{id}")
            .key("get")
            .key("parameters")
            .index(2);
        assert_eq!(path.to_string(), "paths./v2/{id}.get.parameters[2]");
        assert_eq!(Path::root().to_string(), "the document");
    }

    #[test]
    fn reads_references() {
        let path = Path::of_reference("#/paths/~1v2~1a~0b/get");
        assert_eq!(path, Some(Path::root().key("paths").key("/v2/a~b").key("get")));
        assert_eq!(Path::of_reference("other.yaml#/components"), None);
        assert_eq!(Path::of_reference("#name"), None);
    }
}

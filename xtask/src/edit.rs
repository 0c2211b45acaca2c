//! How self-tests change a copy of the document.

use anyhow::{Context, Result};

/// The document with the first `from` after `after` replaced by `to`.
pub(crate) fn edited(document: &str, after: &str, from: &str, to: &str) -> Result<String> {
    let start = document.find(after).map(|start| start + after.len());
    let start = start.and_then(|start| Some(start + document[start..].find(from)?));
    let start = start.with_context(|| format!("the document has no {from:?} after {after:?}"))?;
    let (before, behind) = (&document[..start], &document[start + from.len()..]);
    Ok(format!("{before}{to}{behind}"))
}

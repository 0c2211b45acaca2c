//! Names that may be spellings of one name.

/// The similarity from which two names may be spellings of one name.
pub(crate) const SIMILAR: f64 = 0.5;

/// The similarity of two names, from 0 to 1.
pub(crate) fn similarity(a: &str, b: &str) -> f64 {
    strsim::normalized_levenshtein(a, b)
}

/// The candidate whose name is most like this one, if any is similar.
pub(crate) fn most_similar<'n, T: Copy>(
    name: &str,
    candidates: impl Iterator<Item = T>,
    name_of: impl Fn(T) -> &'n str,
) -> Option<T> {
    let alike = candidates.map(|candidate| (similarity(name, name_of(candidate)), candidate));
    let alike = alike.filter(|(likeness, _)| *likeness >= SIMILAR);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}

//! Values left out of a response, for the log.

use super::Unusable;
use crate::Operation;

/// The target of the events.
const TARGET: &str = "otc_vbs";

/// Values that were left out, one entry per field of the document, however many objects of a page are
/// affected.
#[derive(Default)]
pub(super) struct Deviations(Vec<Deviation>);

struct Deviation {
    /// The path of the field, without the positions in lists.
    field: String,
    times: usize,
    first: Unusable,
}

impl Deviations {
    pub(super) fn add(&mut self, unusable: Unusable) {
        let field = unusable.path.without_indices();
        match self.0.iter_mut().find(|deviation| deviation.field == field) {
            Some(deviation) => deviation.times += 1,
            None => self.0.push(Deviation { field, times: 1, first: unusable }),
        }
    }

    /// Logs one warning for each field. A warning has no value of the response.
    pub(super) fn log(&self, operation: &Operation) {
        for Deviation { field, times, first } in &self.0 {
            tracing::warn!(
                target: TARGET,
                operation = operation.id,
                path = field.as_str(),
                times,
                first = %first.path,
                problem = first.message.as_str(),
                "a value of the response is not as documented and was left out",
            );
        }
    }

    #[cfg(test)]
    pub(super) fn texts(&self) -> Vec<String> {
        let text = |Deviation { field, times, first }: &Deviation| format!("{field} x{times}: {first}");
        self.0.iter().map(text).collect()
    }
}

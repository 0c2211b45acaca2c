//! The clock for checking the age of a signature.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

/// The real time, unless another clock is set.
#[derive(Clone, Default)]
pub(crate) struct SignatureClock(Option<Arc<dyn Fn() -> Timestamp + Send + Sync>>);

impl SignatureClock {
    pub(crate) fn new(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(clock)))
    }

    pub(crate) fn now(&self) -> Timestamp {
        match &self.0 {
            Some(clock) => clock(),
            None => Timestamp::now(),
        }
    }
}

impl fmt::Debug for SignatureClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(_) => "SignatureClock(set)",
            None => "SignatureClock(real)",
        })
    }
}

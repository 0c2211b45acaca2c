//! Replaces clouds.yaml if the feature `clouds-yaml` is off: a chosen cloud is an error.

use std::path::Path;

use super::settings::{Setting, Settings};
use crate::{Environment, Error, Result};

const ADVICE: &str = "but this program was built without clouds.yaml; enable the feature `clouds-yaml` of otc-auth, or set the \
                      credentials otherwise";

pub(super) struct Query<'a> {
    pub(super) cloud: &'a str,
    pub(super) region: Option<&'a Setting>,
    pub(super) file: Option<&'a Path>,
    pub(super) environment: &'a Environment,
}

impl Query<'_> {
    pub(super) fn read(&self) -> Result<Settings> {
        Err(Error::config(format!("the cloud `{}` is chosen, {ADVICE}", self.cloud)))
    }
}

pub(super) fn with_hint(error: Error, _: &Environment) -> Error {
    error
}

pub(super) fn names(_: &Environment) -> Vec<String> {
    Vec::new()
}

pub(super) fn none_chosen(path: &Path, _: &Environment) -> Result<Error> {
    Ok(Error::config(format!("the file {} is chosen, {ADVICE}", path.display())))
}

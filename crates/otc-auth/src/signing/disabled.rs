//! A stub for builds without the feature `aksk`. An `AccessKey` can't be constructed.

use std::convert::Infallible;

use bytes::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;

use super::{SignatureVariant, SigningScope};
use crate::{Error, Result};

#[derive(Clone)]
pub(crate) struct AccessKey(Infallible);

impl AccessKey {
    pub(crate) fn new(_: &str, _: SecretString, _: Option<SecretString>) -> Result<Self> {
        Err(Error::config(
            "an access key is set, but this program was built without request signing; enable the feature `aksk` of otc-auth, or \
             use other credentials",
        ))
    }

    pub(crate) fn id(&self) -> &str {
        match self.0 {}
    }

    pub(crate) fn is_temporary(&self) -> bool {
        match self.0 {}
    }

    pub(crate) fn secrets(&self) -> [Option<&SecretString>; 2] {
        match self.0 {}
    }

    pub(crate) fn sign(
        &self,
        _: &mut http::Request<Bytes>,
        _: &SignatureVariant,
        _: &SigningScope,
        _: Timestamp,
    ) -> Result<()> {
        match self.0 {}
    }
}

//! Query parameters by the rules of the reference.

use std::collections::HashMap;

use otc_vbs_api::limit::NumberRange;

use crate::http::failure::Failure;
use crate::text::excerpt;

/// The query parameters that an operation knows. Others are ignored, as the service does.
#[derive(Debug)]
pub(crate) struct Query {
    values: HashMap<&'static str, String>,
}

impl Query {
    /// Reads a query. A parameter that is sent twice is refused: which of the two holds would be a guess.
    pub(crate) fn parse(query: &str, known: &[&'static str]) -> Result<Self, Failure> {
        let mut values = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(name) = known.iter().find(|known| **known == name) else {
                continue;
            };
            if values.insert(*name, value.into_owned()).is_some() {
                return Err(Failure::parameter(name, "is there twice; send it once"));
            }
        }
        Ok(Self { values })
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str, range: &NumberRange) -> Result<Option<u64>, Failure> {
        let called = format!("query parameter `{name}`");
        let number = range.check_optional_text(&called, self.text(name));
        let number = number.map_err(|violation| Failure::violation(&violation))?;
        // A text of digits has no sign.
        Ok(number.map(i64::unsigned_abs))
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, Failure> {
        self.one_of(name, &[("true", true), ("false", false)])
    }

    /// One of the listed values, exactly as they are written.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, listed: &[(&str, T)]) -> Result<Option<T>, Failure> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match listed.iter().find(|(value, _)| *value == text) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let values: Vec<&str> = listed.iter().map(|(value, _)| *value).collect();
                let problem = format!("must be {}, not `{}`", values.join(" or "), excerpt(text));
                Err(Failure::parameter(name, &problem))
            }
        }
    }
}

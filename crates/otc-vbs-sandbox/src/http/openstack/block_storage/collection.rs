//! Pages of disks and of snapshots.

use http::StatusCode;
use otc_vbs_api::limits;
use serde_json::{Value, json};

use crate::http::failure::Failure;
use crate::http::openstack::native::{MOST_ON_A_PAGE, RequestContext};
use crate::http::query::Query;
use crate::text::excerpt;

/// What the query of a list says. Other filters, and the order, are not heeded.
#[derive(Debug)]
pub(super) struct CollectionQuery {
    query: Query,
    limit: u64,
    pub(super) offset: u64,
}

impl CollectionQuery {
    pub(super) fn parse(context: &RequestContext) -> Result<Self, Failure> {
        let known = ["name", "volume_id", "limit", "offset", "marker"];
        let query = Query::parse(&context.query, &known)?;
        let most = u64::from(MOST_ON_A_PAGE);
        Ok(Self {
            limit: query.number("limit", &limits::LIMIT)?.unwrap_or(most).min(most),
            offset: query.number("offset", &limits::OFFSET)?.unwrap_or(0),
            query,
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.query.text(name)
    }

    /// What follows the thing that `marker` names: `number` tells which that is, and nothing follows one that is not there.
    pub(super) fn begin(
        &self,
        what: &str,
        number: impl FnOnce(&str) -> Option<u64>,
    ) -> Result<Option<u64>, Failure> {
        let Some(marker) = self.text("marker") else {
            return Ok(None);
        };
        let after = number(marker).ok_or_else(|| unknown(what, marker))?;
        Ok(Some(after + 1))
    }

    /// One page, of things with their identifiers.
    pub(super) fn page(
        &self,
        context: &RequestContext,
        name: &str,
        items: impl Iterator<Item = (String, Value)>,
    ) -> Value {
        let mut items = items.skip(usize::try_from(self.offset).unwrap_or(usize::MAX));
        let page: Vec<(String, Value)> = items.by_ref().take(self.limit as usize).collect();
        let last = page.last().map(|(id, _)| id.clone());
        let next = last.filter(|_| items.next().is_some()).map(|last| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            for name in ["name", "volume_id"] {
                if let Some(value) = self.text(name) {
                    query.append_pair(name, value);
                }
            }
            query.append_pair("limit", &self.limit.to_string());
            query.append_pair("marker", &last);
            let address = context.place.url(&format!("{name}/detail"));
            json!([{ "rel": "next", "href": format!("{address}?{}", query.finish()) }])
        });
        let page: Vec<Value> = page.into_iter().map(|(_, item)| item).collect();
        match next {
            None => json!({ name: page }),
            Some(next) => json!({ name: page, format!("{name}_links"): next }),
        }
    }
}

pub(super) fn unknown(what: &str, id: &str) -> Failure {
    let message = format!("there is no {what} `{}` in this project", excerpt(id));
    Failure::without_code(StatusCode::NOT_FOUND, message).of_openstack()
}

//! Pages of disks and of snapshots.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::failure::Failure;
use crate::http::list_query::{ListParameters, ListQuery};
use crate::http::openstack::native::{LARGEST_PAGE, RequestContext};
use crate::text::excerpt;

const PARAMETERS: ListParameters<()> =
    ListParameters::new(&["name", "volume_id", "marker"], &[], LARGEST_PAGE);

/// The query of a list of disks or snapshots. Other filters and the order are ignored.
#[derive(Debug)]
pub(super) struct CollectionQuery(ListQuery<()>);

impl CollectionQuery {
    pub(super) fn parse(context: &RequestContext) -> Result<Self, Failure> {
        Ok(Self(ListQuery::parse(&context.query, &PARAMETERS)?))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }

    /// The items after `marker`, whose index `number` returns. An unknown marker has no items after it.
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

    /// One page of items with their ids.
    pub(super) fn page(
        &self,
        context: &RequestContext,
        name: &str,
        items: impl Iterator<Item = (String, Value)>,
    ) -> Value {
        let (page, has_more) = self.0.page(items);
        let last = page.last().map(|(id, _)| id.clone());
        let next = last.filter(|_| has_more).map(|last| {
            let address = context.place.url(&format!("{name}/detail"));
            json!([{ "rel": "next", "href": format!("{address}?{}", self.0.after(&last)) }])
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

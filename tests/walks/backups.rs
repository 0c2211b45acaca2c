//! The walks over backups, by marker, with links to next pages that lead astray.

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::Response;
use otc_vbs::{Backups, Result};
use otc_vbs_tests::{Canned, json};
use serde_json::{Value, json as value};

use crate::{collect, ids, queries};

/// What a page says of the next.
#[derive(Clone, Copy)]
enum Link {
    None,
    Null,
    Empty,
    /// The link that the reference shows: another host, `http`, no version, and an offset beside the marker.
    Next,
    /// Links to something else than a next page.
    Others,
}

fn page(backups: &[u32], link: Link, count: Option<usize>) -> Response<Bytes> {
    let items: Vec<Value> = backups
        .iter()
        .map(|id| value!({ "id": format!("b{id}"), "name": null, "status": "available" }))
        .collect();
    let mut page = value!({ "backups": items });
    if let Some(count) = count {
        page["count"] = value!(count);
    }
    let elsewhere = "http://192.168.82.222:8776/b23b/backups?limit=1&offset=1&marker=elsewhere";
    match link {
        Link::None => {}
        Link::Null => page["backups_links"] = Value::Null,
        Link::Empty => page["backups_links"] = value!([]),
        Link::Next => page["backups_links"] = value!([{ "href": elsewhere, "rel": "next" }]),
        Link::Others => {
            page["backups_links"] = value!([
                { "href": elsewhere, "rel": "previous" }, { "href": elsewhere, "rel": null }, {}
            ]);
        }
    }
    json(page.to_string())
}

/// A walk of each list with pages of `limit`, by the name of the list.
macro_rules! walk_each {
    ($limit:expr, || $pages:expr, |$name:ident, $found:ident, $queries:ident| $check:expr) => {
        walk_each!(@ $limit, $pages, $name, $found, $queries, $check,
            list, list_summaries, list_v2, list_summaries_v2)
    };
    (@ $limit:expr, $pages:expr, $name:ident, $found:ident, $queries:ident, $check:expr, $($list:ident),*) => {
        $({
            let service = Canned::new($pages);
            #[allow(deprecated)]
            let items = service.client().backups().$list().limit($limit).stream();
            let $found: Result<Vec<String>> = collect(items, |backup| backup.id.to_string()).await;
            let ($name, $queries) = (stringify!($list), queries(&service));
            let hosts = service.hosts();
            assert!(hosts.iter().all(|host| host == "https://vbs.example.com"), "{hosts:?}");
            $check;
        })*
    };
}

#[tokio::test]
async fn a_link_to_a_next_page_goes_on_by_marker() {
    // The first page is short and links to another; the last does not.
    walk_each!(
        3,
        || [
            page(&[1], Link::Next, None),
            page(&[2, 3, 4], Link::Next, None),
            page(&[5], Link::None, None)
        ],
        |list, found, queries| {
            assert_eq!(found.unwrap(), ids(1..=5), "{list}");
            assert_eq!(
                queries,
                ["limit=3", "limit=3&marker=b1", "limit=3&marker=b4"],
                "{list}"
            );
        }
    );
}

#[tokio::test]
async fn a_short_page_without_a_link_ends_it() {
    for link in [Link::None, Link::Null, Link::Empty, Link::Others] {
        walk_each!(3, || [page(&[1, 2], link, None)], |list, found, queries| {
            assert_eq!((found.unwrap(), queries.len()), (ids(1..=2), 1), "{list}");
        });
    }
}

#[tokio::test]
async fn a_full_page_without_a_link_asks_once_more() {
    walk_each!(
        2,
        || [page(&[1, 2], Link::None, None), page(&[], Link::None, None)],
        |list, found, queries| {
            assert_eq!(found.unwrap(), ids(1..=2), "{list}");
            assert_eq!(queries, ["limit=2", "limit=2&marker=b2"], "{list}");
        }
    );
}

#[tokio::test]
async fn a_link_on_an_empty_page_leads_nowhere() {
    walk_each!(
        2,
        || [page(&[1, 2], Link::Next, None), page(&[], Link::Next, None)],
        |list, found, queries| {
            assert_eq!((found.unwrap(), queries.len()), (ids(1..=2), 2), "{list}");
        }
    );
}

#[tokio::test]
async fn a_page_that_repeats_itself_is_an_error() {
    walk_each!(
        2,
        || [page(&[1, 2], Link::Next, None), page(&[1, 2], Link::Next, None)],
        |list, found, queries| {
            let error = found.unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("the service repeats a page after backup b2, the walk would not end"),
                "{list}: {text}"
            );
            assert!(text.starts_with("listNative"), "{list}: {text}");
            assert!(!error.is_retryable());
            assert_eq!(queries.len(), 2, "{list}");
        }
    );
}

#[tokio::test]
async fn a_marker_that_is_part_of_its_page_is_not_repeated() {
    walk_each!(
        3,
        || [
            page(&[1, 2, 3], Link::Next, None),
            page(&[3, 4], Link::None, None)
        ],
        |list, found, _queries| assert_eq!(found.unwrap(), ids(1..=4), "{list}")
    );
}

#[tokio::test]
async fn a_count_of_all_goes_on_after_a_short_page() {
    async fn walk(backups: Backups) -> Vec<String> {
        let items = backups.list().with_count(true).limit(10).stream();
        collect(items, |backup| backup.id.to_string()).await.unwrap()
    }
    // The service caps its pages at two, whatever `limit` says, and counts all or the page.
    for (all, last) in [(Some(3), Some(3)), (None, None)] {
        let mut pages = vec![page(&[1, 2], Link::None, all.or(Some(2)))];
        if last.is_some() {
            pages.push(page(&[3], Link::None, last));
        }
        let service = Canned::new(pages);
        let found = walk(service.client().backups()).await;
        let expected = if last.is_some() { ids(1..=3) } else { ids(1..=2) };
        assert_eq!(found, expected);
        assert!(queries(&service)[0].ends_with("limit=10&with_count=true"));
    }
}

#[tokio::test]
async fn it_begins_where_it_is_told() {
    let service = Canned::new([page(&[7, 8], Link::None, None), page(&[9], Link::None, None)]);
    let list = service.client().backups().list().limit(2).offset(6);
    let found = collect(list.stream(), |backup| backup.id.to_string()).await;
    assert_eq!(found.unwrap(), ids(7..=9));
    // Not both: the reference says that an offset would be counted from the marker.
    assert_eq!(queries(&service), ["limit=2&offset=6", "limit=2&marker=b8"]);

    let service = Canned::new([page(&[4], Link::None, None)]);
    let list = service.client().backups().list().limit(2).marker("b3");
    let found = collect(list.stream(), |backup| backup.id.to_string()).await;
    assert_eq!(
        (found.unwrap(), queries(&service)),
        (ids(4..=4), vec!["limit=2&marker=b3".to_owned()])
    );
}

#[tokio::test]
async fn the_filters_go_with_every_page() {
    let service = Canned::new([page(&[1], Link::Next, None), page(&[2], Link::None, None)]);
    let list = service.client().backups().list_summaries();
    let mut found = list.name_like("nightly").limit(1).stream();
    assert!(found.try_next().await.unwrap().is_some());
    // Nothing is asked for before it is wanted.
    assert_eq!(service.requested().len(), 1);
    assert!(found.try_next().await.unwrap().is_some());
    assert_eq!(
        queries(&service),
        ["limit=1&name%7E=nightly", "limit=1&marker=b1&name%7E=nightly"]
    );
    assert_eq!(service.headers("openstack-api-version"), ["volume 3.45"; 2]);
}

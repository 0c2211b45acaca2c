//! The lists of backups, which have a marker, and links that lead to another host.

use bytes::Bytes;
use http::Response;
use otc_vbs::Result;
use otc_vbs_testing::{Canned, Id, json};
use serde_json::{Value, json as value};

use super::{collect, ids, queries};

/// The links of a page.
#[derive(Clone, Copy)]
enum Link {
    None,
    Null,
    Empty,
    /// The link in the reference: another host, `http`, no version, and an offset in addition to the marker.
    Next,
    /// Links to other pages than the next one.
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

/// Requests each list with pages of `limit` items, and checks the result with the name of the list.
macro_rules! walk_each {
    ($limit:expr, || $pages:expr, |$name:ident, $found:ident, $queries:ident| $check:expr) => {
        walk_each!(@ $limit, $pages, $name, $found, $queries, $check,
            [backups().list(), backups().list_summaries(), v2().backups(), v2().backup_summaries()])
    };
    (
        @ $limit:expr, $pages:expr, $name:ident, $found:ident, $queries:ident, $check:expr,
        [$($group:ident().$list:ident()),*]
    ) => {
        $({
            let service = Canned::new($pages);
            let items = service.client().$group().$list().limit($limit).items();
            let $found: Result<Vec<String>> = collect(items, |backup| backup.id.to_string()).await;
            let ($name, $queries) = (concat!(stringify!($group), ".", stringify!($list)), queries(&service));
            let hosts = service.hosts();
            assert!(hosts.iter().all(|host| host == "https://vbs.example.com"), "{hosts:?}");
            $check;
        })*
    };
}

#[tokio::test]
async fn after_a_link_to_the_next_page_the_marker_is_sent() {
    // The first page is short, but links to the next one.
    walk_each!(
        3,
        || [page(&[1], Link::Next, None), page(&[2, 3, 4], Link::Next, None), page(&[5], Link::None, None)],
        |list, found, queries| {
            assert_eq!(found.unwrap(), ids(1..=5), "{list}");
            assert_eq!(queries, ["limit=3", "limit=3&marker=b1", "limit=3&marker=b4"], "{list}");
        }
    );
}

#[tokio::test]
async fn short_page_without_a_link_is_the_last() {
    for link in [Link::None, Link::Null, Link::Empty, Link::Others] {
        walk_each!(3, || [page(&[1, 2], link, None)], |list, found, queries| {
            assert_eq!((found.unwrap(), queries.len()), (ids(1..=2), 1), "{list}");
        });
    }
}

#[tokio::test]
async fn after_a_full_page_without_a_link_another_is_requested() {
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
async fn empty_page_is_the_last_even_with_a_link() {
    walk_each!(
        2,
        || [page(&[1, 2], Link::Next, None), page(&[], Link::Next, None)],
        |list, found, queries| {
            assert_eq!((found.unwrap(), queries.len()), (ids(1..=2), 2), "{list}");
        }
    );
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    walk_each!(
        2,
        || [page(&[1, 2], Link::Next, None), page(&[1, 2], Link::Next, None)],
        |list, found, queries| {
            let error = found.unwrap_err();
            let text = error.to_string();
            assert!(
                text.contains("the service repeats a page after b2, so the list would never end"),
                "{list}: {text}"
            );
            assert!(text.starts_with("listBackup"), "{list}: {text}");
            assert!(!error.is_retryable());
            assert_eq!(queries.len(), 2, "{list}");
        }
    );
}

#[tokio::test]
async fn marker_that_is_part_of_its_page_is_returned_once() {
    walk_each!(
        3,
        || [page(&[1, 2, 3], Link::Next, None), page(&[3, 4], Link::None, None)],
        |list, found, _queries| assert_eq!(found.unwrap(), ids(1..=4), "{list}")
    );
}

#[tokio::test]
async fn short_page_is_not_the_last_if_the_count_is_higher() {
    for pages in [
        vec![page(&[1, 2], Link::None, Some(3)), page(&[3], Link::None, Some(3))],
        vec![page(&[1, 2, 3], Link::None, Some(3))],
    ] {
        let service = Canned::new(pages);
        let backups = service.client().backups().list().with_count(true).limit(10);
        let found = collect(backups.items(), |backup| backup.id.to_string()).await;
        assert_eq!(found.unwrap(), ids(1..=3));
        assert!(queries(&service)[0].ends_with("limit=10&with_count=true"));
    }
}

#[tokio::test]
async fn stream_begins_at_the_offset_or_marker() {
    let service = Canned::new([page(&[7, 8], Link::None, None), page(&[9], Link::None, None)]);
    let list = service.client().backups().list().limit(2).offset(6);
    let found = collect(list.items(), |backup| backup.id.to_string()).await;
    assert_eq!(found.unwrap(), ids(7..=9));
    // Only the marker: the reference says that an offset counts from the marker.
    assert_eq!(queries(&service), ["limit=2&offset=6", "limit=2&marker=b8"]);

    let service = Canned::new([page(&[4], Link::None, None)]);
    let list = service.client().backups().list().limit(2).marker(Id("b3"));
    let found = collect(list.items(), |backup| backup.id.to_string()).await;
    assert_eq!((found.unwrap(), queries(&service)), (ids(4..=4), vec!["limit=2&marker=b3".to_owned()]));
}

#[tokio::test]
async fn filters_are_sent_with_every_page() {
    let service = Canned::new([page(&[1], Link::Next, None), page(&[2], Link::None, None)]);
    let list = service.client().backups().list_summaries();
    let mut found = list.name_like("nightly").limit(1).pages().into_items();
    assert!(found.try_next().await.unwrap().is_some());
    // A page is requested only when its items are asked for.
    assert_eq!(service.requested().len(), 1);
    assert!(found.try_next().await.unwrap().is_some());
    assert_eq!(queries(&service), ["limit=1&name%7E=nightly", "limit=1&marker=b1&name%7E=nightly"]);
    assert_eq!(service.headers("openstack-api-version"), ["volume 3.45"; 2]);
}

//! The query of policies by tag, with an offset in the body and a count of the matching policies.

use bytes::Bytes;
use http::Response;
use otc_vbs::Result;
use otc_vbs_testing::{Canned, json};
use serde_json::{Value, json as value};

use super::{collect, ids};

fn page(policies: &[u32], total: Option<i64>) -> Response<Bytes> {
    let policies: Vec<Value> = policies
        .iter()
        .map(|id| value!({ "resource_id": format!("b{id}"), "resource_detail": null }))
        .collect();
    json(value!({ "resources": policies, "total_count": total }).to_string())
}

/// The policies of a stream, and the `limit` and `offset` of each request.
async fn walk(
    pages: impl IntoIterator<Item = Response<Bytes>>,
) -> (Result<Vec<String>>, Vec<(String, String)>) {
    let service = Canned::new(pages);
    let query = service.client().policies().by_tag().tags([("team", ["db"])]);
    let found = collect(query.limit(2).items(), |policy| policy.resource_id.to_string()).await;
    let pages = service.bodies().into_iter().map(|body| {
        assert_eq!(body["action"], "filter");
        assert_eq!(body["tags"], value!([{ "key": "team", "values": ["db"] }]));
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("limit"), text("offset"))
    });
    (found, pages.collect())
}

fn offsets<const N: usize>(offsets: [u32; N]) -> Vec<(String, String)> {
    offsets.map(|offset| ("2".to_owned(), offset.to_string())).into()
}

#[tokio::test]
async fn count_of_the_list_ends_the_stream() {
    let (found, pages) = walk([page(&[1, 2], Some(3)), page(&[3], Some(3))]).await;
    assert_eq!(found.unwrap(), ids(1..=3));
    assert_eq!(pages, offsets([0, 2]));
}

#[tokio::test]
async fn count_that_may_be_of_the_page_does_not_end_the_stream() {
    for counts in [[Some(2), Some(1)], [Some(2), Some(2)], [Some(0); 2], [Some(-1); 2]] {
        let [first, second] = counts;
        let pages = [page(&[1, 2], first), page(&[3], second), page(&[], Some(0))];
        let (found, pages) = walk(pages).await;
        assert_eq!(found.unwrap(), ids(1..=3), "{counts:?}");
        assert_eq!(pages, offsets([0, 2, 3]), "{counts:?}");
    }
}

#[tokio::test]
async fn without_a_count_an_empty_page_is_the_end() {
    let pages = [page(&[1, 2], None), page(&[3], None), page(&[], None)];
    let (found, pages) = walk(pages).await;
    assert_eq!((found.unwrap(), pages), (ids(1..=3), offsets([0, 2, 3])));
}

#[tokio::test]
async fn empty_page_is_the_end_even_if_the_count_is_higher() {
    let (found, pages) = walk([page(&[1], Some(9)), page(&[], Some(9))]).await;
    assert_eq!((found.unwrap(), pages), (ids(1..=1), offsets([0, 1])));
}

#[tokio::test]
async fn page_of_nulls_is_empty() {
    let nothing = json(r#"{"resources":null,"total_count":null}"#);
    let (found, _) = walk([nothing]).await;
    assert_eq!(found.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    let (found, pages) = walk([page(&[1, 2], Some(9)), page(&[1, 2], Some(9))]).await;
    assert_eq!(
        found.unwrap_err().to_string(),
        "queryBackupPoliciesByTag: the service repeats a page after b2, so the list would never end"
    );
    assert_eq!(pages.len(), 2);
}

#[tokio::test]
async fn stream_begins_at_the_offset() {
    let service = Canned::new([page(&[5], Some(5)), page(&[], Some(5))]);
    let query = service.client().policies().by_tag().offset(4);
    let found = collect(query.items(), |policy| policy.resource_id.to_string()).await;
    assert_eq!(found.unwrap(), ids(5..=5));
    let body = service.bodies().remove(0);
    assert_eq!((&body["limit"], &body["offset"]), (&value!("1000"), &value!("4")));
}

#[tokio::test]
async fn missing_or_negative_count_is_an_error() {
    for (answer, number) in [
        (r#"{"total_count":12}"#, Some(12)),
        (r#"{"total_count":0,"resources":[]}"#, Some(0)),
        (r#"{"total_count":null}"#, None),
        (r#"{"total_count":-1}"#, None),
        ("{}", None),
    ] {
        let service = Canned::new([json(answer)]);
        let counted = service.client().policies().by_tag().count().await;
        match number {
            Some(number) => assert_eq!(counted.unwrap(), number),
            None => assert_eq!(
                counted.unwrap_err().to_string(),
                "queryBackupPoliciesByTag: the service did not send the number of policies"
            ),
        }
    }
}

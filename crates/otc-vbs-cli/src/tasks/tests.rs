//! What pages leave out.

#![allow(clippy::unwrap_used)]
use super::*;

fn filters(limit: Option<u32>, offset: Option<u32>, marker: bool) -> Filters {
    Filters { limit, offset, marker: marker.then(|| "j1".parse().unwrap()), ..Filters::default() }
}

#[test]
fn rest_of_a_list_is_noticed_whatever_count_means() {
    let of_all = |count, shown, limit, offset| left_out(Some(count), shown, &filters(limit, offset, false));
    assert_eq!(of_all(48, 20, None, None), LeftOut::Of(48));
    assert_eq!(of_all(48, 8, None, Some(40)), LeftOut::Nothing);
    assert_eq!(of_all(48, 20, None, Some(28)), LeftOut::Nothing);
    assert_eq!(of_all(7, 7, None, None), LeftOut::Nothing);
    assert_eq!(of_all(0, 0, None, None), LeftOut::Nothing);
    assert_eq!(of_all(48, 0, None, Some(50)), LeftOut::Nothing);

    let of_page = |shown: usize, limit| left_out(Some(shown as u64), shown, &filters(limit, None, false));
    assert_eq!(of_page(20, None), LeftOut::Perhaps);
    assert_eq!(of_page(20, Some(50)), LeftOut::Nothing);

    let unsaid = left_out(None, 20, &filters(None, None, false));
    assert_eq!(unsaid, LeftOut::Perhaps);
    let after_marker = left_out(Some(48), 20, &filters(None, None, true));
    assert_eq!(after_marker, LeftOut::Perhaps);
    let last_after_marker = left_out(Some(48), 8, &filters(None, None, true));
    assert_eq!(last_after_marker, LeftOut::Nothing);
}

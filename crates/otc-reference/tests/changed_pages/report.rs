//! What the report says of moved pages, changed passages, refused reviews, and characters that can't be told apart.

use otc_reference::{ChangeKind, Lock, Reference, check};

use crate::disks::{
    CODES, CREATE, SHOW, STATUSES, changed, changes, deviations, differences, document, report, reviewed,
};
use crate::markup::{FORMATS, Format, Page, id, sources};

/// The reviewed pages, one of them under another number.
fn moved(number: u32) -> Vec<Page> {
    let mut pages = reviewed();
    pages.iter_mut().find(|page| page.0 == number).unwrap().0 = 77;
    pages
}

#[test]
fn a_page_with_a_new_topic_id_is_reported_as_moved_only() {
    for (number, is_documented) in [(SHOW, true), (CREATE, true), (CODES, false), (STATUSES, false)] {
        for format in FORMATS {
            let report = report(format, &moved(number));
            let case = format!("page {number}, {format:?}: {report:#?}");
            let (old, new) = (id(number), id(77));
            assert_eq!(changes(&report), [(old.as_str(), ChangeKind::Moved)], "{case}");
            assert_eq!(
                report.changes[0].moved_to.as_deref(),
                Some(new.as_str()),
                "{case}"
            );
            assert!(report.changes[0].advice().contains(&new), "{case}");
            let found = differences(&report);
            let wanted = [(old.as_str(), "page")];
            assert_eq!(found, wanted[..usize::from(is_documented)], "{case}");
            assert!(
                report.stale_deviations.is_empty() && report.problems.is_empty(),
                "{case}"
            );
        }
    }
}

#[test]
fn a_moved_page_with_other_facts_says_both() {
    let mut pages = moved(SHOW);
    pages[0].1 = pages[0].1.replace("| size | integer |", "| size | string |");
    for format in FORMATS {
        let report = report(format, &pages);
        let show = id(SHOW);
        let wanted = [(show.as_str(), "page"), (show.as_str(), "response.size: type")];
        assert_eq!(differences(&report), wanted, "{format:?}");
        assert_eq!(
            changes(&report),
            [(show.as_str(), ChangeKind::Moved)],
            "{format:?}"
        );
        let passage = (
            "Response".to_owned(),
            Some("size | string | The size in GB".to_owned()),
        );
        assert_eq!(report.changes[0].passages, [passage], "{format:?}");
    }
}

#[test]
fn a_copy_of_a_page_is_new() {
    for format in FORMATS {
        let mut pages = reviewed();
        pages.push((77, pages[0].1.replace("# Querying", "# Showing")));
        let report = report(format, &pages);
        assert_eq!(
            changes(&report),
            [(id(77).as_str(), ChangeKind::Added)],
            "{format:?}"
        );
        assert_eq!(differences(&report), [(id(77).as_str(), "page")], "{format:?}");
    }
}

#[test]
fn two_pages_that_may_be_the_missing_one_are_new() {
    let mut pages = moved(SHOW);
    pages.push((78, pages[0].1.replace("# Querying", "# Showing")));
    let report = report(Format::Site, &pages);
    let kinds = [
        (id(SHOW), ChangeKind::Removed),
        (id(77), ChangeKind::Added),
        (id(78), ChangeKind::Added),
    ];
    assert_eq!(
        changes(&report),
        kinds.each_ref().map(|(page, kind)| (page.as_str(), *kind))
    );
}

#[test]
fn a_changed_passage_is_printed_with_its_place() {
    let cases = [
        (
            SHOW,
            "This API is used to query a disk.",
            "Shows a disk.",
            "in Function: Shows a disk.",
        ),
        (
            SHOW,
            "| id | string | The disk",
            "| id | string | A disk",
            "in Response: id | string | A disk",
        ),
        (
            SHOW,
            "    \"size\": 40",
            "    \"size\": 42",
            "in Response: { \"id\": \"disk-1\", \"size\": 42 }",
        ),
        (
            CREATE,
            "# Creating a Disk",
            "# Adding a Disk",
            "in title: Adding a Disk",
        ),
        (
            CODES,
            "No such disk",
            "The disk is gone",
            "in introduction: | Disk.0002 | The disk is gone",
        ),
        (
            SHOW,
            "\n## Request\nNone",
            "\n## Request\nNone\n! Look here.",
            "in Request: Look here.",
        ),
        (
            SHOW,
            "This API is used to query a disk.",
            "",
            "in Function: text was removed",
        ),
    ];
    for (number, old, new, wanted) in cases {
        for format in FORMATS {
            let report = report(format, &changed(number, old, new));
            assert_eq!(report.changes.len(), 1, "`{new}`, {format:?}");
            let text = report.to_string();
            assert!(text.contains(wanted), "`{wanted}`, {format:?}: {text}");
        }
    }
}

#[test]
fn a_changed_list_of_statuses_says_which() {
    let cases = [
        (
            "| 404 Not Found | There is no such thing.",
            "",
            "failure status 404 is no longer listed",
        ),
        (
            "| 404 Not Found",
            "| 409 Conflict | There is one.\n| 404 Not Found",
            "failure status 409 is new",
        ),
        (
            "| 200 OK",
            "| 202 Accepted | It will work.\n| 200 OK",
            "success status 202 is new",
        ),
        (
            "| 200 OK",
            "| 204 No Content",
            "success status 200 is no longer listed",
        ),
    ];
    for (old, new, wanted) in cases {
        for format in FORMATS {
            let report = report(format, &changed(STATUSES, old, new));
            assert_eq!(
                changes(&report),
                [(id(STATUSES).as_str(), ChangeKind::Facts)],
                "`{new}`, {format:?}"
            );
            let text = report.to_string();
            assert!(text.contains(wanted), "`{wanted}`, {format:?}: {text}");
        }
    }
}

#[test]
fn a_refused_review_is_printed() {
    let mut report = report(Format::Site, &changed(SHOW, "\"size\": 40", "\"size\": 40,"));
    report.accepted = Some(false);
    let text = report.to_string();
    assert!(text.contains("(not accepted: fix the problems first)"), "{text}");
    assert!(!report.is_clean());
}

#[test]
fn a_review_keeps_what_the_lock_says_of_unreadable_pages() {
    for format in FORMATS {
        let mut lock = Lock::default();
        lock.accept(&Reference::read(&sources(format, &reviewed())));
        lock.accept(&Reference::read(&sources(
            format,
            &changed(SHOW, "\"size\": 40", "\"size\": 40,"),
        )));
        let expected = otc_reference::Expected {
            document: &document(),
            deviations: &deviations(),
            lock: &lock,
        };
        let report = check(
            "pages",
            &Reference::read(&sources(format, &reviewed())),
            &expected,
        );
        assert!(report.is_clean(), "{format:?}: {report:#?}");
    }
}

#[test]
fn characters_that_look_alike_or_like_nothing_are_printed_as_escapes() {
    let cases = [
        ("zero width space", '\u{200b}', "\\u{200b}"),
        ("zero width joiner", '\u{200d}', "\\u{200d}"),
        ("byte order mark", '\u{feff}', "\\u{feff}"),
        ("soft hyphen", '\u{ad}', "\\u{ad}"),
        ("right-to-left override", '\u{202e}', "\\u{202e}"),
        ("Cyrillic a", '\u{430}', "\\u{430}"),
        ("control character", '\u{1b}', "\\u{1b}"),
    ];
    for (case, character, escape) in cases {
        for format in FORMATS {
            let places = [
                (SHOW, "| size |", format!("| si{character}ze |")),
                (
                    SHOW,
                    "\"id\": \"disk-1\"",
                    format!("\"id\": \"disk{character}1\""),
                ),
                (CODES, "Disk.0002", format!("Disk.00{character}02")),
                (SHOW, "This API is used", format!("This A{character}PI is used")),
                (SHOW, "| string | The", format!("| st{character}ring | The")),
            ];
            for (number, old, new) in places {
                let report = report(format, &changed(number, old, &new));
                let text = report.to_string();
                assert!(!text.contains(character), "{case}, {new:?}, {format:?}: {text}");
                // A control character in JSON makes the example unreadable; the problem does not quote it.
                let shown = text.contains(escape) || !report.problems.is_empty();
                assert!(shown, "{case}, {new:?}, {format:?}: {text}");
            }
        }
    }
}

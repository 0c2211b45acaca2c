//! A page that can't be read is reported as that, and nothing else is concluded from it.

use otc_reference::{ChangeKind, Report, Source};

use crate::disks::{CODES, CREATE, SHOW, STATUSES, changed, changes, report, report_on, reviewed};
use crate::markup::{FORMATS, Format, html, id, source, sources};

/// One problem of this page, and nothing else.
fn assert_only_problem(report: &Report, page: &str, reason: &str, case: &str) {
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 1, "{case}: {problems:?}");
    assert!(problems[0].contains(page), "{case}: {problems:?} names {page}");
    assert!(
        problems[0].contains(reason),
        "{case}: {problems:?} says `{reason}`"
    );
    assert_eq!(report.differences, [], "{case}");
    assert!(
        report.stale_deviations.is_empty(),
        "{case}: {:?}",
        report.stale_deviations
    );
    assert_eq!(report.changes, [], "{case}");
    assert!(!report.is_clean(), "{case}");
}

#[test]
fn reviewed_pages_are_clean() {
    for format in FORMATS {
        let report = report(format, &reviewed());
        assert!(report.is_clean(), "{format:?}: {report:#?}");
        assert_eq!((report.pages, report.explained.len()), (4, 2));
    }
}

#[test]
fn nothing_follows_from_an_unreadable_page() {
    let cases = [
        (
            "trailing comma",
            SHOW,
            "\"size\": 40",
            "\"size\": 40,",
            "not JSON",
        ),
        (
            "comment in an example",
            SHOW,
            "\"size\": 40",
            "\"size\": 40 // in GB",
            "not JSON",
        ),
        (
            "comment before an example",
            CREATE,
            "{\n    \"size\"",
            "# a disk\n{\n    \"size\"",
            "neither a request nor JSON",
        ),
        (
            "cut off example",
            SHOW,
            "    \"size\": 40\n}",
            "    ...",
            "not JSON",
        ),
        (
            "new column",
            CREATE,
            "| Type | Description\n| size | Yes | integer |",
            "| Type | Unit | Description\n| size | Yes | integer | GB |",
            "cells under",
        ),
        (
            "renamed column",
            SHOW,
            "| Parameter | Type | Description",
            "| Parameter | Kind | Description",
            "headings",
        ),
        (
            "table without headings",
            SHOW,
            "| Parameter | Type | Description\n",
            "",
            "headings",
        ),
        (
            "unknown type",
            SHOW,
            "| integer |",
            "| uint |",
            "does not know the type `uint`",
        ),
        (
            "unknown section",
            SHOW,
            "## Request\n",
            "## Remarks\n",
            "does not know this section",
        ),
        (
            "no statuses",
            SHOW,
            "## Status Codes\n- Normal\n200\n- Abnormal\n| Status Code | Description\n| 404 Not Found | There is no such disk.",
            "",
            "Status Codes",
        ),
        (
            "status without a number",
            SHOW,
            "404 Not Found",
            "Not Found",
            "not a status",
        ),
        (
            "range of statuses",
            SHOW,
            "\n200\n",
            "\n200 to 206\n",
            "not a status",
        ),
        (
            "unknown kind of page",
            STATUSES,
            "| Status Code | Description\n| 200",
            "| Code | Meaning\n| 200",
            "headings",
        ),
        (
            "unknown headings",
            CODES,
            "| Module | Error Code",
            "| Area | Error Code",
            "headings",
        ),
        ("code that is none", CODES, "Disk.0002", "two", "is not a code"),
        (
            "code listed twice",
            CODES,
            "Disk.0002",
            "Disk.0001",
            "occurs twice",
        ),
        (
            "status listed twice",
            SHOW,
            "| 404 Not",
            "| 404 Not Found | None\n| 404 Not",
            "occurs twice",
        ),
    ];
    for (case, number, old, new, reason) in cases {
        for format in FORMATS {
            let report = report(format, &changed(number, old, new));
            assert_only_problem(&report, &id(number), reason, &format!("{case}, {format:?}"));
        }
    }
}

#[test]
fn columns_that_are_new_to_all_rows_are_unknown() {
    let pages = changed(
        SHOW,
        "| Parameter | Type | Description\n| id | string | The disk\n| size | integer | The size in GB",
        "| Parameter | Type | Since | Description\n| id | string | v1 | The disk\n| size | integer | v2 | The size in GB",
    );
    for format in FORMATS {
        assert_only_problem(
            &report(format, &pages),
            &id(SHOW),
            "Since",
            &format!("{format:?}"),
        );
    }
}

#[test]
fn other_pages_are_compared_although_one_is_unreadable() {
    let mut pages = changed(SHOW, "\"size\": 40", "\"size\": 40,");
    pages[1].1 = pages[1].1.replace("POST", "PUT");
    for format in FORMATS {
        let report = report(format, &pages);
        assert_eq!(report.problems.len(), 1);
        assert!(
            report
                .differences
                .iter()
                .any(|found| found.page == id(CREATE) && found.field == "method")
        );
        assert_eq!(changes(&report), [(id(CREATE).as_str(), ChangeKind::Facts)]);
    }
}

/// The bytes of a page in an encoding.
type Encode = fn(&str) -> Vec<u8>;

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn files_in_other_encodings_are_unreadable_pages() {
    let encodings: [(&str, Encode); 4] = [
        ("Latin-1", |text| {
            text.chars()
                .map(|c| u8::try_from(u32::from(c)).unwrap())
                .collect()
        }),
        ("UTF-16LE with a byte order mark", |text| {
            utf16(&format!("\u{feff}{text}"), u16::to_le_bytes)
        }),
        ("UTF-16BE with a byte order mark", |text| {
            utf16(&format!("\u{feff}{text}"), u16::to_be_bytes)
        }),
        ("UTF-16LE", |text| utf16(text, u16::to_le_bytes)),
    ];
    for format in FORMATS {
        for (name, encode) in encodings {
            // An unknown file name, so that the page must be recognized by what it contains.
            let text = html(
                format,
                SHOW,
                &reviewed()[0].1.replace("The size", "The siz\u{e9}"),
            );
            let text = if name == "UTF-16LE" {
                text.replace('\u{e9}', "e")
            } else {
                text
            };
            let mut files = sources(format, &reviewed());
            files[0] = source("unknown.html", encode(&text));
            let report = report_on(format, &files);
            assert_only_problem(
                &report,
                "unknown.html",
                "is not UTF-8",
                &format!("{name}, {format:?}"),
            );
            assert_eq!(report.pages, 3, "{name}, {format:?}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_the_page_that_had_its_name() {
    for format in FORMATS {
        let mut files = sources(format, &reviewed());
        files[0].content = Err("the file can't be read: gone".to_owned());
        let name = files[0].name.clone();
        assert_only_problem(
            &report_on(format, &files),
            &name,
            "can't be read",
            &format!("{format:?}"),
        );
    }
}

#[test]
fn no_page_is_missing_while_an_unknown_file_is_unreadable() {
    let mut files = sources(Format::Site, &reviewed());
    files[0] = source("new/unknown.html", "<html></html>");
    let report = report_on(Format::Site, &files);
    assert_only_problem(
        &report,
        "new/unknown.html",
        "no page is reported as missing",
        "unknown file",
    );
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_an_unreadable_page() {
    for format in FORMATS {
        let directory = std::env::temp_dir().join(format!("otc-reference-{}-{format:?}", std::process::id()));
        let files = sources(format, &reviewed());
        for Source { name, content } in &files[1..] {
            let path = directory.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content.as_ref().unwrap()).unwrap();
        }
        std::os::unix::fs::symlink("nowhere.html", directory.join(&files[0].name)).unwrap();
        let read = otc_reference::sources(directory.to_str().unwrap());
        std::fs::remove_dir_all(&directory).unwrap();
        let report = report_on(format, &read.unwrap());
        assert_only_problem(&report, &files[0].name, "can't be read", &format!("{format:?}"));
    }
}

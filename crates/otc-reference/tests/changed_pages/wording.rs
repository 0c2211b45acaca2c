//! A fact in any words is found, or reported as not understood. It is never said that no fact changed.

use otc_reference::{ChangeKind, Field, Limit, Reference};

use crate::disks::{CODES, CREATE, SHOW, STATUSES, changed, changes, differences, report};
use crate::markup::{FORMATS, id, sources};

/// The page must be reported, and not as one of which only prose changed.
fn assert_not_prose(number: u32, old: &str, new: &str) {
    for format in FORMATS {
        let report = report(format, &changed(number, old, new));
        let kinds = changes(&report);
        let unreadable = !report.problems.is_empty() && kinds.is_empty();
        let told = matches!(kinds[..], [(_, ChangeKind::Facts | ChangeKind::Unread)]);
        assert!(
            unreadable || told,
            "`{new}`, {format:?}: {kinds:?}, {:?}",
            report.problems
        );
    }
}

#[test]
fn deprecation_in_words_is_a_fact_of_the_operation() {
    let function = "This API is used to query a disk.";
    let sentences = [
        "This API is deprecated.",
        "This API has been deprecated. Use another one.",
        "The interface was discontinued in 2020.",
        "This API is used to query a disk (Deprecated since 2.0).",
        "Deprecated. This API is used to query a disk.",
        "This operation is no longer supported.",
        "! This API is deprecated. Use another API.",
        "! This API has been retired.",
    ];
    for sentence in sentences {
        for format in FORMATS {
            let new = format!("{function}\n{sentence}");
            let report = report(format, &changed(SHOW, function, &new));
            assert_eq!(
                differences(&report),
                [(id(SHOW).as_str(), "deprecated")],
                "`{sentence}`, {format:?}"
            );
        }
    }
    for title in [
        "# Querying a Disk (Deprecated)",
        "# Querying a Disk (Discarded)",
        "# Deprecated: Querying a Disk",
    ] {
        for format in FORMATS {
            let report = report(format, &changed(SHOW, "# Querying a Disk", title));
            assert_eq!(
                differences(&report),
                [(id(SHOW).as_str(), "deprecated")],
                "`{title}`, {format:?}"
            );
        }
    }
}

#[test]
fn deprecation_of_a_field_in_words_is_a_fact_of_the_field() {
    let sentences = [
        "The size in GB (Deprecated since 2.0)",
        "This parameter is deprecated.",
        "The size in GB / ! This field has been discontinued.",
        "The size in GB. This attribute is no longer supported.",
    ];
    for sentence in sentences {
        for format in FORMATS {
            let pages = changed(SHOW, "The size in GB", sentence);
            let size = field(&Reference::read(&sources(format, &pages)), "size");
            assert!(size.deprecated, "`{sentence}`, {format:?}");
        }
    }
}

#[test]
fn other_words_for_deprecation_are_not_prose() {
    let function = "This API is used to query a disk.";
    let texts = [
        "It will go offline soon.",
        "Do not use it any more.",
        "Use the other API instead.",
        "! This API is to be abandoned.",
        "It is about to be phased out.",
        "This API is a legacy API.",
        "It is not recommended.",
        "You are advised to query all disks.",
        "Support for it has ended.",
    ];
    for text in texts {
        assert_not_prose(SHOW, function, &format!("{function}\n{text}"));
        assert_not_prose(
            SHOW,
            "The size in GB",
            &format!("The size in GB. {}", text.trim_start_matches("! ")),
        );
    }
    for title in [
        "(To Be Taken Offline)",
        "(Abandoned)",
        "(Not Recommended)",
        "(Unavailable)",
        "(Legacy)",
    ] {
        assert_not_prose(SHOW, "# Querying a Disk", &format!("# Querying a Disk {title}"));
    }
    assert_not_prose(SHOW, "- URI format", "! The URI is deprecated.\n- URI format");
    assert_not_prose(SHOW, "None", "None\n! This API is deprecated.");
    assert_not_prose(SHOW, "404 Not Found", "404 Not Found (no longer returned)");
    assert_not_prose(SHOW, "There is no such disk.", "No longer returned.");
    assert_not_prose(CODES, "No such disk", "No longer returned");
    assert_not_prose(STATUSES, "There is no such thing.", "No longer returned.");
    assert_not_prose(STATUSES, "404 Not Found", "404 Not Found (deprecated)");
}

fn field(reference: &Reference, name: &str) -> Field {
    let mut operations = reference.pages.iter().filter_map(|page| page.facts.operation());
    let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
    operations
        .find_map(|operation| {
            let mut fields = operation.request.iter().chain(&operation.response);
            fields.find(|field| field.name == name && !field.example_only)
        })
        .unwrap_or_else(|| panic!("no field {name}: {problems:?}"))
        .clone()
}

#[test]
fn ranges_in_usual_words_are_limits() {
    use Limit::{MaxItems, MaxLength, Maximum, MinLength, Minimum};
    let cases: [(&str, &[(Limit, i64)]); 16] = [
        ("The size in GB (1-1000)", &[(Minimum, 1), (Maximum, 1000)]),
        ("The size in GB [1, 1000]", &[(Minimum, 1), (Maximum, 1000)]),
        ("The size in GB [1, 1,000]", &[(Minimum, 1), (Maximum, 1000)]),
        ("The size, which cannot exceed 1000", &[(Maximum, 1000)]),
        ("The size. It must not exceed 1000.", &[(Maximum, 1000)]),
        ("The size in GB. Maximum: 1,000", &[(Maximum, 1000)]),
        ("The size in GB. Minimum: <strong>10</strong>", &[(Minimum, 10)]),
        (
            "The size ranges from 1 to 1000.",
            &[(Minimum, 1), (Maximum, 1000)],
        ),
        ("The size, between 1 and 1000", &[(Minimum, 1), (Maximum, 1000)]),
        ("Value range: 1–1000", &[(Minimum, 1), (Maximum, 1000)]),
        ("The size is at least 10.", &[(Minimum, 10)]),
        ("A value less than or equal to 1000", &[(Maximum, 1000)]),
        ("The size / ! The size cannot exceed 1000.", &[(Maximum, 1000)]),
        ("A text of 1 to 64 characters", &[(MinLength, 1), (MaxLength, 64)]),
        ("At most 20 items", &[(MaxItems, 20)]),
        ("Maximum length: 255", &[(MaxLength, 255)]),
    ];
    for (text, limits) in cases {
        for format in FORMATS {
            let pages = changed(SHOW, "The size in GB", text);
            let size = field(&Reference::read(&sources(format, &pages)), "size");
            let found: Vec<(Limit, i64)> = size
                .limits
                .0
                .iter()
                .flat_map(|(limit, all)| all.iter().map(|one| (*limit, *one)))
                .collect();
            assert_eq!(found, limits, "`{text}`, {format:?}");
        }
    }
}

#[test]
fn other_words_for_ranges_are_not_prose() {
    let texts = [
        "The size must be less than 1000.",
        "The size must be more than ten.",
        "A positive integer",
        "Two or more disks",
        "Below 1000 GB",
        "A name of up to sixty-four characters",
        "1 TB or less",
        "A multiple of 10",
        "At least one",
        "A non-empty text",
        "Must be unique",
        "0 &lt; size &lt; 100",
        "Letters and digits",
        "A hexadecimal number",
        "The name is case-sensitive",
        "May be null",
        "None of the disks in use",
        "Not larger than the largest disk",
    ];
    for text in texts {
        assert_not_prose(SHOW, "The size in GB", &format!("The size in GB. {text}"));
        assert_not_prose(SHOW, "The size in GB", &format!("The size in GB / ! {text}"));
    }
    assert_not_prose(CREATE, "No (not needed for copies)", "No (needed for copies)");
}

#[test]
fn values_in_sentences_and_notes_are_values() {
    let old = "Possible values are <strong>ssd</strong> and <strong>sata</strong>.";
    let cases = [
        "Possible values are <strong>ssd</strong>, <strong>sata</strong> and <strong>nvme</strong>.",
        "Possible values are <strong>ssd</strong> and <strong>sata</strong>. The value can also be <strong>nvme</strong>.",
        "Possible values are <strong>ssd</strong> and <strong>sata</strong>. / ! The value can also be <strong>nvme</strong>.",
        "Possible values are <code>ssd</code>, <code>sata</code> and <code>nvme</code>.",
        "Possible values: / * ssd / * sata / * nvme",
        "Enum: [ssd, sata, nvme]",
    ];
    for text in cases {
        for format in FORMATS {
            let pages = changed(CREATE, old, text);
            let report = report(format, &pages);
            assert_eq!(
                differences(&report),
                [(id(CREATE).as_str(), "request.kind: values")],
                "`{text}`, {format:?}"
            );
        }
    }
}

#[test]
fn other_words_for_values_are_not_prose() {
    let texts = [
        "It can be ssd or sata.",
        "Either ssd or sata",
        "One of ssd, sata",
        "SSD, SAS and SATA are accepted.",
        "Set it to \"ssd\".",
        "Use <code>ssd</code> for fast disks.",
        "For fast disks, specify ssd.",
        "True if it is fast",
        "Fast disks have the kind ssd, e.g. those of servers.",
        "ssd indicates a fast disk.",
        "ssd: fast",
        "ssd means a fast disk.",
        "The type may also be ultra.",
        "Options: ssd, sata",
        "Valid values: ssd, sata",
    ];
    for text in texts {
        let kind = "The kind of disk.";
        assert_not_prose(CREATE, kind, &format!("{kind} {text}"));
        assert_not_prose(
            CREATE,
            "- Example request",
            &format!("! {text}\n- Example request"),
        );
    }
}

#[test]
fn statuses_in_one_sentence_are_all_found() {
    for text in [
        "200 or 206",
        "200, 206",
        "200 and 206",
        "200 OK or 206 Partial Content",
    ] {
        for format in FORMATS {
            let report = report(format, &changed(SHOW, "\n200\n", &format!("\n{text}\n")));
            assert_eq!(
                differences(&report),
                [(id(SHOW).as_str(), "status success")],
                "`{text}`, {format:?}"
            );
        }
    }
    assert_not_prose(
        SHOW,
        "\n- Abnormal",
        "\n! 206 is returned for a part.\n- Abnormal",
    );
    assert_not_prose(SHOW, "| 404 Not Found", "| 404 or 410");
}

//! A small reference of disks, its document, and the report on a changed version of it.

use otc_reference::{
    Change, ChangeKind, Deviation, Document, Expected, Lock, Reference, Report, Source, check,
    parse_deviations,
};

use crate::markup::{Format, Page, sources};

pub(crate) const SHOW: u32 = 1;
pub(crate) const CREATE: u32 = 2;
pub(crate) const CODES: u32 = 3;
pub(crate) const STATUSES: u32 = 4;

const SHOW_PAGE: &str = r#"
# Querying a Disk
## Function
This API is used to query a disk.
## URI
- URI format
GET /v2/{project_id}/disks/{disk_id}
- Parameter description
| Parameter | Mandatory | Description
| project_id | Yes | The project
| disk_id | Yes | The disk
## Request
None
## Response
- Parameter description
| Parameter | Type | Description
| id | string | The disk
| size | integer | The size in GB
- Example response
```
{
    "id": "disk-1",
    "size": 40
}
```
## Status Codes
- Normal
200
- Abnormal
| Status Code | Description
| 404 Not Found | There is no such disk.
"#;

const CREATE_PAGE: &str = r#"
# Creating a Disk
## Function
This API is used to create a disk.
## URI
- URI format
POST /v2/{project_id}/disks
- Parameter description
| Parameter | Mandatory | Description
| project_id | Yes | The project
## Request
- Parameter description
| Parameter | Mandatory | Type | Description
| size | Yes | integer | The size in GB.
| kind | No (not needed for copies) | string | The kind of disk. Possible values are <strong>ssd</strong> and <strong>sata</strong>.
- Example request
```
{
    "size": 40,
    "kind": "ssd"
}
```
## Response
- Parameter description
| Parameter | Type | Description
| id | string | The disk
- Example response
```
{
    "id": "disk-1"
}
```
## Status Codes
- Normal
200
- Abnormal
| Status Code | Description
| 400 Bad Request | The request is wrong.
"#;

const CODES_PAGE: &str = "
# Error Codes
| Module | Error Code | Description
| Shared | Disk.0001 | Wrong request
|  | Disk.0002 | No such disk
";

const STATUSES_PAGE: &str = "
# Status Codes
- Normal
| Status Code | Description
| 200 OK | It worked.
- Abnormal
| Status Code | Description
| 400 Bad Request | The request is wrong.
| 404 Not Found | There is no such thing.
";

const DOCUMENT: &str = r"
openapi: 3.0.3
info: {title: Disks, version: v1}
paths:
  /v2/{project_id}/disks/{disk_id}:
    get:
      operationId: showDisk
      x-reference-page: en-us_topic_0000000001
      parameters:
        - {name: project_id, in: path, required: true, schema: {type: string}}
        - {name: disk_id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The disk.
          content:
            application/json:
              schema: {type: object, properties: {id: {type: string}, size: {type: integer}}}
              examples: {one: {value: {id: disk-1, size: 41}}}
        '404': {description: There is none.}
  /v2/{project_id}/disks:
    post:
      operationId: createDisk
      x-reference-page: en-us_topic_0000000002
      parameters:
        - {name: project_id, in: path, required: true, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [size]
              properties: {size: {type: integer}, kind: {type: string, enum: [ssd, sata]}}
            examples: {one: {value: {size: 40, kind: sata}}}
      responses:
        '200':
          description: The disk.
          content:
            application/json:
              schema: {type: object, properties: {id: {type: string}}}
              examples: {one: {value: {id: disk-1}}}
        '400': {description: The request is wrong.}
";

const ERROR_CODES: &str = r#"
code = [{code = "Disk.0001", module = "Shared"}, {code = "Disk.0002", module = "Shared"}]
"#;

/// Two example values differ between the document and the pages on purpose.
const DEVIATIONS: &str = r#"
[[deviation]]
page = "en-us_topic_0000000001"
field = "example.response[0].size"
reference = "40"
document = "41"
why = "The example's size is not available."

[[deviation]]
page = "en-us_topic_0000000002"
field = "example.request[0].kind"
reference = '"ssd"'
document = '"sata"'
why = "The example's kind is not available."
"#;

/// All pages as they were reviewed.
pub(crate) fn reviewed() -> Vec<Page> {
    let pages = [
        (SHOW, SHOW_PAGE),
        (CREATE, CREATE_PAGE),
        (CODES, CODES_PAGE),
        (STATUSES, STATUSES_PAGE),
    ];
    pages.map(|(number, text)| (number, text.to_owned())).to_vec()
}

/// The pages with one of them changed.
pub(crate) fn changed(number: u32, old: &str, new: &str) -> Vec<Page> {
    let mut pages = reviewed();
    let page = pages.iter_mut().find(|page| page.0 == number).unwrap();
    assert!(page.1.contains(old), "page {number} says `{old}`");
    page.1 = page.1.replacen(old, new, 1);
    pages
}

pub(crate) fn document() -> Document {
    Document::parse("disks.yaml", DOCUMENT.to_owned(), ERROR_CODES).unwrap()
}

pub(crate) fn deviations() -> Vec<Deviation> {
    parse_deviations(DEVIATIONS).unwrap()
}

/// The report on these files, which were reviewed as [`reviewed`] gives them.
pub(crate) fn report_on(format: Format, files: &[Source]) -> Report {
    let mut lock = Lock::default();
    let before = Reference::read(&sources(format, &reviewed()));
    assert_eq!(before.problems().next(), None, "the reviewed pages can be read");
    lock.accept(&before);
    let expected = Expected {
        document: &document(),
        deviations: &deviations(),
        lock: &lock,
    };
    check("pages", &Reference::read(files), &expected)
}

/// The report on these pages.
pub(crate) fn report(format: Format, pages: &[Page]) -> Report {
    report_on(format, &sources(format, pages))
}

/// The kinds of the changes, with their pages.
pub(crate) fn changes(report: &Report) -> Vec<(&str, ChangeKind)> {
    let kind = |change: &'_ Change| change.kind;
    report
        .changes
        .iter()
        .map(|change| (change.page.as_str(), kind(change)))
        .collect()
}

/// Page and field of each difference.
pub(crate) fn differences(report: &Report) -> Vec<(&str, &str)> {
    let all = report.differences.iter();
    all.map(|found| (found.page.as_str(), found.field.as_str()))
        .collect()
}

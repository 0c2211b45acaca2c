//! What can't be read is reported with its place; nothing is skipped.

use otc_reference::Reference;

use crate::site_with;

/// The one problem after a change of a page.
fn problem(page: &str, old: &str, new: &str) -> String {
    let reference = Reference::read(&site_with(page, old, new));
    let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
    problems.join("\n")
}

#[test]
fn headings_labels_and_tables() {
    let page = "list.html";
    insta::assert_snapshot!(problem(page, "<h2>Response<", "<h2>Answer<"), @"en-us_topic_0000000101: Answer: does not know this section");
    insta::assert_snapshot!(problem(page, "<h2>URI<", "<h2>Address<"), @"en-us_topic_0000000101: Address: the page has this section but no section `URI`");
    insta::assert_snapshot!(problem(page, "<p>Example response", "<p>Path parameters"), @"en-us_topic_0000000101: Response: does not expect `Path parameters` in this section");
    insta::assert_snapshot!(problem(page, "<p>Example response", "<p>Sample"), @"en-us_topic_0000000101: Response: does not know what `Sample` announces");
    insta::assert_snapshot!(problem(page, "<p>Type</p>", "<p>Kind</p>"), @r#"en-us_topic_0000000101: URI: table 2: does not know the headings ["Parameter", "Mandatory", "Kind", "Description"]"#);
    insta::assert_snapshot!(problem(page, "<td><p>boolean</p></td>", ""), @"en-us_topic_0000000101: Response: row 9 of table 3 has 2 cells under 3 headings");
    insta::assert_snapshot!(problem(page, "<td><p>boolean</p></td>", "<td rowspan=\"2\"><p>boolean</p></td>"), @"en-us_topic_0000000101: Response: table 3: the cell `boolean` spans rows or columns");
    insta::assert_snapshot!(problem(page, "<p>Lists the lamps", "<video></video><p>Lists the lamps"), @"en-us_topic_0000000101: Function: does not know the element `<video>` here");
}

#[test]
fn cells() {
    let page = "list.html";
    insta::assert_snapshot!(problem(page, "<p>boolean</p>", "<p>yes or no</p>"), @"en-us_topic_0000000101: Response: table 3, row 9 (`on`): does not know the type `yes or no`");
    insta::assert_snapshot!(problem(page, "<p>No</p>", "<p>Perhaps</p>"), @"en-us_topic_0000000101: URI: table 2, row 1 (`order`): is neither mandatory nor optional but `Perhaps`");
    insta::assert_snapshot!(problem(page, "12 to 230 V", "ranging widely"), @"en-us_topic_0000000101: Response: table 3, row 6 (`volts`): states a range that is not understood: `Tension (ranging widely)`");
    insta::assert_snapshot!(problem(page, "<p>404 Not Found</p>", "<p>Not Found</p>"), @"en-us_topic_0000000101: Status Codes: `Not Found` is not a status");
    insta::assert_snapshot!(problem("codes.html", "<p>Lamp.0002</p>", "<p>Lamp two</p>"), @"en-us_topic_0022472083: before the first heading: row 2: `Lamp two` of module `Shared` is not a code");
}

#[test]
fn fields_and_types_that_are_described_nowhere() {
    insta::assert_snapshot!(problem("create.html", "<strong>tag</strong> field", "<strong>label</strong> field"), @"en-us_topic_0000000102: Request: a table describes `label`, but no row is called so");
    insta::assert_snapshot!(problem("create.html", "map&lt;string,string&gt;", "list&lt;shade&gt;"), @"en-us_topic_0000000102: Request: no table describes the type `shade`");
    insta::assert_snapshot!(problem("list.html", "<p>serial</p>", "<p>volts</p>"), @"en-us_topic_0000000101: Response: `volts` has a second row at the same place");
}

#[test]
fn uri_and_examples() {
    let page = "list.html";
    insta::assert_snapshot!(problem(page, "<p>GET /v2/{project_id}/lamps</p>", "<p>see above</p>"), @"en-us_topic_0000000101: URI: `see above` is not `METHOD /path`");
    insta::assert_snapshot!(problem(page, "<p>GET /v2/{project_id}/lamps</p>", ""), @"en-us_topic_0000000101: URI: has no line `METHOD /path`");
    insta::assert_snapshot!(problem(page, "\"id\": \"lamp-1\"", "\"id\": lamp-1"), @"en-us_topic_0000000101: Response: the example is not JSON: expected value at line 4 column 19");
    insta::assert_snapshot!(problem(page, "GET /v2/{project_id}/lamps?limit=10", "look at the lamps"), @"en-us_topic_0000000101: URI: `look at the lamps` is neither a request nor JSON");
}

#[test]
fn whole_pages() {
    insta::assert_snapshot!(problem("list.html", "id=\"en-us-topic-0000000101\"", ""), @"lamps/list.html: anchors before the title: none of them is a stable name (`en-us-topic-…`)");
    insta::assert_snapshot!(problem("list.html", "id=\"docs-content\"", ""), @"lamps/list.html: whole page: is neither a page of the published site (an element `#docs-content`) nor of the export (a heading `h1.topictitle1`)");
    insta::assert_snapshot!(problem("codes.html", "<p>Module</p>", "<p>Part</p>"), @r#"en-us_topic_0022472083: before the first heading: does not know the headings ["Part", "Error Code", "Description"]"#);
}

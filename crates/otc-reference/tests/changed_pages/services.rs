//! Pages of other services of the same cloud: their facts are found, or the reader says what it does not understand.

use std::collections::BTreeSet;

use otc_reference::{Field, Limit, Operation, Reference, ValueType};

use crate::markup::{FORMATS, Format, sources};

/// As the Elastic Cloud Server, the Elastic Volume Service and the Virtual Private Cloud write their pages: captions
/// instead of labels, addresses in the examples, a list of parameters that is announced in a sentence.
const SUBNET: &str = r#"
# Creating a Subnet
## Function
This API is used to create a subnet.
## URI
POST /v1/{project_id}/subnets
Table 1 describes the parameters.
= <strong>Table 1 </strong>Parameter description
| Name | Mandatory | Description
| project_id | Yes | Specifies the project ID.
## Request Message
- Request parameter
= <strong>Table 2 </strong>Request parameter
| Name | Mandatory | Type | Description
| subnet | Yes | <a href="subnet.html">subnet</a> object | Specifies the subnet.
= <strong>Table 3 </strong>Description of the <strong>subnet</strong> field
| Name | Mandatory | Type | Description
| name | Yes | String | Specifies the name. / The value is a string of 1 to 64 characters that can contain letters.
| cidr | Yes | String | Specifies the network segment. / The value must be in CIDR format.
| dhcp_enable | No | Boolean | Specifies whether DHCP is enabled. / The value can be <strong>true</strong> or <strong>false</strong>. / The default value is <strong>true</strong>.
| dnsList | No | Array of strings | Specifies the servers.
- Example request
```
POST https://{Endpoint}/v1/{project_id}/subnets

{
    "subnet": {
        "name": "subnet",
        "cidr": "192.168.20.0/24",
        "dhcp_enable": true,
        "dnsList": ["114.114.114.114"]
    }
}
```
## Response Message
- Response parameter
= <strong>Table 4 </strong>Response parameter
| Name | Type | Description
| subnet | subnet object | Specifies the subnet.
= <strong>Table 5 </strong>subnet objects
| Name | Type | Description
| id | String | Specifies the subnet ID.
| status | String | Specifies the status. / Possible values are as follows: / * <strong>ACTIVE</strong>: The subnet is in use. / * <strong>UNKNOWN</strong>: It is not.
- Example response
```
{
    "subnet": {
        "id": "4779ab1c",
        "status": "UNKNOWN"
    }
}
```
## Status Code
- Normal
200
- Abnormal
| Returned Values | Description
| 400 Bad Request | The server failed to process the request.
| 409 Conflict | There is a conflict.
## Error Code
See <a href="errors.html">Error Codes</a>.
"#;

/// As the Cloud Backup and Recovery service writes its pages, which are generated.
const VAULTS: &str = r#"
# Querying Vaults
## Function
This API is used to query vaults.
## URI
GET /v3/{project_id}/vaults
= <strong>Table 1 </strong>Path Parameters
| Parameter | Mandatory | Type | Description
| project_id | Yes | String | Project ID
= <strong>Table 2 </strong>Query Parameters
| Parameter | Mandatory | Type | Description
| limit | No | Integer | Number of resources / Minimum: <strong>1</strong> / Maximum: <strong>1000</strong> / Default: <strong>1000</strong>
| status | No | String | Status / Enumeration values: / * <strong>available</strong> / * <strong>lock</strong>
## Request Parameters
= <strong>Table 3 </strong>Request header parameters
| Parameter | Mandatory | Type | Description
| X-Auth-Token | Yes | String | User token. / Minimum: <strong>1</strong> / Maximum: <strong>16384</strong>
## Response Parameters
<strong>Status code: 200</strong>
= <strong>Table 4 </strong>Response body parameters
| Parameter | Type | Description
| vaults | Array of <a href="x.html">Vault</a> objects | List of vaults
| count | Integer | Number of vaults
= <strong>Table 5 </strong>Vault
| Parameter | Type | Description
| id | String | Vault ID
| billing | <a href="x.html">Billing</a> object | Operation information
| tags | Array of <a href="x.html">Tag</a> objects | Tags / Array Length: <strong>0 - 10</strong>
= <strong>Table 6 </strong>Billing
| Parameter | Type | Description
| size | Integer | Capacity / Minimum: <strong>1</strong> / Maximum: <strong>10485760</strong>
= <strong>Table 7 </strong>Tag
| Parameter | Type | Description
| key | String | Key
## Example Requests
```
GET https://{endpoint}/v3/{project_id}/vaults
```
## Example Responses
<strong>Status code: 200</strong>
OK
```
{
    "vaults": [{"id": "v1", "billing": {"size": 40}, "tags": [{"key": "k"}]}],
    "count": 1
}
```
## Status Codes
| Status Code | Description
| 200 | OK
| 404 | Not Found
## Error Codes
See <a href="errors.html">Error Codes</a>.
"#;

fn read(format: Format, text: &str) -> Reference {
    Reference::read(&sources(format, &[(900, text.to_owned())]))
}

/// The only page's operation.
fn operation(reference: &Reference) -> &Operation {
    let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
    assert_eq!(problems, Vec::<String>::new());
    reference.pages[0].facts.operation().unwrap()
}

fn at<'f>(fields: &'f [Field], path: &str) -> &'f Field {
    let (name, rest) = path.split_once('.').unwrap_or((path, ""));
    let field = fields
        .iter()
        .find(|field| field.name == name)
        .unwrap_or_else(|| panic!("no {path}: {fields:#?}"));
    if rest.is_empty() {
        field
    } else {
        at(&field.children, rest)
    }
}

fn limits(field: &Field) -> Vec<(Limit, i64)> {
    let all = field.limits.0.iter();
    all.flat_map(|(limit, numbers)| numbers.iter().map(|number| (*limit, *number)))
        .collect()
}

fn values(field: &Field) -> Vec<&str> {
    field.values.iter().map(String::as_str).collect()
}

#[test]
fn pages_with_captions_and_addresses_are_read() {
    for format in FORMATS {
        let reference = read(format, SUBNET);
        let operation = operation(&reference);
        assert_eq!(
            (operation.method.as_str(), operation.path.as_str()),
            ("POST", "/v1/{project_id}/subnets")
        );
        assert_eq!(operation.path_parameters[0].mandatory, Some(true));
        assert_eq!(
            limits(at(&operation.request, "subnet.name")),
            [(Limit::MinLength, 1), (Limit::MaxLength, 64)]
        );
        let dhcp = at(&operation.request, "subnet.dhcp_enable");
        assert_eq!(
            (dhcp.default.as_deref(), dhcp.mandatory),
            (Some("true"), Some(false))
        );
        assert_eq!(values(dhcp), ["false", "true"]);
        let strings = ValueType::List(Box::new(ValueType::String));
        assert_eq!(at(&operation.request, "subnet.dnsList").value_type, strings);
        assert_eq!(
            values(at(&operation.response, "subnet.status")),
            ["ACTIVE", "UNKNOWN"]
        );
        assert_eq!(operation.success, BTreeSet::from([200]));
        assert_eq!(operation.failures, BTreeSet::from([400, 409]));
        assert_eq!(operation.request_lines[0].path, "/v1/{project_id}/subnets");
        assert_eq!(operation.request_examples.len(), 1);
        let unread: Vec<&str> = reference.pages[0]
            .facts
            .unread
            .iter()
            .map(|remark| remark.sentence.as_str())
            .collect();
        assert!(
            unread.contains(&"The value must be in CIDR format."),
            "{unread:?}"
        );
    }
}

#[test]
fn generated_pages_are_read() {
    for format in FORMATS {
        let reference = read(format, VAULTS);
        let operation = operation(&reference);
        assert_eq!(
            (operation.method.as_str(), operation.path.as_str()),
            ("GET", "/v3/{project_id}/vaults")
        );
        let limit = at(&operation.query_parameters, "limit");
        assert_eq!(limits(limit), [(Limit::Minimum, 1), (Limit::Maximum, 1000)]);
        assert_eq!(limit.default.as_deref(), Some("1000"));
        assert_eq!(
            values(at(&operation.query_parameters, "status")),
            ["available", "lock"]
        );
        assert_eq!(operation.headers[0].name, "X-Auth-Token");
        assert_eq!(
            at(&operation.response, "vaults.billing.size").value_type,
            ValueType::Integer
        );
        assert_eq!(
            at(&operation.response, "vaults.tags.key").value_type,
            ValueType::String
        );
        assert_eq!(
            limits(at(&operation.response, "vaults.tags")),
            [(Limit::MaxItems, 10)]
        );
        assert_eq!(operation.success, BTreeSet::from([200]));
        assert_eq!(operation.failures, BTreeSet::from([404]));
        assert_eq!(operation.response_examples.len(), 1);
    }
}

/// What other services write in yet another way is a problem that says where it is, not half of the facts.
#[test]
fn what_is_not_understood_is_named() {
    let cases = [
        (
            SUBNET,
            "POST /v1/{project_id}/subnets\nTable 1",
            "Table 1",
            "has no line `METHOD /path`",
        ),
        (
            SUBNET,
            "## Request Message\n",
            "## Request Sample\n",
            "Request Sample",
        ),
        (SUBNET, "| Array of strings |", "| List of Maps |", "List of Maps"),
        (
            SUBNET,
            "| Name | Mandatory | Type | Description\n| name",
            "| Name | Mandatory | Type | Length | Description\n| name",
            "cells under",
        ),
        (
            SUBNET,
            "</strong>subnet objects",
            "</strong>What a gateway has",
            "What a gateway has",
        ),
        (
            SUBNET,
            "| Returned Values | Description",
            "| HTTP Status Code | Description",
            "HTTP Status Code",
        ),
        (
            VAULTS,
            "Table 6 </strong>Billing",
            "Table 6 </strong>Invoice",
            "Invoice",
        ),
        (
            VAULTS,
            "| Array of <a href=\"x.html\">Vault</a> objects |",
            "| Array of <a href=\"x.html\">Safe</a> objects |",
            "Vault",
        ),
        (VAULTS, "| 404 | Not Found", "| 4xx | Not Found", "4xx"),
        (
            VAULTS,
            "\n    \"count\": 1\n",
            "\n    \"count\": 1, ...\n",
            "not JSON",
        ),
        (VAULTS, "| limit | No |", "| limit | Conditional |", "Conditional"),
        (
            VAULTS,
            "Array Length: <strong>0 - 10</strong>",
            "From 0 to n tags, 5 tags are usual",
            "states a range",
        ),
    ];
    for (page, old, new, reason) in cases {
        assert!(page.contains(old), "the page says `{old}`");
        for format in FORMATS {
            let reference = read(format, &page.replacen(old, new, 1));
            let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
            assert_eq!(
                (problems.len(), reference.pages.len()),
                (1, 0),
                "`{new}`, {format:?}: {problems:?}"
            );
            assert!(
                problems[0].contains(reason),
                "`{new}`, {format:?}: {problems:?} says `{reason}`"
            );
        }
    }
}

#[test]
fn tables_of_error_codes_with_other_columns_are_named() {
    let pages = [
        "# Error Codes\n| Status Code | Error Code | Error Message | Description | Measure\n\
         | 400 | ECS.0001 | Wrong | It is wrong. | Fix it.",
        "# Error Codes\n| Module | HTTP Status Code | Error Code | Description\n| VPC | 400 | VPC.0101 | It is wrong.",
        "# Error Codes\n| Module | Error Code | Description\n| Public | 1100 | It is wrong.",
    ];
    for page in pages {
        for format in FORMATS {
            let reference = read(format, page);
            let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
            let named = problems
                .iter()
                .any(|problem| problem.contains("headings") || problem.contains("1100"));
            assert!(
                named && reference.pages.is_empty(),
                "{page}, {format:?}: {problems:?}"
            );
        }
    }
}

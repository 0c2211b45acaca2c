//! The names of operations, for logs and counts.

use axum::extract::{MatchedPath, Request};
use http::Method;
use otc_vbs_api::OPERATIONS;

const METHODS: [&str; 6] = ["DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"];

/// The `operationId` of a request's operation. If the operation is not in the document, its method and path.
/// If the sandbox does not know the request, `unknown`.
pub(crate) fn operation(request: &Request) -> String {
    let path = request.extensions().get::<MatchedPath>();
    let Some(path) = path.map(MatchedPath::as_str) else {
        return "unknown".to_owned();
    };
    let method = match request.method() {
        // Both have the same response.
        &Method::HEAD => "GET",
        method => method.as_str(),
    };
    let known = OPERATIONS.iter().find(|known| known.method == method && is_same(known.path, path));
    match known {
        Some(known) => known.id.to_owned(),
        // Callers can invent any number of methods.
        None if METHODS.contains(&method) => format!("{method} {path}"),
        None => "unknown".to_owned(),
    }
}

/// Whether two paths differ at most in the names of their parameters.
fn is_same(path: &str, other: &str) -> bool {
    let shape = |path: &str| -> Vec<String> {
        let segments = path.split('/');
        let segments = segments.map(|segment| match segment.starts_with('{') {
            true => String::new(),
            false => segment.to_owned(),
        });
        segments.collect()
    };
    shape(path) == shape(other)
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn parameter_names_do_not_distinguish_paths() {
        assert!(is_same("/v2/{project_id}/a/{id}", "/v2/{project_id}/a/{b}"));
        assert!(!is_same("/v2/{project_id}/a/{id}", "/v2/{project_id}/a/b"));
        assert!(!is_same("/v2/{project_id}/a", "/v2/{project_id}/a/{b}"));
    }
}

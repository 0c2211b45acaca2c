//! Matches requests for a fault.

use http::Method;

use super::parameters::InvalidFault;

/// A method and a path. Either may match everything.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    method: Option<Method>,
    path: Path,
}

#[derive(Clone, Debug)]
enum Path {
    /// The path has this prefix.
    Prefix(String),
    /// `*` matches any text without a slash, `**` any text.
    Glob(String),
}

impl Pattern {
    pub(super) fn prefix(prefix: impl Into<String>) -> Self {
        Self { method: None, path: Path::Prefix(prefix.into()) }
    }

    /// Reads `GET /v2/*/backuppolicy`, or only a path.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidFault> {
        let wrong = |problem: &str| {
            InvalidFault::new(format!(
                "`{text}` does not select requests: {problem}. Write for example `GET /v2/*/backuppolicy: 502`"
            ))
        };
        let (method, path) = match text.split_once(char::is_whitespace) {
            None => ("*", text),
            Some((method, path)) => (method, path.trim()),
        };
        if !path.starts_with('/') && path != "**" {
            return Err(wrong("the path does not begin with a slash"));
        }
        let method = match method {
            "*" => None,
            method if method.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                Some(Method::from_bytes(method.as_bytes()).map_err(|_| wrong("the method is missing"))?)
            }
            _ => return Err(wrong("the method is not in capitals")),
        };
        Ok(Self { method, path: Path::Glob(path.to_owned()) })
    }

    pub(super) fn matches(&self, method: &Method, path: &str) -> bool {
        let of_method = self.method.as_ref().is_none_or(|wanted| wanted == method);
        of_method
            && match &self.path {
                Path::Prefix(prefix) => path.starts_with(prefix),
                Path::Glob(glob) => matches(glob.as_bytes(), path.as_bytes()),
            }
    }
}

/// Both may be long. So this consumes the glob part by part and tracks which prefixes of the text match,
/// instead of trying every way to divide the text among the stars.
fn matches(mut glob: &[u8], text: &[u8]) -> bool {
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    while let [first, rest @ ..] = glob {
        match (first, rest) {
            (b'*', [b'*', rest @ ..]) => {
                glob = rest;
                extend(&mut ends, text, |_| true);
            }
            (b'*', rest) => {
                glob = rest;
                extend(&mut ends, text, |byte| byte != b'/');
            }
            (first, rest) => {
                glob = rest;
                for end in (1..ends.len()).rev() {
                    ends[end] = ends[end - 1] && text[end - 1] == *first;
                }
                ends[0] = false;
            }
        }
    }
    ends.last().copied().unwrap_or(false)
}

/// Extends each matched prefix by the bytes that a star matches.
fn extend(ends: &mut [bool], text: &[u8], takes: impl Fn(u8) -> bool) {
    for end in 1..ends.len() {
        ends[end] |= ends[end - 1] && takes(text[end - 1]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn stars_match_as_documented() {
        let cases = [
            ("/v2/*/backuppolicy", "GET", "/v2/abc/backuppolicy", true),
            ("/v2/*/backuppolicy", "GET", "/v2/a/b/backuppolicy", false),
            ("/v2/*/backuppolicy", "GET", "/v2/abc/backuppolicy/x", false),
            ("POST /v2/**", "POST", "/v2/abc/backuppolicy", true),
            ("POST /v2/**", "GET", "/v2/abc/backuppolicy", false),
            ("* /v2/**/backuptasks", "GET", "/v2/p/b/x/backuptasks", true),
            ("**", "DELETE", "/", true),
            ("/v2/*x*/z", "GET", "/v2/axxb/z", true),
            ("/v2/*x*/z", "GET", "/v2/axx/b/z", false),
            ("/**/z", "GET", "/z", false),
            ("/v2/***", "GET", "/v2/", true),
        ];
        for (pattern, method, path, expected) in cases {
            let pattern = Pattern::parse(pattern).unwrap();
            let method = method.parse().unwrap();
            assert_eq!(pattern.matches(&method, path), expected, "{pattern:?} {path}");
        }
        let many = format!("/{}b", "a**".repeat(100));
        let pattern = Pattern::parse(&many).unwrap();
        assert!(!pattern.matches(&Method::GET, &format!("/{}", "a".repeat(1000))));
        let long = format!("/{}", "a".repeat(60_000));
        assert!(Pattern::parse("/**a").unwrap().matches(&Method::GET, &long));
        for wrong in ["", "v2", "GET", "get /v2", "GET v2"] {
            Pattern::parse(wrong).unwrap_err();
        }
    }
}

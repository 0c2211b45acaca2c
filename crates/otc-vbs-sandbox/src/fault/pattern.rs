//! Which requests a fault is for.

use http::Method;

use super::notation::InvalidFault;

/// A method and a path. Both may leave it open.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    method: Option<Method>,
    path: Path,
}

#[derive(Clone, Debug)]
enum Path {
    /// The path begins so.
    Prefix(String),
    /// `*` stands for any text without a slash, `**` for any text.
    Glob(String),
}

impl Pattern {
    pub(super) fn prefix(prefix: impl Into<String>) -> Self {
        Self {
            method: None,
            path: Path::Prefix(prefix.into()),
        }
    }

    /// Reads `GET /v2/*/backuppolicy`, or the path alone.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidFault> {
        let wrong = |problem: &str| {
            InvalidFault::new(format!(
                "`{text}` does not say which requests a fault is for: {problem}. Write for example `GET /v2/*/backuppolicy: 502`"
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
            method if method.bytes().all(|byte| byte.is_ascii_uppercase()) => Some(
                Method::from_bytes(method.as_bytes()).map_err(|_| wrong("the method is none"))?,
            ),
            _ => return Err(wrong("the method is not in capitals")),
        };
        Ok(Self {
            method,
            path: Path::Glob(path.to_owned()),
        })
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

fn matches(glob: &[u8], text: &[u8]) -> bool {
    let from_any = |rest: &[u8], most: usize| (0..=most).any(|from| matches(rest, &text[from..]));
    match glob {
        [] => text.is_empty(),
        [b'*', b'*', rest @ ..] => from_any(rest, text.len()),
        [b'*', rest @ ..] => {
            let slash = text.iter().position(|byte| *byte == b'/');
            from_any(rest, slash.unwrap_or(text.len()))
        }
        [first, rest @ ..] => text.first() == Some(first) && matches(rest, &text[1..]),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn stars_stand_for_what_they_should() {
        let cases = [
            ("/v2/*/backuppolicy", "GET", "/v2/abc/backuppolicy", true),
            ("/v2/*/backuppolicy", "GET", "/v2/a/b/backuppolicy", false),
            ("/v2/*/backuppolicy", "GET", "/v2/abc/backuppolicy/x", false),
            ("POST /v2/**", "POST", "/v2/abc/backuppolicy", true),
            ("POST /v2/**", "GET", "/v2/abc/backuppolicy", false),
            ("* /v2/**/backuptasks", "GET", "/v2/p/b/x/backuptasks", true),
            ("**", "DELETE", "/", true),
            ("/v2/*x*/z", "GET", "/v2/axxb/z", true),
        ];
        for (pattern, method, path, expected) in cases {
            let pattern = Pattern::parse(pattern).unwrap();
            let method = method.parse().unwrap();
            assert_eq!(
                pattern.matches(&method, path),
                expected,
                "{pattern:?} {path}"
            );
        }
        for wrong in ["", "v2", "GET", "get /v2", "GET v2"] {
            Pattern::parse(wrong).unwrap_err();
        }
    }
}

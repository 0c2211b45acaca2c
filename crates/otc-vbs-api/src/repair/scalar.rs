//! Scalars that are not of the documented type but whose meaning is clear.

use serde_json::Value;

use crate::UtcTimestamp;
use crate::shape::Kind;

/// Larger integers are not exact as a floating-point number.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Converts a scalar to this kind. If it can't be converted, returns `false` and does not change it.
pub(super) fn convert(kind: Kind, value: &mut Value) -> bool {
    let converted = match (kind, &*value) {
        (Kind::Text | Kind::OpenEnum | Kind::TimeOrText, Value::String(_)) => return true,
        (Kind::Text | Kind::OpenEnum | Kind::TimeOrText, Value::Number(_) | Value::Bool(_)) => {
            Some(value.to_string().into())
        }
        (Kind::Identifier, Value::String(text)) => return !text.is_empty(),
        // A number with a fraction or an exponent may not be the text that was sent.
        (Kind::Identifier, Value::Number(number)) => (!number.is_f64()).then(|| number.to_string().into()),
        (Kind::Time, Value::String(text)) => return text.parse::<UtcTimestamp>().is_ok(),
        (Kind::Boolean, Value::Bool(_)) => return true,
        (Kind::Boolean, Value::String(_) | Value::Number(_)) => boolean(value).map(Value::from),
        (Kind::Integer(least, most), Value::String(_) | Value::Number(_)) => {
            integer(value).filter(|integer| (least..=most).contains(integer)).and_then(from_integer)
        }
        (Kind::Number, Value::Number(_)) => return true,
        (Kind::Number, Value::String(text)) => number(text).map(Value::from),
        _ => None,
    };
    let is_converted = converted.is_some();
    if let Some(converted) = converted {
        *value = converted;
    }
    is_converted
}

fn boolean(value: &Value) -> Option<bool> {
    let text = match value {
        Value::String(text) => text.trim().to_ascii_lowercase(),
        other => other.to_string(),
    };
    match text.as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let whole = |number: f64| {
        let is_exact = number.fract() == 0.0 && number.abs() <= LARGEST_EXACT;
        // The integral part of such a number has no more digits than an i128.
        is_exact.then(|| format!("{number:.0}").parse().ok())?
    };
    text.parse().ok().or_else(|| whole(number(&text)?))
}

fn from_integer(integer: i128) -> Option<Value> {
    let signed = i64::try_from(integer).map(Value::from);
    signed.or_else(|_| u64::try_from(integer).map(Value::from)).ok()
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const I64: Kind = Kind::Integer(i64::MIN as i128, i64::MAX as i128);
    const U64: Kind = Kind::Integer(0, u64::MAX as i128);

    #[test]
    fn clear_values_are_converted() {
        for (kind, value, expected) in [
            (Kind::Text, json!(200), json!("200")),
            (Kind::Text, json!(1.5), json!("1.5")),
            (Kind::Text, json!(false), json!("false")),
            (Kind::OpenEnum, json!(7), json!("7")),
            (Kind::TimeOrText, json!(1480746274), json!("1480746274")),
            (Kind::Identifier, json!(18_446_744_073_709_551_615_u64), json!("18446744073709551615")),
            (Kind::Boolean, json!("True"), json!(true)),
            (Kind::Boolean, json!(0), json!(false)),
            (I64, json!(" -1 "), json!(-1)),
            (I64, json!("1.0"), json!(1)),
            (I64, json!(3.0), json!(3)),
            (U64, json!("18446744073709551615"), json!(u64::MAX)),
            (Kind::Number, json!("1.5"), json!(1.5)),
        ] {
            let mut converted = value.clone();
            assert!(convert(kind, &mut converted), "{value}");
            assert_eq!(converted, expected);
        }
    }

    #[test]
    fn unclear_values_are_not_converted() {
        for (kind, value) in [
            (Kind::Text, json!(null)),
            (Kind::Text, json!({})),
            (Kind::Identifier, json!("")),
            (Kind::Identifier, json!(1e30)),
            (Kind::Identifier, json!(true)),
            (Kind::Time, json!("")),
            (Kind::Time, json!(1480746274)),
            (Kind::Boolean, json!("yes?")),
            (Kind::Boolean, json!(2)),
            (I64, json!("")),
            (I64, json!("1.5")),
            (I64, json!(1.5)),
            (I64, json!(true)),
            (I64, json!(u64::MAX)),
            (U64, json!(-1)),
            (Kind::Number, json!("NaN")),
            (Kind::Number, json!([1])),
        ] {
            let mut unchanged = value.clone();
            assert!(!convert(kind, &mut unchanged), "{value}");
            assert_eq!(unchanged, value);
        }
    }
}

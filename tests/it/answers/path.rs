//! Where in an answer a figure stands: a JSON pointer, in which `*` takes every element of a list and a last `#`
//! counts them; `a % b` is what the number at the one is of the number at the other, in percent. What stands there
//! is told in one line.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

/// What stands at `path`, in one line: members of an object behind commas, elements of a list behind
/// semicolons, in the order of their letters.
pub fn told(answer: &Value, path: &str) -> Option<String> {
    if let Some((part, whole)) = path.split_once(" % ") {
        let number = |path| told(answer, path)?.parse::<Decimal>().ok();
        let percent = (number(part)? * Decimal::ONE_HUNDRED).checked_div(number(whole)?)?;
        return Some(
            percent.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize().to_string(),
        );
    }
    let steps: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    at(answer, &steps)
}

fn at(value: &Value, steps: &[&str]) -> Option<String> {
    match steps {
        [] => plain(value),
        ["#"] => Some(value.as_array()?.len().to_string()),
        ["*", rest @ ..] => {
            let mut each: Vec<String> =
                value.as_array()?.iter().map(|element| at(element, rest)).collect::<Option<_>>()?;
            each.sort();
            Some(each.join("; "))
        }
        [step, rest @ ..] => match value {
            Value::Array(list) => at(list.get(step.parse::<usize>().ok()?)?, rest),
            _ => at(value.get(step)?, rest),
        },
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("–".to_owned()),
        Value::String(text) => Some(text.clone()),
        Value::Object(members) => {
            let members = members.values().filter(|value| !value.is_null());
            Some(members.map(plain).collect::<Option<Vec<_>>>()?.join(", "))
        }
        Value::Array(elements) => Some(elements.iter().map(plain).collect::<Option<Vec<_>>>()?.join("; ")),
        other => Some(other.to_string()),
    }
}

/// Whether nothing stands there: null, zero, false, an empty list.
pub fn is_empty(answer: &Value, path: &str) -> Option<bool> {
    Some(matches!(told(answer, path)?.as_str(), "–" | "0" | "" | "false"))
}

#[test]
fn paths_lead_to_one_line() {
    let answer =
        serde_json::json!({"a": [{"n": "x", "v": 2}, {"n": "b", "v": 3}], "o": {"op": "RANGE", "to": null}});
    let of = |path| told(&answer, path);
    assert_eq!(of("/a/#").as_deref(), Some("2"));
    assert_eq!(of("/a/*/n").as_deref(), Some("b; x"));
    assert_eq!(of("/a/1/v").as_deref(), Some("3"));
    assert_eq!(of("/o").as_deref(), Some("RANGE"));
    assert_eq!(of("/a/7/v"), None);
    assert_eq!(of("/a/0/v % /a/1/v").as_deref(), Some("66.67"));
    assert_eq!(is_empty(&answer, "/o/to"), Some(true));
}

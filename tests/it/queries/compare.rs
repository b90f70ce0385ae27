//! Comparisons of one value, and validity, by their words in the schema.

use std::cmp::Ordering;

use lienthong::catalog::{Entity, Scalar};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::evaluate::Row;

pub fn compares(value: &Value, ty: &Scalar, given: &Value) -> bool {
    given.as_object().expect("operators").iter().all(|(operator, given)| {
        let among = || given.as_array().expect("a list").iter().any(|g| equal(value, g, ty));
        let order = |value: &Value, given: &Value| compare(value, given, ty);
        if operator == "isNull" {
            return given == &Value::Bool(value.is_null());
        }
        if value.is_null() {
            return false;
        }
        match operator.as_str() {
            "eq" => equal(value, given, ty),
            "ne" => !equal(value, given, ty),
            "in" => among(),
            "notIn" => !among(),
            "lt" => order(value, given) == Some(Ordering::Less),
            "lte" => order(value, given).is_some_and(Ordering::is_le),
            "gt" => order(value, given) == Some(Ordering::Greater),
            "gte" => order(value, given).is_some_and(Ordering::is_ge),
            "between" => {
                order(value, &given["from"]).is_some_and(Ordering::is_ge)
                    && order(value, &given["to"]).is_some_and(Ordering::is_le)
            }
            "contains" => fold(value).contains(&fold(given)),
            "startsWith" => fold(value).starts_with(&fold(given)),
            "matches" => {
                let (own, wanted) = (fold(value), fold(given));
                let words = |text: &str| -> Vec<String> {
                    text.split(|c: char| !c.is_ascii_alphanumeric())
                        .filter(|w| !w.is_empty())
                        .map(str::to_owned)
                        .collect()
                };
                holds(&words(&own), &words(&wanted))
            }
            other => panic!("operator {other}"),
        }
    })
}

/// Whether a name has all words that are wanted, each as the beginning of one, or the short or long form of some.
fn holds(own: &[String], wanted: &[String]) -> bool {
    let shorts = include_str!("../../../schema/reference/search/abbreviations.csv").lines().skip(1);
    let pairs: Vec<(&str, Vec<&str>)> =
        shorts.filter_map(|l| l.split_once(',')).map(|(s, l)| (s, l.split(' ').collect())).collect();
    let begins = |word: &str| own.iter().any(|o| o.starts_with(word));
    let has = |word: &str| own.iter().any(|o| o == word);
    let (mut at, mut all) = (0, !wanted.is_empty());
    while at < wanted.len() {
        let rest = &wanted[at..];
        let written_out =
            pairs.iter().filter(|(_, long)| rest.len() >= long.len() && rest[..long.len()] == long[..]);
        let (length, there) = match written_out.max_by_key(|(_, long)| long.len()) {
            Some((short, long)) => (long.len(), long.iter().all(|w| begins(w)) || has(short)),
            None => {
                let long = pairs.iter().find(|(short, _)| *short == rest[0]);
                (1, begins(&rest[0]) || long.is_some_and(|(_, long)| long.iter().all(|w| has(w))))
            }
        };
        all &= there;
        at += length;
    }
    all
}

fn equal(value: &Value, given: &Value, ty: &Scalar) -> bool {
    match ty {
        Scalar::Boolean => value == given,
        _ => compare(value, given, ty) == Some(Ordering::Equal),
    }
}

pub fn compare(a: &Value, b: &Value, ty: &Scalar) -> Option<Ordering> {
    let number = |v: &Value| v.as_f64().or_else(|| v.as_str()?.parse().ok());
    match ty {
        Scalar::Int | Scalar::Float | Scalar::Decimal => number(a)?.partial_cmp(&number(b)?),
        Scalar::Boolean => Some(a.as_bool().cmp(&b.as_bool())),
        _ => Some(a.as_str()?.cmp(b.as_str()?)),
    }
}

fn fold(text: &Value) -> String {
    let text = text.as_str().expect("a text").to_lowercase().replace('đ', "d");
    text.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// Whether the row is in force on a day, by the words of the directive.
pub fn in_force(entity: &Entity, row: &Row, day: &str) -> bool {
    let Some(validity) = &entity.validity else { return true };
    let at = |field: &String| row[&entity.columns[field].column].clone();
    let begin = validity.from.iter().map(at).find(|v| !v.is_null());
    let year = validity.year.as_ref().map(at).and_then(|y| y.as_i64());
    let begin = begin.map(|v| v.as_str().expect("a day").to_owned()).or(year.map(|y| format!("{y}-01-01")));
    let mut ends: Vec<(Option<String>, bool)> = Vec::new();
    ends.extend(validity.to.iter().map(|f| (at(f).as_str().map(str::to_owned), false)));
    ends.extend(validity.last.iter().map(|f| (at(f).as_str().map(str::to_owned), true)));
    let open = ends.iter().all(|(end, _)| end.is_none());
    if open && validity.known {
        return false;
    }
    if let Some((field, words)) = &validity.except
        && open
        && words.iter().any(|word| at(field) == word.as_str())
    {
        return false;
    }
    if let (Some((end @ None, _)), Some(months), Some(begin)) = (ends.first_mut(), validity.months, &begin) {
        let years = months / 12;
        let year: u32 = begin[..4].parse().expect("a year");
        *end = Some(format!("{}{}", year + years, &begin[4..]));
    }
    begin.is_none_or(|begin| begin.as_str() <= day)
        && ends.iter().all(|(end, last)| match end {
            None => true,
            Some(end) => day < end.as_str() || (*last && day == end),
        })
}

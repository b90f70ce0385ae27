//! Names of months, Vietnamese and English → numbers, so that dates are read by one set of patterns.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// "06 thg5 23", as spreadsheets shorten the month in Vietnamese.
static SHORTENED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\bthg ?(\d{1,2})(?: (?:nam )?(\d{4}|\d{2}))?\b").ok());

/// The month's word whole and its year in four digits.
fn in_full(folded: &str) -> Cow<'_, str> {
    let Some(regex) = SHORTENED.as_ref() else { return folded.into() };
    regex.replace_all(folded, |c: &Captures<'_>| {
        let year = c.get(2).map(|year| format!(" nam {}", super::dates::long_year(year.as_str())));
        format!("thang {}{}", &c[1], year.unwrap_or_default())
    })
}

/// Folded text with the names of months as numbers: "thang ba nam 2023", "15 mar 2023".
pub(super) fn months_as_numbers(folded: &str) -> String {
    const VIETNAMESE: [(&str, &str); 14] = [
        ("thang muoi hai", "thang 12"),
        ("thang muoi mot", "thang 11"),
        ("thang muoi", "thang 10"),
        ("thang chap", "thang 12"),
        ("thang gieng", "thang 1"),
        ("thang mot", "thang 1"),
        ("thang hai", "thang 2"),
        ("thang ba", "thang 3"),
        ("thang tu", "thang 4"),
        ("thang nam", "thang 5"),
        ("thang sau", "thang 6"),
        ("thang bay", "thang 7"),
        ("thang tam", "thang 8"),
        ("thang chin", "thang 9"),
    ];
    const ENGLISH: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if !folded.contains(|c: char| c.is_ascii_alphabetic()) {
        return folded.to_owned();
    }
    let folded = &in_full(folded);
    let named = VIETNAMESE.iter().find(|(name, _)| format!("{folded} ").contains(&format!("{name} ")));
    let text = named.map_or_else(|| folded.to_string(), |(name, number)| folded.replacen(name, number, 1));
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let month = word.get(..3).and_then(|w| ENGLISH.iter().position(|m| *m == w));
            // "mar", "march", "sept": a name's beginning and nothing else ("may" is a Vietnamese word too).
            match month.filter(|_| word.len() == 3 || MONTHS_IN_FULL.contains(&word)) {
                Some(at) => format!("thang {}", at + 1),
                None => word.to_owned(),
            }
        })
        .collect();
    english_order(&words.join(" "))
}

const MONTHS_IN_FULL: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "sept",
];

/// "Mar 15, 2023", the one order in which a month may come first: its name says so.
fn english_order(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    match words.as_slice() {
        ["thang", month, day, year] if day.len() <= 2 && year.len() == 4 => {
            format!("{day} thang {month} nam {year}")
        }
        _ => folded.to_owned(),
    }
}

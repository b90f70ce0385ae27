//! Names of months, Vietnamese and English → numbers, so that dates are read by one set of patterns.

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
    let named = VIETNAMESE.iter().find(|(name, _)| format!("{folded} ").contains(&format!("{name} ")));
    let text = named.map_or_else(|| folded.to_owned(), |(name, number)| folded.replacen(name, number, 1));
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

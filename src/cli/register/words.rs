//! Small texts of the reports on register files.

/// Letter of a column as spreadsheets show it: 0 → A, 27 → AB.
pub(super) fn letter(mut at: usize) -> String {
    let mut out = String::new();
    loop {
        out.insert(0, char::from(b'A' + u8::try_from(at % 26).unwrap_or(0)));
        match at / 26 {
            0 => return out,
            more => at = more - 1,
        }
    }
}

/// At most so many letters of a text, on one line.
pub(super) fn short(text: &str, most: usize) -> String {
    let text = crate::ingest::fold::tidy(text);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letter), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
        assert_eq!(short("Tên  sản phẩm", 5), "Tên s…");
    }
}

//! Codes of letters and digits (mã số vùng trồng and the like), under one spelling.

use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::tidy;

/// A code in capitals, its groups joined by hyphens: `vn qnalo 00005` → `VN-QNALO-00005`.
pub fn code(cell: &Cell) -> Result<Option<String>, Complaint> {
    let text = tidy(&cell.text());
    if says_nothing(&text) && !cell.is_error() {
        return Ok(None);
    }
    let groups: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '_' | '.'))
        .filter(|group| !group.is_empty())
        .map(str::to_uppercase)
        .collect();
    let sound = |group: &String| group.chars().all(|c| c.is_alphanumeric() || c == '/');
    let digits = text.chars().any(|c| c.is_ascii_digit());
    if cell.is_error() || !digits || groups.len() > 6 || !groups.iter().all(sound) {
        return Err(Complaint::new(
            "CODE_UNREADABLE",
            "a code of letters and digits, nothing left open",
            "một mã gồm chữ và số, không để trống phần nào",
        ));
    }
    Ok(Some(groups.join("-")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_each_code() {
        let read = |text: &str| code(&Cell::Text(text.into()));
        for text in ["VN-QNALO-00005", "VN QNALO 00005", "vn-qnalo - 00005", " VN.QNALO.00005 "] {
            assert_eq!(read(text), Ok(Some("VN-QNALO-00005".into())), "{text}");
        }
        assert_eq!(read("LK001"), Ok(Some("LK001".into())));
        assert_eq!(read("-"), Ok(None));
        for text in ["VN-??-?????", "đang cập nhật", "#REF!"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

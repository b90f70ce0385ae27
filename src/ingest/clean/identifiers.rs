//! Tax codes, phones, numbers of decisions.

use std::sync::LazyLock;

use regex::Regex;

use super::{Complaint, says_nothing};
use crate::ingest::cell::Cell;
use crate::ingest::fold::{flat, tidy};

const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// Whether ten digits carry the right check digit: 10 − (S mod 11); a remainder of 0 is never issued.
pub fn has_check_digit(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    if values.len() != 10 || values.iter().all(|v| *v == values[0]) {
        return false;
    }
    let sum: u32 = values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
    !sum.is_multiple_of(11) && 10 - sum % 11 == values[9]
}

/// A tax code: 10 digits, 13 as `NNNNNNNNNN-NNN`, or 12 (a person's). A leading zero lost by a spreadsheet is
/// put back only when the check digit then proves it.
pub fn tax_code(cell: &Cell) -> Result<Option<String>, Complaint> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Error(_) | Cell::Bool(_) | Cell::Date(_) => return Err(length()),
        cell => cell.text(),
    };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if says_nothing(&text)
        || (digits.is_empty() && matches!(flat(&text).as_str(), "mst" | "chua co" | "khong"))
    {
        return Ok(None);
    }
    let letters = flat(&text).chars().filter(char::is_ascii_alphabetic).collect::<String>();
    if !matches!(letters.as_str(), "" | "mst" | "masothue" | "mstso" | "so") {
        return Err(length());
    }
    let (own, branch) = match digits.len() {
        9 => (format!("0{digits}"), None),
        10 => (digits, None),
        12 if !text.contains('-') => return person(&digits),
        12 => (format!("0{}", &digits[..9]), Some(digits[9..].to_owned())),
        13 => (digits[..10].to_owned(), Some(digits[10..].to_owned())),
        _ => return Err(length()),
    };
    if !has_check_digit(&own) || branch.as_deref() == Some("000") {
        return Err(Complaint::new(
            "TAX_CODE_CHECK_DIGIT",
            "a tax code whose check digit is right",
            "mã số thuế đúng số kiểm tra",
        ));
    }
    Ok(Some(branch.map_or(own.clone(), |b| format!("{own}-{b}"))))
}

/// Ten digits in the place of a tax code whose check digit is wrong: most often one slip away from the right one.
pub fn mistyped(cell: &Cell) -> Option<String> {
    let text = match cell {
        Cell::Empty | Cell::Error(_) | Cell::Bool(_) | Cell::Date(_) => return None,
        cell => cell.text(),
    };
    let code: String = text.chars().filter(char::is_ascii_digit).collect();
    let repeated = code.bytes().all(|digit| Some(digit) == code.bytes().next());
    let refused = tax_code(cell).is_err_and(|complaint| complaint.code == "TAX_CODE_CHECK_DIGIT");
    (code.len() == 10 && !repeated && refused).then_some(code)
}

/// Whether a tax code or phone as read begins with a zero that its cell does not have.
pub fn lost_its_zero(cell: &Cell, read: &str) -> bool {
    let digits: String = cell.text().chars().filter(char::is_ascii_digit).collect();
    let abroad = digits.starts_with("84") && digits.len() > 10;
    read.starts_with('0') && !digits.starts_with('0') && !abroad
}

/// What is told of a zero put back.
pub fn zero_restored() -> Complaint {
    Complaint::new(
        "LEADING_ZERO_RESTORED",
        "the leading zero, which was lost and has been put back; format the column as text",
        "số 0 ở đầu (đã bị mất, nay được thêm lại); hãy định dạng cột là văn bản",
    )
}

fn person(digits: &str) -> Result<Option<String>, Complaint> {
    let same = digits.chars().all(|c| digits.starts_with(c));
    if same { Err(length()) } else { Ok(Some(digits.to_owned())) }
}

fn length() -> Complaint {
    Complaint::new("TAX_CODE_LENGTH", "a tax code of 10, 12 or 13 digits", "mã số thuế 10, 12 hoặc 13 chữ số")
}

/// A phone in national form, digits only; of several the first that is one.
pub fn phone(cell: &Cell) -> Result<Option<String>, Complaint> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Error(_) | Cell::Bool(_) | Cell::Date(_) => return Err(no_phone()),
        cell => cell.text(),
    };
    if says_nothing(&text) {
        return Ok(None);
    }
    let parts =
        std::iter::once(text.as_str()).chain(text.split([';', '/', ',', '\n'])).chain(text.split(" - "));
    parts.filter_map(national).next().map(Some).ok_or_else(no_phone)
}

fn no_phone() -> Complaint {
    Complaint::new("PHONE_UNREADABLE", "a phone of 10 digits", "số điện thoại 10 chữ số")
}

/// "1.23E+11": a long number of which a spreadsheet kept the first digits only.
pub fn is_shortened(text: &str) -> bool {
    let text = text.trim();
    let Some((digits, power)) = text.split_once(['E', 'e']) else { return false };
    let number = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    number(digits)
        && power.strip_prefix('+').is_some_and(|p| !p.is_empty() && p.chars().all(|c| c.is_ascii_digit()))
}

/// What is told of such a number.
pub fn shortened() -> Complaint {
    Complaint::new(
        "NUMBER_SHORTENED",
        "the whole number; the spreadsheet kept only its first digits (1.23E+11). Format the column as text",
        "đủ các chữ số; bảng tính chỉ còn giữ các số đầu (1.23E+11). Hãy định dạng cột là văn bản",
    )
}

/// Whether a text is nothing but a phone.
pub fn is_phone(text: &str) -> bool {
    !text.chars().any(char::is_alphabetic)
        && text.chars().filter(char::is_ascii_digit).count() >= 9
        && national(text).is_some()
}

fn national(text: &str) -> Option<String> {
    if is_shortened(text) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let rest = digits.strip_prefix("0084").or_else(|| digits.strip_prefix("84").filter(|r| r.len() >= 9));
    let own = match rest {
        Some(rest) => format!("0{}", rest.trim_start_matches('0')),
        // Only what then has the form of a mobile or of a line in a province is a phone without its zero.
        None if digits.len() == 9 && digits.starts_with(['3', '5', '7', '8', '9']) => format!("0{digits}"),
        None if digits.len() == 10 && digits.starts_with('2') => format!("0{digits}"),
        None => digits,
    };
    let length = if own.starts_with("02") { 10..=11 } else { 10..=10 };
    (own.starts_with('0') && !own.starts_with("00") && length.contains(&own.len())).then_some(own)
}

static DECISION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(\d+[a-z]?(?:\s*/\s*(?:19|20)\d\d)?)\s*[/\-]\s*((?:qđ|qd|nq|cv|tb|bc)\s*[-–]?\s*[\p{L}&\-–]*)",
    )
    .ok()
});

/// The number of a decision, one spelling: "QĐ 932/QD-UBND" → "932/QĐ-UBND".
pub fn decision(cell: &Cell) -> Result<Option<String>, Complaint> {
    let text = tidy(&cell.text());
    if says_nothing(&text) {
        return Ok(None);
    }
    if cell.is_error() || !text.contains(|c: char| c.is_ascii_digit()) {
        return Err(Complaint::new(
            "DECISION_UNREADABLE",
            "a number such as 932/QĐ-UBND",
            "số như 932/QĐ-UBND",
        ));
    }
    let Some(found) = DECISION.as_ref().and_then(|r| r.captures(&text)) else {
        let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit()).trim();
        return Ok(Some(bare.to_owned()));
    };
    let mark: String = found[2].to_uppercase().replace('–', "-").split_whitespace().collect();
    let mark = mark.replace("QD", "QĐ").replace("QĐUBND", "QĐ-UBND");
    let number: String = found[1].split_whitespace().collect();
    Ok(Some(format!("{number}/{}", mark.trim_end_matches('-'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tax(text: &str) -> Option<String> {
        tax_code(&Cell::Text(text.into())).ok().flatten()
    }

    #[test]
    fn keeps_only_tax_codes_that_prove_themselves() {
        assert_eq!(tax("MST: 0100233488").as_deref(), Some("0100233488"));
        assert_eq!(tax("0314 409 058-002").as_deref(), Some("0314409058-002"));
        assert_eq!(tax("'0314409058").as_deref(), Some("0314409058"));
        assert_eq!(tax_code(&Cell::Number(100_233_488.0)), Ok(Some("0100233488".into())));
        assert_eq!(tax("049123456789").as_deref(), Some("049123456789"));
        for bad in ["0100233489", "1111111111", "12345", "0314409058-000", "#REF!", "Công ty"] {
            assert_eq!(tax(bad), None, "{bad}");
        }
        assert_eq!(tax_code(&Cell::Text("-".into())), Ok(None));
        assert!(lost_its_zero(&Cell::Number(100_233_488.0), "0100233488"));
        assert!(!lost_its_zero(&Cell::Text("MST: 0100233488".into()), "0100233488"));
        assert!(!lost_its_zero(&Cell::Text("+84 900 000 273".into()), "0900000273"));
        // Nine digits prove nothing without the check digit.
        assert_eq!(tax("100233489"), None);
    }

    #[test]
    fn reads_phones() {
        for text in
            ["0900 000 273", "+84 900 000 273", "900000273", "ĐT: 0900.000.273", "0900000273 / 0900000274"]
        {
            assert_eq!(phone(&Cell::Text(text.into())), Ok(Some("0900000273".into())), "{text}");
        }
        assert!(phone(&Cell::Text("090".into())).is_err());
        assert_eq!(phone(&Cell::Number(2_353_000_001.0)), Ok(Some("02353000001".into())));
        assert!(phone(&Cell::Number(123_456_789.0)).is_err());
        assert!(phone(&Cell::Text("8.49123456E+10".into())).is_err());
        for (text, is) in
            [("1.23E+11", true), ("3,1e+09", true), ("1E5", false), ("E+11", false), ("HTX E+1", false)]
        {
            assert_eq!(is_shortened(text), is, "{text}");
        }
        assert!(is_phone("0900 000 000") && !is_phone("Hộ 0900000000") && !is_phone("904"));
    }

    #[test]
    fn gives_decisions_one_spelling() {
        for text in ["QĐ 932/QD-UBND", "932/QĐ-UBND", "Số: 932 / QĐ - UBND", "932/qđ-ubnd ngày 18/12/2020"]
        {
            assert_eq!(decision(&Cell::Text(text.into())), Ok(Some("932/QĐ-UBND".into())), "{text}");
        }
        let of_a_year = decision(&Cell::Text("QĐ số 15 / 2019/QĐ-UBND".into()));
        assert_eq!(of_a_year, Ok(Some("15/2019/QĐ-UBND".into())));
        assert_eq!(decision(&Cell::Text("2868".into())), Ok(Some("2868".into())));
        assert_eq!(decision(&Cell::Text("?".into())), Ok(None));
    }
}

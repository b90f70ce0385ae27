//! What may be asked for: a number or code on paper, and nothing that tells of a person. Pure.

use unicode_normalization::UnicodeNormalization;

use crate::error::Fault;

/// Letters of a code at most.
pub const LONGEST: usize = 100;

/// The code without blanks around it, or why it is not answered to.
pub(super) fn checked(code: &str) -> Result<&str, Fault> {
    let code = code.trim();
    let letters = code.chars().count();
    if letters > LONGEST {
        return Err(Fault::new(
            "CODE_TOO_LONG",
            format!("the code has {letters} letters; the limit is {LONGEST}"),
            format!("mã dài {letters} ký tự, tối đa {LONGEST}"),
        ));
    }
    if !code.chars().any(char::is_alphanumeric) || code.contains('\0') {
        return Err(Fault::new(
            "CODE_EMPTY",
            "type the number or code as it stands on the paper, e.g. 2555/QĐ-UBND",
            "hãy nhập số hoặc mã như ghi trên giấy, ví dụ 2555/QĐ-UBND",
        ));
    }
    if is_personal(code) {
        return Err(Fault::new(
            "CODE_PERSONAL",
            "this looks like a phone number or a personal code; neither is answered to",
            "đây có vẻ là số điện thoại hoặc mã số cá nhân; hệ thống không trả lời các số này",
        ));
    }
    Ok(code)
}

/// What papers write before their numbers, folded.
const HEADS: [&str; 16] = [
    "quyet", "dinh", "so", "hieu", "qd", "ma", "giay", "chung", "nhan", "gcn", "van", "ban", "hop", "dong",
    "bien", "no",
];

/// The number of what is written as on the paper: `Số: 1009/QĐ-UBND ngày 12/3/2024` → `1009/QĐ-UBND`; none where it
/// is a bare number already.
pub(super) fn bare(code: &str) -> Option<&str> {
    let mut rest = code;
    while let Some((head, behind)) = rest.split_once(|c: char| c.is_whitespace() || c == ':') {
        if !head.is_empty() && !HEADS.contains(&key(head).as_str()) {
            break;
        }
        rest = behind;
    }
    // The day and who signed stand behind.
    let mut at = 0;
    for word in rest.split_inclusive(char::is_whitespace) {
        if at > 0 && ["ngay", "cua"].contains(&key(word).as_str()) {
            rest = &rest[..at];
            break;
        }
        at += word.len();
    }
    let rest = rest.trim().trim_end_matches(',');
    (rest != code && rest.chars().any(|c| c.is_ascii_digit())).then_some(rest)
}

/// The number of a decision by itself, or with no more than what all decisions have: `932`, `932/QĐ`.
pub(super) fn number(code: &str) -> Option<&str> {
    /// Digits of such a number at most.
    const DIGITS: usize = 6;
    let digits = code.trim_end_matches(|c: char| !c.is_ascii_digit());
    let is_number = (1..=DIGITS).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && ["", "qd"].contains(&key(&code[digits.len()..]).as_str())).then_some(digits)
}

/// Letters and digits of a code, by which two spellings are one.
pub(super) fn key(code: &str) -> String {
    let plain = code.nfd().flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c });
    plain.filter(char::is_ascii_alphanumeric).collect()
}

/// Whether it reads like a phone or the 12 digits of a person: digits, and nothing but what stands between them.
pub(super) fn is_personal(code: &str) -> bool {
    let digits: String =
        code.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    if code.chars().any(|c| c.is_alphabetic() || c == '/') {
        return false;
    }
    let phone = |rest: &str| (9..=10).contains(&rest.len());
    digits.len() == 12
        || digits.strip_prefix('0').is_some_and(phone)
        || digits.strip_prefix("84").is_some_and(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_what_stands_on_the_paper() {
        for (code, expected) in [
            ("Số: 1009/QĐ-UBND", Some("1009/QĐ-UBND")),
            ("số:1009/QĐ-UBND", Some("1009/QĐ-UBND")),
            ("Quyết định số 1009/QĐ-UBND ngày 12/3/2024", Some("1009/QĐ-UBND")),
            ("QUYET DINH SO: 1009/QD-UBND của UBND tỉnh", Some("1009/QD-UBND")),
            ("QĐ 1009/QĐ-UBND", Some("1009/QĐ-UBND")),
            ("Số: VG-001/2022", Some("VG-001/2022")),
            ("QĐ-1009", None),
            ("1009/QĐ-UBND", None),
            ("HC 0801-2024", None),
            ("Số: ABC", None),
        ] {
            assert_eq!(bare(code), expected, "{code}");
        }
        assert_eq!(
            [number("932"), number("932/QĐ"), number("0932 QD")],
            [Some("932"), Some("932"), Some("0932")]
        );
        assert_eq!([number("932/QĐ-UBND"), number("VG-9"), number("1234567"), number("")], [None; 4]);
    }

    #[test]
    fn what_tells_of_a_person_is_not_answered_to() {
        for code in [
            "049180001234",
            "049 180 001 234",
            "0905123456",
            "0905.123.456",
            "+84 905 123 456",
            "(0236) 3 822 822",
        ] {
            assert_eq!(checked(code).expect_err(code).code, "CODE_PERSONAL");
        }
        for code in ["2555/QĐ-UBND", "VN-QNADA-00001", "12345678", "0105/2024", "HC 049180001234 A"] {
            assert!(checked(code).is_ok(), "{code}");
        }
        assert_eq!(checked(" - / ").expect_err("empty").code, "CODE_EMPTY");
        assert_eq!(checked(&"é".repeat(101)).expect_err("long").code, "CODE_TOO_LONG");
        assert!(checked(&"é".repeat(100)).is_ok());
    }
}

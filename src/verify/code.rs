//! What may be asked for: a number or code on paper, and nothing that tells of a person. Pure.

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

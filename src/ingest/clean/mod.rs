//! Cells → values, one file a kind of value. Pure: a cell and a little context in, a value or a complaint out.

pub mod codes;
pub mod dates;
pub mod figures;
pub mod identifiers;
pub mod lists;
mod month_names;
pub mod months;
pub mod names;
pub mod notes;
pub mod numbers;
pub mod qualified;
pub mod quantities;
pub mod spans;
pub mod stars;
pub mod units;

use serde_json::Value;

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Stable code.
    pub code: &'static str,
    /// What was expected, in English.
    pub en: String,
    /// What was expected, in Vietnamese.
    pub vi: String,
}

impl Complaint {
    /// A complaint with its words.
    pub fn new(code: &'static str, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { code, en: en.into(), vi: vi.into() }
    }
}

/// A cell cleaned: a value, a complaint, both (a part could be kept), or neither (blank).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cleaned {
    /// The value in canonical JSON.
    pub value: Option<Value>,
    /// What is wrong.
    pub complaint: Option<Complaint>,
}

impl Cleaned {
    /// Nothing there.
    pub fn blank() -> Self {
        Self::default()
    }

    /// A value.
    pub fn good(value: impl Into<Value>) -> Self {
        Self { value: Some(value.into()), complaint: None }
    }

    /// No value.
    pub fn bad(complaint: Complaint) -> Self {
        Self { value: None, complaint: Some(complaint) }
    }
}

impl<T: Into<Value>> From<Result<Option<T>, Complaint>> for Cleaned {
    fn from(result: Result<Option<T>, Complaint>) -> Self {
        match result {
            Ok(Some(value)) => Cleaned::good(value),
            Ok(None) => Cleaned::blank(),
            Err(complaint) => Cleaned::bad(complaint),
        }
    }
}

/// Whether a text has nothing to say: no letter and no digit ("-", "…", "?????").
pub fn says_nothing(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// A text for a message, without what may be personal: long runs of digits are shortened.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().take(160).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let (run, digits) = figures::run(&chars, at);
        if digits.len() >= figures::LONG {
            out.extend(digits.chars().take(3));
            out.push_str("•••");
            at += run;
        } else {
            out.extend(&chars[at..at + run.max(1)]);
            at += run.max(1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_show_no_phone_and_no_personal_code() {
        assert_eq!(masked("ĐT: 0900 000 123"), "ĐT: 090•••");
        assert_eq!(masked("049123456789"), "049•••");
        assert_eq!(masked("gọi ０９８７６５４３２１"), "gọi 098•••");
        assert_eq!(masked("o987654321"), "098•••");
        assert_eq!(masked("0987,654,321"), "098•••");
        assert_eq!(masked("30/2/2018"), "30/2/2018");
    }
}

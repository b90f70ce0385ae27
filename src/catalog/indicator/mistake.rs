//! What is wrong in an indicator file, where, and what was expected, in both languages.

use crate::error::Fault;

/// Mistakes told in one fault.
const TOLD: usize = 12;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorMistake {
    /// File.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what was expected, in English.
    pub en: String,
    /// The same in Vietnamese.
    pub vi: String,
}

impl IndicatorMistake {
    /// A mistake on a line.
    pub fn new(file: &str, line: usize, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, en: en.into(), vi: vi.into() }
    }
}

/// All mistakes as one fault.
pub fn fault(mistakes: &[IndicatorMistake]) -> Fault {
    let told = mistakes.iter().take(TOLD);
    let en: Vec<String> = told.clone().map(|m| format!("{}, line {}: {}", m.file, m.line, m.en)).collect();
    let vi: Vec<String> = told.map(|m| format!("{}, dòng {}: {}", m.file, m.line, m.vi)).collect();
    let more = mistakes.len().saturating_sub(TOLD);
    let (more_en, more_vi) = match more {
        0 => (String::new(), String::new()),
        _ => (format!("\n  and {more} more"), format!("\n  và {more} lỗi nữa")),
    };
    Fault::new(
        "INDICATOR_INVALID",
        format!("Indicator file {}{more_en}", en.join("\n  ")),
        format!("Tệp chỉ tiêu {}{more_vi}", vi.join("\n  ")),
    )
}

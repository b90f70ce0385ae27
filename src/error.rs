//! Mistakes a caller can mend: a stable code and words in English and Vietnamese. What a caller cannot
//! mend stays an internal error, reaches them as `INTERNAL_SERVER_ERROR` and stands in the log in full.

/// The languages the hub speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Vietnamese.
    Vietnamese,
}

/// A caller's mistake: what is wrong, where, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {en}")]
pub struct Fault {
    /// Stable, SCREAMING_SNAKE_CASE; part of the public contract.
    pub code: &'static str,
    /// The message in English.
    pub en: String,
    /// The message in Vietnamese.
    pub vi: String,
}

impl Fault {
    /// A fault with its words in both languages.
    pub fn new(code: &'static str, en: impl Into<String>, vi: impl Into<String>) -> Self {
        Self { code, en: en.into(), vi: vi.into() }
    }

    /// The message in a language.
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Vietnamese => &self.vi,
        }
    }
}

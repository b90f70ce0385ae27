//! How a failure is told to people.

use crate::error::Fault;

/// Writes to standard error what went wrong: a fault in both languages, anything else as it comes.
pub(super) fn tell(error: &anyhow::Error) {
    eprintln!("{}", words(error));
}

/// A mistake that the graph told of: its code is a text by then.
#[derive(Debug, thiserror::Error)]
#[error("{code}: {en}")]
pub(super) struct Told {
    code: String,
    en: String,
    vi: String,
}

impl Told {
    /// Words in one language stand for both where there are no others.
    pub(super) fn of(code: Option<&str>, en: Option<&str>, vi: Option<&str>) -> Self {
        let text = |words: Option<&str>| words.unwrap_or_default().to_owned();
        Self { code: text(code), en: text(en), vi: text(vi.or(en)) }
    }
}

fn words(error: &anyhow::Error) -> String {
    if let Some(Told { code, en, vi }) = error.downcast_ref::<Told>() {
        return format!("error {code}: {en}\nlỗi {code}: {vi}");
    }
    match error.downcast_ref::<Fault>() {
        Some(Fault { code, en, vi }) => format!("error {code}: {en}\nlỗi {code}: {vi}"),
        None => format!("error INTERNAL: {error:#}\nlỗi INTERNAL: lỗi bên trong chương trình, xem dòng trên"),
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_fault_speaks_both_languages_even_under_context() {
        let fault = Err::<(), _>(Fault::new("SOME_CODE", "what is wrong", "điều gì sai"));
        let error = fault.context("while doing something").expect_err("a fault");
        assert_eq!(words(&error), "error SOME_CODE: what is wrong\nlỗi SOME_CODE: điều gì sai");
    }

    #[test]
    fn another_error_names_its_causes_on_one_line() {
        let error = anyhow::anyhow!("disk full").context("writing");
        assert!(words(&error).starts_with("error INTERNAL: writing: disk full\n"));
    }
}

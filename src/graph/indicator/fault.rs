//! What callers can get wrong when they ask for figures.

use chrono::NaiveDate;

use super::super::answer::Coded;
use super::super::rules::suggest::among;
use crate::catalog::indicator::{Beginning, Indicators};

/// An indicator that is not there, with those of like names.
pub(super) fn unknown(indicators: &Indicators, code: &str) -> Coded {
    let given: String = code.chars().take(60).collect();
    let near = among(&given, indicators.all.keys().map(String::as_str));
    let (en, vi) = match near.as_slice() {
        [] => (String::new(), String::new()),
        near => (
            format!("; did you mean {}?", near.join(" or ")),
            format!("; có phải là {}?", near.join(" hoặc ")),
        ),
    };
    Coded::fault(
        "INDICATOR_UNKNOWN",
        format!("{given:?} is no indicator; `indicators` lists all codes{en}"),
        format!("{given:?} không phải chỉ tiêu; `indicators` liệt kê mọi mã{vi}"),
    )
}

/// A group that its rows cannot go by.
pub(super) fn group(list: &str, given: &str, known: &[&str]) -> Coded {
    let given: String = given.chars().take(60).collect();
    let known = known.join(", ");
    Coded::fault(
        "GROUP_UNKNOWN",
        format!(
            "rows of {list} cannot be grouped by {given:?}; use one of {known}, or a path over links to one, like \
             producer.kind or decidedOn.year"
        ),
        format!(
            "không phân nhóm {list} theo {given:?} được; dùng một trong {known}, hoặc đường dẫn như producer.kind, \
             decidedOn.year"
        ),
    )
}

/// A day before there was anything to count.
pub(super) fn before_programme(day: NaiveDate, beginning: &Beginning) -> Coded {
    let since = beginning.since;
    Coded::fault(
        "DATE_BEFORE_PROGRAMME",
        format!("{day} is before the programme began: {} of {since}; ask for a later day", beginning.name.en),
        format!(
            "{day} trước khi chương trình bắt đầu: {} ngày {since}; hãy hỏi ngày sau đó",
            beginning.name.vi
        ),
    )
}

/// A day before the year of a plan.
pub(super) fn before_year(day: NaiveDate, begin: NaiveDate) -> Coded {
    Coded::fault(
        "DATE_BEFORE_YEAR",
        format!("{day} is before the year of the plan, which begins on {begin}; ask for a day from then on"),
        format!("{day} trước năm kế hoạch, bắt đầu ngày {begin}; hãy hỏi từ ngày đó trở đi"),
    )
}

/// A scope for what has no place.
pub(super) fn no_place(list: &str) -> Coded {
    Coded::fault(
        "NO_SCOPE",
        format!("rows of {list} have no place: leave scope out"),
        format!("{list} không gắn với địa bàn: hãy bỏ scope"),
    )
}

/// No scope for what means something in a place alone.
pub(super) fn needs_scope(code: &str) -> Coded {
    Coded::fault(
        "SCOPE_NEEDED",
        format!("{code} tells a place from others: give scope"),
        format!("{code} phân biệt trong và ngoài địa bàn: hãy ghi scope"),
    )
}

/// Rows that an indicator does not have.
pub(super) fn no_rows(code: &str, en: &str, vi: &str) -> Coded {
    Coded::fault("NO_ROWS", format!("{code} {en}"), format!("{code} {vi}"))
}

/// A wrong set of days.
pub(super) fn days(en: &str, vi: &str) -> Coded {
    Coded::fault("DAYS_INVALID", en, vi)
}

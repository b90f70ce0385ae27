//! Indicators against the published schema: every document that they become is judged as a client's would be,
//! and mistakes name the line of the indicator's file.

use super::super::answer::Request;
use super::super::document::Documents;
use super::render::{self, List};
use crate::catalog::Catalog;
use crate::catalog::indicator::{Indicator, IndicatorMistake, Part, Reason, fault};

/// Whether all indicators ask for what the schema has.
pub(in crate::graph) fn check(catalog: &Catalog, judge: &Documents) -> anyhow::Result<()> {
    let mut wrong = Vec::new();
    for indicator in catalog.indicators.all.values() {
        for part in indicator.parts() {
            wrong.extend(misfits(judge, indicator, part));
        }
        for reason in indicator.came.iter().chain(&indicator.left) {
            wrong.extend(unreasonable(judge, indicator, reason));
        }
        for code in indicator.compare.iter().filter(|code| !catalog.indicators.all.contains_key(*code)) {
            let (en, vi) =
                (format!("compare: no indicator {code}"), format!("compare: không có chỉ tiêu {code}"));
            wrong.push(IndicatorMistake::new(&indicator.file, indicator.numerator.line, en, vi));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(fault(&wrong).into()) }
}

fn misfits(judge: &Documents, indicator: &Indicator, part: &Part) -> Option<IndicatorMistake> {
    let list = List {
        alias: "rows",
        part,
        further: Vec::new(),
        scoped: true,
        paged: false,
        selection: render::number(&part.take),
    };
    let document = render::document("Figure", &[list]);
    judged(judge, indicator, &document, &part.condition, part.line)
}

/// A reason is judged where it will stand: among the conditions of rows that moved.
fn unreasonable(judge: &Documents, indicator: &Indicator, reason: &Reason) -> Option<IndicatorMistake> {
    let part = indicator.shown();
    let body = render::moved(
        part,
        true,
        std::slice::from_ref(&reason.condition),
        true,
        false,
        "rows",
        render::COUNT,
    );
    judged(judge, indicator, &render::declared("Moved", &body), &reason.condition, reason.line)
}

fn judged(
    judge: &Documents,
    indicator: &Indicator,
    document: &str,
    condition: &str,
    line: usize,
) -> Option<IndicatorMistake> {
    let request = Request { query: document.to_owned(), own: true, ..Request::default() };
    let refused = judge.validated(&request).err()?;
    let error = refused.errors.first()?;
    // Lines of the document behind the one on which the conditions begin are lines of the file.
    let begins = document.find(condition).map_or(1, |at| 1 + document[..at].matches('\n').count());
    let at = error["locations"][0]["line"].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(begins);
    let line = line + at.saturating_sub(begins).min(condition.matches('\n').count());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let code = &indicator.code;
    Some(IndicatorMistake::new(
        &indicator.file,
        line,
        format!("{code}: {}", text(&error["message"])),
        format!("{code}: {} ({})", text(&error["extensions"]["messageVi"]), text(&error["message"])),
    ))
}

//! Which register a file is, by the headings of its sheets.

use super::cell::{Cell, Sheet};
use super::layout::{Candidate, best_candidate, head};
use super::read::Workbook;
use super::register::{Register, Registers};
use crate::error::Fault;

/// What to do about headings that nobody knows.
const SUGGEST_EN: &str = "`lienthong register suggest FILE` drafts a register file for it.";
const SUGGEST_VI: &str = "Lệnh `lienthong register suggest TỆP` sẽ soạn sẵn tệp mô tả sổ.";

/// The register whose headings the file has; `wanted` is one a person named.
pub fn recognise<'r>(
    book: &Workbook,
    registers: &'r Registers,
    wanted: Option<&str>,
) -> Result<&'r Register, Fault> {
    let cells: Vec<Vec<Vec<Cell>>> = book.sheets.iter().map(head).collect();
    if let Some(code) = wanted {
        let register = registers.get(code).ok_or_else(|| no_such(code, registers))?;
        let (score, nearest) = score(book, &cells, register);
        return if score > 0 { Ok(register) } else { Err(unusable(register, nearest)) };
    }
    let mut scored: Vec<(usize, &Register, Option<Candidate>)> = registers
        .all()
        .iter()
        .map(|r| {
            let (score, nearest) = score(book, &cells, r);
            (score, r, nearest)
        })
        .collect();
    scored.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    match scored.as_slice() {
        [(first, register, _), (second, other, _), ..] if *first > 0 => match first == second {
            true => Err(ambiguous(register, other)),
            false => Ok(register),
        },
        [(first, register, _)] if *first > 0 => Ok(register),
        _ => Err(unknown(scored)),
    }
}

/// Columns named on the sheets that fit, and the reading that comes nearest when none does.
fn score(book: &Workbook, cells: &[Vec<Vec<Cell>>], register: &Register) -> (usize, Option<Candidate>) {
    let mut score = 0;
    let mut nearest: Option<Candidate> = None;
    for (sheet, cells) in book.sheets.iter().zip(cells).filter(|(s, _)| is_read(s, register)) {
        let candidate = best_candidate(sheet, cells, register);
        if is_foreign(&candidate, register) {
            continue;
        }
        if candidate.missing.is_empty() && candidate.found > 0 {
            score += candidate.found;
        } else if nearest.as_ref().is_none_or(|n| better(&candidate, n)) {
            nearest = Some(candidate);
        }
    }
    (score, nearest)
}

fn better(a: &Candidate, b: &Candidate) -> bool {
    (std::cmp::Reverse(a.missing.len()), a.found) > (std::cmp::Reverse(b.missing.len()), b.found)
}

/// Whether a sheet is one the register may read.
pub fn is_read(sheet: &Sheet, register: &Register) -> bool {
    let named = !sheet.path.is_empty() || register.takes_sheet(&sheet.name);
    !sheet.hidden && named && register.model.layout.iter().any(|l| register.reads(l, &sheet.path))
}

/// Whether a heading betrays another register.
pub fn is_foreign(candidate: &Candidate, register: &Register) -> bool {
    candidate.seen.iter().any(|heading| register.words().is_foreign(heading))
}

/// There is no register of that code.
pub fn no_such(code: &str, registers: &Registers) -> Fault {
    let known: Vec<&str> = registers.all().iter().map(|r| r.model.code.as_str()).collect();
    let known = known.join(", ");
    Fault::new(
        "REGISTER_UNKNOWN",
        format!("There is no register \"{code}\"; there are: {known}."),
        format!("Không có sổ \"{code}\"; các sổ hiện có: {known}."),
    )
}

fn ambiguous(a: &Register, b: &Register) -> Fault {
    let (a, b) = (&a.model, &b.model);
    Fault::new(
        "REGISTER_AMBIGUOUS",
        format!(
            "The file may be \"{}\" ({}) or \"{}\" ({}). Say which with --register.",
            a.title.en, a.code, b.title.en, b.code
        ),
        format!(
            "Tệp có thể là \"{}\" ({}) hoặc \"{}\" ({}). Hãy chọn bằng --register.",
            a.title.vi, a.code, b.title.vi, b.code
        ),
    )
}

fn unusable(register: &Register, nearest: Option<Candidate>) -> Fault {
    let m = &register.model;
    let Some(nearest) = nearest.filter(|n| n.found > 0) else {
        return Fault::new(
            "SHEET_UNUSABLE",
            format!("No row of the file reads as headings of \"{}\". {SUGGEST_EN}", m.title.en),
            format!("Không có dòng nào trong tệp là tiêu đề của \"{}\". {SUGGEST_VI}", m.title.vi),
        );
    };
    let missing = missing_headings(register, Some(&nearest));
    let seen = seen_headings(Some(&nearest));
    Fault::new(
        "SHEET_UNUSABLE",
        format!(
            "No sheet reads as \"{}\". Missing headings: {missing}. Seen: {seen}. {SUGGEST_EN}",
            m.title.en
        ),
        format!(
            "Không trang nào đọc được như \"{}\". Thiếu cột: {missing}. Thấy: {seen}. {SUGGEST_VI}",
            m.title.vi
        ),
    )
}

fn unknown(mut scored: Vec<(usize, &Register, Option<Candidate>)>) -> Fault {
    scored.retain(|(_, _, c)| c.as_ref().is_some_and(|c| c.found > 0));
    scored.sort_by_key(|(_, _, c)| {
        c.as_ref().map_or(usize::MAX, |c| c.missing.len() * 100 + 99 - c.found.min(99))
    });
    let Some((_, register, nearest)) = scored.into_iter().next() else {
        return Fault::new(
            "REGISTER_UNKNOWN",
            format!("No row of the file reads as the headings of a register the hub knows. {SUGGEST_EN}"),
            format!("Không có dòng nào trong tệp là tiêu đề của một sổ mà hệ thống biết. {SUGGEST_VI}"),
        );
    };
    let missing = missing_headings(register, nearest.as_ref());
    let seen = seen_headings(nearest.as_ref());
    let m = &register.model;
    Fault::new(
        "REGISTER_UNKNOWN",
        format!(
            "The file is no register the hub knows. Nearest: \"{}\" ({}), which misses: {missing}. \
                 Headings seen: {seen}. {SUGGEST_EN}",
            m.title.en, m.code
        ),
        format!(
            "Tệp không phải sổ mà hệ thống biết. Gần nhất: \"{}\" ({}), còn thiếu: {missing}. \
                 Các tiêu đề thấy được: {seen}. {SUGGEST_VI}",
            m.title.vi, m.code
        ),
    )
}

/// The first synonym of each column that is missing.
pub fn missing_headings(register: &Register, candidate: Option<&Candidate>) -> String {
    let first = |column: &str| -> String {
        let known = register.model.column.get(column).and_then(|c| c.headers.first());
        known.cloned().unwrap_or_else(|| column.to_owned())
    };
    let alternatives =
        |r: &String| r.split('|').map(|c| format!("\"{}\"", first(c.trim()))).collect::<Vec<_>>().join(" / ");
    candidate.map(|c| c.missing.iter().map(alternatives).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

fn seen_headings(candidate: Option<&Candidate>) -> String {
    let seen = candidate.map(|c| c.seen.iter().take(20).cloned().collect::<Vec<_>>()).unwrap_or_default();
    super::clean::masked(&seen.join(" | "))
}

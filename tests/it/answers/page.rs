//! `docs/answers.md`, made of the cases.

use std::fmt::Write as _;

use super::case::{Case, Standing};

const HEAD: &str = "# The province's questions, answered

What directors, the press and plans ask of a province's OCOP programme (câu hỏi của tỉnh về chương trình OCOP), each with
one query and the answer over the demo's files. Every question says its day, so that answers stay; where a figure was
published, it stands beside the computed one, with the reason where the two differ. Written by the tests from
`tests/cases/answers`, where each question is a file.

Sources: S0 and S2, articles on Quảng Nam's plan of 2023; S1, an article on Quảng Nam after six years of the programme;
S3, Đồng Tháp's review of 2023 and plan of 2024; S4, an article on Quảng Ninh, second half of 2022. A figure's `at` is the
place in the answer; `*` takes every element of a list, `#` counts them.
";

/// The page.
pub fn of(cases: &[Case]) -> String {
    let mut page = HEAD.to_owned();
    for case in cases {
        let text = case.text.replace("\n```json answer\n", "\n```json\n");
        let _ = write!(page, "\n#{}", text);
    }
    page.push_str("\n## How many\n\n");
    let (rows, others): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.name.starts_with('A'));
    let _ = writeln!(page, "| of the {} questions of the list | how many | which |\n|--|--|--|", rows.len());
    for (standing, words) in [
        (Standing::Right, "answered, and every published figure comes out (khớp)"),
        (Standing::Differs, "answered; a published figure differs, with the reason (lệch, có lý do)"),
        (Standing::Answered, "answered; no figure was published (có số liệu, báo không nêu con số)"),
        (Standing::NoData, "can be asked; the files have no data (hỏi được, hồ sơ chưa có dữ liệu)"),
    ] {
        let names: Vec<&str> =
            rows.iter().filter(|case| case.standing() == standing).map(|case| case.name.as_str()).collect();
        let _ = writeln!(page, "| {words} | {} | {} |", names.len(), names.join(" "));
    }
    let _ =
        writeln!(page, "\nBeside them: {} on the reform of 2025 and others (câu hỏi khác).", others.len());
    figures(&mut page, cases);
    page
}

/// The published figures, each once: a figure may stand in several questions.
fn figures(page: &mut String, cases: &[Case]) {
    let mut seen: Vec<(&str, bool)> = Vec::new();
    for figure in cases.iter().flat_map(|case| &case.figures) {
        if let Some(id) = figure.published_id() {
            match seen.iter_mut().find(|(known, _)| *known == id) {
                Some((_, right)) => *right &= figure.is_right(),
                None => seen.push((id, figure.is_right())),
            }
        }
    }
    let right = seen.iter().filter(|(_, right)| *right).count();
    let differ: Vec<&str> = seen.iter().filter(|(_, right)| !right).map(|(id, _)| *id).collect();
    let _ = writeln!(
        page,
        "\nOf {} published figures {right} come out as printed and {} differ: {}.",
        seen.len(),
        differ.len(),
        if differ.is_empty() { "none".to_owned() } else { differ.join(", ") }
    );
}

//! What is hidden in notes: former names, withdrawals, the year something stopped.

use chrono::NaiveDate;

use super::dates;
use crate::ingest::fold::{flat, tidy};
use crate::ingest::register::Words;

/// Names that stand behind "trước đây là", "tên cũ" and the like.
pub fn former_names(text: &str, words: &Words) -> Vec<String> {
    let text = tidy(text);
    behind(&text, &words.former)
        .map(|rest| rest.trim_start_matches([':', ' ', '-', '–', '"', '“']))
        .map(|rest| rest.split([';', '\n', '.', ')', '"', '”']).next().unwrap_or(rest).trim())
        .filter(|name| name.chars().filter(|c| c.is_alphabetic()).count() >= 2)
        .map(|name| vec![name.to_owned()])
        .unwrap_or_default()
}

/// Whether a note speaks of a withdrawal, and the day it names.
pub fn revoked(text: &str, words: &Words) -> Option<Option<NaiveDate>> {
    let rest = behind(text, &words.revoked)?;
    Some(dates::mentioned(rest).into_iter().find_map(|(_, when)| when.day))
}

/// The year behind "đã dừng từ năm".
pub fn stopped_year(text: &str, words: &Words) -> Option<i32> {
    dates::in_text(behind(text, &words.stopped)?).and_then(|when| when.year)
}

/// The text behind the longest of the words that it holds, letter by letter so that the rest keeps its marks.
fn behind<'t>(text: &'t str, words: &[String]) -> Option<&'t str> {
    let mut sorted: Vec<String> = words.iter().map(|w| flat(w)).collect();
    sorted.sort_by_key(|w| std::cmp::Reverse(w.len()));
    sorted.iter().filter(|w| !w.is_empty()).find_map(|word| {
        let starts = std::iter::once(0).chain(text.match_indices([' ', '(', '"']).map(|(i, m)| i + m.len()));
        starts.into_iter().find_map(|start| {
            let rest = &text[start..];
            let ends = rest.char_indices().map(|(i, _)| i).chain([rest.len()]);
            let end = ends.into_iter().find(|end| flat(&rest[..*end]) == *word)?;
            // The word ends where the next letter would change it: take in what folding ignores.
            let more =
                rest[end..].chars().take_while(|c| ('\u{300}'..='\u{36f}').contains(c)).map(char::len_utf8);
            Some(&rest[end + more.sum::<usize>()..]).filter(|r| !r.starts_with(char::is_alphanumeric))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words {
            former: ["trước đây là", "đổi tên từ", "tên cũ"].map(str::to_owned).into(),
            revoked: vec!["thu hồi".into()],
            stopped: vec!["đã dừng".into()],
            ..Words::default()
        }
    }

    #[test]
    fn finds_what_notes_hide() {
        for (note, name) in [
            ("Trước đây là Công ty Cổ phần Thủy sản Bắc Lợi", "Công ty Cổ phần Thủy sản Bắc Lợi"),
            ("Đổi tên từ HTX Nông dược Hòa; bổ sung", "HTX Nông dược Hòa"),
            ("Tên cũ: Hộ Trí Lam", "Hộ Trí Lam"),
            ("HTX An Bình (tên cũ: HTX Bình An)", "HTX Bình An"),
        ] {
            assert_eq!(former_names(note, &words()), [name], "{note}");
        }
        assert!(former_names("Bổ sung mới", &words()).is_empty());
        let day = NaiveDate::from_ymd_opt(2025, 5, 24);
        assert_eq!(revoked("Thu hồi giấy chứng nhận từ 24/05/2025", &words()), Some(day));
        assert_eq!(revoked("Thu hồi", &words()), Some(None));
        assert_eq!(revoked("Bổ sung mới", &words()), None);
        assert_eq!(stopped_year("Đã dừng từ năm 2023", &words()), Some(2023));
    }
}

//! A district behind an organisation's name: "HTX An Bình, Cao Lãnh", "Công ty X (Huyện Nông Sơn)".

use super::index::Places;
use super::name::{Type, readings};

impl Places {
    /// The name without a district of the province behind it, and that district's text.
    pub fn split_suffix<'t>(&self, province: &str, name: &'t str) -> (&'t str, Option<&'t str>) {
        let bracketed = name.strip_suffix(')').and_then(|n| n.rsplit_once('('));
        let parted = || name.rsplit_once([',', '–']).or_else(|| name.rsplit_once(" - "));
        if let Some((head, tail)) = bracketed.or_else(parted)
            && !head.trim().is_empty()
            && !self.districts(province, tail).is_empty()
        {
            return (head.trim_end_matches([' ', ',', '-', '–']), Some(tail.trim()));
        }
        // Without a mark between, only with the type before it: "… Thanh Cường Thành phố Tam Kỳ".
        let starts = name.match_indices(' ').map(|(i, _)| i + 1).filter(|i| *i > 3);
        for start in starts {
            let tail = &name[start..];
            let word = tail.split([' ', '.']).next().unwrap_or_default().to_lowercase();
            if !matches!(
                word.as_str(),
                "huyện" | "thị" | "thành" | "quận" | "tp" | "tx" | "huyen" | "thanh" | "thi"
            ) {
                continue;
            }
            let typed = readings(tail).into_iter().next().and_then(|n| n.kind).is_some_and(|k| {
                matches!(k, Type::District | Type::City | Type::TownDistrict | Type::UrbanDistrict)
            });
            if typed && self.names_exactly(province, tail) {
                return (name[..start].trim_end(), Some(tail));
            }
        }
        (name, None)
    }

    fn names_exactly(&self, province: &str, text: &str) -> bool {
        let Some(name) = readings(text).into_iter().next() else { return false };
        self.districts(province, text)
            .iter()
            .any(|d| d.parsed.kind == name.kind && d.parsed.bare == name.bare)
    }
}

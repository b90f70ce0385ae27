//! Which province a file is of: by words in its titles, or by the districts and communes its rows name.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::index::{Level, Places, last_old_day};
use super::name::readings;
use crate::ingest::fold::flat;

/// The old province that a text names with a word that makes it one ("UBND tỉnh …", "Sở … Quảng Nam");
/// the longest name wins, and what is named most often.
pub fn in_words(places: &Places, text: &str) -> Option<String> {
    let text = format!(" {} ", flat(text));
    let mut best: Option<(usize, usize, &str)> = None;
    for unit in places.units.iter().filter(|u| u.level == Level::Province && u.to.is_some()) {
        let bare = &unit.parsed.bare;
        let count = text.matches(&format!(" {bare} ")).count();
        let cued: usize = ["tinh", "tp", "thanh pho", "ubnd tinh", "ubnd tp"]
            .iter()
            .map(|cue| text.matches(&format!(" {cue} {bare} ")).count())
            .sum();
        let rank = (cued * 10 + count, bare.len());
        if count > 0 && best.is_none_or(|(c, l, _)| rank > (c, l)) {
            best = Some((rank.0, rank.1, &unit.code));
        }
    }
    best.map(|(.., code)| code.to_owned())
}

/// Votes of rows for provinces.
#[derive(Debug, Default)]
pub struct Votes {
    by_province: BTreeMap<String, f64>,
}

impl Votes {
    /// Counts a row: a district says more than a commune, a pair more than both; a name of several provinces
    /// is shared among them.
    pub fn add(&mut self, places: &Places, district: Option<&str>, commune: Option<&str>) {
        let by_district = district.map(|d| places.provinces_with(Level::District, d)).unwrap_or_default();
        let by_commune = commune.map(|c| places.provinces_with(Level::Commune, c)).unwrap_or_default();
        let both: Vec<&String> = by_district.iter().filter(|p| by_commune.contains(p)).collect();
        if !both.is_empty() {
            both.iter()
                .for_each(|p| *self.by_province.entry((*p).clone()).or_default() += 4.0 / both.len() as f64);
            return;
        }
        for (found, weight) in [(&by_district, 2.0), (&by_commune, 1.0)] {
            for p in found {
                *self.by_province.entry(p.clone()).or_default() += weight / found.len() as f64;
            }
        }
    }

    /// The province that plainly leads.
    pub fn winner(&self) -> Option<String> {
        let mut sorted: Vec<(&String, f64)> = self.by_province.iter().map(|(p, v)| (p, *v)).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let (first, votes) = sorted.first()?;
        let second = sorted.get(1).map_or(0.0, |s| s.1);
        (*votes >= 1.0 && *votes > second * 1.5).then(|| (*first).clone())
    }
}

impl Places {
    /// Codes of the old provinces that have a unit of that name.
    fn provinces_with(&self, level: Level, text: &str) -> Vec<String> {
        for name in readings(text) {
            let all = self.provinces_by_name.get(&(level, name.bare.clone()));
            let typed = all.into_iter().flatten().filter(|(_, k)| name.kind.is_none() || *k == name.kind);
            let mut found: Vec<String> = typed.map(|(p, _)| p.clone()).collect();
            found.sort();
            found.dedup();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The other old provinces that are one with it today.
    pub(super) fn siblings(&self, province: &str) -> impl Iterator<Item = &str> {
        let today = self.province_now.get(province);
        let same = self.province_now.iter().filter(move |(old, now)| Some(*now) == today && *old != province);
        same.map(|(old, _)| old.as_str())
    }

    /// Whether some province has a unit of that name, with or without its type before it.
    pub fn knows(&self, level: Level, text: &str) -> bool {
        !self.provinces_with(level, text).is_empty()
    }

    /// Whether some province has a unit of that name: of a commune said with its type, since bare names of
    /// communes are also names of people.
    pub fn names_some(&self, level: Level, text: &str) -> bool {
        let text = super::section_text(text);
        let Some(name) = readings(&text).into_iter().next().filter(|n| n.kind.is_some()) else {
            return false;
        };
        let today = || self.today_by_name.get(&name.bare).is_some_and(|kinds| kinds.contains(&name.kind));
        !self.provinces_with(level, &text).is_empty() || (level == Level::Commune && today())
    }

    /// As [`Self::province_of`], for a list of that day: from July 2025 on a code of today means the province that
    /// has it now, which some of the old ones had for another; its office is the one by whose name it goes.
    pub fn province_of_list(&self, text: &str, day: NaiveDate) -> Option<String> {
        let code = text.trim();
        let goes_by = |old: &&String| self.surviving.contains(*old);
        let mut old = self.province_now.iter().filter(|(_, now)| *now == code).map(|(old, _)| old);
        let today = || old.find(goes_by).cloned();
        (day > last_old_day()).then(today).flatten().or_else(|| self.province_of(text))
    }

    /// The old province of a code or name that a person gave.
    pub fn province_of(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if self.province_now.contains_key(text) {
            return Some(text.to_owned());
        }
        let bare = readings(text).into_iter().next()?.bare;
        let mut all = self.units.iter().filter(|u| u.level == Level::Province && u.to.is_some());
        all.find(|u| u.parsed.bare == bare).map(|u| u.code.clone())
    }
}

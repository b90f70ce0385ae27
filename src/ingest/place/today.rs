//! Communes of today by their full names, type and marks: what a list of after the reform means by them, and
//! whether a text can be the name of a commune at all.

use std::collections::BTreeSet;

use super::index::{Level, Places, Unit};
use super::name::{Name, Type, readings};

impl Places {
    /// Whether the province has a commune today that bears the full name which the text is; if so, whether a commune
    /// of before bore it too that became another one, so that a row of before may mean either.
    pub fn today_in_full(&self, province: &str, text: &str) -> Option<bool> {
        let name = readings(text).into_iter().next().filter(|name| !name.old)?;
        let key = (self.province_now.get(province)?.clone(), name.bare.clone());
        let mut today = self.units_of(self.new_by_name.get(&key)).filter(|unit| bears(unit, &name));
        let (Some(unit), None) = (today.next(), today.next()) else { return None };
        let became_another = |old: &&Unit| {
            let now = self.successors.get(&old.code).map(Vec::as_slice).unwrap_or_default();
            bears(old, &name) && !now.iter().any(|(code, _)| *code == unit.code)
        };
        let provinces = std::iter::once(province).chain(self.siblings(province));
        let old = |province: &str| {
            let key = (Level::Commune, province.to_owned(), name.bare.clone());
            self.units_of(self.old_by_name.get(&key)).any(|old| became_another(&old))
        };
        Some(provinces.into_iter().any(old))
    }

    /// Of old communes and those of today that a text may mean, whether only the old ones bear its full name.
    pub(super) fn only_old_bears(names: &[Name], old: &[&Unit], new: &[&Unit]) -> bool {
        let full = |units: &[&Unit]| units.iter().any(|u| names.first().is_some_and(|name| bears(u, name)));
        full(old) && !full(new)
    }

    /// Whether the text is a commune of the province, of then or of today, said with its type.
    pub fn says_commune(&self, province: &str, text: &str) -> bool {
        let text = super::section_text(text);
        let Some(name) = readings(&text).into_iter().next().filter(|name| is_of_commune(name.kind)) else {
            return false;
        };
        let provinces: BTreeSet<&str> = std::iter::once(province).chain(self.siblings(province)).collect();
        let typed = |unit: &Unit| unit.parsed.kind == name.kind;
        let old = |province: &&str| {
            let key = (Level::Commune, (*province).to_owned(), name.bare.clone());
            self.units_of(self.old_by_name.get(&key)).any(typed)
        };
        let today = self.province_now.get(province).map(|now| (now.clone(), name.bare.clone()));
        today.is_some_and(|key| self.units_of(self.new_by_name.get(&key)).any(typed))
            || provinces.iter().any(old)
    }

    /// Whether a text has the form of a commune's full name, be it one or not: "Phường Cái Rắng".
    pub fn is_like_commune(text: &str) -> bool {
        let text = super::section_text(text);
        let full = ["xã ", "phường ", "thị trấn ", "đặc khu "];
        let folded = text.to_lowercase();
        let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’');
        full.iter().any(|kind| folded.starts_with(kind))
            && text.chars().all(letters)
            && (2..=6).contains(&text.split_whitespace().count())
            && text
                .split_whitespace()
                .skip(1)
                .all(|word| word.chars().next().is_some_and(|c| !c.is_lowercase()))
    }

    /// The communes of today, each with its code, behind the name of its province.
    #[cfg(test)]
    pub fn communes_of_today(&self) -> Vec<(String, String)> {
        let units = self.current.values().map(|at| &self.units[*at]);
        let of = |unit: &Unit| {
            let old = self
                .province_now
                .iter()
                .find(|(old, now)| **now == unit.parent && self.surviving.contains(*old));
            let province = old.and_then(|(old, _)| self.province(old)).map(|province| province.name.clone());
            (province.unwrap_or_default(), format!("{} {}", unit.code, unit.name))
        };
        units.map(of).collect()
    }

    fn units_of<'p>(&'p self, at: Option<&'p Vec<usize>>) -> impl Iterator<Item = &'p Unit> {
        at.into_iter().flatten().map(|i| &self.units[*i])
    }
}

/// Whether a unit's full name is that one.
fn bears(unit: &Unit, name: &Name) -> bool {
    unit.parsed.toned == name.toned && (name.kind.is_none() || unit.parsed.kind == name.kind)
}

fn is_of_commune(kind: Option<Type>) -> bool {
    matches!(kind, Some(Type::Commune | Type::Ward | Type::Town | Type::Zone))
}

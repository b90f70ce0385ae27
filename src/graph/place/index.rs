//! Units in memory: what lies in what, through every change. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::Units;
use crate::ingest::place::{Name, of_unit};
use crate::store::territory::{Part, UnitRow};

/// All units.
pub(super) struct Territory {
    pub units: Vec<UnitRow>,
    /// Their names, taken apart.
    pub names: Vec<Name>,
    pub by_id: HashMap<Uuid, usize>,
    /// By folded name without its type.
    pub by_name: HashMap<String, Vec<usize>>,
    /// By code, of every time.
    pub by_code: HashMap<String, Vec<usize>>,
    parent: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    next: Vec<Option<usize>>,
    before: Vec<Vec<usize>>,
    /// All that a unit's territory went to, and all that a unit's territory came from.
    pub went_to: Vec<Vec<usize>>,
    pub came_from: Vec<Vec<usize>>,
}

/// Codes were dealt again on this day, and districts abolished.
pub(super) fn reform() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 7, 1).unwrap_or(NaiveDate::MAX)
}

impl Territory {
    pub fn new(units: Vec<UnitRow>, successions: &[Part]) -> Self {
        let by_id: HashMap<Uuid, usize> = units.iter().enumerate().map(|(n, u)| (u.id, n)).collect();
        let names: Vec<Name> = units.iter().map(|u| of_unit(&u.name)).collect();
        let found = |id: Option<Uuid>| id.and_then(|id| by_id.get(&id).copied());
        let parent: Vec<_> = units.iter().map(|u| found(u.parent)).collect();
        let next: Vec<_> = units.iter().map(|u| found(u.next)).collect();
        let (mut children, mut before) = (vec![Vec::new(); units.len()], vec![Vec::new(); units.len()]);
        let (mut by_name, mut by_code) = (HashMap::new(), HashMap::new());
        for (n, unit) in units.iter().enumerate() {
            if let Some(parent) = parent[n] {
                children[parent].push(n);
            }
            if let Some(next) = next[n] {
                before[next].push(n);
            }
            by_name.entry(names[n].bare.clone()).or_insert_with(Vec::new).push(n);
            by_code.entry(unit.code.clone()).or_insert_with(Vec::new).push(n);
        }
        let (mut went_to, mut came_from) = (vec![Vec::new(); units.len()], vec![Vec::new(); units.len()]);
        for (from, to) in successions {
            if let (Some(from), Some(to)) = (by_id.get(from), by_id.get(to)) {
                went_to[*from].push(*to);
                came_from[*to].push(*from);
            }
        }
        Self { units, names, by_id, by_name, by_code, parent, children, next, before, went_to, came_from }
    }

    /// Whether the unit is of today's order.
    pub fn is_of_today(&self, unit: usize) -> bool {
        self.units[unit].from >= reform()
    }

    /// The units above, nearest first.
    pub fn above(&self, unit: usize) -> Vec<usize> {
        std::iter::successors(self.parent[unit], |above| self.parent[*above]).take(4).collect()
    }

    /// The units directly below.
    pub fn children_of(&self, unit: usize) -> impl Iterator<Item = &usize> {
        self.children[unit].iter()
    }

    /// All periods of one unit: level and code name one within an order.
    pub fn periods(&self, unit: usize) -> impl Iterator<Item = usize> + '_ {
        let own = &self.units[unit];
        let today = self.is_of_today(unit);
        let same = self.by_code.get(&own.code).into_iter().flatten().copied();
        same.filter(move |n| self.units[*n].level == own.level && self.is_of_today(*n) == today)
    }

    /// The communes of a district on a day, to begin with, and the districts that had gone into it by then. What it
    /// took in later is not its land of that day.
    fn land(&self, unit: usize, day: NaiveDate, inside: &mut HashSet<usize>) -> Vec<usize> {
        let gone = |n: &usize| self.units[*n].level == 1 && self.units[*n].to.is_some_and(|to| to <= day);
        inside.extend(self.periods(unit).flat_map(|own| &self.before[own]).filter(|n| gone(n)));
        let communes = self.periods(unit).flat_map(|own| &self.children[own]);
        communes.copied().filter(|commune| self.holds(*commune, day)).collect()
    }

    /// All units that lie in `unit`: its parts, what became one of them, and, of a unit of before, what its
    /// communes became; a district of before with a day, what lay in it on the day. A unit that was divided counts to
    /// its default successor.
    pub fn within(&self, unit: usize, land: Option<NaiveDate>) -> Units {
        let mut inside: HashSet<usize> = HashSet::new();
        let mut open: Vec<usize> = self.periods(unit).collect();
        if let Some(day) = land.filter(|_| self.units[unit].level == 1 && !self.is_of_today(unit)) {
            inside.extend(open);
            open = self.land(unit, day, &mut inside);
        }
        while let Some(at) = open.pop() {
            if !inside.insert(at) {
                continue;
            }
            open.extend(self.periods(at).filter(|_| self.units[at].level < 2));
            open.extend(&self.children[at]);
            // A district went to several communes: what one of them holds is not the district.
            let before = self.before[at].iter().copied();
            open.extend(before.filter(|b| self.units[*b].level == self.units[at].level));
        }
        match self.is_of_today(unit) {
            true => self.add_whole_districts(&mut inside),
            false => self.add_what_came_next(&mut inside),
        }
        let mut ids: Vec<Uuid> = inside.iter().map(|n| self.units[*n].id).collect();
        ids.sort_unstable();
        Units { now: self.is_of_today(unit), ids: Arc::new(ids) }
    }

    /// Districts all of whose communes lie in it.
    fn add_whole_districts(&self, inside: &mut HashSet<usize>) {
        let above: HashSet<usize> = inside.iter().filter_map(|n| self.parent[*n]).collect();
        for district in above.into_iter().filter(|n| self.units[*n].level == 1) {
            if self.children[district].iter().all(|commune| inside.contains(commune)) {
                inside.insert(district);
            }
        }
    }

    /// What communes of before became, and larger units that came of nothing else.
    fn add_what_came_next(&self, inside: &mut HashSet<usize>) {
        let mut next: HashSet<usize> = HashSet::new();
        for at in inside.iter().copied() {
            let steps = std::iter::successors(self.next[at], |n| self.next[*n]).take(16);
            let same = steps.filter(|n| self.units[*n].level == self.units[at].level);
            if self.units[at].level == 2 {
                next.extend(same);
            } else {
                // What was there before has land of its own.
                let made = |n: &usize| self.units[at].to.is_some_and(|to| self.units[*n].from >= to);
                let of_nothing_else = |n: &usize| self.came_of(*n).all(|b| inside.contains(&b));
                next.extend(same.filter(made).filter(of_nothing_else));
            }
        }
        inside.extend(next);
    }

    fn came_of(&self, unit: usize) -> impl Iterator<Item = usize> + '_ {
        let level = self.units[unit].level;
        self.before[unit].iter().copied().filter(move |b| self.units[*b].level == level)
    }
}

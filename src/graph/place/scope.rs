//! A place on a day: the unit, whether it is there then, and which communes lie on both sides of its border, so
//! that what is counted within it is approximate. Pure.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::index::{Territory, reform};

/// A place on a day.
#[derive(Debug, Clone)]
pub(in crate::graph) struct Scope {
    /// The unit.
    pub unit: Uuid,
    /// Whether a name was resolved, which means another unit on another day.
    pub by_name: bool,
    /// Whether the unit is there on the day.
    pub exists: bool,
    /// Codes of the provinces it is or lies in.
    pub province: String,
    /// What is written for it where its land of a day is not all that it ever had.
    pub land: Option<String>,
    /// Communes on both sides of the border, and whether each counts to the scope by default.
    pub divided: Vec<(Uuid, bool)>,
}

impl Territory {
    /// The unit as a place on a day.
    pub fn scope(&self, unit: usize, by_name: bool, day: NaiveDate, land: Option<NaiveDate>) -> Scope {
        // Districts took land in, provinces did not.
        let other = |land: &NaiveDate| {
            self.units[unit].level == 1
                && self.holds(unit, *land)
                && self.within(unit, Some(*land)).ids != self.within(unit, None).ids
        };
        let land = land.filter(other);
        let top = self.above(unit).last().copied().unwrap_or(unit);
        Scope {
            unit: self.units[unit].id,
            by_name,
            exists: self.holds(unit, day),
            province: self.units[top].code.clone(),
            land: land.map(|land| format!("{}@{land}", self.units[unit].code)),
            divided: self.divided(unit, day, land),
        }
    }

    /// A row may name only a commune of before, of which a part went elsewhere; or, from the reform on, only a
    /// commune of today, of which a part came from elsewhere.
    fn divided(&self, unit: usize, day: NaiveDate, land: Option<NaiveDate>) -> Vec<(Uuid, bool)> {
        let inside: HashSet<Uuid> = self.within(unit, land).ids.iter().copied().collect();
        let is_inside = |n: &usize| inside.contains(&self.units[*n].id);
        let now = self.is_of_today(unit);
        if !now && day < reform() {
            return Vec::new();
        }
        let communes =
            (0..self.units.len()).filter(|n| self.units[*n].level == 2 && self.is_of_today(*n) != now);
        let ends = |n: usize| if now { &self.went_to[n] } else { &self.came_from[n] };
        let of_level = |n: usize| ends(n).iter().filter(|end| self.units[**end].level == 2);
        let mixed = communes.filter(|n| of_level(*n).any(&is_inside) && !of_level(*n).all(&is_inside));
        mixed.map(|n| (self.units[n].id, is_inside(&n))).collect()
    }

    /// The unit in all its periods, and what was abolished into it by a day.
    pub fn whose_territory(&self, unit: Uuid, day: NaiveDate) -> Vec<Uuid> {
        let Some(start) = self.by_id.get(&unit).copied() else { return Vec::new() };
        let (mut open, mut found) = (vec![start], BTreeSet::new());
        while let Some(at) = open.pop() {
            if !found.insert(at) {
                continue;
            }
            open.extend(self.periods(at));
            let gone = self.came_from[at].iter().copied();
            open.extend(gone.filter(|from| self.units[*from].to.is_some_and(|to| to <= day)));
        }
        found.into_iter().map(|n| self.units[n].id).collect()
    }

    /// The units that hold a unit's territory on a day: itself while it is there. A unit that goes on alone under its
    /// code and name, only in a new order, is itself, too.
    pub fn since(&self, unit: Uuid, day: NaiveDate) -> Vec<Uuid> {
        let Some(start) = self.by_id.get(&unit).copied() else { return Vec::new() };
        let (mut open, mut seen, mut found) = (vec![start], HashSet::new(), BTreeSet::new());
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            if self.holds(at, day) || self.units[at].from > day {
                found.insert(at);
                continue;
            }
            // A district went to several communes by way of its own; the district that took them in may have more.
            let there = self.went_to[at].iter().any(|to| self.holds(*to, day) || self.units[*to].from > day);
            let own = self.units[at].level == 1 && !there && self.children_of(at).next().is_some();
            if own {
                open.extend(self.children_of(at));
            } else {
                open.extend(&self.went_to[at]);
            }
        }
        let goes_on = |n: &usize| {
            let (own, other) = (&self.units[start], &self.units[*n]);
            (&own.code, &own.name, own.level) == (&other.code, &other.name, other.level)
                && self.came_from[*n].iter().all(|from| self.periods(start).any(|own| own == *from))
        };
        if found.len() == 1 && found.iter().all(goes_on) {
            return vec![unit];
        }
        found.into_iter().map(|n| self.units[n].id).collect()
    }
}

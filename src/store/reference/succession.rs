//! What came of each unit whose period ended: by the maps of 2025-07-01 for that day, by the code that lived
//! on for every other day, and where nothing tells, nothing.

use std::collections::HashMap;

use anyhow::Context;
use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

use super::map::Maps;
use super::unit::{AdminUnit, Level, REFORM, Units};
use crate::store::id::stable;

/// A step from a unit to one that holds its territory next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// Id.
    pub id: Uuid,
    /// The unit that ended.
    pub from_id: Uuid,
    /// The unit that holds its territory, or a part of it.
    pub to_id: Uuid,
    /// Whether the whole unit went there.
    pub whole: bool,
    /// Whether it is the one to assume; exactly one of each unit's successors is.
    pub is_default: bool,
}

/// Every step, in the order of the units that ended.
pub fn successions(units: &Units) -> anyhow::Result<Vec<Succession>> {
    let maps = Maps::read()?;
    let communes = communes_by_district(units);
    let mut out = Vec::new();
    for unit in units.iter() {
        let Some(day) = unit.valid_to else { continue };
        let heirs = if day == REFORM {
            maps.heirs(units, unit, &communes).with_context(|| format!("{} {}", unit.name, unit.code))?
        } else {
            let next = next_period(units, unit, day);
            next.map_or_else(|| maps.heirs_of_retired(units, unit, day, &communes), |next| vec![(next, true)])
        };
        let whole = heirs.len() == 1;
        out.extend(heirs.into_iter().map(|(to, is_default)| step(unit, to, day, whole, is_default)));
    }
    Ok(out)
}

/// Successors, and which of them is the default.
type Heirs<'a> = Vec<(&'a AdminUnit, bool)>;

/// Communes with the code of the district they lay in, for every period of theirs.
type Communes<'a> = HashMap<&'a str, Vec<&'a AdminUnit>>;

fn step(from: &AdminUnit, to: &AdminUnit, day: NaiveDate, whole: bool, is_default: bool) -> Succession {
    let id = stable(day, &format!("admin_unit_succession|{}|{}", from.id, to.id));
    Succession { id, from_id: from.id, to_id: to.id, whole, is_default }
}

fn communes_by_district(units: &Units) -> Communes<'_> {
    let mut out = Communes::new();
    for unit in units.iter().filter(|unit| unit.level == Level::Commune && unit.valid_from < REFORM) {
        out.entry(unit.parent_code.as_deref().unwrap_or_default()).or_default().push(unit);
    }
    out
}

/// The same code on the next day, or the same code and name after a gap in the sources (the island districts).
/// Not across the reform: codes were dealt again.
fn next_period<'a>(units: &'a Units, unit: &AdminUnit, day: NaiveDate) -> Option<&'a AdminUnit> {
    units.at(unit.level, &unit.code, day).or_else(|| {
        units
            .periods(unit.level, &unit.code)
            .filter(|next| next.name == unit.name && next.valid_from > day)
            .find(|next| (next.valid_from < REFORM) == (day < REFORM))
    })
}

impl Maps {
    /// Successors on the day of the reform; every unit of before has some.
    fn heirs<'a>(&self, units: &'a Units, unit: &AdminUnit, all: &Communes) -> anyhow::Result<Heirs<'a>> {
        let find = |level, code: &str| {
            units.at(level, code, REFORM).with_context(|| format!("no unit {code} on {REFORM}"))
        };
        let heirs = match unit.level {
            Level::Province => {
                let code = self.provinces.get(&unit.code).context("not in the map of provinces")?;
                vec![(find(Level::Province, code)?, true)]
            }
            Level::Commune => self
                .communes
                .get(&unit.code)
                .into_iter()
                .flatten()
                .map(|row| Ok((find(Level::Commune, &row.new_code)?, row.primary == 1)))
                .collect::<anyhow::Result<Vec<_>>>()?,
            Level::District => match self.zones.get(&unit.code) {
                Some(code) => vec![(find(Level::Commune, code)?, true)],
                None => {
                    let steps = members(all, unit, REFORM)
                        .flat_map(|commune| self.communes.get(&commune.code).into_iter().flatten())
                        .map(|row| Ok((find(Level::Commune, &row.new_code)?, usize::from(row.primary))))
                        .collect::<anyhow::Result<Vec<_>>>()?;
                    with_default(unit, steps)
                }
            },
        };
        anyhow::ensure!(!heirs.is_empty(), "no successor on {REFORM}");
        Ok(heirs)
    }

    /// Successors of a unit whose code ended earlier: a district's by where its communes went, a commune's by
    /// the list of retired names, which names communes of the reform. Often nothing is known.
    fn heirs_of_retired<'a>(
        &self,
        units: &'a Units,
        unit: &AdminUnit,
        day: NaiveDate,
        all: &Communes,
    ) -> Heirs<'a> {
        let steps = match unit.level {
            Level::Province => Vec::new(),
            Level::District => members(all, unit, day)
                .filter_map(|commune| units.above(units.at(Level::Commune, &commune.code, day)?, day))
                .map(|district| (district, 1))
                .collect(),
            Level::Commune => self
                .retired
                .get(&unit.code)
                .into_iter()
                .flatten()
                .filter_map(|code| units.at(Level::Commune, code, REFORM))
                .map(|commune| (commune, 1))
                .collect(),
        };
        with_default(unit, steps)
    }
}

/// The communes that lay in a district on its last day.
fn members<'a>(
    all: &Communes<'a>,
    district: &AdminUnit,
    end: NaiveDate,
) -> impl Iterator<Item = &'a AdminUnit> {
    let last = end.pred_opt().unwrap_or(end);
    all.get(district.code.as_str())
        .cloned()
        .unwrap_or_default()
        .into_iter()
        .filter(move |c| c.is_valid_on(last))
}

/// Distinct successors; the default is the one that kept the name, else the one that weighs most, else the
/// one named first.
fn with_default<'a>(unit: &AdminUnit, steps: Vec<(&'a AdminUnit, usize)>) -> Heirs<'a> {
    let mut weighed: Vec<(&AdminUnit, usize)> = Vec::new();
    for (heir, weight) in steps {
        match weighed.iter_mut().find(|(known, _)| known.id == heir.id) {
            Some((_, sum)) => *sum += weight,
            None => weighed.push((heir, weight)),
        }
    }
    let name = bare(&unit.name);
    let default = weighed
        .iter()
        .rev() // max_by_key takes the last of equals
        .max_by_key(|(heir, weight)| (bare(&heir.name) == name, *weight))
        .map(|(heir, _)| heir.id);
    weighed.into_iter().map(|(heir, _)| (heir, Some(heir.id) == default)).collect()
}

/// The name without its type and, as sources place tone marks either way (Hòa, Hoà), without marks.
fn bare(name: &str) -> String {
    const TYPES: [&str; 9] =
        ["Thành phố ", "Thị xã ", "Thị trấn ", "Huyện ", "Quận ", "Phường ", "Xã ", "Đặc khu ", "Tỉnh "];
    let bare = TYPES.iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name);
    bare.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

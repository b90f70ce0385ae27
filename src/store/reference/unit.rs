//! Administrative units, a row for each period in which code, name and parent stood still.

use std::collections::HashMap;

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::file;
use crate::store::reference_id;

/// The day on which districts ended and codes were dealt again (QĐ 19/2025/QĐ-TTg).
pub const REFORM: NaiveDate = match NaiveDate::from_ymd_opt(2025, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Level of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Province or centrally run city.
    Province,
    /// District level, until 2025-06-30.
    District,
    /// Commune level.
    Commune,
}

impl Level {
    /// The value of the enum `AdminLevel`.
    pub fn as_enum(self) -> &'static str {
        match self {
            Level::Province => "PROVINCE",
            Level::District => "DISTRICT",
            Level::Commune => "COMMUNE",
        }
    }

    /// The level directly above on a day.
    fn above(self, day: NaiveDate) -> Option<Level> {
        match self {
            Level::Province => None,
            Level::Commune if day < REFORM => Some(Level::District),
            Level::District | Level::Commune => Some(Level::Province),
        }
    }
}

/// A unit in one period.
#[derive(Debug, Clone)]
pub struct AdminUnit {
    /// Id.
    pub id: Uuid,
    /// Level.
    pub level: Level,
    /// Statistical code with its leading zeros: 2, 3 or 5 digits.
    pub code: String,
    /// Full name with its type.
    pub name: String,
    /// First day of the period; 2021-11-01 means on or before it.
    pub valid_from: NaiveDate,
    /// First day no longer valid.
    pub valid_to: Option<NaiveDate>,
    /// Code of the unit directly above; none for provinces.
    pub parent_code: Option<String>,
    /// The unit directly above, as it was on the first day of the period.
    pub parent_id: Option<Uuid>,
    /// The province, as it was on the first day of the period; itself for a province.
    pub province_id: Option<Uuid>,
    /// Degrees north, for units of 2025 on.
    pub latitude: Option<f64>,
    /// Degrees east, for units of 2025 on.
    pub longitude: Option<f64>,
    /// Square kilometres, for communes of 2025 on.
    pub area_km2: Option<f64>,
}

impl AdminUnit {
    /// Whether the period holds the day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

/// All units, found by code and day: a code alone is no key.
#[derive(Debug)]
pub struct Units {
    rows: Vec<AdminUnit>,
    by_code: HashMap<(Level, String), Vec<usize>>,
}

impl Units {
    fn new(rows: Vec<AdminUnit>) -> Self {
        let mut by_code: HashMap<_, Vec<usize>> = HashMap::new();
        for (i, row) in rows.iter().enumerate() {
            by_code.entry((row.level, row.code.clone())).or_default().push(i);
        }
        Self { rows, by_code }
    }

    /// Every unit, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &AdminUnit> {
        self.rows.iter()
    }

    /// The periods of a code.
    pub fn periods(&self, level: Level, code: &str) -> impl Iterator<Item = &AdminUnit> {
        self.by_code.get(&(level, code.to_owned())).into_iter().flatten().map(|i| &self.rows[*i])
    }

    /// The unit that has the code on the day.
    pub fn at(&self, level: Level, code: &str, day: NaiveDate) -> Option<&AdminUnit> {
        self.periods(level, code).find(|unit| unit.is_valid_on(day))
    }

    /// The unit directly above on a day.
    pub fn above(&self, unit: &AdminUnit, day: NaiveDate) -> Option<&AdminUnit> {
        self.at(unit.level.above(day)?, unit.parent_code.as_deref()?, day)
    }

    /// The province on a day; the unit itself when it is one.
    pub fn province<'a>(&'a self, unit: &'a AdminUnit, day: NaiveDate) -> Option<&'a AdminUnit> {
        match unit.level {
            Level::Province => Some(unit),
            Level::District | Level::Commune => self.province(self.above(unit, day)?, day),
        }
    }
}

#[derive(Deserialize)]
struct HistoryRow {
    level: Level,
    code: String,
    name: String,
    parent_code: Option<String>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
}

/// The part of the lists of 2025 that the history lacks.
#[derive(Deserialize)]
struct Place {
    code: String,
    lat: Option<f64>,
    lon: Option<f64>,
    area_km2: Option<f64>,
}

/// Reads the history and adds what the lists of 2025 know.
pub fn units() -> anyhow::Result<Units> {
    let mut units = Units::new(file::rows::<HistoryRow>(file::HISTORY)?.into_iter().map(unit).collect());
    let links = units
        .iter()
        .map(|unit| Ok((parent_id(&units, unit)?, province_id(&units, unit)?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    for (row, (parent, province)) in units.rows.iter_mut().zip(links) {
        row.parent_id = parent;
        row.province_id = Some(province);
    }
    locate(&mut units, Level::Province, &file::rows::<Place>(file::PROVINCES)?);
    locate(&mut units, Level::Commune, &file::rows::<Place>(file::COMMUNES)?);
    Ok(units)
}

fn unit(row: HistoryRow) -> AdminUnit {
    let level = row.level.as_enum().to_lowercase();
    AdminUnit {
        id: reference_id::admin_unit(&level, &row.code, row.valid_from),
        level: row.level,
        code: row.code,
        name: row.name,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        parent_code: row.parent_code,
        parent_id: None,
        province_id: None,
        latitude: None,
        longitude: None,
        area_km2: None,
    }
}

fn parent_id(units: &Units, unit: &AdminUnit) -> anyhow::Result<Option<Uuid>> {
    if unit.parent_code.is_none() {
        return Ok(None);
    }
    let parent = units.above(unit, unit.valid_from).with_context(|| described(unit, "parent"))?;
    Ok(Some(parent.id))
}

fn province_id(units: &Units, unit: &AdminUnit) -> anyhow::Result<Uuid> {
    Ok(units.province(unit, unit.valid_from).with_context(|| described(unit, "province"))?.id)
}

fn described(unit: &AdminUnit, lacks: &str) -> String {
    format!(
        "{} {} ({}) of {} has no {lacks} on that day",
        unit.name,
        unit.code,
        unit.level.as_enum(),
        unit.valid_from
    )
}

fn locate(units: &mut Units, level: Level, places: &[Place]) {
    let places: HashMap<&str, &Place> = places.iter().map(|place| (place.code.as_str(), place)).collect();
    for row in units.rows.iter_mut().filter(|row| row.level == level && row.valid_from >= REFORM) {
        if let Some(place) = places.get(row.code.as_str()) {
            (row.latitude, row.longitude, row.area_km2) = (place.lat, place.lon, place.area_km2);
        }
    }
}

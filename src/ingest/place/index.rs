//! The administrative units by name and code, read once from the reference files in the binary.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::name::{self, Name, Type};
use crate::store::reference_id;

const HISTORY: &str = include_str!("../../../schema/reference/admin/units_history.csv");
const COMMUNE_MAP: &str = include_str!("../../../schema/reference/admin/commune_map_2025-07-01.csv");
const PROVINCE_MAP: &str = include_str!("../../../schema/reference/admin/province_map_2025-07-01.csv");
const RETIRED: &str = include_str!("../../../schema/reference/admin/retired_name_alias.csv");

/// Levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// Province.
    Province,
    /// District, until June 2025.
    District,
    /// Commune.
    Commune,
}

/// A unit in one period.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Level.
    pub level: Level,
    /// Statistical code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// District of an old commune; province of the others.
    pub parent: String,
    /// First day; the first day known for the oldest.
    pub from: NaiveDate,
    /// First day no longer; none while in force.
    pub to: Option<NaiveDate>,
    /// Id of the row.
    pub id: Uuid,
    pub(super) parsed: Name,
}

/// Old provinces with a unit of a name, and its type.
pub(super) type Named = Vec<(String, Option<Type>)>;

/// A name that went out of use before 2025.
#[derive(Debug, Clone)]
pub(super) struct Retired {
    pub commune: Name,
    pub district: Name,
    pub province: String,
    pub old_code: String,
    pub new_code: String,
}

/// Everything known of units.
#[derive(Debug)]
pub struct Places {
    pub(super) units: Vec<Unit>,
    /// Units of before July 2025 by level, province and bare name.
    pub(super) old_by_name: HashMap<(Level, String, String), Vec<usize>>,
    /// Communes of today by province of today and bare name.
    pub(super) new_by_name: HashMap<(String, String), Vec<usize>>,
    /// Old commune code → province code, from its district.
    pub(super) province_of_district: HashMap<String, String>,
    /// Old commune → today's communes, the default first; whether it is whole.
    pub(super) successors: HashMap<String, Vec<(String, bool)>>,
    /// Today's commune → old communes, and whether each came whole.
    pub(super) predecessors: HashMap<String, Vec<(String, bool)>>,
    /// Province of before → of today.
    pub(super) province_now: HashMap<String, String>,
    /// Old provinces by whose name a province of today goes.
    pub(super) surviving: HashSet<String>,
    pub(super) retired: Vec<Retired>,
    /// Old provinces that have a unit of a bare name, with its type.
    pub(super) provinces_by_name: HashMap<(Level, String), Named>,
    /// Types of the communes of today by bare name.
    pub(super) today_by_name: HashMap<String, Vec<Option<Type>>>,
    /// Old communes of a district, all periods.
    pub(super) by_district: HashMap<String, Vec<usize>>,
    /// Commune of today by code.
    pub(super) current: HashMap<String, usize>,
    /// Old units by level and code, all periods.
    pub(super) old_by_code: HashMap<(Level, String), Vec<usize>>,
    /// All units by level and code, all periods.
    by_code: HashMap<(Level, String), Vec<usize>>,
}

/// The last day of the old units.
pub(super) fn last_old_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 6, 30).unwrap_or(NaiveDate::MAX)
}

impl Places {
    /// Reads the reference files; rows that cannot be read are left out.
    pub fn load() -> Self {
        let units: Vec<Unit> = rows(HISTORY).filter_map(|r| unit(&r)).collect();
        let mut places = Self {
            units,
            old_by_name: HashMap::new(),
            new_by_name: HashMap::new(),
            province_of_district: HashMap::new(),
            successors: HashMap::new(),
            predecessors: HashMap::new(),
            province_now: rows(PROVINCE_MAP).map(|r| (text(&r, 0), text(&r, 2))).collect(),
            surviving: rows(PROVINCE_MAP).filter(|r| r[1] == r[3]).map(|r| text(&r, 0)).collect(),
            retired: rows(RETIRED).map(|r| retired(&r)).collect(),
            current: HashMap::new(),
            provinces_by_name: HashMap::new(),
            today_by_name: HashMap::new(),
            by_district: HashMap::new(),
            old_by_code: HashMap::new(),
            by_code: HashMap::new(),
        };
        places.index();
        let mut map: Vec<_> = rows(COMMUNE_MAP).collect();
        map.sort_by_key(|r| (text(r, 0), text(r, 3) != "1", text(r, 1)));
        for r in map {
            let (old, new, whole) = (text(&r, 0), text(&r, 1), &r[2] == "whole");
            places.successors.entry(old.clone()).or_default().push((new.clone(), whole));
            places.predecessors.entry(new).or_default().push((old, whole));
        }
        places
    }

    fn index(&mut self) {
        for unit in self.units.iter().filter(|u| u.level == Level::District) {
            self.province_of_district.insert(unit.code.clone(), unit.parent.clone());
        }
        for (i, unit) in self.units.iter().enumerate() {
            let bare = unit.parsed.bare.clone();
            self.by_code.entry((unit.level, unit.code.clone())).or_default().push(i);
            if unit.from > last_old_day() {
                if unit.level == Level::Commune && unit.to.is_none() {
                    self.current.insert(unit.code.clone(), i);
                    self.today_by_name.entry(bare.clone()).or_default().push(unit.parsed.kind);
                    self.new_by_name.entry((unit.parent.clone(), bare)).or_default().push(i);
                }
                continue;
            }
            let province = match unit.level {
                Level::Province => unit.code.clone(),
                Level::District => unit.parent.clone(),
                Level::Commune => self.province_of_district.get(&unit.parent).cloned().unwrap_or_default(),
            };
            self.old_by_code.entry((unit.level, unit.code.clone())).or_default().push(i);
            if unit.level == Level::Commune {
                self.by_district.entry(unit.parent.clone()).or_default().push(i);
            }
            let named = self.provinces_by_name.entry((unit.level, bare.clone())).or_default();
            if !named.contains(&(province.clone(), unit.parsed.kind)) {
                named.push((province.clone(), unit.parsed.kind));
            }
            let same = self.old_by_name.entry((unit.level, province, bare)).or_default();
            same.push(i);
        }
    }

    /// The row of an old code that stands for it: in force on 30 June 2025, else its last.
    pub(super) fn standing(&self, level: Level, code: &str) -> Option<&Unit> {
        let all = self.old_by_code.get(&(level, code.to_owned()))?;
        all.iter().map(|i| &self.units[*i]).max_by_key(|u| (u.to, u.from))
    }

    /// A unit's id in words, for people and tests: `20623 Xã Duy Xuyên (2025-07-01)`.
    pub fn in_words(&self, id: &str) -> Option<String> {
        let id: Uuid = id.parse().ok()?;
        let unit = self.units.iter().find(|u| u.id == id)?;
        Some(format!("{} {} ({})", unit.code, unit.name, unit.from))
    }

    /// The row of a unit in force on a day; of the oldest, the day before which nothing is known counts too.
    pub fn unit_on(&self, level: Level, code: &str, day: NaiveDate) -> Option<Uuid> {
        let mut rows = self.by_code.get(&(level, code.to_owned()))?.iter().map(|i| &self.units[*i]);
        let fits = |u: &&Unit| u.to.is_none_or(|to| day < to) && (u.from <= day || u.from.year() <= 2021);
        rows.find(fits).map(|u| u.id)
    }

    /// The row of a district in force on a day, else its last.
    pub fn district_on(&self, code: &str, day: NaiveDate) -> Option<Uuid> {
        let last = || self.standing(Level::District, code).map(|u| u.id);
        self.unit_on(Level::District, code, day).or_else(last)
    }

    /// The province of today into which an old one went.
    pub fn province_today(&self, old: &str) -> Option<&str> {
        self.province_now.get(old).map(String::as_str)
    }

    /// The row of an old province that held on a day, else its last.
    pub fn province(&self, code: &str) -> Option<&Unit> {
        self.standing(Level::Province, code)
    }
}

fn rows(csv: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(csv.as_bytes()).into_records().flatten()
}

fn text(record: &csv::StringRecord, at: usize) -> String {
    record.get(at).unwrap_or_default().to_owned()
}

fn unit(r: &csv::StringRecord) -> Option<Unit> {
    let level = match r.get(0)? {
        "province" => Level::Province,
        "district" => Level::District,
        "commune" => Level::Commune,
        _ => return None,
    };
    let from = r.get(4)?.parse().ok()?;
    Some(Unit {
        id: reference_id::admin_unit(r.get(0)?, r.get(1)?, from),
        parsed: name::of_unit(r.get(2)?),
        level,
        code: text(r, 1),
        name: text(r, 2),
        parent: text(r, 3),
        from,
        to: r.get(5)?.parse().ok(),
    })
}

fn retired(r: &csv::StringRecord) -> Retired {
    Retired {
        commune: name::of_unit(&r[0]),
        district: name::of_unit(&r[1]),
        province: name::of_unit(&r[2]).bare,
        old_code: text(r, 3),
        new_code: text(r, 4),
    }
}

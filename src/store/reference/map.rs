//! The published maps from units of before to units after, as they stand in the files; what follows from them
//! is decided in `succession`.

use std::collections::HashMap;

use serde::Deserialize;

use super::file;

#[derive(Deserialize)]
pub struct CommuneStep {
    pub old_code: String,
    pub new_code: String,
    pub primary: u8,
}

#[derive(Deserialize)]
struct ProvinceStep {
    old_code: String,
    new_code: String,
}

#[derive(Deserialize)]
struct ZoneStep {
    old_district_code: String,
    new_commune_code: String,
}

#[derive(Deserialize)]
struct RetiredStep {
    old_code_2021_2025: Option<String>,
    new_code: String,
}

/// Codes of the provinces of before that became each province of after, by its code.
pub fn provinces_before() -> anyhow::Result<HashMap<String, Vec<String>>> {
    let mut before: HashMap<String, Vec<String>> = HashMap::new();
    for row in file::rows::<ProvinceStep>(file::PROVINCE_MAP)? {
        before.entry(row.new_code).or_default().push(row.old_code);
    }
    Ok(before)
}

/// The published maps, by old code.
pub struct Maps {
    pub communes: HashMap<String, Vec<CommuneStep>>,
    pub provinces: HashMap<String, String>,
    pub zones: HashMap<String, String>,
    pub retired: HashMap<String, Vec<String>>,
}

impl Maps {
    /// Reads the four files.
    pub fn read() -> anyhow::Result<Self> {
        let mut communes: HashMap<_, Vec<CommuneStep>> = HashMap::new();
        for row in file::rows::<CommuneStep>(file::COMMUNE_MAP)? {
            communes.entry(row.old_code.clone()).or_default().push(row);
        }
        let mut retired: HashMap<_, Vec<String>> = HashMap::new();
        for row in file::rows::<RetiredStep>(file::RETIRED)? {
            let Some(code) = row.old_code_2021_2025 else { continue };
            retired.entry(code).or_default().push(row.new_code);
        }
        let provinces = file::rows::<ProvinceStep>(file::PROVINCE_MAP)?;
        let zones = file::rows::<ZoneStep>(file::SPECIAL_ZONES)?;
        Ok(Self {
            communes,
            provinces: provinces.into_iter().map(|row| (row.old_code, row.new_code)).collect(),
            zones: zones.into_iter().map(|row| (row.old_district_code, row.new_commune_code)).collect(),
            retired,
        })
    }
}

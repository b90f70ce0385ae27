//! The files under `schema/reference` that make the reference tables, as they ship in the binary, and how
//! their rows are read; what the rows mean stands in the modules beside.

use anyhow::Context;
use serde::de::DeserializeOwned;

/// A file: its path under `schema/reference`, and its text (UTF-8, commas, a header row).
pub type File = (&'static str, &'static str);

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/reference/", $path)))
    };
}

pub const HISTORY: File = file!("admin/units_history.csv");
pub const COMMUNES: File = file!("admin/communes_from_2025-07-01.csv");
pub const PROVINCES: File = file!("admin/provinces_from_2025-07-01.csv");
pub const COMMUNE_MAP: File = file!("admin/commune_map_2025-07-01.csv");
pub const PROVINCE_MAP: File = file!("admin/province_map_2025-07-01.csv");
pub const SPECIAL_ZONES: File = file!("admin/district_map_special_zones.csv");
pub const RETIRED: File = file!("admin/retired_name_alias.csv");
pub const GROUPS: File = file!("ocop/product_groups.csv");
pub const AGENCIES: File = file!("agencies/agencies.csv");

/// Every file that the tables follow from.
pub const ALL: [File; 9] =
    [HISTORY, COMMUNES, PROVINCES, COMMUNE_MAP, PROVINCE_MAP, SPECIAL_ZONES, RETIRED, GROUPS, AGENCIES];

/// The rows of a file; a row that does not fit is an error with the file's name and the line.
pub fn rows<T: DeserializeOwned>((name, text): File) -> anyhow::Result<Vec<T>> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<Vec<T>, _>>()
        .with_context(|| format!("schema/reference/{name}"))
}

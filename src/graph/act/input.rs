//! What operations take, out of the client's JSON (already of the right types), and ids out of texts.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use uuid::Uuid;

use crate::catalog::{Catalog, Entity};
use crate::error::Fault;
use crate::store::id;

/// A mistake of the caller, and the field of the input it is in.
#[derive(Debug)]
pub(super) struct Said {
    pub fault: Fault,
    pub field: Option<String>,
}

impl From<Fault> for Said {
    fn from(fault: Fault) -> Self {
        let field = match fault.code {
            "REASON_MISSING" => Some("reason"),
            "CELLS_MISSING" => Some("cells"),
            "FIELD_UNKNOWN" => Some("field"),
            "VALUE_INVALID" | "VALUE_IMPLAUSIBLE" | "DATE_IN_FUTURE" => Some("value"),
            "SAME_ENTITY" | "TYPE_MISMATCH" => Some("right"),
            "LABEL_INVALID" => Some("label"),
            "ORGANISATION_MISSING" | "ORGANISATION_INVALID" => Some("organisation"),
            "OFFICE_MISSING" | "OFFICE_UNKNOWN" => Some("office"),
            "PROVINCE_MISSING" | "PROVINCE_INVALID" => Some("provinceCode"),
            "SCOPE_UNKNOWN" | "SCOPE_BEYOND_ROLE" | "SCOPE_NOT_YOURS" => Some("scopes"),
            "NETWORK_INVALID" => Some("networks"),
            "EXPIRY_PAST" | "EXPIRY_INVALID" => Some("expiresAt"),
            "OVERLAP_INVALID" => Some("overlapHours"),
            "KEY_REVOKED" => Some("id"),
            _ => None,
        };
        Self { fault, field: field.map(str::to_owned) }
    }
}

/// Mistakes about the one thing that an input names.
pub(super) const ABOUT_IT: [&str; 3] = ["NOT_FOUND", "TYPE_UNKNOWN", "IMPORT_NOT_READ"];

#[derive(Deserialize)]
pub(super) struct Preview {
    #[serde(deserialize_with = "id_text")]
    pub id: String,
    #[serde(default)]
    pub first: Option<i64>,
}

/// The input of operations on one thing.
#[derive(Deserialize)]
pub(super) struct OnOne {
    #[serde(deserialize_with = "id_text")]
    pub id: String,
    #[serde(default)]
    pub confirm: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct Fix {
    #[serde(deserialize_with = "id_text")]
    pub id: String,
    #[serde(default)]
    pub sheet: Option<String>,
    pub row: i32,
    pub cells: Vec<Cell>,
}

#[derive(Deserialize)]
pub(super) struct Cell {
    pub column: String,
    pub text: String,
}

impl Fix {
    /// Column → new words; the same column twice is a mistake.
    pub fn cells(&self) -> Result<BTreeMap<String, String>, Said> {
        let mut cells = BTreeMap::new();
        for cell in &self.cells {
            if cells.insert(cell.column.clone(), cell.text.clone()).is_some() {
                let fault = Fault::new(
                    "COLUMN_TWICE",
                    format!("the column {} is given twice", cell.column),
                    format!("cột {} được ghi hai lần", cell.column),
                );
                return Err(Said { fault, field: Some("cells".to_owned()) });
            }
        }
        Ok(cells)
    }
}

#[derive(Deserialize)]
pub(super) struct Judge {
    #[serde(deserialize_with = "id_text")]
    pub left: String,
    #[serde(deserialize_with = "id_text")]
    pub right: String,
    pub verdict: String,
}

#[derive(Deserialize)]
pub(super) struct Pin {
    #[serde(deserialize_with = "id_text")]
    pub id: String,
    pub field: String,
    #[serde(default)]
    pub value: Value,
}

/// GraphQL takes whole numbers for ids, too.
fn id_text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// The input as `T`. The schema has checked its types.
pub(super) fn read<T: for<'de> Deserialize<'de>>(input: Value) -> anyhow::Result<T> {
    Ok(serde_json::from_value(input)?)
}

/// The uuid in an id of one kind of thing, whose prefix is known.
pub(super) fn id_of(text: &str, prefix: &str, field: &str) -> Result<Uuid, Said> {
    match id::decode(text) {
        Some((given, uuid)) if given == prefix => Ok(uuid),
        _ => Err(no_id(text, prefix, field)),
    }
}

/// The type and uuid in the id of a merged entity.
pub(super) fn entity_of<'c>(
    catalog: &'c Catalog,
    text: &str,
    field: &str,
) -> Result<(&'c Entity, Uuid), Said> {
    let found = id::decode(text).and_then(|(prefix, uuid)| {
        let mut merged = catalog.entities.values().filter(|entity| entity.is_merged());
        Some((merged.find(|entity| entity.id_prefix == prefix)?, uuid))
    });
    found.ok_or_else(|| {
        let example = catalog.entities.values().find(|entity| entity.is_merged());
        no_id(text, example.map(|entity| entity.id_prefix.as_str()).unwrap_or_default(), field)
    })
}

fn no_id(text: &str, prefix: &str, field: &str) -> Said {
    let shown: String = text.chars().take(60).collect();
    let fault = Fault::new(
        "INVALID_ID",
        format!("{shown:?} is no id of that kind; it looks like {prefix}_01h455vb4pex5vsknk084sn02q"),
        format!("{shown:?} không phải mã loại này; mã có dạng {prefix}_01h455vb4pex5vsknk084sn02q"),
    );
    Said { fault, field: Some(field.to_owned()) }
}

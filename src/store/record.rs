//! The source record: what one row of one office's file says of one entity, cleaned. Kept for ever;
//! the entities are computed from these and from people's judgements alone.

use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::fields::{Fields, Refs};
use super::id;

/// What one row says of one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// Id, deterministic: from import, sheet, row and target.
    pub id: Uuid,
    /// The import that brought it.
    pub import_id: Uuid,
    /// `register/OFFICE_KIND/province code`: a later snapshot of the same scope replaces this one.
    pub scope: Arc<str>,
    /// Entity type (GraphQL name).
    pub entity: Arc<str>,
    /// Identity within scope and entity type, the same in every delivery.
    pub key: String,
    /// `OfficeKind` value of the office that says so.
    pub office: Arc<str>,
    /// Day the statement speaks of.
    pub observed_on: NaiveDate,
    /// Values by GraphQL field name, in canonical JSON: text, enums, dates (`YYYY-MM-DD`) and decimals as
    /// strings, Int, Float and Boolean as themselves. A link to reference data (units, groups) holds the
    /// target's uuid as a string. Blank fields are left out; null says that the field is empty.
    pub fields: Fields,
    /// Links to entities that this row speaks of too: field name → id of that other record.
    pub refs: Refs,
    /// What counts in matching only.
    pub evidence: Evidence,
    /// Sheet, empty where a file has none.
    pub sheet: String,
    /// Row in the sheet, from 1.
    pub row: i32,
}

impl SourceRecord {
    /// The node it speaks of.
    pub fn node_id(&self) -> Uuid {
        node_id(&self.entity, &self.scope, &self.key)
    }
}

/// The node of an entity type, scope and key: what one scope says under one key. The database has the same
/// function, `node_id`.
pub fn node_id(entity: &str, scope: &str, key: &str) -> Uuid {
    id::stable(NaiveDate::default(), &format!("node|{entity}|{scope}|{key}"))
}

/// Evidence that is no field of the entity.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Evidence {
    /// Former or other names ("Trước đây là …").
    pub names: Vec<String>,
    /// Codes of today's communes that the place may be; several when it was divided or named loosely.
    pub places: Vec<String>,
    /// Identifiers whose check digit is wrong: no identifier, but a slip away from the right one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mistyped: Vec<String>,
    /// Names of what the row says is its: of a maker's goods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<String>,
    /// Whether the register holds one row for each such entity, so that two rows of one delivery are two.
    pub distinct: bool,
    /// Whether it only names the thing: it is matched with what other records say, and says nothing itself.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mention: bool,
    /// Whether the office says that it no longer holds: a row marked for removal in a delivery of changes.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
}

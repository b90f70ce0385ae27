//! What operations take and answer.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use crate::merge::{Applied, Counts, Withdrawn};

/// What two entities are to each other, as a person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// One thing.
    Same,
    /// Two things.
    Different,
    /// Not to be told; the pair is not asked again.
    Unsure,
}

/// One entity that an import or decision changes.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityChange {
    /// Entity type.
    pub entity: String,
    /// Its id.
    pub id: Uuid,
    /// `CREATED`, `UPDATED` or `DELETED`.
    pub kind: String,
    /// Field → (old, new); personal data included.
    pub fields: BTreeMap<String, (Value, Value)>,
    /// The same as the public may see it.
    pub public: BTreeMap<String, (Option<String>, Option<String>)>,
}

/// What an import would change, or did change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// Entities created, updated, deleted, total, by type.
    pub entities: BTreeMap<String, Counts>,
    /// The changes, the first `limit` of them.
    pub changes: Vec<EntityChange>,
    /// How many there are in all.
    pub change_count: i64,
    /// Rows that say what the delivery before said.
    pub rows_unchanged: i32,
    /// Rows set aside.
    pub rows_quarantined: i32,
    /// Records of the delivery before that are gone, by entity type.
    pub withdrawn: BTreeMap<String, i64>,
    /// Whether so many are gone that a person must agree.
    pub must_confirm: bool,
    /// Pairs newly doubtful.
    pub to_review: i64,
}

/// What an operation did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Entities by type.
    pub entities: BTreeMap<String, Counts>,
    /// Set when nothing was done because it withdraws too much: how many records, by entity type.
    pub held: Option<BTreeMap<String, i64>>,
    /// Pairs that may be the same, in all.
    pub doubtful: usize,
}

impl Outcome {
    /// What applying changed.
    pub fn of(applied: Applied) -> Self {
        Self { entities: applied.entities, held: None, doubtful: applied.doubtful }
    }

    /// Nothing was done because too much would be withdrawn.
    pub fn held(withdrawn: &Withdrawn) -> Self {
        Self { held: Some(gone(withdrawn)), ..Self::default() }
    }
}

/// How many records are gone, by entity type.
pub fn gone(withdrawn: &Withdrawn) -> BTreeMap<String, i64> {
    withdrawn.iter().map(|(entity, gone)| (entity.clone(), gone.gone)).collect()
}

/// New text for cells of a row that was set aside; the row as it came stays.
#[derive(Debug, Clone)]
pub struct RowFix {
    /// Import.
    pub import: Uuid,
    /// Sheet; empty where the file has none.
    pub sheet: String,
    /// Row in the file.
    pub row: i32,
    /// Heading of the column, as in the file or as the register calls it → text.
    pub cells: BTreeMap<String, String>,
}

/// What became of a mended row.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// Id of the fix.
    pub id: Uuid,
    /// accepted, unchanged, quarantined or duplicate.
    pub outcome: String,
    /// What applying it changed, when the import is applied.
    pub applied: Option<Outcome>,
}

/// A value that shall stand, whoever else says what.
#[derive(Debug, Clone)]
pub struct PinWish {
    /// Entity type.
    pub entity: String,
    /// Entity.
    pub id: Uuid,
    /// Field.
    pub field: String,
    /// Value in the canonical JSON of source records; null: empty.
    pub value: Value,
}

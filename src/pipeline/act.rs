//! Decisions on what is in the store already.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{By, Failure, Pipeline, unknown};
use crate::merge::Counts;

/// What two entities are to each other, as a person sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// One thing.
    Same,
    /// Two things.
    Different,
    /// Not to be told; the pair goes to the end of the queue.
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
    /// Field → (old, new); personal data included: mask before showing.
    pub fields: BTreeMap<String, (Value, Value)>,
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

impl Pipeline {
    /// What applying an import would change. Changes nothing.
    pub async fn preview(&self, import: Uuid, limit: i64) -> Result<Difference, Failure> {
        let _ = limit;
        Err(unknown("import", "lần nhập", import).into())
    }

    /// Applies a staged or held import. `confirm`: a person agrees to what it withdraws.
    pub async fn apply(&self, by: &By, import: Uuid, confirm: bool) -> Result<Outcome, Failure> {
        let _ = (by, confirm);
        Err(unknown("import", "lần nhập", import).into())
    }

    /// Makes an import as if it had never come; its rows stay in the store.
    pub async fn revert(&self, by: &By, import: Uuid) -> Result<Outcome, Failure> {
        let _ = by;
        Err(unknown("import", "lần nhập", import).into())
    }

    /// Reads a row anew with other words in some cells.
    pub async fn fix_row(&self, by: &By, fix: &RowFix) -> Result<Fixed, Failure> {
        let _ = by;
        Err(unknown("import", "lần nhập", fix.import).into())
    }

    /// Decides on two entities of one type. Answers the judgement's id.
    pub async fn judge(
        &self,
        by: &By,
        entity: &str,
        left: Uuid,
        right: Uuid,
        verdict: Verdict,
    ) -> Result<(Uuid, Outcome), Failure> {
        let _ = (by, entity, right, verdict);
        Err(unknown("entity", "đối tượng", left).into())
    }

    /// Takes a judgement back.
    pub async fn retract_judgement(&self, by: &By, judgement: Uuid) -> Result<Outcome, Failure> {
        let _ = by;
        Err(unknown("judgement", "phán quyết", judgement).into())
    }

    /// Pins a value. Answers the pin's id.
    pub async fn pin(&self, by: &By, pin: &PinWish) -> Result<(Uuid, Outcome), Failure> {
        let _ = by;
        Err(unknown("entity", "đối tượng", pin.id).into())
    }

    /// Takes a pin back.
    pub async fn unpin(&self, by: &By, pin: Uuid) -> Result<Outcome, Failure> {
        let _ = by;
        Err(unknown("pin", "giá trị ghim", pin).into())
    }
}

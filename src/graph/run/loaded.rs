//! Rows as they came, with the parents they belong to.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::super::answer::Coded;

/// What a root field brought.
pub(super) enum LoadedRoot {
    /// Nothing to bring.
    Nothing,
    /// One object: which of the types, the rows it came with, and which of them it is.
    One(Option<(usize, Loaded, usize)>),
    /// Objects in the order of the ids: type and row of each, or why an id is none.
    Many { places: Vec<Result<Option<(usize, usize)>, Coded>>, loaded: Vec<Loaded> },
    /// A page, and what the whole list comes to.
    Page { rows: Loaded, extras: Vec<Result<Loaded, Coded>> },
    /// What an operation made, and the entities in it.
    Made(Value, Vec<Named>),
    /// It failed.
    Failed(Coded),
}

/// Entities that a result names by their ids.
pub(super) struct Named {
    /// Type and row of each.
    pub places: HashMap<String, (usize, usize)>,
    /// The rows of each type.
    pub loaded: Vec<Loaded>,
}

/// The rows of one statement and of those that continue from it.
#[derive(Default)]
pub(super) struct Loaded {
    pub rows: Arc<Vec<PgRow>>,
    /// Rows of each parent, in the order of the keys that were sent.
    pub groups: Vec<Range<usize>>,
    /// Where a parent's key stands in that order.
    pub places: HashMap<Uuid, usize>,
    /// The lists within, as in the plan.
    pub children: Vec<Result<Loaded, Coded>>,
}

impl Loaded {
    /// The rows that belong to a parent.
    pub fn of(&self, parent: Uuid) -> Range<usize> {
        self.places.get(&parent).and_then(|place| self.groups.get(*place)).cloned().unwrap_or(0..0)
    }
}

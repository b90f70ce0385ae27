//! `within`: the place a client names, as the set of units of every time that lie in it. Units are read once
//! for the life of the process, places kept by their words.

mod index;
mod named;

use std::sync::Arc;

use tokio::sync::OnceCell;
use uuid::Uuid;

use super::answer::Coded;
use super::cache::Cache;
use super::run::store_error;
use crate::store::connections::Connections;
use crate::store::territory;
use index::Territory;

/// Places kept.
const KEPT: usize = 1000;
/// Bytes of their units.
const KEPT_UNITS: usize = 8 << 20;

/// A place: all units that lie in it.
#[derive(Debug, Clone)]
pub(super) struct Units {
    /// Whether the unit named is of today; else of before July 2025.
    pub now: bool,
    /// Units of every time that lie in it.
    pub ids: Arc<Vec<Uuid>>,
}

/// Resolves places.
pub(super) struct Places {
    database: Connections,
    territory: OnceCell<Territory>,
    known: Cache<String, Result<Units, Coded>>,
}

impl Places {
    pub fn new(database: Connections) -> Self {
        Self { database, territory: OnceCell::new(), known: Cache::new(KEPT, KEPT_UNITS) }
    }

    /// The place that `text` names.
    pub async fn resolve(&self, text: &str) -> Result<Units, Coded> {
        let key = text.to_owned();
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        let found = territory.named(text).map(|unit| territory.within(unit));
        if text.len() <= named::LONGEST {
            let units = found.as_ref().map_or(0, |units| units.ids.len());
            self.known.insert(key, found.clone(), text.len() + units * size_of::<Uuid>());
        }
        found
    }

    async fn read(&self) -> Result<Territory, Coded> {
        let units = territory::units(&self.database).await.map_err(|error| store_error(&error))?;
        units.map(Territory::new).map_err(|error| Coded::internal(error.to_string()))
    }
}

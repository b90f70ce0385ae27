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

/// Names of places kept, and bytes of them.
const NAMES: (usize, usize) = (1000, 256 << 10);
/// Places kept, and bytes of their units; one is some thousand units at most.
const PLACES: (usize, usize) = (200, 4 << 20);

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
    named: Cache<String, Result<usize, Coded>>,
    within: Cache<usize, Units>,
}

impl Places {
    pub fn new(database: Connections) -> Self {
        Self {
            database,
            territory: OnceCell::new(),
            named: Cache::new(NAMES.0, NAMES.1),
            within: Cache::new(PLACES.0, PLACES.1),
        }
    }

    /// The place that `text` names.
    pub async fn resolve(&self, text: &str) -> Result<Units, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        let unit = self.named(territory, text)?;
        if let Some(known) = self.within.get(&unit) {
            return Ok(known);
        }
        let units = territory.within(unit);
        self.within.insert(unit, units.clone(), units.ids.len() * size_of::<Uuid>());
        Ok(units)
    }

    /// The one unit that `text` names.
    pub async fn unit(&self, text: &str) -> Result<Uuid, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        Ok(territory.units[self.named(territory, text)?].id)
    }

    fn named(&self, territory: &Territory, text: &str) -> Result<usize, Coded> {
        let key = text.to_owned();
        if let Some(known) = self.named.get(&key) {
            return known;
        }
        let found = territory.named(text);
        if text.len() <= named::LONGEST {
            self.named.insert(key, found.clone(), text.len());
        }
        found
    }

    async fn read(&self) -> Result<Territory, Coded> {
        let units = territory::units(&self.database).await.map_err(|error| store_error(&error))?;
        units.map(Territory::new).map_err(|error| Coded::internal(error.to_string()))
    }
}

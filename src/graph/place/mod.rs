//! `within`: the place a client names, as the set of units of every time that lie in it. Units are read once
//! for the life of the process, places kept by their words.

mod index;
mod named;
mod scope;

use std::sync::Arc;

use chrono::NaiveDate;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::answer::Coded;
use super::cache::Cache;
use super::run::store_error;
use crate::store::connections::Connections;
use crate::store::row::Unreadable;
use crate::store::territory;
use index::Territory;
pub(super) use scope::Scope;

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
    within: Cache<(usize, Option<NaiveDate>), Units>,
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
        let land = named::own_day(text);
        if let Some(known) = self.within.get(&(unit, land)) {
            return Ok(known);
        }
        let units = territory.within(unit, land);
        self.within.insert((unit, land), units.clone(), units.ids.len() * size_of::<Uuid>());
        Ok(units)
    }

    /// The one unit that `text` names.
    pub async fn one(&self, text: &str) -> Result<Uuid, Coded> {
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

    /// The place that `text` names on `day`: a name, the unit that had it then.
    pub async fn on(&self, text: &str, day: NaiveDate) -> Result<Scope, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        let (unit, by_name) = territory.named_on(text, day)?;
        // A name means the land of the day, a code with a day of its own that of its own.
        let land = if by_name { Some(day) } else { named::own_day(text) };
        Ok(territory.scope(unit, by_name, day, land))
    }

    /// What became of a unit by `day`: itself while it is there, else all units that hold its territory then.
    pub async fn since(&self, unit: Uuid, day: NaiveDate) -> Result<Vec<Uuid>, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        Ok(territory.since(unit, day))
    }

    /// The units whose territory a unit holds on `day`: itself, and those that were abolished into it by then.
    pub async fn whose_territory(&self, unit: Uuid, day: NaiveDate) -> Result<Vec<Uuid>, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        Ok(territory.whose_territory(unit, day))
    }

    /// The province that a unit is or lies in.
    pub async fn province(&self, unit: Uuid) -> Result<Uuid, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        let found = territory.by_id.get(&unit);
        let top = found.map(|unit| territory.above(*unit).last().copied().unwrap_or(*unit));
        Ok(top.map_or(unit, |top| territory.units[top].id))
    }

    /// The unit by its id, as a scope on `day`, or with the land that it had last.
    pub async fn unit(&self, unit: Uuid, day: NaiveDate) -> Result<Option<Scope>, Coded> {
        let territory = self.territory.get_or_try_init(|| self.read()).await?;
        let found = territory.by_id.get(&unit);
        let land = |unit: usize| {
            territory.units[unit].to.and_then(|to| to.pred_opt()).map_or(day, |last| last.min(day))
        };
        Ok(found.map(|unit| territory.scope(*unit, false, day, Some(land(*unit)))))
    }

    async fn read(&self) -> Result<Territory, Coded> {
        let units = territory::units(&self.database).await.map_err(|error| store_error(&error))?;
        let parts = territory::successions(&self.database).await.map_err(|error| store_error(&error))?;
        let unreadable = |error: Unreadable| Coded::internal(error.to_string());
        Ok(Territory::new(units.map_err(unreadable)?, &parts.map_err(unreadable)?))
    }
}

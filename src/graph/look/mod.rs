//! Questions bound by hand that only read: arguments → a question to the layer that knows → a result by names of
//! the schema.

mod supply;
mod verify;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

use super::answer::Coded;
use super::place::Places;
use super::run::{Running, store_error};
use crate::catalog::Catalog;
use crate::search::SearchError;
use crate::store::connections::Connections;

/// What questions are answered from.
pub(super) struct Looking<'a> {
    database: &'a Connections,
    catalog: &'a Catalog,
    places: &'a Places,
}

impl<'a> Looking<'a> {
    /// What a request runs with.
    pub fn of(running: &Running<'a>) -> Self {
        Self { database: running.database, catalog: running.catalog, places: running.finder }
    }
}

/// The answer to the question `name`; `asked` are the fields of the result that are wanted, with dots.
pub(super) async fn look(
    looking: &Looking<'_>,
    name: &str,
    arguments: &Value,
    asked: &BTreeSet<String>,
) -> Result<Value, Coded> {
    let Looking { database, catalog, .. } = *looking;
    match name {
        "search" => words::found(database, catalog, arguments, asked).await,
        "suggest" => words::suggested(database, catalog, arguments).await,
        "supply" => supply::found(looking, arguments, asked).await,
        "verify" => verify::verified(database, catalog, arguments).await,
        other => Err(Coded::internal(format!("the question {other} is declared and not bound"))),
    }
}

fn bounded(arguments: &Value, name: &str, most: i64) -> Result<i64, Coded> {
    let given = arguments[name].as_i64().unwrap_or_default();
    match (0..=most).contains(&given) {
        true => Ok(given),
        false => Err(Coded::fault(
            "PAGE_SIZE",
            format!("{name} takes 0 to {most}, not {given}"),
            format!("{name} nhận từ 0 đến {most}, không nhận {given}"),
        )),
    }
}

fn coded(error: SearchError) -> Coded {
    match error {
        SearchError::Fault(fault) => Coded::fault(fault.code, fault.en, fault.vi),
        SearchError::Store(error) => store_error(&error),
        SearchError::Unreadable(error) => Coded::internal(error.to_string()),
    }
}

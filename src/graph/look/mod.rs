//! Questions bound by hand that only read: arguments → a question to the layer that knows → a result by names of
//! the schema.

mod supply;
mod verify;
mod words;

use serde_json::Value;

use super::answer::Coded;
use super::indicator;
use super::run::{Running, store_error};
use crate::search::SearchError;

/// A field of a result that is wanted.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// Its name in the schema.
    pub name: String,
    /// Where its value is to stand in the result: by its name, or, where it takes something, by its response key.
    pub slot: String,
    /// What it takes.
    pub arguments: Value,
    /// What is wanted within.
    pub within: Vec<Wanted>,
}

/// Whether a field is wanted, named by the fields that lead to it with dots.
pub(super) fn is_wanted(wanted: &[Wanted], path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let mut named = wanted.iter().filter(|field| field.name == first);
    named.any(|field| rest.is_none_or(|rest| is_wanted(&field.within, rest)))
}

/// The answer to the question `name`, of which the fields `wanted` are written.
pub(super) async fn look(
    running: &Running<'_>,
    name: &str,
    arguments: &Value,
    wanted: &[Wanted],
) -> Result<Value, Coded> {
    let (database, catalog) = (running.database, running.catalog);
    match name {
        "search" => words::found(database, catalog, arguments, wanted).await,
        "suggest" => words::suggested(database, catalog, arguments).await,
        "supply" => supply::found(running, arguments, wanted).await,
        "verify" => verify::verified(database, catalog, arguments).await,
        other => indicator::answer(running, other, arguments, wanted).await,
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

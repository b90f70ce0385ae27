//! Fields of a result that failed while the rest of it was answered. Their values say which error is theirs, so that
//! it is told at the field's own place, which the writer alone knows.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::super::answer::Coded;

/// The one member of the value of a failed field: no field of a result is called so.
const FAILED: &str = "\u{0}failed";

/// The errors of one answer.
#[derive(Default)]
pub(super) struct Failures(Mutex<Vec<Coded>>);

impl Failures {
    /// The value of a field that failed.
    pub fn note(&self, error: Coded) -> Value {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(error);
        json!({ FAILED: all.len() - 1 })
    }

    /// The error of a field, if it failed.
    pub fn of(&self, value: &Value) -> Option<Coded> {
        let place = value.get(FAILED)?.as_u64()?;
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(usize::try_from(place).ok()?).cloned()
    }
}

//! Runs a plan: statements out, rows in, JSON written straight from the rows. No tree of values, no
//! resolver for a field.

mod bind;
mod each;
pub(super) mod estimate;
mod failed;
mod load;
mod load_page;
mod loaded;
mod made;
mod write;
mod write_made;
mod write_page;

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use crate::catalog::Catalog;
use crate::store::connections::Connections;
use apollo_compiler::response::JsonMap;
pub(super) use bind::day;
pub(super) use load::store_error;

use super::act::{Acting, Acts};
use super::answer::Coded;
use super::ask::Asking;
use super::loader::Loader;
use super::lower::Own;
use super::place::{Places, Units};
use super::plan::Plan;
use failed::Failures;

/// What running needs.
pub(super) struct Running<'a> {
    /// Where statements go.
    pub database: &'a Connections,
    /// The entity types.
    pub catalog: &'a Catalog,
    /// Where look-ups by one key go.
    pub loader: &'a Loader,
    /// Variables, coerced.
    pub variables: &'a JsonMap,
    /// Trace id for errors.
    pub trace_id: &'a str,
    /// Who answers questions that the hub puts to itself, and for whom.
    pub asking: Asking<'a>,
    /// Where operations bound by hand go, and who acts.
    pub desk: DeskOf<'a>,
    /// Values of introspection fields by response key, as JSON.
    pub introspected: HashMap<String, Vec<u8>>,
    /// The places that conditions name, by their words.
    pub places: HashMap<String, Result<Units, Coded>>,
    /// What failed within results that were made all the same.
    failed: Failures,
    /// Statements sent.
    pub statements: AtomicU32,
    /// Rows received.
    pub rows: AtomicU64,
    /// Objects in them.
    pub objects: AtomicI64,
}

/// Operations bound by hand, for those who may act.
pub(super) struct DeskOf<'a>(pub Option<(&'a Acts, Acting)>);

impl DeskOf<'_> {
    /// Runs an operation. Who may not act was refused before anything ran.
    async fn run(&self, name: &str, arguments: serde_json::Value) -> Result<serde_json::Value, Coded> {
        match &self.0 {
            Some((acts, acting)) => acts.run(acting, name, arguments).await,
            None => Err(Coded::internal("an operation nobody may do")),
        }
    }
}

/// The answer of a plan: the value of `data`, and the members of `errors`.
pub(super) struct Written {
    pub data: Vec<u8>,
    pub errors: Vec<serde_json::Value>,
}

impl<'a> Running<'a> {
    pub fn new(
        database: &'a Connections,
        loader: &'a Loader,
        variables: &'a JsonMap,
        asking: Asking<'a>,
        desk: DeskOf<'a>,
    ) -> Self {
        let (catalog, trace_id) = (asking.catalog(), asking.trace_id());
        let (introspected, places) = (HashMap::new(), HashMap::new());
        Self {
            database,
            loader,
            catalog,
            variables,
            trace_id,
            asking,
            desk,
            introspected,
            places,
            failed: Failures::default(),
            statements: AtomicU32::new(0),
            rows: AtomicU64::new(0),
            objects: AtomicI64::new(0),
        }
    }

    /// What the caller is known by.
    fn own(&self, own: Own) -> Vec<String> {
        let caller = self.asking.caller();
        match own {
            Own::Office => caller.office.clone().into_iter().collect(),
            Own::Province => caller.provinces(),
            Own::Organisation => caller.organisation.clone().into_iter().collect(),
        }
    }

    /// Resolves the places that the plan's conditions name.
    pub async fn find(&mut self, plan: &Plan, places: &Places) {
        for source in &plan.places {
            if let serde_json::Value::String(text) = bind::value(source, self.variables)
                && !self.places.contains_key(&text)
            {
                let found = places.resolve(&text).await;
                self.places.insert(text, found);
            }
        }
    }

    fn place(&self, value: &serde_json::Value) -> Result<&Units, Coded> {
        let found = self.places.get(value.as_str().unwrap_or_default());
        match found {
            Some(Ok(units)) => Ok(units),
            Some(Err(error)) => Err(error.clone()),
            None => Err(Coded::internal("a place that was not looked for")),
        }
    }

    /// Runs the plan.
    pub async fn run(&self, plan: &Plan) -> Written {
        let loaded = load::roots(self, plan).await;
        write::answer(self, plan, &loaded)
    }

    /// Runs the plan for several, whose variables alone differ.
    pub async fn run_each(each: &[Running<'_>], plan: &Plan) -> Vec<Written> {
        each::each(each, plan).await
    }

    /// The value of a field that may be null: when it fails, the rest of the result stands.
    pub fn or_null(&self, outcome: Result<serde_json::Value, Coded>) -> serde_json::Value {
        outcome.unwrap_or_else(|error| self.failed.note(error))
    }

    /// Counts a statement, its rows and the objects in them.
    fn count(&self, rows: usize, objects: i64) {
        self.spent(1, rows as u64);
        let objects = (rows as i64).saturating_mul(objects);
        self.objects.fetch_add(objects, Ordering::Relaxed);
    }

    /// Counts statements and rows that were spent on the request.
    pub fn spent(&self, statements: u32, rows: u64) {
        self.statements.fetch_add(statements, Ordering::Relaxed);
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }
}

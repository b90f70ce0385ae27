//! Validated operation × catalog → [`Plan`]; pure. One statement for each root field, one more for each
//! list within, all to-one links joined into the statement of their parent.

mod act;
mod allow;
mod argument;
mod collect;
mod filter;
mod group;
mod measure;
mod object;
mod order;
mod page;
mod period;
mod place;
mod root;
mod rows;

pub(super) use allow::Own;
pub(super) use argument::to_json;

use apollo_compiler::executable::{ExecutableDocument, Operation};
use apollo_compiler::response::JsonMap;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::answer::Coded;
use super::plan::{Plan, Sort, Source};
use crate::access::Viewer;
use crate::catalog::{Catalog, Column, Entity};
use collect::Group;

/// What lowering reads from.
pub(super) struct Lowering<'a> {
    /// The entity types.
    pub catalog: &'a Catalog,
    /// The document, for its fragments.
    pub document: &'a ExecutableDocument,
    /// Variables, coerced; lowering looks at their shape alone (see [`super::shape`]).
    pub variables: &'a JsonMap,
    /// Who asks.
    pub viewer: Viewer,
    /// Name the type of each `node`, for the executor.
    pub name_types: bool,
    /// The day that the root field at hand is as of.
    pub day: RefCell<Option<Source>>,
    /// Orders of the client's own over whole tables, so far.
    pub sorts: RefCell<Vec<Sort>>,
    /// Personal data that are handed out, so far: types and fields.
    pub personal: RefCell<BTreeSet<String>>,
}

impl Lowering<'_> {
    /// The day that the root field at hand is as of.
    fn as_of(&self) -> Option<Source> {
        self.day.borrow().clone()
    }

    /// The same error, told where the field stands, unless it is told more closely.
    fn at(&self, group: &Group<'_>) -> impl FnOnce(Coded) -> Coded + use<'_> {
        let span = group.fields.first().and_then(|field| field.location());
        let range = span.and_then(|span| span.line_column_range(&self.document.sources));
        let at = range.map(|range| (range.start.line, range.start.column));
        move |error| Coded { at: error.at.or(at), ..error }
    }

    /// Notes that a personal field is handed out as it is.
    fn note_personal(&self, column: &Column) {
        let has_it = |entity: &&Entity| {
            entity.columns.get(&column.name).is_some_and(|of_entity| std::ptr::eq(of_entity, column))
        };
        let entity = self.catalog.entities.values().find(has_it).map_or("", |entity| &entity.name);
        self.personal.borrow_mut().insert(format!("{entity}.{}", column.name));
    }
}

/// The plan of `operation`, or why it cannot be run.
pub(super) fn lower(lowering: &Lowering<'_>, operation: &Operation) -> Result<Plan, Coded> {
    let mut roots = Vec::new();
    let serial = !operation.is_query();
    let root_type = if serial { "Mutation" } else { "Query" };
    for group in lowering.collect(root_type, &[&operation.selection_set]) {
        roots.push(lowering.root(root_type, &group).map_err(lowering.at(&group))?);
    }
    let personal = lowering.personal.take().into_iter().collect();
    Ok(Plan { personal, ..Plan::new(roots, serial, lowering.sorts.take()) })
}

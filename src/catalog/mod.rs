//! The schema as data: `schema/**/*.graphql` → [`Catalog`], checked; no I/O, no SQL, no async-graphql
//! schema. What is wrong in a file is a [`CatalogError`] with file, line, column and what was expected.

mod access;
mod check;
mod cost;
mod directive;
mod fault;
pub mod indicator;
mod model;
mod names;
mod operation;
mod read;
mod search;
mod source;
mod verify;

pub use access::{Access, OwnRows, Role, Scope, Scopes};
pub use cost::{Cost, ListSize};
pub use fault::CatalogError;
pub use model::*;
pub use names::snake_case;
pub use operation::{InputType, NODE, Operation, Operations, ResultField, ResultType, Shape, Taken};
pub use search::{Path, SEARCH_TYPE, Searchable, to_one};
pub use source::Source;
pub use verify::{VERIFIABLE_KIND, Verifiable};

/// The catalog of the files built into this binary.
pub fn load_embedded() -> Result<Catalog, CatalogError> {
    let mut catalog = load(&source::directives(), &source::embedded())?;
    for operations in source::operations() {
        load_operations(&mut catalog, &operations)?;
    }
    indicator::read(&mut catalog, &indicator::embedded()).map_err(|wrong| first(&wrong))?;
    Ok(catalog)
}

fn first(wrong: &[indicator::IndicatorMistake]) -> CatalogError {
    let place = |mistake: &indicator::IndicatorMistake| fault::Place {
        file: mistake.file.clone(),
        line: mistake.line,
        column: 1,
    };
    let told = wrong.first().map(|mistake| (place(mistake), mistake.en.clone())).unwrap_or_default();
    told.0.error(told.1, "an indicator as docs/indicators.md says")
}

/// Adds the operations bound by hand to a catalog of entity types.
pub fn load_operations(catalog: &mut Catalog, operations: &Source) -> Result<(), CatalogError> {
    operation::read(catalog, operations)
}

/// The catalog of `entities`, whose directives are declared in `directives`.
pub fn load(directives: &Source, entities: &[Source]) -> Result<Catalog, CatalogError> {
    let vocabulary = directive::Vocabulary::read(directives)?;
    let mut draft = read::Draft::default();
    for source in entities {
        draft.read(source, &vocabulary)?;
    }
    check::complete(draft)
}

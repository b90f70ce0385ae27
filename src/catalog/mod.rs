//! The schema as data: `schema/**/*.graphql` → [`Catalog`], checked; no I/O, no SQL, no async-graphql
//! schema. What is wrong in a file is a [`CatalogError`] with file, line, column and what was expected.

mod check;
mod directive;
mod fault;
mod model;
mod names;
mod operation;
mod read;
mod search;
mod source;
mod verify;

pub use fault::CatalogError;
pub use model::*;
pub use names::snake_case;
pub use operation::{InputType, NODE, Operation, Operations, ResultType, Shape, Taken};
pub use search::{Path, SEARCH_TYPE, Searchable, to_one};
pub use source::Source;
pub use verify::{VERIFIABLE_KIND, Verifiable};

/// The catalog of the files built into this binary.
pub fn load_embedded() -> Result<Catalog, CatalogError> {
    let mut catalog = load(&source::directives(), &source::embedded())?;
    load_operations(&mut catalog, &source::operations())?;
    Ok(catalog)
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

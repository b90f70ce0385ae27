//! The schema as data: `schema/**/*.graphql` → [`Catalog`], checked; no I/O, no SQL, no async-graphql
//! schema. What is wrong in a file is a [`CatalogError`] with file, line, column and what was expected.

mod model;

pub use model::*;

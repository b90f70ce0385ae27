//! Rules of the specification that apollo-compiler leaves out or reads otherwise than graphql-js. Documents come
//! here when apollo-compiler has found nothing; what it judges well is not judged again.

mod introspection;
mod merging;
pub(super) mod suggest;
pub(super) mod told;
mod usage;

use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{ExecutableDocument, Schema};

use super::answer::Coded;

/// A rule broken, in words, and where.
pub(super) struct Broken {
    pub message: String,
    pub at: Option<SourceSpan>,
    /// A value that its scalar does not take: told as it would be where it is used.
    pub value: Option<Coded>,
}

impl Broken {
    fn rule(message: String, at: Option<SourceSpan>) -> Self {
        Self { message, at, value: None }
    }
}

/// What is broken in a document.
pub(super) fn broken(schema: &Schema, document: &ExecutableDocument) -> Vec<Broken> {
    let mut found = Vec::new();
    for operation in document.operations.iter() {
        usage::check(schema, document, operation, &mut found);
        merging::check(schema, document, operation, &mut found);
        introspection::check(document, &operation.selection_set, &mut found);
    }
    found
}

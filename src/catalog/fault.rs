//! What is wrong in a schema file, and where.

/// A mistake in a schema file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {found}; expected {expected}")]
pub struct CatalogError {
    /// File, relative to the project.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What stands there.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// A place in a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Place {
    pub fn new(file: &str, pos: async_graphql::Pos) -> Self {
        Self { file: file.to_owned(), line: pos.line, column: pos.column }
    }

    pub fn error(&self, found: impl Into<String>, expected: impl Into<String>) -> CatalogError {
        CatalogError {
            file: self.file.clone(),
            line: self.line,
            column: self.column,
            found: found.into(),
            expected: expected.into(),
        }
    }
}

//! The schema files built into the binary.

use include_dir::{Dir, include_dir};

static ENTITIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/schema/entities");

/// A schema file: its path, for messages, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path relative to the project.
    pub path: String,
    /// SDL.
    pub text: String,
}

/// `schema/directives.graphql`.
pub(super) fn directives() -> Source {
    Source {
        path: "schema/directives.graphql".to_owned(),
        text: include_str!("../../schema/directives.graphql").to_owned(),
    }
}

/// `schema/operations.graphql` and the questions about indicators.
pub(super) fn operations() -> [Source; 2] {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    [
        source("schema/operations.graphql", include_str!("../../schema/operations.graphql")),
        source("schema/indicators.graphql", include_str!("../../schema/indicators.graphql")),
    ]
}

/// Every file under `schema/entities`, in the order of their paths.
pub(super) fn embedded() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&ENTITIES, &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn collect(dir: &Dir<'_>, into: &mut Vec<Source>) {
    for file in dir.files().filter(|f| f.path().extension().is_some_and(|e| e == "graphql")) {
        into.push(Source {
            path: format!("schema/entities/{}", file.path().display()),
            text: String::from_utf8_lossy(file.contents()).into_owned(),
        });
    }
    for dir in dir.dirs() {
        collect(dir, into);
    }
}

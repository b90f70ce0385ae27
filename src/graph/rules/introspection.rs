//! How deep lists of the introspection may nest: each level multiplies the answer. The limit is graphql-js's.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Field, Selection, SelectionSet};

use super::Broken;
use crate::graph::limits;

/// Fields of `__Type` that are lists of other types or lead to such.
const LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];

/// Checks all `__schema` and `__type` within a selection. Documents that come here have no cycles.
pub(super) fn check(document: &ExecutableDocument, set: &SelectionSet, found: &mut Vec<Broken>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) if matches!(field.name.as_str(), "__schema" | "__type") => {
                if too_deep(document, field, 0) {
                    let most = limits::INTROSPECTION_LISTS;
                    let message = format!("lists of the introspection nest over {most} levels");
                    found.push(Broken::rule(message, field.location()));
                }
            }
            Selection::Field(_) => {}
            Selection::InlineFragment(inline) => check(document, &inline.selection_set, found),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name) {
                    check(document, &fragment.selection_set, found);
                }
            }
        }
    }
}

fn too_deep(document: &ExecutableDocument, field: &Field, above: usize) -> bool {
    let depth = above + usize::from(LISTS.contains(&field.name.as_str()));
    depth > limits::INTROSPECTION_LISTS || within(document, &field.selection_set, depth)
}

fn within(document: &ExecutableDocument, set: &SelectionSet, depth: usize) -> bool {
    set.selections.iter().any(|selection| match selection {
        Selection::Field(field) => too_deep(document, field, depth),
        Selection::InlineFragment(inline) => within(document, &inline.selection_set, depth),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.fragment_name);
            fragment.is_some_and(|fragment| within(document, &fragment.selection_set, depth))
        }
    })
}

//! How many rows a plan may touch, by the sizes of its pages, before anything is sent.

use apollo_compiler::response::JsonMap;

use super::super::limits;
use super::super::plan::*;
use super::bind;

/// Rows of a plain list, which has no size of its own.
const LIST: i64 = 20;

/// The estimate, saturating.
pub(in crate::graph) fn rows(plan: &Plan, variables: &JsonMap) -> i64 {
    let roots = plan.roots.iter().map(|root| match &root.field {
        RootField::Typename(_) | RootField::Introspection => 0,
        RootField::Act(act) => {
            let most = if act.reads { limits::NODES as i64 } else { 1 };
            let one =
                |of: &Vec<Typed>| of.iter().map(|t| within(&t.fetch, most, variables)).max().unwrap_or(0);
            act.entities.iter().map(one).fold(0, i64::saturating_add)
        }
        RootField::One { of, .. } => of.iter().map(|t| within(&t.fetch, 1, variables)).sum(),
        RootField::Many { of, .. } => {
            of.iter().map(|t| within(&t.fetch, limits::NODES as i64, variables)).sum()
        }
        RootField::Page { fetch, extras, .. } => {
            let fetches = fetch.iter().chain(extras);
            fetches.map(|f| fetched(f, 1, variables)).fold(0, i64::saturating_add)
        }
    });
    roots.fold(0, i64::saturating_add)
}

/// Rows of a statement that has `parents`, and of those within.
fn fetched(fetch: &Fetch, parents: i64, variables: &JsonMap) -> i64 {
    let sized = |b: &&Binding| matches!(b.to, Conversion::PageSize { .. } | Conversion::Groups { .. });
    let page = fetch.bindings.iter().find(sized);
    let least = if fetch.one_row { 1 } else { LIST };
    let size = page.map_or(least, |b| bind::value(&b.source, variables).as_i64().unwrap_or(0).max(0));
    within(fetch, parents.saturating_mul(size), variables)
}

fn within(fetch: &Fetch, rows: i64, variables: &JsonMap) -> i64 {
    let children = fetch.children.iter().map(|c| fetched(&c.fetch, rows, variables));
    children.fold(rows, i64::saturating_add)
}

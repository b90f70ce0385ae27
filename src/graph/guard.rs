//! The door in front of validation: prices the parsed document in one pass, each fragment once, and
//! refuses bombs. Linear in the document, whatever the fragments multiply to.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, Document, Selection};

use super::answer::Coded;
use super::limits;

/// Fields and depth of a selection, fragments spread out.
#[derive(Debug, Clone, Copy, Default)]
struct Price {
    fields: usize,
    depth: usize,
}

/// Refuses a document above the limits.
pub(super) fn check(document: &Document) -> Result<(), Coded> {
    let mut pricing = Pricing { fragments: HashMap::new(), prices: HashMap::new() };
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            pricing.fragments.insert(fragment.name.as_str(), &fragment.selection_set);
        }
    }
    let operations =
        document.definitions.iter().filter(|d| matches!(d, Definition::OperationDefinition(_))).count();
    if operations > limits::OPERATIONS {
        return Err(over("operations", "số thao tác", operations, limits::OPERATIONS));
    }
    let mut total = Price::default();
    for definition in &document.definitions {
        let set = match definition {
            Definition::OperationDefinition(operation) => &operation.selection_set,
            Definition::FragmentDefinition(fragment) => &fragment.selection_set,
            _ => continue,
        };
        let price = pricing.set(set);
        total.fields = total.fields.max(price.fields);
        total.depth = total.depth.max(price.depth);
    }
    if total.fields > limits::FIELDS {
        return Err(over("fields, fragments spread out", "số trường", total.fields, limits::FIELDS));
    }
    if total.depth > limits::DEPTH {
        return Err(over("levels of nesting", "số tầng lồng nhau", total.depth, limits::DEPTH));
    }
    Ok(())
}

fn over(en: &str, vi: &str, given: usize, most: usize) -> Coded {
    let given = if given > 1_000_000 { "over a million".to_owned() } else { given.to_string() };
    Coded::fault(
        "DOCUMENT_TOO_LARGE",
        format!("the document has {given} {en}; the limit is {most}"),
        format!("truy vấn vượt giới hạn {vi}: {given}, tối đa {most}"),
    )
}

struct Pricing<'a> {
    fragments: HashMap<&'a str, &'a [Selection]>,
    /// Priced fragments; none while being priced, so that a cycle (which validation refuses) ends here.
    prices: HashMap<&'a str, Option<Price>>,
}

impl<'a> Pricing<'a> {
    fn set(&mut self, set: &'a [Selection]) -> Price {
        let mut price = Price::default();
        for selection in set {
            let (own, inner) = match selection {
                Selection::Field(field) => (1, self.set(&field.selection_set)),
                Selection::InlineFragment(inline) => (0, self.set(&inline.selection_set)),
                Selection::FragmentSpread(spread) => (1, self.fragment(spread.fragment_name.as_str())),
            };
            price.fields = price.fields.saturating_add(own).saturating_add(inner.fields);
            price.depth = price.depth.max(inner.depth.saturating_add(own));
        }
        price
    }

    fn fragment(&mut self, name: &'a str) -> Price {
        if let Some(known) = self.prices.get(name) {
            return known.unwrap_or_default();
        }
        let Some(set) = self.fragments.get(name).copied() else { return Price::default() };
        self.prices.insert(name, None);
        let price = self.set(set);
        self.prices.insert(name, Some(price));
        price
    }
}

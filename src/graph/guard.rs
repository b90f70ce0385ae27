//! The door in front of validation: prices the parsed document in one pass, each fragment once, and
//! refuses bombs. Linear in the document, whatever the fragments multiply to.

use std::collections::HashMap;

use apollo_compiler::ast::{Definition, Document, Selection};

use super::answer::Coded;
use super::limits::Limits;

/// What a selection comes to, fragments spread out.
#[derive(Debug, Clone, Copy, Default)]
struct Price {
    fields: usize,
    depth: usize,
    aliases: usize,
    directives: usize,
    /// Fields at its own level.
    top: usize,
}

/// Refuses a document above the limits.
pub(super) fn check(document: &Document, limits: &Limits) -> Result<(), Coded> {
    let mut pricing = Pricing { fragments: HashMap::new(), prices: HashMap::new() };
    for definition in &document.definitions {
        if let Definition::FragmentDefinition(fragment) = definition {
            pricing.fragments.insert(fragment.name.as_str(), &fragment.selection_set);
        }
    }
    let (mut total, mut operations) = (Price::default(), 0);
    for definition in &document.definitions {
        let price = match definition {
            Definition::OperationDefinition(operation) => {
                operations += 1;
                let price = pricing.set(&operation.selection_set);
                let own = operation.directives.len()
                    + operation.variables.iter().map(|one| one.directives.len()).sum::<usize>();
                Price { directives: price.directives.saturating_add(own), ..price }
            }
            // What is in a fragment of a type is at no root, unless an operation spreads it.
            Definition::FragmentDefinition(fragment) => {
                let price = pricing.set(&fragment.selection_set);
                let own = fragment.directives.len();
                Price { directives: price.directives.saturating_add(own), top: 0, ..price }
            }
            _ => continue,
        };
        total = total.most(price);
    }
    for (name, (en, vi), given, most) in [
        ("operations", ("operations", "số thao tác"), operations, limits.operations),
        ("fields", ("fields, fragments spread out", "số trường"), total.fields, limits.fields),
        ("aliases", ("aliases, fragments spread out", "số bí danh"), total.aliases, limits.aliases),
        (
            "directives",
            ("directives, fragments spread out", "số chỉ thị"),
            total.directives,
            limits.directives,
        ),
        ("depth", ("levels of nesting", "số tầng lồng nhau"), total.depth, limits.depth),
        ("root_fields", ("root fields", "số trường gốc"), total.top, limits.root_fields),
    ] {
        if given > most {
            return Err(over(en, vi, given, most).over(name, Some(given), most));
        }
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

impl Price {
    /// The greater of each.
    fn most(self, other: Price) -> Price {
        Price {
            fields: self.fields.max(other.fields),
            depth: self.depth.max(other.depth),
            aliases: self.aliases.max(other.aliases),
            directives: self.directives.max(other.directives),
            top: self.top.max(other.top),
        }
    }
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
            // What it is itself, what is in it, and how many fields it has at the level it stands on.
            let (own, inner, top) = match selection {
                Selection::Field(field) => {
                    let aliases = usize::from(field.alias.is_some());
                    let own =
                        Price { fields: 1, depth: 1, aliases, directives: field.directives.len(), top: 1 };
                    (own, self.set(&field.selection_set), 1)
                }
                Selection::InlineFragment(inline) => {
                    let inner = self.set(&inline.selection_set);
                    (Price { directives: inline.directives.len(), ..Price::default() }, inner, inner.top)
                }
                Selection::FragmentSpread(spread) => {
                    let inner = self.fragment(spread.fragment_name.as_str());
                    let directives = spread.directives.len();
                    (Price { fields: 1, depth: 1, directives, ..Price::default() }, inner, inner.top)
                }
            };
            price.fields = price.fields.saturating_add(own.fields).saturating_add(inner.fields);
            price.aliases = price.aliases.saturating_add(own.aliases).saturating_add(inner.aliases);
            price.directives =
                price.directives.saturating_add(own.directives).saturating_add(inner.directives);
            price.depth = price.depth.max(inner.depth.saturating_add(own.depth));
            price.top = price.top.saturating_add(top);
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

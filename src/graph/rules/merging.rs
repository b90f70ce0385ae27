//! Fields that become one in the answer must have the same arguments; here, lists of different lengths are
//! different, which apollo-compiler's comparison overlooks.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::{Argument, Value};
use apollo_compiler::executable::{Field, Operation, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Name, Node, Schema};

use super::Broken;

/// Most fields looked at for one operation; documents are small, merged over and over they may not be.
const MOST: usize = 100_000;

/// Checks an operation.
pub(super) fn check(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &Operation,
    found: &mut Vec<Broken>,
) {
    let mut merging = Merging { schema, document, left: MOST, found };
    merging.sets(&[&operation.selection_set]);
    if merging.left == 0 {
        let message = "the operation merges too many fields of one name".to_owned();
        found.push(Broken::rule(message, operation.selection_set.selections.first().and_then(location)));
    }
}

fn location(selection: &Selection) -> Option<apollo_compiler::parser::SourceSpan> {
    match selection {
        Selection::Field(field) => field.location(),
        Selection::FragmentSpread(spread) => spread.location(),
        Selection::InlineFragment(inline) => inline.location(),
    }
}

/// A field and the type it is selected on.
type Selected<'a> = (&'a Name, &'a Node<Field>);

struct Merging<'a, 'f> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    left: usize,
    found: &'f mut Vec<Broken>,
}

impl<'a> Merging<'a, '_> {
    fn sets(&mut self, sets: &[&'a SelectionSet]) {
        let (mut keys, mut groups) = (Vec::new(), HashMap::<&Name, Vec<Selected>>::new());
        let mut seen = HashSet::new();
        let mut fields = Vec::new();
        for set in sets {
            self.spread(set, &mut seen, &mut fields);
        }
        for (parent, field) in fields {
            let group = groups.entry(field.response_key()).or_insert_with(|| {
                keys.push(field.response_key());
                Vec::new()
            });
            group.push((parent, field));
        }
        for key in keys {
            for together in self.overlapping(&groups[key]) {
                self.one(&together);
            }
        }
    }

    /// Fields that become one.
    fn one(&mut self, fields: &[&'a Node<Field>]) {
        let Some((first, rest)) = fields.split_first() else { return };
        for other in rest {
            if !same_arguments(&first.arguments, &other.arguments) {
                let message = format!("{} is asked for twice with different arguments", first.response_key());
                self.found.push(Broken::rule(message, other.location()));
            }
        }
        let within: Vec<&SelectionSet> =
            fields.iter().map(|f| &f.selection_set).filter(|set| !set.selections.is_empty()).collect();
        if !within.is_empty() {
            self.sets(&within);
        }
    }

    fn spread(
        &mut self,
        set: &'a SelectionSet,
        seen: &mut HashSet<&'a Name>,
        fields: &mut Vec<Selected<'a>>,
    ) {
        for selection in &set.selections {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            match selection {
                Selection::Field(field) => fields.push((&set.ty, field)),
                Selection::InlineFragment(inline) => self.spread(&inline.selection_set, seen, fields),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && seen.insert(&spread.fragment_name)
                    {
                        self.spread(&fragment.selection_set, seen, fields);
                    }
                }
            }
        }
    }

    /// Groups of fields that one object may have: those of each object type, with those of abstract ones.
    fn overlapping(&self, fields: &[Selected<'a>]) -> Vec<Vec<&'a Node<Field>>> {
        let is_object = |name: &Name| matches!(self.schema.types.get(name), Some(ExtendedType::Object(_)));
        let any: Vec<&Node<Field>> = fields.iter().filter(|(p, _)| !is_object(p)).map(|(_, f)| *f).collect();
        let mut parents: Vec<&Name> = Vec::new();
        for (parent, _) in fields.iter().filter(|(p, _)| is_object(p)) {
            if !parents.contains(parent) {
                parents.push(parent);
            }
        }
        if parents.is_empty() {
            return vec![any];
        }
        let groups = parents.into_iter().map(|parent| {
            let own = fields.iter().filter(|(p, _)| *p == parent).map(|(_, f)| *f);
            own.chain(any.iter().copied()).collect()
        });
        groups.collect()
    }
}

fn same_arguments(left: &[Node<Argument>], right: &[Node<Argument>]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .all(|one| right.iter().any(|other| one.name == other.name && same(&one.value, &other.value)))
}

/// Equal values; the order of an object's fields does not count.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, l)| right.iter().any(|(n, r)| n == name && same(l, r)))
        }
        (left, right) => left == right,
    }
}

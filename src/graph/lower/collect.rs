//! CollectFields of the specification: selections → fields grouped by response key, with `@skip`,
//! `@include` and fragments resolved.

use apollo_compiler::ast::Value;
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::{Name, Node};
use indexmap::IndexMap;

use super::Lowering;

/// All fields of one response key; their arguments agree, since the document is valid.
pub(super) struct Group<'a> {
    pub key: &'a Name,
    pub fields: Vec<&'a Node<Field>>,
}

impl<'a> Group<'a> {
    /// The field's name in the schema.
    pub fn name(&self) -> &'a str {
        self.fields[0].name.as_str()
    }

    /// What is selected within, all fields of the key together.
    pub fn selections(&self) -> Vec<&'a SelectionSet> {
        self.fields.iter().map(|f| &f.selection_set).collect()
    }
}

impl<'a> Lowering<'a> {
    /// The fields that `sets` select on an object of type `ty`.
    pub(super) fn collect(&self, ty: &str, sets: &[&'a SelectionSet]) -> Vec<Group<'a>> {
        let mut groups = IndexMap::new();
        for set in sets {
            self.collect_into(ty, set, &mut groups);
        }
        groups.into_iter().map(|(key, fields)| Group { key, fields }).collect()
    }

    fn collect_into(
        &self,
        ty: &str,
        set: &'a SelectionSet,
        groups: &mut IndexMap<&'a Name, Vec<&'a Node<Field>>>,
    ) {
        for selection in &set.selections {
            if !self.included(selection) {
                continue;
            }
            match selection {
                Selection::Field(field) => groups.entry(field.response_key()).or_default().push(field),
                Selection::InlineFragment(inline) => {
                    if inline.type_condition.as_ref().is_none_or(|c| applies(c, ty)) {
                        self.collect_into(ty, &inline.selection_set, groups);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && applies(fragment.type_condition(), ty)
                    {
                        self.collect_into(ty, &fragment.selection_set, groups);
                    }
                }
            }
        }
    }

    fn included(&self, selection: &Selection) -> bool {
        let directives = selection.directives();
        let holds = |name: &str| {
            let used = directives.get(name)?;
            match &**used.specified_argument_by_name("if")? {
                Value::Boolean(value) => Some(*value),
                Value::Variable(variable) => self.variables.get(variable.as_str())?.as_bool(),
                _ => None,
            }
        };
        holds("skip") != Some(true) && holds("include") != Some(false)
    }
}

fn applies(condition: &Name, ty: &str) -> bool {
    condition == ty || condition == "Node"
}

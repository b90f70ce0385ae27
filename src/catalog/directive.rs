//! Our directives: which exist, with which arguments and where; and typed reading of their uses.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::Value as ConstValue;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    ConstDirective, DirectiveDefinition, DirectiveLocation, TypeSystemDefinition,
};

use super::fault::{CatalogError, Place};
use super::source::Source;

/// The directives that schema files may use.
pub(super) struct Vocabulary {
    directives: HashMap<String, DirectiveDefinition>,
}

impl Vocabulary {
    /// Reads `schema/directives.graphql`.
    pub fn read(source: &Source) -> Result<Self, CatalogError> {
        let mut directives = HashMap::new();
        for definition in parse(source)? {
            if let TypeSystemDefinition::Directive(directive) = definition {
                directives.insert(directive.node.name.node.to_string(), directive.node);
            }
        }
        Ok(Self { directives })
    }

    /// Checks the directives of one definition; what they say, by name.
    pub fn uses<'a>(
        &self,
        file: &str,
        location: DirectiveLocation,
        uses: &'a [Positioned<ConstDirective>],
    ) -> Result<Uses<'a>, CatalogError> {
        for used in uses {
            self.check(file, location, used)?;
        }
        Ok(Uses { file: file.to_owned(), uses })
    }

    fn check(
        &self,
        file: &str,
        location: DirectiveLocation,
        used: &Positioned<ConstDirective>,
    ) -> Result<(), CatalogError> {
        let name = used.node.name.node.as_str();
        let place = Place::new(file, used.pos);
        let Some(definition) = self.directives.get(name) else {
            return Err(place.error(format!("unknown directive @{name}"), format!("one of {}", self.names())));
        };
        if !definition.locations.iter().any(|l| l.node == location) {
            return Err(place.error(format!("@{name} on {location:?}"), "the place it is declared for"));
        }
        for (argument, _) in &used.node.arguments {
            if !definition.arguments.iter().any(|a| a.node.name.node == argument.node) {
                let known: Vec<_> = definition.arguments.iter().map(|a| a.node.name.node.as_str()).collect();
                return Err(Place::new(file, argument.pos).error(
                    format!("unknown argument {} of @{name}", argument.node),
                    format!("one of {}", known.join(", ")),
                ));
            }
        }
        for argument in &definition.arguments {
            let required = !argument.node.ty.node.nullable && argument.node.default_value.is_none();
            if required && used.node.get_argument(&argument.node.name.node).is_none() {
                return Err(place.error(
                    format!("@{name} without {}", argument.node.name.node),
                    format!("{}: {}", argument.node.name.node, argument.node.ty.node),
                ));
            }
        }
        Ok(())
    }

    fn names(&self) -> String {
        let mut names: Vec<_> = self.directives.keys().map(|n| format!("@{n}")).collect();
        names.sort();
        names.join(", ")
    }
}

/// Checked uses of directives on one definition.
pub(super) struct Uses<'a> {
    file: String,
    uses: &'a [Positioned<ConstDirective>],
}

impl<'a> Uses<'a> {
    /// The one use of `name`.
    pub fn get(&self, name: &str) -> Option<Use<'a>> {
        self.all(name).into_iter().next()
    }

    /// All uses of a repeatable directive.
    pub fn all(&self, name: &str) -> Vec<Use<'a>> {
        let named = self.uses.iter().filter(|u| u.node.name.node == name);
        named
            .map(|u| Use { place: Place::new(&self.file, u.pos), file: self.file.clone(), node: &u.node })
            .collect()
    }
}

/// One use of a directive.
pub(super) struct Use<'a> {
    pub place: Place,
    file: String,
    node: &'a ConstDirective,
}

impl<'a> Use<'a> {
    /// A use that stands at `place`.
    pub fn at(place: &Place, node: &'a ConstDirective) -> Self {
        Self { place: place.clone(), file: place.file.clone(), node }
    }
}

impl Use<'_> {
    fn argument(&self, name: &str) -> Option<(Place, &ConstValue)> {
        let value = self.node.get_argument(name)?;
        Some((Place::new(&self.file, value.pos), &value.node))
    }

    /// A text or enum argument; none when left out.
    pub fn text(&self, name: &str) -> Result<Option<String>, CatalogError> {
        let Some((place, value)) = self.argument(name) else { return Ok(None) };
        word(value).map(Some).ok_or_else(|| place.error(format!("{name}: {value}"), "a text"))
    }

    /// A list of texts or enum values; empty when left out.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, CatalogError> {
        let Some((place, value)) = self.argument(name) else { return Ok(Vec::new()) };
        let ConstValue::List(items) = value else {
            return Err(place.error(format!("{name}: {value}"), "a list"));
        };
        let words: Option<Vec<_>> = items.iter().map(word).collect();
        words.ok_or_else(|| place.error(format!("{name}: {value}"), "a list of texts"))
    }

    /// A number that is not negative; none when left out.
    pub fn number(&self, name: &str) -> Result<Option<u32>, CatalogError> {
        let Some((place, value)) = self.argument(name) else { return Ok(None) };
        let number = match value {
            ConstValue::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
            _ => None,
        };
        number.map(Some).ok_or_else(|| place.error(format!("{name}: {value}"), "a number"))
    }

    /// A Boolean argument; false when left out.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.argument(name), Some((_, ConstValue::Boolean(true))))
    }
}

fn word(value: &ConstValue) -> Option<String> {
    match value {
        ConstValue::String(text) => Some(text.clone()),
        ConstValue::Enum(name) => Some(name.to_string()),
        _ => None,
    }
}

/// Parses a schema file.
pub(super) fn parse(source: &Source) -> Result<Vec<TypeSystemDefinition>, CatalogError> {
    let document = parse_schema(&source.text).map_err(|error| {
        let place = error.positions().next().map(|p| Place::new(&source.path, p)).unwrap_or_default();
        let message = error.to_string();
        let expected = message.lines().last().unwrap_or_default().trim_start_matches([' ', '=']).to_owned();
        let expected = expected.trim_start_matches("expected ").to_owned();
        Place { file: source.path.clone(), ..place }.error("a syntax error", expected)
    })?;
    Ok(document.definitions)
}

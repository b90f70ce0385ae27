//! What groups of an indicator go by: a path over to-one links to a field, or to the object behind a link.

use super::super::model::{Catalog, Entity, LinkKind, Scalar};

/// A path, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Links to follow.
    pub links: Vec<String>,
    /// What stands at the end.
    pub last: Last,
}

/// What stands at the end of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Last {
    /// The object that the last link leads to.
    Object,
    /// A field, or a part of a day: `decidedOn.year`.
    Field {
        /// The field.
        name: String,
        /// `year`, `quarter` or `month`.
        part: Option<&'static str>,
    },
}

const PARTS: [&str; 3] = ["year", "quarter", "month"];

impl Dimension {
    /// The path in words, of rows of `entity`; none where it leads nowhere.
    pub fn resolve(catalog: &Catalog, entity: &Entity, path: &str) -> Option<Self> {
        let (mut at, mut links) = (entity, Vec::new());
        let mut words = path.split('.').peekable();
        while let Some(word) = words.next() {
            if let Some(link) = at.links.get(word) {
                let LinkKind::ToOne { .. } = link.kind else { return None };
                links.push(word.to_owned());
                at = catalog.entities.get(&link.target)?;
                continue;
            }
            let column = at.columns.get(word).filter(|column| column.is_comparable())?;
            let part = match words.next() {
                None => None,
                Some(part) => {
                    let is_day = matches!(column.ty, Scalar::Date | Scalar::DateTime);
                    Some(*PARTS.iter().find(|known| is_day && **known == part)?)
                }
            };
            let last = Last::Field { name: word.to_owned(), part };
            return words.next().is_none().then_some(Self { links, last });
        }
        (!links.is_empty()).then_some(Self { links, last: Last::Object })
    }
}

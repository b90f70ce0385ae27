//! What an operation is said to cost (`@cost`) and how long its lists are (`@listSize`), in the words of IBM's
//! specification of costs.

use async_graphql::Positioned;
use async_graphql::parser::types::ConstDirective;

use super::directive::Use;
use super::fault::{CatalogError, Place};

/// What is declared of an operation's cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// What asking costs; none: the customary.
    pub weight: Option<i64>,
    /// How long its list is; none: it has none.
    pub list: Option<ListSize>,
}

/// How long a list is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListSize {
    /// When no argument says so.
    pub assumed: Option<i64>,
    /// Arguments that say so: a number, or a list, which counts by its length.
    pub slicing: Vec<String>,
    /// Fields of the result that are so long; none: the result itself.
    pub sized: Vec<String>,
}

impl Cost {
    /// Reads the directives of one definition.
    pub(super) fn read(uses: &[Positioned<ConstDirective>], place: &Place) -> Result<Self, CatalogError> {
        let named = |name: &str| {
            let mut nodes = uses.iter().map(|used| &used.node);
            nodes.find(|node| node.name.node == name).map(|node| Use::at(place, node))
        };
        let list = match named("listSize") {
            None => None,
            Some(list) => {
                let assumed = list.number("assumedSize")?.map(i64::from);
                let (slicing, sized) = (list.texts("slicingArguments")?, list.texts("sizedFields")?);
                if assumed.is_none() && slicing.is_empty() {
                    return Err(list
                        .place
                        .error("@listSize says no size", "assumedSize or slicingArguments"));
                }
                Some(ListSize { assumed, slicing, sized })
            }
        };
        Ok(Self { weight: named("cost").map(|cost| weight(&cost)).transpose()?, list })
    }
}

fn weight(cost: &Use<'_>) -> Result<i64, CatalogError> {
    let text = cost.text("weight")?.unwrap_or_default();
    let weight = text.parse().ok().filter(|weight| (0..=1_000_000).contains(weight));
    weight.ok_or_else(|| {
        cost.place.error(format!("weight: \"{text}\""), "a whole number as text, such as \"10\"")
    })
}

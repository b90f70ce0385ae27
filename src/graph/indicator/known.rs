//! Whether anything is known of what a figure counts: its own rows, the rows that its conditions reach over links, and
//! the fields that they go by. A register that nobody sent is no zero. What is needed is read off the conditions.

use apollo_compiler::ast::{Definition, Document, Selection, Value};
use chrono::NaiveDate;

use super::super::answer::Coded;
use super::number::Missing;
use super::render::{self, List};
use super::{Asked, Placed};
use crate::catalog::indicator::Part;
use crate::catalog::{Catalog, Column, Entity, LinkKind, Scalar};
use crate::graph::schema::words;

/// What some row has to have, whatever its values are.
#[derive(Debug, PartialEq, Eq)]
struct Need {
    /// Type of the rows reached.
    entity: String,
    /// Field of theirs.
    field: Option<String>,
    /// Conditions on the part's own rows.
    condition: String,
}

impl Asked<'_> {
    /// What nobody has sent, of any day, of the province in which the place lies; none where all is known.
    pub(super) async fn missing(&self, on: NaiveDate) -> Result<Option<Missing>, Coded> {
        let Some(placed) = &self.scope else { return Ok(None) };
        let places = self.desk.running.asking.places();
        let province = places.province(placed.scope.unit).await?;
        let Some(scope) = places.unit(province, on).await? else { return Ok(None) };
        let id = self.desk.unit_id(province);
        let whole = Asked { scope: Some(Placed { stated: id.clone(), id, scope }), ..self.clone() };
        let catalog = self.desk.running.catalog;
        let own = &self.indicator.numerator;
        for need in needs(catalog, own) {
            let part = Part { condition: need.condition.clone(), as_of: false, ..own.clone() };
            let list = List { paged: true, ..whole.list("known", &part, "nodes { id }".to_owned()) };
            let document = render::document("Known", &[list]);
            let told = whole.ask(&document, on, None, &[("first", 1.into())]).await?;
            if told["known"]["nodes"].as_array().is_none_or(Vec::is_empty) {
                return Ok(Some(need.missing(catalog)));
            }
        }
        Ok(None)
    }
}

impl Need {
    fn missing(self, catalog: &Catalog) -> Missing {
        let entity = catalog.entities.get(&self.entity);
        let field = self.field.as_ref().and_then(|field| entity?.columns.get(field));
        let of = entity.filter(|_| !self.condition.is_empty()).map(|entity| both(&entity.description));
        let what = match (of, field.map(|field| both(&field.description))) {
            (Some((en, vi)), Some((field_en, field_vi))) => {
                Some((format!("{en}: {field_en}"), format!("{vi}: {field_vi}")))
            }
            (of, _) => of,
        };
        Missing { entity: self.entity, what }
    }
}

/// `A product on sale (niêm yết).` in both languages.
fn both(description: &str) -> (String, String) {
    let description = description.trim().trim_end_matches('.');
    match description.rsplit_once(" (") {
        Some((en, vi)) => (en.to_owned(), vi.trim_end_matches(')').to_owned()),
        None => (description.to_owned(), description.to_owned()),
    }
}

/// What a part needs: rows of its own first.
fn needs(catalog: &Catalog, part: &Part) -> Vec<Need> {
    let mut all = vec![Need { entity: part.entity.clone(), field: None, condition: String::new() }];
    let text = format!("{{ list(where: {}) {{ id }} }}", part.condition);
    let document = Document::parse(text, "condition").ok();
    let condition = document.as_ref().and_then(|document| match document.definitions.first() {
        Some(Definition::OperationDefinition(operation)) => match operation.selection_set.first() {
            Some(Selection::Field(field)) => field.arguments.first(),
            _ => None,
        },
        _ => None,
    });
    if let (Some(condition), Some(entity)) = (condition, catalog.entities.get(&part.entity)) {
        walk(catalog, entity, &condition.value, &[], &mut all);
    }
    all
}

/// What must hold of all rows; what may hold otherwise, and what must not, needs nothing.
fn walk(catalog: &Catalog, entity: &Entity, condition: &Value, path: &[String], into: &mut Vec<Need>) {
    for (name, value) in condition.as_object().into_iter().flatten() {
        let name = name.as_str();
        if name == words::AND {
            for item in value.as_list().into_iter().flatten() {
                walk(catalog, entity, item, path, into);
            }
        } else if name == words::ON_DAY {
            let fields = value.as_object().into_iter().flatten();
            for (_, inner) in fields.filter(|(field, _)| *field == words::WHERE) {
                walk(catalog, entity, inner, path, into);
            }
        } else if let Some(column) = entity.columns.get(name) {
            if goes_by(column, value) {
                let condition = format!("{{ {name}: {{ isNull: false }} }}");
                need(entity, Some(name), path, &condition, into);
            }
        } else if let Some(link) = entity.links.get(name)
            && let Some(target) = catalog.entities.get(&link.target)
        {
            let to_one = matches!(link.kind, LinkKind::ToOne { .. });
            if to_one {
                walk(catalog, target, value, &deeper(path, name.to_owned()), into);
                continue;
            }
            let path = deeper(path, format!("{name}: {{ {}", words::SOME));
            need(target, None, &path, "{}", into);
            for (_, inner) in value.as_object().into_iter().flatten().filter(|(word, _)| *word == words::SOME)
            {
                walk(catalog, target, inner, &path, into);
            }
        }
    }
}

fn deeper(path: &[String], link: String) -> Vec<String> {
    path.iter().cloned().chain([link]).collect()
}

/// Whether a field that nobody filled in makes the condition fail for want of data: a day that is not there says
/// that nothing happened, and what is computed for a day may well be nothing on it.
fn goes_by(column: &Column, value: &Value) -> bool {
    let is_day = matches!(column.ty, Scalar::Date | Scalar::DateTime);
    let asks_for_null = value.as_object().into_iter().flatten().any(|(word, _)| *word == "isNull");
    let of_a_day = column.function_on.is_some();
    column.nullable && !of_a_day && !is_day && !asks_for_null
}

fn need(entity: &Entity, field: Option<&str>, path: &[String], last: &str, into: &mut Vec<Need>) {
    let condition = path.iter().rev().fold(last.to_owned(), |inner, link| {
        let closing = if link.contains('{') { " } }" } else { " }" };
        format!("{{ {link}: {inner}{closing}")
    });
    let need = Need { entity: entity.name.clone(), field: field.map(str::to_owned), condition };
    if !into.contains(&need) {
        into.push(need);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::load_embedded;

    #[test]
    fn conditions_tell_what_they_need() {
        let catalog = load_embedded().expect("a catalog");
        let of = |code: &str| -> Vec<String> {
            let all = needs(&catalog, &catalog.indicators.all[code].numerator);
            all.into_iter().map(|need| format!("{} {}", need.entity, need.condition)).collect()
        };
        assert_eq!(of("PRODUCTS_IN_FORCE"), ["Product "]);
        assert_eq!(
            of("E_COMMERCE_SHARE"),
            [
                "Product ",
                "Listing { listings: { some: {} } }",
                "RetailPartner { listings: { some: { partner: { kind: { isNull: false } } } } }"
            ]
        );
        assert_eq!(of("PRODUCTS_PARTICIPATING"), ["Product ", "Product { joinedYear: { isNull: false } }"]);
        assert_eq!(
            of("RECOGNISED_NEW"),
            [
                "Product ",
                "Recognition { recognitions: { some: {} } }",
                "Recognition { recognitions: { some: { kind: { isNull: false } } } }"
            ]
        );
        assert_eq!(
            of("DISTRICTS_WITH_SALES_POINT"),
            ["AdminUnit ", "SalesPoint { salesPointsThen: { some: {} } }"]
        );
        assert_eq!(
            of("PRODUCTS_REVOKED"),
            ["Product ", "Recognition { recognitions: { some: {} } }"],
            "none withdrawn is a zero"
        );
    }
}

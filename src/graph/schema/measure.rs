//! Types of what whole lists come to: counts, measures, groups.

use async_graphql::dynamic::{Enum, EnumItem, Field, InputObject, InputValue, Object, TypeRef};

use super::input::condition;
use super::pick::{leaf, nodes, object as pick_object};
use super::scalar::name;
use super::{names, words};
use crate::catalog::{Catalog, Column, Entity, Link, LinkKind, Scalar};
use crate::graph::limits;

/// The fields that a connection has of these.
pub(super) fn on_connection(connection: Object, entity: &Entity) -> Object {
    let mode = InputValue::new("mode", TypeRef::named(names::COUNT_MODE))
        .default_value(async_graphql::Value::Enum(async_graphql::Name::new(names::EXACT)))
        .description("How exactly to count (cách đếm).");
    connection
        .field(
            pick_object("count", TypeRef::named(names::COUNT))
                .argument(mode)
                .description("How many there are under the conditions, as exactly as asked for (số lượng)."),
        )
        .field(
            pick_object("aggregate", TypeRef::named(names::aggregate(entity)))
                .description("What all of them under the conditions come to, not only this page (tổng hợp)."),
        )
        .field(groups(entity))
}

fn groups(entity: &Entity) -> Field {
    let page = limits::GROUPS;
    nodes("groups", TypeRef::named_nn_list(names::bucket(entity)))
        .argument(InputValue::new("by", TypeRef::named_nn_list_nn(names::dimension(entity))).description(
            format!("What the rows of a group agree in, {} terms at most (nhóm theo).", limits::GROUP_TERMS),
        ))
        .argument(
            InputValue::new("having", TypeRef::named(names::having(entity)))
                .description("Conditions on groups, all of which must hold (điều kiện trên nhóm)."),
        )
        .argument(
            InputValue::new(words::ORDER_BY, TypeRef::named_nn_list(names::bucket_order(entity)))
                .description("Order of the groups; by their keys without it (thứ tự)."),
        )
        .argument(InputValue::new("first", TypeRef::named(TypeRef::INT)).description(format!(
            "How many groups; {} without it, {} at most (số nhóm).",
            page.default, page.most
        )))
        .description("All rows under the conditions in groups, each with what it comes to (nhóm).")
}

/// A count of stated truth.
pub(super) fn count() -> Object {
    Object::new(names::COUNT)
        .description("How many there are, and whether that is exact (số lượng).")
        .field(leaf("value", TypeRef::named_nn(TypeRef::INT)).description("The number (giá trị)."))
        .field(
            leaf("exact", TypeRef::named_nn(TypeRef::BOOLEAN))
                .description("Whether it is exact; else there are more or about as many (chính xác)."),
        )
}

/// How to count.
pub(super) fn count_mode() -> Enum {
    let most = limits::COUNTED;
    let item = |name: &str, description: String| EnumItem::new(name).description(description);
    Enum::new(names::COUNT_MODE)
        .description("How exactly to count (cách đếm).")
        .item(item(names::EXACT, "All are counted (đếm hết).".to_owned()))
        .item(item(names::CAPPED, format!("Counting stops at {most} (dừng ở {most}).")))
        .item(item(
            names::ESTIMATE,
            format!("Exact up to {most}, beyond that what the database expects; within an object always exact (ước lượng)."),
        ))
}

fn comparable(entity: &Entity) -> impl Iterator<Item = &Column> {
    entity.columns.values().filter(|c| c.is_comparable())
}

fn to_one(entity: &Entity) -> impl Iterator<Item = &Link> {
    entity.links.values().filter(|link| matches!(link.kind, LinkKind::ToOne { .. }))
}

fn is_number(column: &&Column) -> bool {
    matches!(column.ty, Scalar::Int | Scalar::Float | Scalar::Decimal)
}

fn has_extremes(column: &&Column) -> bool {
    is_number(column) || matches!(column.ty, Scalar::Date | Scalar::DateTime)
}

/// Sums and means of whole numbers are exact, like those of decimals.
fn number_type(column: &Column) -> &'static str {
    if column.ty == Scalar::Float { TypeRef::FLOAT } else { "Decimal" }
}

/// The measures an entity has, with their types: those of no field are left out.
fn measures(entity: &Entity) -> Vec<(&'static str, String, &'static str)> {
    let mut all = Vec::new();
    if comparable(entity).next().is_some() || to_one(entity).next().is_some() {
        all.push((
            names::COUNT_DISTINCT,
            names::distinct(entity),
            "Different values, null left out (số giá trị khác nhau).",
        ));
    }
    if comparable(entity).any(|c| is_number(&c)) {
        all.push((names::SUM, names::numbers(entity), "Sums; null when there is no value (tổng)."));
        all.push((
            names::AVERAGE,
            names::numbers(entity),
            "Means of the values that are there (trung bình).",
        ));
    }
    if comparable(entity).any(|c| has_extremes(&c)) {
        all.push((names::LEAST, names::extremes(entity), "Least values (nhỏ nhất)."));
        all.push((names::GREATEST, names::extremes(entity), "Greatest values (lớn nhất)."));
    }
    all
}

fn measured(object: Object, entity: &Entity) -> Object {
    let count = leaf("count", TypeRef::named_nn(TypeRef::INT)).description("How many rows (số lượng).");
    measures(entity).into_iter().fold(object.field(count), |object, (name, ty, description)| {
        object.field(pick_object(name, TypeRef::named_nn(ty)).description(description))
    })
}

/// Output types.
pub(super) fn objects(catalog: &Catalog, entity: &Entity) -> Vec<Object> {
    let plural = &entity.plural;
    let whole = Object::new(names::aggregate(entity))
        .description(format!("What a list of {plural} comes to (tổng hợp)."));
    let bucket = Object::new(names::bucket(entity))
        .description(format!("{plural} that agree in something, and what they come to (một nhóm)."))
        .field(
            pick_object("key", TypeRef::named_nn(names::key(entity)))
                .description("What the rows of the group agree in (khóa nhóm)."),
        );
    let mut all = vec![measured(whole, entity), measured(bucket, entity), key(catalog, entity)];
    let distinct = Object::new(names::distinct(entity))
        .description(format!("Numbers of different values of {plural} (số giá trị khác nhau)."));
    let count =
        |name: &str, description: &str| leaf(name, TypeRef::named_nn(TypeRef::INT)).description(description);
    let distinct = comparable(entity).fold(distinct, |o, c| o.field(count(&c.name, &c.description)));
    let distinct = to_one(entity).fold(distinct, |o, l| o.field(count(&l.name, &l.description)));
    let of_numbers = Object::new(names::numbers(entity))
        .description(format!("Sums or means of {plural} (tổng hoặc trung bình)."));
    let of_numbers = comparable(entity).filter(is_number).fold(of_numbers, |o, c| {
        o.field(leaf(&c.name, TypeRef::named(number_type(c))).description(&c.description))
    });
    let extremes = Object::new(names::extremes(entity))
        .description(format!("Least or greatest values of {plural} (nhỏ nhất hoặc lớn nhất)."));
    let extremes = comparable(entity).filter(has_extremes).fold(extremes, |o, c| {
        o.field(leaf(&c.name, TypeRef::named(name(&c.ty))).description(&c.description))
    });
    let used: Vec<String> = measures(entity).into_iter().map(|(_, ty, _)| ty).collect();
    let made = [distinct, of_numbers, extremes];
    all.extend(made.into_iter().filter(|object| used.iter().any(|name| name == object.type_name())));
    all
}

/// Parts of a day, as ends of names.
const PARTS: [(&str, &str); 3] =
    [("Year", "year (năm)"), ("Quarter", "quarter, 1 to 4 (quý)"), ("Month", "month, 1 to 12 (tháng)")];

/// Each field that groups go by, with its type and description.
fn dimensions(entity: &Entity) -> Vec<(String, String, String)> {
    let mut all = vec![("id".to_owned(), TypeRef::ID.to_owned(), "By id (theo mã).".to_owned())];
    for column in comparable(entity) {
        all.push((column.name.clone(), name(&column.ty).to_owned(), column.description.clone()));
        if matches!(column.ty, Scalar::Date | Scalar::DateTime) {
            for (part, words) in PARTS {
                let description = format!("{} Its {words}.", column.description);
                all.push((format!("{}{part}", column.name), TypeRef::INT.to_owned(), description));
            }
        }
    }
    all
}

fn key(catalog: &Catalog, entity: &Entity) -> Object {
    let object = Object::new(names::key(entity)).description(format!(
        "What {} of a group agree in. Only what is in by may be asked for, or what belongs to an object whose ID is \
         (khóa nhóm).",
        entity.plural
    ));
    let object = dimensions(entity).into_iter().fold(object, |object, (name, ty, description)| {
        object.field(leaf(&name, TypeRef::named(ty)).description(description))
    });
    to_one(entity).fold(object, |object, link| {
        let target = &catalog.entities[&link.target];
        let field = pick_object(&link.name, TypeRef::named_nn(names::key(target)));
        object.field(field.description(&link.description))
    })
}

/// The enum of the fields that groups go by.
pub(super) fn field_enum(entity: &Entity) -> Enum {
    let all = Enum::new(names::field(entity))
        .description(format!("What groups of {} may go by (trường).", entity.plural));
    dimensions(entity).into_iter().fold(all, |all, (name, _, description)| {
        all.item(EnumItem::new(words::screaming(&name)).description(description))
    })
}

/// Input types.
pub(super) fn inputs(catalog: &Catalog, entity: &Entity) -> Vec<InputObject> {
    let mut all = vec![dimension(catalog, entity)];
    let plural = &entity.plural;
    let direction = || TypeRef::named(names::DIRECTION);
    let mut having = InputObject::new(names::having(entity))
        .description(format!(
            "Conditions on groups of {plural}, all of which must hold (điều kiện trên nhóm)."
        ))
        .field(condition("count", "IntFilter", "How many rows (số lượng)."));
    let mut order = InputObject::new(names::bucket_order(entity))
        .oneof()
        .description(format!("A term of an order of groups of {plural}: exactly one field (thứ tự nhóm)."))
        .field(InputValue::new("count", direction()).description("How many rows (số lượng)."))
        .field(
            InputValue::new("key", direction())
                .description("What the groups go by, in its order (khóa nhóm)."),
        );
    for (measure, ty, description) in measures(entity).into_iter().filter(|m| m.1 != names::extremes(entity))
    {
        let (of_having, of_order) = (format!("{ty}Having"), format!("{ty}Order"));
        having = having.field(condition(measure, &of_having, description));
        order =
            order.field(InputValue::new(measure, TypeRef::named(of_order.as_str())).description(description));
        if measure == names::AVERAGE {
            continue;
        }
        let mut conditions = InputObject::new(of_having)
            .description(format!("Conditions on measures of {plural}, all of which must hold (điều kiện)."));
        let mut terms = InputObject::new(of_order)
            .oneof()
            .description(format!("A measure of {plural} to order by: exactly one field (thứ tự)."));
        for (field, filter, description) in measured_fields(entity, measure) {
            conditions = conditions.field(condition(field, filter, description));
            terms = terms.field(InputValue::new(field, direction()).description(description));
        }
        all.extend([conditions, terms]);
    }
    all.extend([having, order]);
    all
}

/// Fields of a measure, with the filter of its values.
fn measured_fields<'e>(entity: &'e Entity, measure: &str) -> Vec<(&'e str, &'static str, &'e str)> {
    if measure == names::COUNT_DISTINCT {
        let columns = comparable(entity).map(|c| (c.name.as_str(), "IntFilter", c.description.as_str()));
        let links = to_one(entity).map(|l| (l.name.as_str(), "IntFilter", l.description.as_str()));
        return columns.chain(links).collect();
    }
    let filter = |c: &Column| if c.ty == Scalar::Float { "FloatFilter" } else { "DecimalFilter" };
    let numbers = comparable(entity).filter(is_number);
    numbers.map(|c| (c.name.as_str(), filter(c), c.description.as_str())).collect()
}

fn dimension(catalog: &Catalog, entity: &Entity) -> InputObject {
    let input = InputObject::new(names::dimension(entity))
        .oneof()
        .description(format!(
            "What groups of {} go by: exactly one field, or one of what a link leads to (tiêu chí nhóm).",
            entity.plural
        ))
        .field(
            InputValue::new(names::FIELD, TypeRef::named(names::field(entity)))
                .description("A field, or a part of a day (trường)."),
        );
    to_one(entity).fold(input, |input, link| {
        let target = &catalog.entities[&link.target];
        input.field(
            InputValue::new(&link.name, TypeRef::named(names::dimension(target)))
                .description(&link.description),
        )
    })
}

//! Input types: what can be asked of a field, and of an entity.

use async_graphql::dynamic::{InputObject, InputValue, TypeRef};

use super::scalar::name;
use super::{names, words};
use crate::catalog::{Catalog, Entity, EnumType, LinkKind, Scalar};
use crate::graph::limits;

/// Conditions on an entity: its fields, what its links lead to and how much, its place, its validity.
pub(super) fn where_input(catalog: &Catalog, entity: &Entity) -> InputObject {
    let own = names::conditions(entity);
    let list = || TypeRef::named_nn_list(own.as_str());
    let mut input = InputObject::new(own.as_str())
        .description(format!(
            "Conditions on {}, all of which must hold; one that is left out holds. A value that is null fulfils no \
             comparison but isNull (điều kiện).",
            entity.plural
        ))
        .field(InputValue::new(words::AND, list()).description("All of these hold; so they do of an empty list (và)."))
        .field(InputValue::new(words::OR, list()).description("One of these holds; none of an empty list (hoặc)."))
        .field(
            InputValue::new(words::NOT, TypeRef::named(own.as_str()))
                .description("These do not hold together: true of every row of which they are not (không)."),
        )
        .field(condition(
            words::ON_DAY,
            &names::on_day(entity),
            "These hold as of a day of their own, whatever the rest is as of (tại một ngày khác).",
        ))
        .field(condition("id", "IdFilter", "By id; under a link, isNull says whether there is one (theo mã)."));
    for column in entity.columns.values().filter(|c| c.is_comparable()) {
        let filter = format!("{}Filter", filter_stem(&column.ty));
        input = input.field(condition(&words::in_where(&column.name), &filter, &column.description));
    }
    for link in entity.links.values() {
        let target = &catalog.entities[&link.target];
        input =
            match link.kind {
                LinkKind::ToOne { .. } => {
                    input.field(condition(&link.name, &names::conditions(target), &link.description))
                }
                LinkKind::ToMany { .. } => {
                    let number = format!("{}{}", link.name, words::COUNT_OF);
                    let how_many = format!("How many {} there are (số lượng).", link.name);
                    input
                        .field(condition(&link.name, &names::list(target), &link.description))
                        .field(condition(&number, "IntFilter", &how_many))
                }
            };
    }
    if entity.has_place() || catalog.is_unit(entity) {
        input =
            input.field(InputValue::new(words::WITHIN, TypeRef::named(TypeRef::STRING)).description(WITHIN));
    }
    if entity.validity.is_some() {
        let day = InputValue::new(words::IN_FORCE_ON, TypeRef::named("Date"));
        input = input.field(day.description("In force on this day (còn hiệu lực vào ngày)."));
    }
    input
}

const WITHIN: &str = "Lies in this administrative unit, of today or of before July 2025: its id, its code with a \
    day (20623@2025-07-01), or its name, with the units above behind commas where several have it (Duy Sơn, Duy \
    Xuyên, Quảng Nam). What became of units is followed; one that was divided counts to its default successor \
    (thuộc địa bàn).";

/// Conditions on an entity as of a day of their own.
pub(super) fn on_day_input(entity: &Entity) -> InputObject {
    InputObject::new(names::on_day(entity))
        .description(format!(
            "Conditions on {} as of a day: of what has a validity, lists within hold what was in force then, and values \
             are those of then. Whether the row itself is in force, inForceOn asks (điều kiện tại một ngày).",
            entity.plural
        ))
        .field(InputValue::new(words::DAY, TypeRef::named_nn("Date")).description("The day (ngày)."))
        .field(
            InputValue::new(words::WHERE, TypeRef::named_nn(names::conditions(entity)))
                .description("Conditions, all of which must hold on that day (điều kiện)."),
        )
}

/// Conditions on a list of an entity.
pub(super) fn list_input(entity: &Entity) -> InputObject {
    let own = || TypeRef::named(names::conditions(entity));
    InputObject::new(names::list(entity))
        .description(format!(
            "Conditions on a list of {}, all of which must hold (điều kiện trên danh sách).",
            entity.plural
        ))
        .field(InputValue::new(words::SOME, own()).description("At least one is so (có ít nhất một)."))
        .field(
            InputValue::new(words::EVERY, own())
                .description("None is otherwise; true of an empty list (mọi)."),
        )
        .field(InputValue::new(words::NONE, own()).description("None is so (không có)."))
}

pub(super) fn condition(field: &str, filter: &str, description: &str) -> InputValue {
    InputValue::new(field, TypeRef::named(filter)).description(description)
}

fn filter_stem(ty: &Scalar) -> &str {
    match ty {
        Scalar::Enum(name) => name,
        Scalar::Json => TypeRef::STRING,
        other => name(other),
    }
}

/// Comparisons with an enum's values.
pub(super) fn enum_filter(ty: &EnumType) -> InputObject {
    listed(filter(&ty.name, &ty.name), &ty.name)
}

/// Scalars that have an order.
const ORDERED: [Scalar; 5] = [Scalar::Int, Scalar::Float, Scalar::Date, Scalar::DateTime, Scalar::Decimal];

/// Comparisons with scalars.
pub(super) fn scalar_filters() -> Vec<InputObject> {
    let text = listed(filter("String", TypeRef::STRING), TypeRef::STRING);
    let text = [
        ("contains", "Holds this, capitals and diacritics aside (chứa)."),
        ("startsWith", "Begins with this, capitals and diacritics aside (bắt đầu bằng)."),
        (
            "matches",
            "Has, for each word of this, a word that begins with it, in any order, capitals and diacritics \
             aside, or the short or long form of what is usually written short (HTX); nothing matches no words (khớp từ).",
        ),
    ]
    .into_iter()
    .fold(text, |text, (operator, description)| {
        let most = limits::SEARCH_TEXT;
        let description = format!("{description} {most} characters at most.");
        text.field(InputValue::new(operator, TypeRef::named(TypeRef::STRING)).description(description))
    });
    let boolean = filter(TypeRef::BOOLEAN, TypeRef::BOOLEAN);
    let id = listed(filter("Id", TypeRef::ID), TypeRef::ID);
    let mut filters = vec![id, text, listed(boolean, TypeRef::BOOLEAN)];
    for ty in &ORDERED {
        let ty = name(ty);
        let ordered = listed(filter(ty, ty), ty);
        filters.push(
            compared(ordered, ty).field(
                InputValue::new(words::BETWEEN, TypeRef::named(format!("{ty}RangeInput")))
                    .description("From one value to another, both included (trong khoảng)."),
            ),
        );
    }
    filters
}

fn compared(filter: InputObject, ty: &str) -> InputObject {
    let field =
        |name: &str, description: &str| InputValue::new(name, TypeRef::named(ty)).description(description);
    filter
        .field(field("lt", "Less than it (nhỏ hơn)."))
        .field(field("lte", "Less than it or equal (nhỏ hơn hoặc bằng)."))
        .field(field("gt", "Greater than it (lớn hơn)."))
        .field(field("gte", "Greater than it or equal (lớn hơn hoặc bằng)."))
}

/// From one value to another.
pub(super) fn ranges() -> Vec<InputObject> {
    let range = |ty: &Scalar| {
        let ty = name(ty);
        InputObject::new(format!("{ty}RangeInput"))
            .description(format!("From one {ty} to another, both included (khoảng)."))
            .field(InputValue::new(words::FROM, TypeRef::named_nn(ty)).description("The least (từ)."))
            .field(InputValue::new(words::TO, TypeRef::named_nn(ty)).description("The greatest (đến)."))
    };
    ORDERED.iter().map(range).collect()
}

fn filter(stem: &str, ty: &str) -> InputObject {
    InputObject::new(format!("{stem}Filter"))
        .description(format!(
            "Comparisons with values of type {ty}, all of which must hold. null in the place of a value is \
             refused: it could mean isNull or nothing (so sánh)."
        ))
        .field(InputValue::new("eq", TypeRef::named(ty)).description("Equal to it (bằng)."))
        .field(InputValue::new("ne", TypeRef::named(ty)).description("There, and not equal to it (khác)."))
        .field(
            InputValue::new("isNull", TypeRef::named(TypeRef::BOOLEAN))
                .description("Null, or not null (có trống hay không)."),
        )
}

fn listed(filter: InputObject, ty: &str) -> InputObject {
    let most = limits::LIST_VALUES;
    filter
        .field(InputValue::new("in", TypeRef::named_nn_list(ty)).description(format!(
            "Equal to one of these, {most} at most; none for an empty list (thuộc danh sách)."
        )))
        .field(InputValue::new("notIn", TypeRef::named_nn_list(ty)).description(format!(
            "There, and equal to none of these, {most} at most (không thuộc danh sách)."
        )))
}

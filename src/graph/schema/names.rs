//! Names of the types that are made for each entity, and of their fixed fields.

use crate::catalog::Entity;

/// Mode of a count: all are counted.
pub const EXACT: &str = "EXACT";
/// Counting stops at a limit.
pub const CAPPED: &str = "CAPPED";
/// Beyond that limit, what the planner expects.
pub const ESTIMATE: &str = "ESTIMATE";
/// Type of a count of stated truth.
pub const COUNT: &str = "Count";
/// Enum of its modes.
pub const COUNT_MODE: &str = "CountMode";
/// Enum of directions.
pub const DIRECTION: &str = "OrderDirection";
/// Measure: different values.
pub const COUNT_DISTINCT: &str = "countDistinct";
/// Measure: sum.
pub const SUM: &str = "sum";
/// Measure: mean.
pub const AVERAGE: &str = "avg";
/// Measure: least value.
pub const LEAST: &str = "min";
/// Measure: greatest value.
pub const GREATEST: &str = "max";
/// Field of a dimension: a field of the entity.
pub const FIELD: &str = "field";
/// The id as a value of the enum of fields.
pub const ID_WORD: &str = "ID";

macro_rules! made {
    ($($(#[$doc:meta])* $name:ident: $ending:literal;)*) => {
        $($(#[$doc])* pub fn $name(entity: &Entity) -> String {
            format!("{}{}", entity.name, $ending)
        })*
    };
}

made! {
    /// Conditions.
    conditions: "Where";
    /// Conditions on a list.
    list: "ListWhere";
    /// Conditions as of a day of their own.
    on_day: "OnDayInput";
    /// A term of an order.
    order: "Order";
    /// Measures of a list.
    aggregate: "Aggregate";
    /// Numbers of different values.
    distinct: "Distinct";
    /// Sums or means.
    numbers: "Numbers";
    /// Least or greatest values.
    extremes: "Extremes";
    /// A group of rows.
    bucket: "Bucket";
    /// What the rows of a group agree in.
    key: "Key";
    /// What groups go by.
    dimension: "GroupBy";
    /// The fields that groups go by.
    field: "Field";
    /// Conditions on groups.
    having: "Having";
    /// A term of the order of groups.
    bucket_order: "BucketOrder";
    /// Sums or means as terms of an order.
    numbers_order: "NumbersOrder";
    /// Numbers of different values as terms of an order.
    distinct_order: "DistinctOrder";
}

/// The type that holds a measure of several fields.
pub fn measure_type(entity: &Entity, measure: &str) -> String {
    match measure {
        COUNT_DISTINCT => distinct(entity),
        SUM | AVERAGE => numbers(entity),
        _ => extremes(entity),
    }
}

//! The words of the grammar that are no fields of the catalog.

/// Argument of connections: conditions.
pub const WHERE: &str = "where";
/// Argument of connections: order.
pub const ORDER_BY: &str = "orderBy";
/// Argument of root fields: the day that everything is as of.
pub const AS_OF: &str = "asOf";
/// All of a list of conditions.
pub const AND: &str = "and";
/// One of a list of conditions.
pub const OR: &str = "or";
/// That conditions do not hold.
pub const NOT: &str = "not";
/// By place.
pub const WITHIN: &str = "within";
/// By days of validity.
pub const IN_FORCE_ON: &str = "inForceOn";
/// As of a day of its own.
pub const ON_DAY: &str = "onDay";
/// That day.
pub const DAY: &str = "day";
/// Some row of a list.
pub const SOME: &str = "some";
/// Every row of a list.
pub const EVERY: &str = "every";
/// No row of a list.
pub const NONE: &str = "none";
/// From one value to another.
pub const BETWEEN: &str = "between";
/// Its beginning.
pub const FROM: &str = "from";
/// Its end.
pub const TO: &str = "to";
/// Ends the name of a condition on how much a link leads to: `productsCount`.
pub const COUNT_OF: &str = "Count";
/// Ends the name of a condition on a field whose own name is a word of the grammar: `withinField`.
pub const OF_FIELD: &str = "Field";
/// Begins the names of descending directions.
pub const DESCENDING: &str = "DESC";
/// Ends the names of directions that put nulls first.
pub const NULLS_FIRST: &str = "NULLS_FIRST";

/// Whether the grammar has the word already, so that a field of this name is called otherwise in conditions.
pub fn is_taken(name: &str) -> bool {
    [AND, OR, NOT, WITHIN, IN_FORCE_ON, ON_DAY].contains(&name)
}

/// What a field is called in conditions.
pub fn in_where(field: &str) -> String {
    if is_taken(field) { format!("{field}{OF_FIELD}") } else { field.to_owned() }
}

/// A field's name as a value of an enum: `decidedOn` → `DECIDED_ON`.
pub fn screaming(field: &str) -> String {
    crate::catalog::snake_case(field).to_ascii_uppercase()
}

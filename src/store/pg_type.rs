//! What PostgreSQL calls the catalog's scalar types.

use crate::catalog::Scalar;

/// The type of a column that holds such values.
pub fn pg_type(ty: &Scalar) -> &'static str {
    match ty {
        Scalar::String | Scalar::Enum(_) => "text",
        Scalar::Int => "int4",
        Scalar::Float => "float8",
        Scalar::Boolean => "bool",
        Scalar::Date => "date",
        Scalar::DateTime => "timestamptz",
        Scalar::Decimal => "numeric",
        Scalar::Json => "jsonb",
    }
}

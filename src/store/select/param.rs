//! Parameters of a statement.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::postgres::PgArguments;
use sqlx::{Arguments, Encode, Postgres, Type};
use uuid::Uuid;

/// Type of a parameter in PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamType {
    /// `uuid`
    Uuid,
    /// `text`
    Text,
    /// `int4`
    Int,
    /// `int8`
    BigInt,
    /// `float8`
    Float,
    /// `bool`
    Bool,
    /// `date`
    Date,
    /// `timestamptz`
    DateTime,
    /// `numeric`
    Decimal,
}

/// A value for a parameter: one, or an array for `In` and keys.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// One value; none is null.
    Uuid(Option<Uuid>),
    /// One value.
    Text(Option<String>),
    /// One value.
    Int(i32),
    /// One value.
    BigInt(i64),
    /// One value.
    Float(f64),
    /// One value.
    Bool(bool),
    /// One value.
    Date(NaiveDate),
    /// One value.
    DateTime(DateTime<Utc>),
    /// One value.
    Decimal(Decimal),
    /// An array.
    Uuids(Vec<Uuid>),
    /// An array.
    Texts(Vec<String>),
    /// An array.
    Ints(Vec<i32>),
    /// An array.
    Floats(Vec<f64>),
    /// An array.
    Bools(Vec<bool>),
    /// An array.
    Dates(Vec<NaiveDate>),
    /// An array.
    DateTimes(Vec<DateTime<Utc>>),
    /// An array.
    Decimals(Vec<Decimal>),
}

/// The parameters as sqlx takes them.
pub(in crate::store) fn arguments(params: &[Param]) -> Result<PgArguments, sqlx::error::BoxDynError> {
    let mut arguments = PgArguments::default();
    arguments.reserve(params.len(), params.len() * 16);
    for param in params {
        match param {
            Param::Uuid(v) => add(&mut arguments, v)?,
            Param::Text(v) => add(&mut arguments, v)?,
            Param::Int(v) => add(&mut arguments, v)?,
            Param::BigInt(v) => add(&mut arguments, v)?,
            Param::Float(v) => add(&mut arguments, v)?,
            Param::Bool(v) => add(&mut arguments, v)?,
            Param::Date(v) => add(&mut arguments, v)?,
            Param::DateTime(v) => add(&mut arguments, v)?,
            Param::Decimal(v) => add(&mut arguments, v)?,
            Param::Uuids(v) => add(&mut arguments, v)?,
            Param::Texts(v) => add(&mut arguments, v)?,
            Param::Ints(v) => add(&mut arguments, v)?,
            Param::Floats(v) => add(&mut arguments, v)?,
            Param::Bools(v) => add(&mut arguments, v)?,
            Param::Dates(v) => add(&mut arguments, v)?,
            Param::DateTimes(v) => add(&mut arguments, v)?,
            Param::Decimals(v) => add(&mut arguments, v)?,
        }
    }
    Ok(arguments)
}

fn add<'q, T>(arguments: &mut PgArguments, value: &'q T) -> Result<(), sqlx::error::BoxDynError>
where
    &'q T: Encode<'q, Postgres> + Type<Postgres>,
{
    arguments.add(value)
}

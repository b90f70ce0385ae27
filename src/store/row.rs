//! Reads values out of rows as they come: the binary protocol, without a value tree in between.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::postgres::PgRow;
use sqlx::{Row, ValueRef};
use uuid::Uuid;

/// A value that is not what the catalog says.
#[derive(Debug, thiserror::Error)]
#[error("column {0} holds something else than the catalog says")]
pub struct Unreadable(pub usize);

/// A value of a row, as the wire has it.
#[derive(Debug, Clone, Copy)]
pub struct Cell<'r> {
    bytes: &'r [u8],
    column: usize,
}

/// The value in `column`; none is null.
pub fn cell(row: &PgRow, column: usize) -> Result<Option<Cell<'_>>, Unreadable> {
    let value = row.try_get_raw(column).map_err(|_| Unreadable(column))?;
    if value.is_null() {
        return Ok(None);
    }
    let bytes = value.as_bytes().map_err(|_| Unreadable(column))?;
    Ok(Some(Cell { bytes, column }))
}

impl<'r> Cell<'r> {
    fn fixed<const N: usize>(self) -> Result<[u8; N], Unreadable> {
        self.bytes.try_into().map_err(|_| Unreadable(self.column))
    }

    /// `text`
    pub fn text(self) -> Result<&'r str, Unreadable> {
        std::str::from_utf8(self.bytes).map_err(|_| Unreadable(self.column))
    }

    /// `int2`, `int4` or `int8`
    pub fn integer(self) -> Result<i64, Unreadable> {
        match self.bytes.len() {
            2 => Ok(i16::from_be_bytes(self.fixed()?).into()),
            4 => Ok(i32::from_be_bytes(self.fixed()?).into()),
            _ => Ok(i64::from_be_bytes(self.fixed()?)),
        }
    }

    /// `float8`
    pub fn float(self) -> Result<f64, Unreadable> {
        Ok(f64::from_be_bytes(self.fixed()?))
    }

    /// `bool`
    pub fn boolean(self) -> Result<bool, Unreadable> {
        Ok(self.fixed::<1>()? != [0])
    }

    /// `uuid`
    pub fn uuid(self) -> Result<Uuid, Unreadable> {
        Ok(Uuid::from_bytes(self.fixed()?))
    }

    /// `date`: days since 2000-01-01
    pub fn date(self) -> Result<NaiveDate, Unreadable> {
        let days = i32::from_be_bytes(self.fixed()?);
        EPOCH.checked_add_signed(TimeDelta::days(days.into())).ok_or(Unreadable(self.column))
    }

    /// `timestamptz`: microseconds since 2000-01-01T00:00:00Z
    pub fn date_time(self) -> Result<DateTime<Utc>, Unreadable> {
        let micros = i64::from_be_bytes(self.fixed()?);
        let epoch = EPOCH.and_time(chrono::NaiveTime::MIN).and_utc();
        epoch.checked_add_signed(TimeDelta::microseconds(micros)).ok_or(Unreadable(self.column))
    }
}

const EPOCH: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

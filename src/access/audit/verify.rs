//! Looks whether the log is as it was written: every entry there, each with the hash that its words and the entry before
//! give.

use sqlx::Row as _;

use super::{Audit, Row, hash};
use crate::store::id::hexadecimal;

/// Entries looked at in one statement.
const PAGE: i64 = 5_000;

/// A log of which each entry follows from the one before. Whoever owns the database could have made all of it anew, or
/// cut off its end: that it is the one that was written, says a hash that was kept elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Chain {
    /// How many entries.
    pub entries: i64,
    /// Hash of the last one, in hexadecimal digits; whoever keeps it elsewhere sees later that none was cut off.
    pub head: String,
    /// Whether the hash that was asked for stands in it.
    pub holds: bool,
}

/// The first entry that does not hold.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number.
    pub seq: i64,
}

impl Audit {
    /// Goes through the whole log. `head` is a hash that somebody kept.
    pub async fn verify(&self, head: Option<&str>) -> sqlx::Result<Result<Chain, Broken>> {
        let (mut entries, mut previous, mut holds) = (0, Vec::<u8>::new(), head.is_none());
        loop {
            let page = sqlx::query("select * from audit_entry where seq > $1 order by seq limit $2");
            let page = page.bind(entries).bind(PAGE).fetch_all(&self.pool).await?;
            if page.is_empty() {
                return Ok(Ok(Chain { entries, head: hexadecimal(&previous), holds }));
            }
            for found in page {
                let (row, kept, before) = (
                    Row::read(&found)?,
                    found.try_get::<Vec<u8>, _>("hash")?,
                    found.try_get::<Vec<u8>, _>("previous")?,
                );
                entries += 1;
                if row.seq != entries || before != previous || kept != hash(&previous, &row) {
                    return Ok(Err(Broken { seq: entries }));
                }
                holds = holds || head.is_some_and(|head| head.eq_ignore_ascii_case(&hexadecimal(&kept)));
                previous = kept;
            }
        }
    }
}

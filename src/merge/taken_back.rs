//! What an office took back: rows marked for removal in deliveries of changes. Pure.

use std::collections::BTreeMap;

use super::load::Part;

/// Takes out what a scope took back later, under whatever key, and the words that took it back.
pub(super) fn leave_out(part: &Part, at: &mut Vec<usize>) {
    let records = part.words();
    let when = |i: usize| (records[i].observed_on, part.delivered(i));
    let taken_back = |i: &&usize| part.counts(**i) && records[**i].evidence.withdrawn;
    let mut last: BTreeMap<&str, (chrono::NaiveDate, i64)> = BTreeMap::new();
    for &i in at.iter().filter(taken_back) {
        let known = last.entry(&records[i].scope).or_insert(when(i));
        *known = when(i).max(*known);
    }
    at.retain(|&i| last.get(&*records[i].scope).is_none_or(|known| when(i) > *known));
}

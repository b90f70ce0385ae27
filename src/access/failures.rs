//! Who guesses at keys: failures are counted by address, and whoever fails too often is not listened to for a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::subject::network;

/// Failures within [`SPAN`] that are nobody's mere mistake.
pub const MOST: usize = 20;
/// How long failures count.
const SPAN: Duration = Duration::from_secs(60);
/// Addresses remembered; beyond it those that failed least are forgotten first.
const REMEMBERED: usize = 10_000;

/// Failures by address.
#[derive(Debug, Default)]
pub struct Failures {
    of: Mutex<HashMap<Option<IpAddr>, Count>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    since: Instant,
    failures: usize,
}

impl Failures {
    /// How long an address has to wait before it is listened to again; none: not at all.
    pub fn wait(&self, address: Option<IpAddr>, now: Instant) -> Option<Duration> {
        let of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let count = of.get(&address.map(network)).filter(|count| count.failures > MOST)?;
        SPAN.checked_sub(now.saturating_duration_since(count.since)).filter(|left| !left.is_zero())
    }

    /// Counts one more.
    pub fn count(&self, address: Option<IpAddr>, now: Instant) {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = |count: &Count| now.saturating_duration_since(count.since) < SPAN;
        if of.len() >= REMEMBERED {
            of.retain(|_, count| counts(count));
        }
        if of.len() >= REMEMBERED {
            of.retain(|_, count| count.failures > MOST);
        }
        if of.len() >= REMEMBERED {
            of.clear();
        }
        let fresh = Count { since: now, failures: 0 };
        let count = of.entry(address.map(network)).or_insert(fresh);
        if !counts(count) {
            *count = fresh;
        }
        count.failures += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_too_many_failures_an_address_waits_a_minute() {
        let (failures, start) = (Failures::default(), Instant::now());
        let address = |text: &str| text.parse().ok();
        let (one, other) = (address("2001:db8::1"), address("2001:db8:0:1::1"));
        for _ in 0..MOST {
            failures.count(one, start);
        }
        assert_eq!(failures.wait(one, start), None, "{MOST} are borne");
        failures.count(address("2001:db8::2"), start);
        assert_eq!(failures.wait(one, start), Some(SPAN), "a neighbour in the network counts");
        assert_eq!(failures.wait(other, start), None, "another does not");
        assert_eq!(failures.wait(one, start + SPAN / 2), Some(SPAN / 2));
        assert_eq!(failures.wait(one, start + SPAN), None);
        failures.count(one, start + SPAN);
        assert_eq!(failures.wait(one, start + SPAN), None, "counted anew");
    }

    #[test]
    fn memory_is_bounded() {
        let (failures, start) = (Failures::default(), Instant::now());
        for at in 0..(REMEMBERED as u32 + 500) {
            failures.count(Some(IpAddr::V4(at.into())), start);
        }
        assert!(failures.of.lock().unwrap().len() <= REMEMBERED);
    }
}

//! Who is refused again and again is answered late: a flood of nonsense waits for itself and leaves the processor to others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::access::Subject;

/// Refusals of one caller that are answered at once, however close together.
const AT_ONCE: f64 = 1_000.0;
/// Refusals a second that are.
const EACH_SECOND: f64 = 100.0;
/// Longest an answer is held back, in seconds.
const LONGEST: f64 = 1.0;
/// Callers remembered; beyond it those who have stopped are forgotten, and then all.
const REMEMBERED: usize = 10_000;

/// Refusals by caller, leaking away.
#[derive(Debug, Default)]
pub(super) struct Tarpit {
    of: Mutex<HashMap<Subject, Level>>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    refusals: f64,
    at: Instant,
}

impl Level {
    fn now(self, now: Instant) -> f64 {
        let leaked = now.saturating_duration_since(self.at).as_secs_f64() * EACH_SECOND;
        (self.refusals - leaked).max(0.0)
    }
}

impl Tarpit {
    /// Counts a refusal: how long its answer is to be held back.
    pub fn hold(&self, subject: Subject, now: Instant) -> Duration {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        if of.len() >= REMEMBERED {
            of.retain(|_, level| level.now(now) > 0.0);
        }
        if of.len() >= REMEMBERED {
            of.clear();
        }
        let level = of.entry(subject).or_insert(Level { refusals: 0.0, at: now });
        let refusals = (level.now(now) + 1.0).min(AT_ONCE + EACH_SECOND * LONGEST);
        *level = Level { refusals, at: now };
        Duration::from_secs_f64(((refusals - AT_ONCE) / EACH_SECOND).clamp(0.0, LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Caller;

    #[test]
    fn whoever_is_refused_without_end_waits_and_nobody_else() {
        let (tarpit, start) = (Tarpit::default(), Instant::now());
        let (one, other) = (Subject::of(&Caller::default()), Subject::others());
        let held: Vec<Duration> = (0..2_000).map(|_| tarpit.hold(one.clone(), start)).collect();
        assert!(held[..1_000].iter().all(Duration::is_zero));
        assert!(held[1_001] > Duration::ZERO);
        assert_eq!(held[1_999], Duration::from_secs(1), "no longer than that");
        assert_eq!(tarpit.hold(other, start), Duration::ZERO);
        assert_eq!(tarpit.hold(one, start + Duration::from_secs(60)), Duration::ZERO, "forgotten in time");
    }

    #[test]
    fn memory_is_bounded() {
        let (tarpit, start) = (Tarpit::default(), Instant::now());
        for at in 0..(REMEMBERED as u32 + 500) {
            let address = std::net::Ipv4Addr::from(at);
            let caller = Caller { address: Some(address.into()), ..Caller::default() };
            tarpit.hold(Subject::of(&caller), start);
        }
        assert!(tarpit.of.lock().expect("nobody panicked").len() <= REMEMBERED);
    }
}

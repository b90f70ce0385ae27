//! One hub's part of everybody's buckets: what it was given of each, and what it may still pay out of that. Pure:
//! the time comes in, and what is to be asked of the database goes out.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Rule, Standing};
use crate::access::Subject;

/// After how long without a request a subject's slice is given back.
const IDLE: Duration = Duration::from_secs(10);
/// How long what the bucket held when it was last asked is believed.
const BELIEVED: Duration = Duration::from_secs(1);
/// Subjects kept one by one; all others share a bucket.
const SUBJECTS: usize = 50_000;

/// What a hub holds of the buckets.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: HashMap<Subject, Entry>,
    swept: Option<Instant>,
}

#[derive(Debug, Clone)]
struct Entry {
    rule: Rule,
    /// What may be paid out.
    left: i64,
    /// What of that was taken on credit: the bucket does not know of it yet.
    owed: i64,
    /// What the bucket held, when it was told.
    level: f64,
    told: Instant,
    used: Instant,
    /// Whether the bucket has a row.
    kept: bool,
    /// How many times the bucket is being asked right now.
    asking: u32,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Taken {
    /// Paid; `lease`: and more must be fetched, without waiting for it.
    Paid { standing: Standing, lease: bool },
    /// More must be fetched first.
    Short,
    /// Not now.
    Refused(Standing),
}

/// What is asked of a bucket.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    pub subject: Subject,
    pub rule: Rule,
    /// What was taken on credit before.
    pub owed: i64,
    pub wanted: i64,
}

/// What goes back to a bucket: less than none where more was taken on credit than is left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Return {
    pub subject: Subject,
    pub rule: Rule,
    pub back: i64,
}

impl Ledger {
    /// Whom a request is counted for: themselves, while there is room.
    pub fn seat(&self, subject: Subject) -> Subject {
        match self.entries.len() < SUBJECTS || self.entries.contains_key(&subject) {
            true => subject,
            false => Subject::others(),
        }
    }

    /// Pays `cost`, or says why not; `last`: more was fetched for it already. Whoever is told to fetch more fetches:
    /// until [`Ledger::leased`] says how it went, the entry stays.
    pub fn take(&mut self, subject: &Subject, rule: Rule, cost: i64, last: bool, now: Instant) -> Taken {
        let entry = self.entries.entry(subject.clone()).or_insert_with(|| Entry::new(rule, now));
        entry.adopt(rule);
        entry.used = now;
        if entry.left >= cost {
            entry.left -= cost;
            let lease = entry.left < rule.slice() / 2 && entry.asking == 0;
            entry.asking += u32::from(lease);
            return Taken::Paid { standing: entry.standing(now), lease };
        }
        let hopeless = entry.remaining(now) < cost && now.duration_since(entry.told) < BELIEVED;
        if last || hopeless || cost > rule.capacity {
            return Taken::Refused(entry.standing(now));
        }
        entry.asking += 1;
        Taken::Short
    }

    /// Gives back what a request turned out not to cost.
    pub fn refund(&mut self, subject: &Subject, unspent: i64) {
        if let Some(entry) = self.entries.get_mut(subject) {
            entry.left = entry.left.saturating_add(unspent.max(0));
        }
    }

    /// What to ask the bucket for, so that `cost` can be paid.
    pub fn wish(&mut self, subject: &Subject, cost: i64) -> Option<Wish> {
        let entry = self.entries.get_mut(subject)?;
        let wanted = entry.rule.slice().max(cost.saturating_sub(entry.left));
        let owed = std::mem::take(&mut entry.owed);
        Some(Wish { subject: subject.clone(), rule: entry.rule, owed, wanted })
    }

    /// Notes what the bucket gave; none: it could not be asked, and nobody is stopped for that.
    pub fn leased(&mut self, wish: &Wish, given: Option<(i64, f64)>, now: Instant) {
        let Some(entry) = self.entries.get_mut(&wish.subject) else { return };
        entry.asking = entry.asking.saturating_sub(1);
        match given {
            Some((granted, level)) => {
                entry.left = entry.left.saturating_add(granted);
                (entry.level, entry.told, entry.kept) = (level, now, true);
            }
            None => {
                entry.left = entry.left.saturating_add(wish.wanted);
                entry.owed = entry.owed.saturating_add(wish.owed).saturating_add(wish.wanted);
            }
        }
    }

    /// Whether something is being fetched.
    pub fn waits(&self) -> bool {
        self.entries.values().any(|entry| entry.asking > 0)
    }

    /// What goes back: of those who have not asked for a while, or of all; what is being fetched for somebody would
    /// find nobody there, so they stay until it has come.
    pub fn sweep(&mut self, now: Instant, all: bool) -> Vec<Return> {
        if !all && self.swept.is_some_and(|swept| now.duration_since(swept) < IDLE) {
            return Vec::new();
        }
        self.swept = Some(now);
        let idle = |entry: &Entry| entry.asking == 0 && (all || now.duration_since(entry.used) >= IDLE);
        let mut back = Vec::new();
        self.entries.retain(|subject, entry| {
            if !idle(entry) {
                return true;
            }
            let returned = entry.left - entry.owed;
            // What trickles back by itself meanwhile need not be written down.
            let trickled = entry.rule.refill.saturating_mul(IDLE.as_secs() as i64);
            if entry.kept || returned < -trickled {
                back.push(Return { subject: subject.clone(), rule: entry.rule, back: returned });
            }
            false
        });
        back
    }
}

impl Entry {
    /// The first slice is on credit, so that nobody waits for the bucket.
    fn new(rule: Rule, now: Instant) -> Self {
        let slice = rule.slice();
        let level = (rule.capacity - slice) as f64;
        Self { rule, left: slice, owed: slice, level, told: now, used: now, kept: false, asking: 0 }
    }

    /// Somebody's role may change.
    fn adopt(&mut self, rule: Rule) {
        if self.rule != rule {
            self.rule = rule;
            self.left = self.left.min(rule.capacity);
        }
    }

    /// What may be paid in all, as far as this hub knows.
    fn remaining(&self, now: Instant) -> i64 {
        let since = now.duration_since(self.told).as_secs_f64();
        let level = self.level + self.rule.refill as f64 * since;
        let most = self.rule.capacity;
        (self.left + (level.max(0.0) as i64)).clamp(0, most)
    }

    fn standing(&self, now: Instant) -> Standing {
        Standing { rule: self.rule, remaining: self.remaining(now) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { capacity: 1000, refill: 10 };

    fn subject() -> Subject {
        Subject::others()
    }

    #[test]
    fn what_is_on_credit_is_paid_at_once_and_the_rest_is_asked_for() {
        let (mut ledger, now) = (Ledger::default(), Instant::now());
        // A slice is a fiftieth.
        assert!(matches!(ledger.take(&subject(), RULE, 5, false, now), Taken::Paid { lease: false, .. }));
        assert!(matches!(ledger.take(&subject(), RULE, 10, false, now), Taken::Paid { lease: true, .. }));
        assert_eq!(ledger.take(&subject(), RULE, 10, false, now), Taken::Short);
        let wish = ledger.wish(&subject(), 10).unwrap();
        assert_eq!((wish.owed, wish.wanted), (20, 20));
        ledger.leased(&wish, Some((20, 960.0)), now);
        let taken = ledger.take(&subject(), RULE, 10, true, now);
        assert!(matches!(taken, Taken::Paid { standing, .. } if standing.remaining == 975), "{taken:?}");
    }

    #[test]
    fn an_empty_bucket_is_not_asked_again_for_each_request() {
        let (mut ledger, now) = (Ledger::default(), Instant::now());
        assert_eq!(ledger.take(&subject(), RULE, 30, false, now), Taken::Short);
        let wish = ledger.wish(&subject(), 30).unwrap();
        ledger.leased(&wish, Some((0, 0.0)), now);
        let Taken::Refused(standing) = ledger.take(&subject(), RULE, 30, true, now) else { panic!() };
        assert_eq!(standing.remaining, 20);
        assert_eq!(standing.enough_in(30), Some(Duration::from_secs(1)));
        let soon = now + Duration::from_millis(500);
        assert!(matches!(ledger.take(&subject(), RULE, 30, false, soon), Taken::Refused(_)));
        let later = now + Duration::from_millis(1100);
        assert_eq!(ledger.take(&subject(), RULE, 30, false, later), Taken::Short);
    }

    #[test]
    fn who_is_being_fetched_for_stays_until_it_has_come() {
        let (mut ledger, now) = (Ledger::default(), Instant::now());
        assert_eq!(ledger.take(&subject(), RULE, 30, false, now), Taken::Short);
        let wish = ledger.wish(&subject(), 30).unwrap();
        assert_eq!(ledger.sweep(now, true), []);
        assert!(ledger.waits());
        ledger.leased(&wish, Some((20, 960.0)), now);
        let back = ledger.sweep(now, true);
        assert_eq!(
            back.iter().map(|one| one.back).collect::<Vec<_>>(),
            [40],
            "the first slice and the fetched one"
        );
        assert!(!ledger.waits());
    }

    #[test]
    fn more_than_a_bucket_holds_is_never_paid() {
        let (mut ledger, now) = (Ledger::default(), Instant::now());
        let Taken::Refused(standing) = ledger.take(&subject(), RULE, 1001, false, now) else { panic!() };
        assert_eq!(standing.enough_in(1001), None);
    }

    #[test]
    fn what_is_left_goes_back_and_small_debts_are_forgotten() {
        let (mut ledger, now) = (Ledger::default(), Instant::now());
        ledger.sweep(now, false);
        ledger.take(&subject(), RULE, 15, false, now);
        let wish = ledger.wish(&subject(), 0).unwrap();
        ledger.leased(&wish, Some((20, 960.0)), now);
        let back = ledger.sweep(now + IDLE, false);
        assert_eq!(back.iter().map(|one| one.back).collect::<Vec<_>>(), [25]);
        ledger.take(&subject(), RULE, 15, false, now);
        assert_eq!(ledger.sweep(now + 2 * IDLE, false), [], "15 trickle back in 10 s by themselves");
    }
}

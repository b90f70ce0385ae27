//! Keys that were looked up a short while ago. Pure.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::{Key, REMEMBERED};

/// Keys remembered at a time.
const MOST: usize = 10_000;

/// What was looked up.
#[derive(Default)]
pub(super) struct Known {
    keys: HashMap<String, Held>,
    /// When any was forgotten last: what was looked up before it may be as it was before.
    forgotten: Option<Instant>,
}

struct Held {
    key: Arc<Key>,
    since: Instant,
}

impl Known {
    /// A key that was looked up within the span.
    pub fn get(&self, prefix: &str, now: Instant, span: Duration) -> Option<Arc<Key>> {
        let held = self.keys.get(prefix)?;
        (now.saturating_duration_since(held.since) < span).then(|| Arc::clone(&held.key))
    }

    /// What a look-up that began at `since` has found.
    pub fn put(&mut self, prefix: &str, key: Option<Arc<Key>>, since: Instant) {
        if self.forgotten.is_some_and(|at| at >= since) {
            return;
        }
        if self.keys.len() >= MOST {
            self.keys.retain(|_, held| since.saturating_duration_since(held.since) < REMEMBERED);
        }
        match key {
            Some(key) if self.keys.len() < MOST => {
                self.keys.insert(prefix.to_owned(), Held { key, since });
            }
            _ => drop(self.keys.remove(prefix)),
        }
    }

    /// So that a change counts at once where it was made, whoever is looking it up meanwhile.
    pub fn forget(&mut self, prefix: &str, now: Instant) {
        self.keys.remove(prefix);
        self.forgotten = Some(now);
    }

    /// Notes that a key is used; all else stays as it was found last.
    pub fn used(&mut self, prefix: &str, at: DateTime<Utc>) {
        if let Some(held) = self.keys.get_mut(prefix) {
            held.key = Arc::new(Key { last_used_at: Some(at), ..Key::clone(&held.key) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Role;
    use super::*;

    fn key(label: &str) -> Arc<Key> {
        Arc::new(Key {
            id: uuid::Uuid::nil(),
            prefix: "lt_abcdefgh".to_owned(),
            label: label.to_owned(),
            organisation: None,
            role: Role::Partner,
            scopes: None,
            office: None,
            province: None,
            networks: None,
            created_at: DateTime::UNIX_EPOCH,
            expires_at: None,
            revoked_at: None,
            last_used_at: None,
            hash: Vec::new(),
        })
    }

    #[test]
    fn what_was_looked_up_before_a_key_was_revoked_is_not_remembered_after() {
        let (mut known, begun) = (Known::default(), Instant::now());
        let later = begun + Duration::from_millis(1);
        known.forget("lt_abcdefgh", later);
        known.put("lt_abcdefgh", Some(key("before")), begun);
        assert!(known.get("lt_abcdefgh", later, REMEMBERED).is_none());
        known.put("lt_abcdefgh", Some(key("after")), later + Duration::from_millis(1));
        assert!(known.get("lt_abcdefgh", later, REMEMBERED).is_some());
    }

    #[test]
    fn noting_that_a_key_is_used_keeps_what_was_found_last() {
        let (mut known, now) = (Known::default(), Instant::now());
        known.put("lt_abcdefgh", Some(key("new")), now);
        known.used("lt_abcdefgh", DateTime::UNIX_EPOCH);
        let kept = known.get("lt_abcdefgh", now, REMEMBERED).unwrap();
        assert_eq!((kept.label.as_str(), kept.last_used_at), ("new", Some(DateTime::UNIX_EPOCH)));
        assert!(known.get("lt_abcdefgh", now + REMEMBERED, REMEMBERED).is_none());
    }
}

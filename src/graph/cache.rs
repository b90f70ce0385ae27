//! A bounded map for documents and plans: two generations, so that what is used stays and what is not
//! goes, without a list of uses.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// A bounded map.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    generations: Mutex<(HashMap<K, V>, HashMap<K, V>)>,
    size: usize,
}

impl<K: Hash + Eq + Clone, V: Clone> Cache<K, V> {
    /// Holds at least `size` of the values used last, and at most twice as many.
    pub fn new(size: usize) -> Self {
        Self { generations: Mutex::new((HashMap::new(), HashMap::new())), size }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = generations.0.get(key) {
            return Some(value.clone());
        }
        let value = generations.1.remove(key)?;
        self.put(&mut generations, key.clone(), value.clone());
        Some(value)
    }

    pub fn insert(&self, key: K, value: V) {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(&mut generations, key, value);
    }

    fn put(&self, generations: &mut (HashMap<K, V>, HashMap<K, V>), key: K, value: V) {
        if generations.0.len() >= self.size {
            generations.1 = std::mem::take(&mut generations.0);
        }
        generations.0.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn keeps_what_is_used_and_stays_bounded() {
        let cache = Cache::new(10);
        for n in 0..1000 {
            cache.insert(n, n);
            assert_eq!(cache.get(&0), Some(0), "used all the time, after {n}");
        }
        let kept = (0..1000).filter(|n| cache.get(n).is_some()).count();
        assert!(kept <= 20, "{kept}");
    }
}

//! A bounded map for documents and plans: two generations, so that what is used stays and what is not
//! goes, without a list of uses. Bounded by weight as well as by number, since callers choose what is kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// A bounded map.
#[derive(Debug)]
pub(super) struct Cache<K, V> {
    generations: Mutex<(Generation<K, V>, Generation<K, V>)>,
    size: usize,
    weight: usize,
}

/// Values with their weights, and the sum of these.
#[derive(Debug)]
struct Generation<K, V> {
    values: HashMap<K, (V, usize)>,
    weight: usize,
}

impl<K, V> Default for Generation<K, V> {
    fn default() -> Self {
        Self { values: HashMap::new(), weight: 0 }
    }
}

impl<K: Hash + Eq + Clone, V: Clone> Cache<K, V> {
    /// Holds at most twice as many values as `size`, and at most twice as much as `weight`; of those used last at
    /// least half of that.
    pub fn new(size: usize, weight: usize) -> Self {
        Self { generations: Mutex::default(), size, weight }
    }

    pub fn get(&self, key: &K) -> Option<V> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((value, _)) = generations.0.values.get(key) {
            return Some(value.clone());
        }
        let (value, weight) = generations.1.values.remove(key)?;
        generations.1.weight -= weight;
        self.put(&mut generations, key.clone(), value.clone(), weight);
        Some(value)
    }

    /// Keeps a value, unless it is heavier than all that may be kept.
    pub fn insert(&self, key: K, value: V, weight: usize) {
        if weight > self.weight {
            return;
        }
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(&mut generations, key, value, weight);
    }

    fn put(&self, generations: &mut (Generation<K, V>, Generation<K, V>), key: K, value: V, weight: usize) {
        let full = generations.0.values.len() >= self.size || generations.0.weight + weight > self.weight;
        if full {
            generations.1 = std::mem::take(&mut generations.0);
        }
        generations.0.weight += weight;
        if let Some((_, replaced)) = generations.0.values.insert(key, (value, weight)) {
            generations.0.weight -= replaced;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn keeps_what_is_used_and_stays_bounded() {
        let cache = Cache::new(10, 1000);
        for n in 0..1000 {
            cache.insert(n, n, 1);
            assert_eq!(cache.get(&0), Some(0), "used all the time, after {n}");
        }
        let kept = (0..1000).filter(|n| cache.get(n).is_some()).count();
        assert!(kept <= 20, "{kept}");
    }

    #[test]
    fn heavy_values_go_sooner_and_the_heaviest_are_not_kept() {
        let cache = Cache::new(1000, 100);
        for n in 0..100 {
            cache.insert(n, n, 30);
            cache.insert(n, n, 30);
        }
        let kept = (0..100).filter(|n| cache.get(n).is_some()).count();
        assert!((3..=6).contains(&kept), "{kept}");
        cache.insert(1000, 1000, 101);
        assert_eq!(cache.get(&1000), None);
    }
}

//! What records hold by name: little in each record, and records are many. So it stands in one sorted list, and
//! the names, of which there are few, are shared.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::{DeserializeOwned, DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

/// Values by field.
pub type Fields = Named<Value>;
/// Links to other records by field.
pub type Refs = Named<Uuid>;

/// Things by name, in the order of the names.
#[derive(Debug, Clone, PartialEq)]
pub struct Named<T>(Vec<(Arc<str>, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Named<T> {
    /// What has this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    /// Whether anything has this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// The names, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name)
    }

    /// The names, to be shared.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|(name, _)| name)
    }

    /// Takes all of it out.
    pub fn clear(&mut self) {
        self.0 = Vec::new();
    }

    /// The things, in the order of their names.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The things, to be altered.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Puts it in the place of what has this name.
    pub fn insert(&mut self, name: Arc<str>, value: T) {
        match self.find(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Keeps those that fit.
    pub fn retain(&mut self, fits: impl Fn(&str, &T) -> bool) {
        self.0.retain(|(name, value)| fits(name, value));
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(name))
    }
}

impl<N: Into<Arc<str>>, T> Extend<(N, T)> for Named<T> {
    fn extend<I: IntoIterator<Item = (N, T)>>(&mut self, more: I) {
        more.into_iter().for_each(|(name, value)| self.insert(name.into(), value));
    }
}

impl<N: Into<Arc<str>>, T> FromIterator<(N, T)> for Named<T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(all: I) -> Self {
        let mut out = Self::default();
        out.extend(all);
        out
    }
}

impl<T> From<BTreeMap<String, T>> for Named<T> {
    fn from(all: BTreeMap<String, T>) -> Self {
        Self(all.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// The names that records read have in common.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: HashSet<Arc<str>>,
    /// Whether a name not known is passed over with its value.
    only: bool,
}

impl Names {
    /// These alone are read.
    pub fn only<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        Self { known: names.map(Arc::from).collect(), only: true }
    }

    /// What a JSON object holds.
    pub fn read<T: DeserializeOwned>(&mut self, json: &str) -> serde_json::Result<Named<T>> {
        let mut reader = serde_json::Deserializer::from_str(json);
        Reading(self, PhantomData).deserialize(&mut reader)
    }

    /// The one copy of a text, to be shared.
    pub fn share(&mut self, text: &str) -> Arc<str> {
        self.known(text).unwrap_or_else(|| {
            let text: Arc<str> = text.into();
            self.known.insert(Arc::clone(&text));
            text
        })
    }

    fn known(&self, text: &str) -> Option<Arc<str>> {
        self.known.get(text).cloned()
    }
}

/// Reads an object.
struct Reading<'n, T>(&'n mut Names, PhantomData<T>);

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Reading<'_, T> {
    type Value = Named<T>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Named<T>, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Reading<'_, T> {
    type Value = Named<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
        let mut out = Vec::new();
        while let Some(name) = map.next_key_seed(ReadingName(self.0))? {
            match name {
                Some(name) => out.push((name, map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        out.sort_by(|(a, _), (b, _)| a.cmp(b));
        out.shrink_to_fit();
        Ok(Named(out))
    }
}

/// Reads a name; none: it is not wanted.
struct ReadingName<'n>(&'n mut Names);

impl<'de> DeserializeSeed<'de> for ReadingName<'_> {
    type Value = Option<Arc<str>>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for ReadingName<'_> {
    type Value = Option<Arc<str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(if self.0.only { self.0.known(name) } else { Some(self.0.share(name)) })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_all_or_what_is_wanted_and_writes_it_back() {
        let text = r#"{"b":null,"a":"x\ty","c":{"d":[1]}}"#;
        let all: Fields = Names::default().read(text).expect("an object");
        assert_eq!(all.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(
            (all.get("a"), all.get("b"), all.get("d")),
            (Some(&json!("x\ty")), Some(&Value::Null), None)
        );
        assert_eq!(serde_json::to_string(&all).expect("JSON"), r#"{"a":"x\ty","b":null,"c":{"d":[1]}}"#);
        let some: Fields = Names::only(["c", "z"].into_iter()).read(text).expect("an object");
        assert_eq!(some.iter().collect::<Vec<_>>(), [("c", &json!({"d": [1]}))]);
        assert!(Names::default().read::<Value>("[]").is_err());
    }

    #[test]
    fn holds_one_value_for_a_name() {
        let mut fields = Fields::default();
        fields.extend([("b", json!(1)), ("a", json!(2)), ("b", json!(3))]);
        assert_eq!(fields.iter().collect::<Vec<_>>(), [("a", &json!(2)), ("b", &json!(3))]);
        fields.retain(|name, _| name == "b");
        assert!(fields.contains_key("b") && !fields.contains_key("a") && !fields.is_empty());
    }
}

//! Documents that are sent by their ids: those of known clients, read from files when the hub starts, and those
//! that callers had the hub keep (automatic persisted queries), in memory and bounded.

mod manifest;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::cache::Cache;
use crate::access::Role;
use crate::error::Fault;

/// Documents kept for callers; in two generations, so at most twice as many.
const KEPT: usize = 2_000;
/// Bytes of them.
const KEPT_BYTES: usize = 4 << 20;

/// What becomes of documents that no known client has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// Nothing.
    #[default]
    Off,
    /// They run, and the log tells of them.
    Observe,
    /// They are refused.
    Enforce,
}

/// Documents by their ids.
#[derive(Debug)]
pub struct Trusted {
    by_id: HashMap<String, Arc<str>>,
    texts: HashSet<[u8; 32]>,
    automatic: Cache<String, Arc<str>>,
    modes: [(Role, Trust); 5],
}

impl Default for Trusted {
    fn default() -> Self {
        let modes = Role::ALL.map(|role| (role, Trust::Off));
        let automatic = Cache::new(KEPT, KEPT_BYTES);
        Self { by_id: HashMap::new(), texts: HashSet::new(), automatic, modes }
    }
}

impl Trusted {
    /// The documents of a directory: each folder or JSON file in it is a client's.
    pub fn read(dir: &Path, modes: [(Role, Trust); 5]) -> Result<Self, Fault> {
        let mut trusted = Self { modes, ..Self::default() };
        trusted.dir(dir, true)?;
        tracing::info!(documents = trusted.by_id.len(), "documents of known clients");
        Ok(trusted)
    }

    /// The same under other rules.
    pub fn under(self, modes: [(Role, Trust); 5]) -> Self {
        Self { modes, ..self }
    }

    /// What becomes of other documents of somebody of the role.
    pub fn mode(&self, role: Role) -> Trust {
        self.modes.iter().find(|(one, _)| *one == role).map(|(_, mode)| *mode).unwrap_or_default()
    }

    /// The document of a known client that has this id.
    pub fn get(&self, id: &str) -> Option<Arc<str>> {
        self.by_id.get(id).cloned()
    }

    /// Whether a known client has this document.
    pub fn knows(&self, text: &str) -> bool {
        self.texts.contains::<[u8; 32]>(&Sha256::digest(text.as_bytes()).into())
    }

    /// The document that a caller had kept under its hash.
    pub fn kept(&self, hash: &str) -> Option<Arc<str>> {
        self.automatic.get(&hash.to_ascii_lowercase())
    }

    /// Keeps a document under its hash; false: it has another.
    pub fn keep(&self, hash: &str, text: &str) -> bool {
        let hash = hash.to_ascii_lowercase();
        if hash != hexadecimal(text) {
            return false;
        }
        self.automatic.insert(hash, text.into(), text.len());
        true
    }

    fn dir(&mut self, dir: &Path, deeper: bool) -> Result<(), Fault> {
        let entries = std::fs::read_dir(dir).map_err(|error| unreadable(dir, &error.to_string()))?;
        let mut paths = Vec::new();
        for entry in entries {
            paths.push(entry.map_err(|error| unreadable(dir, &error.to_string()))?.path());
        }
        paths.sort();
        for path in paths {
            if path.is_dir() {
                if deeper {
                    self.dir(&path, false)?;
                }
                continue;
            }
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            let text =
                || std::fs::read_to_string(&path).map_err(|error| unreadable(&path, &error.to_string()));
            match ending {
                "json" => {
                    for (id, text) in manifest::read(&text()?).map_err(|why| unreadable(&path, &why))? {
                        self.add(&path, id, &text)?;
                    }
                }
                "graphql" | "gql" => {
                    let text = text()?;
                    self.add(&path, hexadecimal(&text), &text)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, id: String, text: &str) -> Result<(), Fault> {
        self.texts.insert(Sha256::digest(text.as_bytes()).into());
        match self.by_id.insert(id.clone(), text.into()) {
            Some(other) if *other != *text => {
                Err(unreadable(path, &format!("another document has the id `{id}`")))
            }
            _ => Ok(()),
        }
    }
}

fn hexadecimal(text: &str) -> String {
    crate::store::id::hexadecimal(&Sha256::digest(text.as_bytes()))
}

fn unreadable(path: &Path, why: &str) -> Fault {
    let path = path.display();
    Fault::new(
        "DOCUMENTS_UNREADABLE",
        format!("{path}: {why}; expected a manifest of Relay, Apollo or graphql-codegen, or .graphql files"),
        format!(
            "{path}: {why}; cần tệp manifest của Relay, Apollo hoặc graphql-codegen, hoặc các tệp .graphql"
        ),
    )
}

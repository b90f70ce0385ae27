//! One hub and somebody of every role who asks it.

use std::sync::Arc;

use lienthong::access::{Caller, Identity, Role, Viewer};
use lienthong::catalog::load_embedded;
use lienthong::graph::{Engine, Request};
use serde_json::Value;

use crate::harness::TestDatabase;

/// A hub over a database without rows.
pub struct Callers {
    engine: Engine,
    _database: TestDatabase,
}

impl Callers {
    pub async fn of_every_role() -> Self {
        let database = TestDatabase::create().await;
        let engine = Engine::new(Arc::new(load_embedded().unwrap()), database.pool.clone()).unwrap();
        Self { engine, _database: database }
    }

    pub fn sdl(&self) -> &str {
        self.engine.sdl()
    }

    fn caller(role: Role) -> Caller {
        match role {
            Role::Public => Caller::default(),
            role => Caller::of(Identity::Key("lt_test0000".to_owned()), role),
        }
    }

    pub fn viewer(&self, role: Role) -> Viewer {
        Self::caller(role).viewer()
    }

    pub async fn ask(&self, role: Role, document: &str) -> Value {
        let caller = Arc::new(Self::caller(role));
        let request = Request { query: document.to_owned(), caller, ..Request::default() };
        serde_json::from_slice(&self.engine.execute(request).await.body).unwrap()
    }
}

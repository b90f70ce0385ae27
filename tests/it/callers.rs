//! One hub over HTTP and somebody of every role with a key, who asks it.

use axum::body::Body;
use axum::http::Request;
use lienthong::access::{Caller, Identity, KeyWish, Role, Viewer};
use serde_json::{Value, json};

use crate::http::Seen;
use crate::http::doors::{Hub, graphql};

/// The hub, and the keys by role.
pub struct Callers {
    pub hub: Hub,
    keys: Vec<(Role, String)>,
    sdl: String,
}

/// A key of a role; an office's is of agriculture in Phú Yên.
pub fn wish(role: Role) -> KeyWish {
    let agency = role == Role::Agency;
    KeyWish {
        label: "test".to_owned(),
        role,
        organisation: Some("Siêu thị Thử".to_owned()),
        office: agency.then(|| "AGRICULTURE".to_owned()),
        province: agency.then(|| "54".to_owned()),
        ..KeyWish::default()
    }
}

impl Callers {
    pub async fn of_every_role() -> Self {
        let hub = Hub::with(false, |_| {}).await;
        let mut keys = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Public) {
            keys.push((role, hub.key(wish(role)).await.text));
        }
        let sdl = hub.send(crate::http::doors::get("/schema.graphql")).await;
        Self { hub, keys, sdl: String::from_utf8(sdl.body).unwrap() }
    }

    pub fn sdl(&self) -> &str {
        &self.sdl
    }

    pub fn viewer(&self, role: Role) -> Viewer {
        Caller::of(Identity::Key("lt_test0000".to_owned()), role).viewer()
    }

    /// A request with the role's key; the public shows none.
    pub async fn send(&self, role: Role, mut request: Request<Body>) -> Seen {
        if let Some((_, key)) = self.keys.iter().find(|(of, _)| *of == role) {
            request.headers_mut().insert("authorization", format!("Bearer {key}").parse().unwrap());
        }
        self.hub.send(request).await
    }

    pub async fn ask(&self, role: Role, document: &str) -> Value {
        self.send(role, graphql(document, json!({}))).await.json()
    }
}

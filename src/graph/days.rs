//! Questions that the hub puts to itself, for one day or for several.

use std::sync::Arc;

use futures_util::future::{BoxFuture, FutureExt};
use sha2::{Digest, Sha256};

use super::answer::{Request, Stats};
use super::ask::Asking;
use super::charge::spent;
use super::engine::{DocumentKey, Engine, Ready, Refused};
use super::run::{DeskOf, Running, Written};

impl Engine {
    /// Answers a question that the hub puts to itself, with what that cost.
    pub(super) fn within<'a>(
        &'a self,
        request: &'a Request,
    ) -> BoxFuture<'a, (Result<Written, Refused>, Stats)> {
        let digest: DocumentKey = Sha256::digest(request.query.as_bytes()).into();
        async move {
            let mut stats = Stats::default();
            let outcome = Box::pin(self.run(request, digest, false, &mut stats)).await;
            (outcome, stats)
        }
        .boxed()
    }

    /// Answers a question that the hub puts to itself for several days: the requests differ in their variables alone.
    pub(super) fn within_each<'a>(
        &'a self,
        requests: &'a [Request],
    ) -> BoxFuture<'a, (Result<Vec<Written>, Refused>, Stats)> {
        async move {
            let mut stats = Stats::default();
            let outcome = self.run_each(requests, &mut stats).await;
            (outcome, stats)
        }
        .boxed()
    }

    async fn run_each(&self, requests: &[Request], stats: &mut Stats) -> Result<Vec<Written>, Refused> {
        let mut ready = Vec::with_capacity(requests.len());
        for request in requests {
            let digest = Sha256::digest(request.query.as_bytes()).into();
            ready.push(self.ready(request, digest, false, stats)?);
        }
        let mut each = Vec::with_capacity(requests.len());
        for (request, Ready { variables, plan, .. }) in requests.iter().zip(&ready) {
            self.bill(plan, variables, request).await?;
            let desk = DeskOf(self.desk(request));
            let mut running =
                Running::new(&self.database, &self.loader, variables, Asking::new(self, request), desk);
            running.find(plan, &self.places).await;
            each.push(running);
        }
        let mut written = Vec::with_capacity(requests.len());
        let mut begin = 0;
        for alike in ready.chunk_by(|a, b| Arc::ptr_eq(&a.plan, &b.plan)) {
            let of = &each[begin..begin + alike.len()];
            begin += alike.len();
            written.extend(Running::run_each(of, &alike[0].plan).await);
        }
        spent(&each, stats);
        Ok(written)
    }

    /// Whether the request's document holds to the schema.
    pub(super) fn knows(&self, request: &Request) -> bool {
        self.document(request, Sha256::digest(request.query.as_bytes()).into()).is_ok()
    }
}

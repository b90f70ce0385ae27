//! The figures, for people and for programs; pure.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;
use uuid::Uuid;

use crate::matching::measure::{BCubed, Figures, Item, share};

/// All that is told.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// Version of the weights.
    pub(super) model_version: u32,
    /// Entity type measured.
    pub(super) entity: String,
    /// Files and the registers they were recognised as.
    pub(super) files: Vec<(String, String)>,
    /// Data rows read.
    pub(super) rows: usize,
    /// Rows of which the truth is known.
    pub(super) records: usize,
    /// Those of them that made no record.
    pub(super) set_aside: usize,
    /// Labels that say nothing sure.
    pub(super) skipped_labels: usize,
    /// Labels that say once more what others said.
    pub(super) repeated_labels: usize,
    /// Pairs labelled different though other labels together make them one.
    pub(super) contradicted_labels: usize,
    /// Merged pairs of labelled rows of which no label speaks; they count neither as right nor as wrong. Only
    /// where the labels are pairs.
    pub(super) merged_without_label: Option<usize>,
    pub(super) true_entities: usize,
    pub(super) found_entities: usize,
    /// Pairs after all merging.
    pub(super) all: Figures,
    /// Pairs of rows of different files.
    pub(super) across_files: Figures,
    /// Only where all pairs are known.
    pub(super) b_cubed: Option<BCubed>,
    /// Share of the true pairs that were compared at all.
    pub(super) pair_completeness: f64,
    /// Pairs of entities listed for people.
    pub(super) review_listed: usize,
    /// Those of them in which nothing is one.
    pub(super) review_in_vain: usize,
    /// Those listed, over the records.
    pub(super) review_share: f64,
    /// Share of the records in an entity that is listed.
    pub(super) records_in_review: f64,
    pub(super) by_evidence: Vec<Kind>,
    /// By each code of the reasons: a pair stands under all of its codes.
    pub(super) by_code: Vec<Kind>,
    pub(super) milliseconds: Milliseconds,
    pub(super) shown: Vec<Shown>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Milliseconds {
    pub(super) read: u128,
    pub(super) matching: u128,
}

/// Pairs of one kind of evidence.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kind {
    pub(super) evidence: String,
    pub(super) right: usize,
    pub(super) wrong: usize,
    pub(super) review: usize,
    pub(super) missed: usize,
    pub(super) precision: Option<f64>,
}

/// A pair to look at.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shown {
    pub(super) what: &'static str,
    pub(super) left: String,
    pub(super) right: String,
    /// Left out when one may be a person's.
    pub(super) names: Option<[String; 2]>,
    pub(super) reasons: String,
}

impl Report {
    /// What waits for people, as far as labelled records are in it.
    pub(super) fn waits(&mut self, items: &[Item], listed: &BTreeSet<(Uuid, Uuid)>) {
        let known: BTreeSet<Uuid> = items.iter().filter_map(|i| i.found).collect();
        let ours: Vec<&(Uuid, Uuid)> =
            listed.iter().filter(|(a, b)| known.contains(a) && known.contains(b)).collect();
        let in_it: BTreeSet<Uuid> = ours.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let records = items.iter().filter(|i| i.found.is_some_and(|f| in_it.contains(&f))).count();
        self.review_listed = ours.len();
        self.review_share = if items.is_empty() { 0.0 } else { share(ours.len(), items.len()) };
        self.records_in_review = if items.is_empty() { 0.0 } else { share(records, items.len()) };
    }
}

pub(super) fn json(report: &Report) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    for (file, register) in &report.files {
        let _ = writeln!(out, "{file}  ({register})");
    }
    let _ = writeln!(
        out,
        "\n{}: {} labelled rows of {} ({} made no record); {} things, {} found\n",
        report.entity,
        report.records,
        report.rows,
        report.set_aside,
        report.true_entities,
        report.found_entities
    );
    let _ = writeln!(out, "{:<28}{:>12}{:>14}", "pairs after all merging", "all", "across files");
    let (a, b) = (&report.all, &report.across_files);
    for (name, x, y) in [
        ("precision of merges", a.precision, b.precision),
        ("recall, merged", a.recall, b.recall),
        ("recall, with review", a.recall_with_review, b.recall_with_review),
        ("F1, merged", a.f1, b.f1),
    ] {
        let _ = writeln!(out, "{name:<28}{x:>12.4}{y:>14.4}");
    }
    for (name, x, y) in [
        ("true pairs", a.true_pairs, b.true_pairs),
        ("merged pairs", a.merged_pairs, b.merged_pairs),
        ("wrong merges", a.wrong_pairs, b.wrong_pairs),
        ("true pairs in review", a.review_pairs, b.review_pairs),
        ("missed pairs", a.missed_pairs, b.missed_pairs),
    ] {
        let _ = writeln!(out, "{name:<28}{x:>12}{y:>14}");
    }
    if let Some(merged) = report.merged_without_label {
        let _ = writeln!(out, "{:<28}{merged:>12}  (neither right nor wrong)", "merged without a label");
    }
    for (count, what) in [
        (report.skipped_labels, "labels say nothing sure and were left out"),
        (report.repeated_labels, "labels say again what others said"),
        (
            report.contradicted_labels,
            "pairs are labelled different though other labels together make them one",
        ),
    ] {
        if count > 0 {
            let _ = writeln!(out, "{count} {what}");
        }
    }
    if let Some(b) = report.b_cubed {
        let _ =
            writeln!(out, "B-cubed: precision {:.4}, recall {:.4}, F1 {:.4}", b.precision, b.recall, b.f1);
    }
    let _ = writeln!(out, "true pairs compared at all: {:.4}", report.pair_completeness);
    let _ = writeln!(
        out,
        "review: {} pairs listed ({} in vain), {:.2} % of the records; {:.2} % of the records are in one",
        report.review_listed,
        report.review_in_vain,
        report.review_share * 100.0,
        report.records_in_review * 100.0
    );
    evidence(report, &mut out);
    shown(report, &mut out);
    let _ = writeln!(
        out,
        "\nread in {} ms, matched in {} ms",
        report.milliseconds.read, report.milliseconds.matching
    );
    out
}

fn evidence(report: &Report, out: &mut String) {
    for (title, kinds) in [("evidence for", &report.by_evidence), ("code", &report.by_code)] {
        let _ = writeln!(
            out,
            "\n{:>7}{:>7}{:>8}{:>8}{:>11}  {title}",
            "right", "wrong", "review", "missed", "precision"
        );
        for k in kinds {
            let precision = k.precision.map_or_else(|| "-".to_owned(), |p| format!("{p:.4}"));
            let _ = writeln!(
                out,
                "{:>7}{:>7}{:>8}{:>8}{precision:>11}  {}",
                k.right, k.wrong, k.review, k.missed, k.evidence
            );
        }
    }
}

fn shown(report: &Report, out: &mut String) {
    if !report.shown.is_empty() {
        out.push('\n');
    }
    for s in &report.shown {
        let _ = writeln!(out, "{:<7}{} / {}  {}", s.what, s.left, s.right, s.reasons);
        if let Some([a, b]) = &s.names {
            let _ = writeln!(out, "       {a} / {b}");
        }
    }
}

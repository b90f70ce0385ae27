//! What a verification says, in words of both languages. Pure.

use chrono::NaiveDate;

use super::{Document, Item, State, Verification};
use crate::catalog::{Catalog, VERIFIABLE_KIND};

impl State {
    /// Value of the enum of states.
    pub fn name(self) -> &'static str {
        match self {
            State::InForce => "IN_FORCE",
            State::Suspended => "SUSPENDED",
            State::Partly => "PARTLY_IN_FORCE",
            State::NotYet => "NOT_YET_IN_FORCE",
            State::Expired => "EXPIRED",
            State::Revoked => "REVOKED",
            State::Unknown => "UNKNOWN",
        }
    }

    /// English, Vietnamese.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            State::InForce => ("in force", "còn hiệu lực"),
            State::Suspended => ("suspended", "đang tạm dừng"),
            State::Partly => ("in force in part", "còn hiệu lực một phần"),
            State::NotYet => ("not yet in force", "chưa có hiệu lực"),
            State::Expired => ("no longer in force: its time ran out", "đã hết hiệu lực"),
            State::Revoked => ("no longer in force: it was revoked", "đã bị thu hồi"),
            State::Unknown => {
                ("known, but not whether it is in force", "có trong sổ nhưng không rõ còn hiệu lực hay không")
            }
        }
    }
}

impl Verification {
    /// Value of the enum of outcomes.
    pub fn outcome(&self) -> &'static str {
        match self.documents.len() {
            0 => "NOT_FOUND",
            1 => "FOUND",
            _ => "AMBIGUOUS",
        }
    }

    /// The whole in one sentence: English, Vietnamese.
    pub fn words(&self, catalog: &Catalog) -> (String, String) {
        match self.documents.as_slice() {
            [] if self.near.is_empty() => (
                "No office's register has this code. That alone does not make goods fake: ask for the paper, and look at it again letter by letter.".to_owned(),
                "Không có mã này trong sổ của các cơ quan. Điều đó chưa có nghĩa là hàng giả: hãy xem bản giấy và gõ lại từng ký tự.".to_owned(),
            ),
            [] => (
                "No office's register has exactly this code; some come near to it.".to_owned(),
                "Không có đúng mã này trong sổ của các cơ quan; có mã gần giống.".to_owned(),
            ),
            [only] => only.words(catalog),
            many => (
                format!("{} documents have this number: compare the year and who issued it.", many.len()),
                format!("Có {} văn bản cùng số này: hãy đối chiếu năm và nơi ban hành.", many.len()),
            ),
        }
    }
}

impl Document {
    /// Its kind: English, Vietnamese, by the words of the schema.
    pub fn kind_words(&self, catalog: &Catalog) -> (String, String) {
        let described = catalog.enums.get(VERIFIABLE_KIND).and_then(|kinds| kinds.values.get(&self.kind));
        let described = described.map_or(self.kind.as_str(), String::as_str);
        match described.split_once(" (") {
            Some((en, vi)) => (en.to_owned(), vi.trim_end_matches(['.', ')']).to_owned()),
            None => (described.to_owned(), described.to_owned()),
        }
    }

    /// English, Vietnamese.
    pub fn words(&self, catalog: &Catalog) -> (String, String) {
        let (kind_en, kind_vi) = self.kind_words(catalog);
        let title = || self.items.first().and_then(|item| item.title.as_ref());
        let code = self.code.as_ref().or_else(title).map(|code| format!(" {code}")).unwrap_or_default();
        let (state_en, state_vi) = self.state().words();
        let span = self.items.first().filter(|_| self.state() != State::Partly);
        let (span_en, span_vi) =
            span.map(|item| span_words(item, self.from(), self.until())).unwrap_or_default();
        let issuer = |by: &str| self.issuer.as_ref().map(|name| format!(", {by} {name}")).unwrap_or_default();
        (
            format!("{kind_en}{code}: {state_en}{span_en}{}.", issuer("issued by")),
            capital(&format!("{kind_vi}{code}: {state_vi}{span_vi}{}.", issuer("nơi cấp:"))),
        )
    }
}

fn span_words(item: &Item, from: Option<NaiveDate>, until: Option<NaiveDate>) -> (String, String) {
    if item.state == State::Revoked {
        let since = item.revoked.map(|day| (format!(" on {day}"), format!(" từ ngày {}", vietnamese(day))));
        return since.unwrap_or_default();
    }
    let (mut en, mut vi) = (String::new(), String::new());
    if let Some(from) = from {
        en.push_str(&format!(", from {from}"));
        vi.push_str(&format!(", từ ngày {}", vietnamese(from)));
    }
    if let Some(until) = until {
        en.push_str(&format!(", until the end of {until}"));
        vi.push_str(&format!(", đến hết ngày {}", vietnamese(until)));
    }
    (en, vi)
}

fn vietnamese(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

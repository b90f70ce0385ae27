//! Places: what commune and district a text means, then and now. The one part of ingest that knows an
//! entity type (the administrative unit). Reference files in, no I/O.

mod address;
mod index;
mod name;
mod province;
mod resolve;
mod suffix;
#[cfg(test)]
mod tests;
mod today;

use chrono::NaiveDate;
use uuid::Uuid;

pub use address::Address;
pub use index::{Level, Places, Unit};
pub(crate) use name::{Name, of_unit, readings};
pub use province::{Votes, in_words};
pub(crate) use resolve::section_text;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Code of the province of before July 2025.
    pub province: &'a str,
    /// Text of the commune; may hold the district too.
    pub commune: Option<&'a str>,
    /// Text of the district.
    pub district: Option<&'a str>,
    /// District of the section above, where the row names none.
    pub section: Option<&'a str>,
    /// Day the row speaks of: names of before July 2025 come first until then.
    pub day: NaiveDate,
}

impl Question<'_> {
    /// Whether names of before July 2025 come first: all that the day decides.
    pub fn is_of_before(&self) -> bool {
        self.day <= index::last_old_day()
    }
}

/// How a place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Named unambiguously.
    Exact,
    /// The old commune was divided; today's is the default.
    DefaultOfDivided,
    /// Known to the district only.
    DistrictOnly,
}

impl Resolution {
    /// The value of the enum `PlaceResolution`.
    pub fn word(self) -> &'static str {
        match self {
            Resolution::Exact => "EXACT",
            Resolution::DefaultOfDivided => "DEFAULT_OF_DIVIDED",
            Resolution::DistrictOnly => "DISTRICT_ONLY",
        }
    }
}

/// What a place is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// Commune of before July 2025.
    pub commune_then: Option<Uuid>,
    /// Commune of today.
    pub commune_now: Option<Uuid>,
    /// District of before July 2025.
    pub district_then: Option<Uuid>,
    /// How it was found; none when nothing was.
    pub resolution: Option<Resolution>,
    /// Codes of today's communes that it may be.
    pub now: Vec<String>,
    /// What stays the same over deliveries, for keys: today's commune or the old district, by code.
    pub key: Option<String>,
    /// What could not be made out.
    pub doubt: Option<Doubt>,
}

/// Why a place is known less well than its text promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No commune of that name there.
    CommuneUnknown,
    /// Several of that name, and nothing tells which.
    CommuneAmbiguous,
    /// No district of that name in the province.
    DistrictUnknown,
    /// A name that went out of use before 2025, by a table of lower quality.
    RetiredName,
    /// Read as the only commune whose name differs by one letter.
    Misspelt,
}

//! Time comes in as an argument, so that what depends on it can be tested with literal values.

use chrono::{DateTime, NaiveDate, Utc};

/// Where the hub reads the time.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that stands still, for tests and replays.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The moment now.
    pub fn now(self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
            Clock::System => Utc::now(),
            Clock::Fixed(at) => at,
        }
    }

    /// Today in Vietnam (UTC+7, no daylight saving), the day offices mean by "today".
    pub fn today(self) -> NaiveDate {
        (self.now() + chrono::TimeDelta::hours(7)).date_naive()
    }
}

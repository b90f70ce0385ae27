//! Generated rows: names that differ by diacritics alone, many nulls, many equal values.

use sqlx::{AssertSqlSafe, PgPool};

/// Numbers from a seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

const WORDS: [&str; 24] = [
    "Chè",
    "Che",
    "chẻ",
    "Đậu",
    "Dầu",
    "dâu",
    "Bưởi",
    "bún",
    "Búp",
    "Mật ong",
    "mắm",
    "Nấm",
    "Ổi",
    "ớt",
    "Ông",
    "Sen",
    "sâm",
    "Yến",
    "Gạo",
    "gà",
    "Ngũ cốc",
    "50%",
    "a_b",
    "Xoài",
];

struct Writer {
    chance: Chance,
    sql: String,
}

impl Writer {
    fn words(&mut self) -> String {
        let n = 1 + self.chance.below(3);
        let words: Vec<&str> = (0..n).map(|_| *self.chance.one(&WORDS)).collect();
        words.join(" ")
    }

    fn quoted(&mut self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    /// The value, or null once in three times.
    fn maybe(&mut self, value: String) -> String {
        if self.chance.once_in(3) { "null".to_owned() } else { value }
    }

    fn pick(&mut self, of: &[&str]) -> String {
        let one = (*self.chance.one(of)).to_owned();
        self.quoted(&one)
    }

    fn day(&mut self) -> String {
        let (y, m, d) = (2019 + self.chance.below(8), 1 + self.chance.below(12), 1 + self.chance.below(4));
        format!("'{y}-{m:02}-{d:02}'")
    }

    fn number(&mut self, below: usize) -> String {
        self.chance.below(below).to_string()
    }

    fn decimal(&mut self) -> String {
        format!("{}.{}", self.chance.below(40), self.chance.below(4) * 25)
    }

    fn row(&mut self, table: &str, columns: &str, values: &[String]) {
        self.sql.push_str(&format!("insert into {table} ({columns}) values ({});\n", values.join(", ")));
    }
}

fn id(kind: usize, n: usize) -> String {
    format!("'0190{kind:04x}-0000-7000-8000-{:012x}'", n * 7_919 % 65_536)
}

/// Fills the tables.
pub async fn insert(pool: &PgPool, seed: u64) {
    let mut w = Writer { chance: Chance::new(seed), sql: String::from("begin;\n") };
    let producers = 40;
    for n in 0..producers {
        let name = w.words();
        let name = w.quoted(&name);
        let kind = w.pick(&["COOPERATIVE", "COMPANY", "HOUSEHOLD_BUSINESS", "FARM"]);
        let (kind, founded) = (w.maybe(kind), w.day());
        let (founded, year) = (w.maybe(founded), w.number(4));
        let (area, tax) = (w.decimal(), format!("'99400{:05}'", w.chance.below(30)));
        let values = [
            id(1, n),
            name,
            kind,
            w.maybe(tax),
            founded,
            w.maybe(format!("202{year}")),
            w.maybe(area),
            w.number(6),
            "'0900000001'".to_owned(),
        ];
        w.row(
            "producer",
            "id, name, kind, tax_code, founded_on, founded_year, area_hectares, member_count, phone",
            &values,
        );
    }
    let products = 120;
    for n in 0..products {
        let (name, packing) = (w.words(), w.words());
        let (name, packing) = (w.quoted(&name), w.quoted(&packing));
        let (producer, year) = (w.chance.below(producers), w.number(5));
        let values = [id(2, n), name, w.maybe(packing), id(1, producer), w.maybe(format!("201{year}"))];
        w.row("product", "id, name, packing, producer_id, joined_year", &values);
    }
    for n in 0..200 {
        let (product, stars, score, day) =
            (w.chance.below(products), 3 + w.chance.below(3), w.decimal(), w.day());
        let potential = if w.chance.once_in(2) { "true" } else { "false" };
        let year = day[1..5].to_owned();
        let revoked = w.day();
        let revoked = if w.chance.once_in(6) { revoked } else { "null".to_owned() };
        let kind = w.pick(&["NEW", "RENEWED"]);
        let values = [
            id(3, n),
            id(2, product),
            stars.to_string(),
            potential.to_owned(),
            w.maybe(score),
            w.maybe(kind),
            w.maybe(day),
            year,
            revoked,
        ];
        w.row(
            "recognition",
            "id, product_id, stars, potential_five_star, score, stated_kind, decided_on, decided_year, revoked_on",
            &values,
        );
    }
    for n in 0..6 {
        let name = w.words();
        let name = w.quoted(&name);
        let kind = w.pick(&["SUPERMARKET", "E_COMMERCE"]);
        let values = [id(4, n), name, w.maybe(kind)];
        w.row("retail_partner", "id, name, kind", &values);
    }
    for n in 0..150 {
        let (product, partner) = (w.chance.below(products), w.chance.below(6));
        let (from, to, price) = (w.day(), w.day(), w.decimal());
        let status = w.pick(&["ON_SALE", "REMOVED"]);
        let values = [
            id(5, n),
            id(2, product),
            id(4, partner),
            w.maybe(from),
            w.maybe(to),
            w.maybe(price),
            w.maybe(status),
        ];
        w.row("listing", "id, product_id, partner_id, started_on, ended_on, price, status", &values);
    }
    for n in 0..80 {
        let holder = w.chance.below(producers);
        let standard = w.pick(&["VIETGAP", "ORGANIC", "HACCP"]);
        let (number, from, to) = (w.words(), w.day(), w.day());
        let number = w.quoted(&number);
        let values = [id(6, n), id(1, holder), standard, w.maybe(number), w.maybe(from), w.maybe(to)];
        w.row("quality_certificate", "id, holder_id, standard, number, issued_on, expires_on", &values);
    }
    w.sql.push_str("commit;");
    sqlx::raw_sql(AssertSqlSafe(w.sql)).execute(pool).await.expect("generated rows");
}

//! The SQL of matching offers with a demand. Everything a caller gave is a parameter.

use std::sync::{Arc, LazyLock};

/// Where the offers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Products of groups.
    Groups,
    /// Of more products than are weighed, those with the most stars.
    Best,
    /// Products that words found.
    Words,
    /// Those that are of groups and that words found.
    Both,
}

/// The group `$1`, its sub-groups, and those of the same name in the other classifications.
pub(super) const GROUPS: &str = "
    with named as (
        select s.id
        from product_group g
        join product_group s on s.level = g.level and fold_vietnamese(s.name) = fold_vietnamese(g.name)
        where g.id = $1
    )
    select id from named
    union
    select c.id from product_group c join named n on n.id = c.parent_id";

/// How many products the groups `$1` have, up to one more than are weighed.
pub(super) fn size() -> Arc<str> {
    static SIZE: LazyLock<Arc<str>> = LazyLock::new(|| {
        let most = PRODUCTS + 1;
        format!("select count(*) from (select from product where group_id = any($1) limit {most}) as counted")
            .into()
    });
    Arc::clone(&SIZE)
}

/// Products weighed at most.
pub(super) const PRODUCTS: i64 = 4000;

/// The products of the groups with the most stars in force on the last day of delivery, by `recognition_stars`.
const BEST: &str = "(
        select distinct id
        from (
            select p.id
            from recognition r
            -- one by one along the index, until there are enough
            cross join lateral (
                select x.id from product x where x.id = r.product_id and x.group_id = any($1) offset 0
            ) as p
            where r.valid_from <= $8 and $8 < r.valid_to and (r.revoked_on is null or $8 < r.revoked_on)
            order by r.stars desc, r.product_id
            limit 4000
        ) as best
    )";

/// Degrees north and east of what holds the territory of unit `$1` today.
pub(super) const COORDINATES: &str =
    "select u.latitude, u.longitude from admin_unit u where u.id = unit_today($1)";

/// What the offer `o`, the stars `s` and the certificates `c` weigh against each requirement: 0 met, 0.5 not known,
/// 0.75 in another unit, above 0.5 and up to 1 not met, by how much. In this order everywhere.
const BURDENS: [(&str, &str); 7] = [
    (
        "b_quantity",
        "case when o.base_unit is null or o.base_capacity is null then 0.5
              when o.base_unit <> $4 then 0.75
              when o.base_capacity >= $3 then 0
              else 1 - 0.5 * o.base_capacity / $3 end",
    ),
    (
        "b_months",
        "case when $5 = 0 then 0
              when o.month_bits is null then 0.5
              when $5 & ~o.month_bits = 0 then 0
              else 0.5 + 0.5 * bit_count(($5 & ~o.month_bits)::bit(12))::float8 / bit_count($5::bit(12))::float8 end",
    ),
    (
        "b_stars",
        "case when $6 = 0 or s.stars >= $6 then 0
              when s.stars is null then 1
              else 0.5 + 0.5 * ($6 - s.stars)::float8 / $6::float8 end",
    ),
    (
        "b_certificates",
        "case when cardinality($7::text[]) = 0 or c.held >= cardinality($7::text[]) then 0
              when c.held + c.perhaps >= cardinality($7::text[]) then 0.5
              else 1 - 0.5 * coalesce(c.held, 0)::float8 / cardinality($7::text[])::float8 end",
    ),
    (
        "b_shelf_life",
        "case when $9 = 0 then 0
              when o.shelf_life_days is null then 0.5
              when o.shelf_life_days >= $9 then 0
              else 1 - 0.5 * greatest(o.shelf_life_days, 0)::float8 / $9::float8 end",
    ),
    (
        "b_price",
        "case when $10 = 0 then 0
              when o.base_price_unit is null or o.base_price is null then 0.5
              when o.base_price_unit <> $4 then 0.75
              when o.base_price <= $10 then 0
              else 0.5 + 0.5 * least(1, o.base_price / $10 - 1) end",
    ),
    (
        "b_minimum",
        "case when $11 = 0 then 0
              when o.base_minimum_unit is null or o.base_minimum is null then 0.5
              when o.base_minimum_unit <> $4 then 0.75
              when o.base_minimum <= $11 then 0
              else 1 - 0.5 * $11 / o.base_minimum end",
    ),
];

/// The statement, with words in braces to be filled in.
const MATCH: &str = include_str!("match.sql");

/// Best first, save for what only a page can tell.
const RANK: &str = "burden, stars desc nulls last, least(share, 1) desc nulls last, price nulls last";

/// The statement. `$1` groups, `$2` products; `$3` quantity, `$4` unit, `$5` months, `$6` stars, `$7` standards,
/// `$8` last day of delivery, `$9` days to keep, `$10` price, `$11` smallest order; `$12`, `$13` degrees north and
/// east; `$14` whether only what fits, `$15`, `$16` the page; `$17` whether what offers come to together is wanted;
/// `$18` the heaviest burden shown; `$19` offers, where only some are looked at.
pub(super) fn matches(subject: Subject, some: bool) -> Arc<str> {
    static ALL: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
        let subjects = [Subject::Groups, Subject::Words, Subject::Both, Subject::Best];
        subjects.iter().flat_map(|subject| [false, true].map(|some| text(*subject, some).into())).collect()
    });
    let at = match subject {
        Subject::Groups => 0,
        Subject::Words => 2,
        Subject::Both => 4,
        Subject::Best => 6,
    };
    Arc::clone(&ALL[at + usize::from(some)])
}

fn text(subject: Subject, some: bool) -> String {
    let products = match subject {
        Subject::Groups => "p.group_id = any($1)",
        Subject::Words => "p.id = any($2)",
        Subject::Both => "p.id = any($2) and p.group_id = any($1)",
        Subject::Best => "true",
    };
    let from = if subject == Subject::Best { BEST } else { "product" };
    let (of, only) = match some {
        true => (
            " and p.id in (select x.product_id from supply_offer x where x.id = any($19))",
            " and o.id = any($19)",
        ),
        false => ("", ""),
    };
    let burdens: Vec<String> =
        BURDENS.iter().map(|(name, sql)| format!("({sql})::float8 as {name}")).collect();
    let others: Vec<&str> = BURDENS.iter().skip(1).map(|(name, _)| *name).collect();
    MATCH
        .replace("{from}", from)
        .replace("{products}", products)
        .replace("{of}", of)
        .replace("{only}", only)
        .replace("{burdens}", &burdens.join(",\n"))
        .replace("{others}", &others.join(" + "))
        .replace("{rank}", RANK)
        .replace("{together}", &TOGETHER.to_string())
}

/// Offers that are looked at together, largest first: whoever buys from more makers than this needs no help to count.
pub(super) const TOGETHER: usize = 20;

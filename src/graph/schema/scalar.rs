//! The scalars beside GraphQL's own.

use async_graphql::dynamic::{Scalar, TypeRef};

use crate::catalog;

pub(super) fn all() -> [Scalar; 6] {
    [
        Scalar::new("Date")
            .description("A day, ISO 8601: 2025-07-01 (ngày).")
            .specified_by_url("https://scalars.graphql.org/andimarek/local-date.html"),
        Scalar::new("DateTime")
            .description("A moment, RFC 3339 with an offset: 2025-07-01T08:00:00Z (thời điểm).")
            .specified_by_url("https://scalars.graphql.org/andimarek/date-time.html"),
        Scalar::new("Decimal")
            .description("An exact decimal number as a string: \"1600000000\", \"74.9\" (số thập phân).")
            .specified_by_url("https://scalars.graphql.org/chillicream/decimal.html"),
        Scalar::new("Money")
            .description(
                "An amount in Vietnamese đồng, written like a Decimal: \"1600000000\" (số tiền, đồng).",
            )
            .specified_by_url("https://scalars.graphql.org/chillicream/decimal.html"),
        Scalar::new("URL")
            .description("An address on the web as the register has it; it may not be reachable (đường dẫn).")
            .specified_by_url("https://url.spec.whatwg.org/"),
        Scalar::new("JSON").description("Any JSON value (giá trị JSON).").specified_by_url(
            "https://www.ecma-international.org/publications-and-standards/standards/ecma-404/",
        ),
    ]
}

/// GraphQL name of a scalar of the catalog.
pub(super) fn name(ty: &catalog::Scalar) -> &str {
    match ty {
        catalog::Scalar::String => TypeRef::STRING,
        catalog::Scalar::Int => TypeRef::INT,
        catalog::Scalar::Float => TypeRef::FLOAT,
        catalog::Scalar::Boolean => TypeRef::BOOLEAN,
        catalog::Scalar::Date => "Date",
        catalog::Scalar::DateTime => "DateTime",
        catalog::Scalar::Decimal => "Decimal",
        catalog::Scalar::Json => "JSON",
        catalog::Scalar::Enum(name) => name,
    }
}

/// The type of a field: named, with `!` unless null is possible.
pub(super) fn reference(name: &str, nullable: bool) -> TypeRef {
    if nullable { TypeRef::named(name) } else { TypeRef::named_nn(name) }
}

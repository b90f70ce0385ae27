//! What is published of costs, in the words of IBM's specification: `@listSize` on lists, `@cost` on operations.

use async_graphql::Value;
use async_graphql::dynamic::Directive;

use crate::catalog::Cost;

/// The directives, as published; async-graphql's dynamic schema does not know of them.
pub(super) const DIRECTIVES: &str = "\
\"What asking costs, in units; an object costs 1 unless it says otherwise (chi phí).\"
directive @cost(weight: String!) on FIELD_DEFINITION | OBJECT

\"How long a list is: as long as one of the slicing arguments says, else as assumed (độ dài danh sách).\"
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], \
requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
";

/// A page of so many, unless `first` or `last` says how many.
pub(super) fn page(assumed: i64) -> Directive {
    list(Some(assumed), &["first".to_owned(), "last".to_owned()], &["edges".to_owned(), "nodes".to_owned()])
}

/// What an operation or a type declares.
pub(super) fn declared(cost: &Cost) -> Vec<Directive> {
    let weight =
        cost.weight.map(|weight| Directive::new("cost").argument("weight", weight.to_string().into()));
    let list = cost.list.as_ref().map(|size| list(size.assumed, &size.slicing, &size.sized));
    weight.into_iter().chain(list).collect()
}

fn list(assumed: Option<i64>, slicing: &[String], sized: &[String]) -> Directive {
    let names = |names: &[String]| Value::List(names.iter().map(|name| name.clone().into()).collect());
    let directive = Directive::new("listSize");
    let directive = match assumed {
        Some(assumed) => directive.argument("assumedSize", assumed.into()),
        None => directive,
    };
    let directive = match slicing {
        [] => directive,
        slicing => directive.argument("slicingArguments", names(slicing)),
    };
    let directive = match sized {
        [] => directive,
        sized => directive.argument("sizedFields", names(sized)),
    };
    // All of them have a default.
    directive.argument("requireOneSlicingArgument", false.into())
}

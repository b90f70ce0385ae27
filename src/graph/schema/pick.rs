//! Resolvers that pick: the plan has answered already, its JSON stands in the request's data, and each
//! field takes its own value out of its parent by response key.

use std::sync::Arc;

use async_graphql::dynamic::{Field, FieldFuture, FieldValue, ResolverContext, TypeRef};
use serde_json::Value;

/// The answer of the plan, for the executor to pick from.
pub(in crate::graph) struct Picked(pub Arc<Value>);

/// Key under which a plan made for the executor names the type of a `Node`.
pub(in crate::graph) const TYPE_KEY: &str = "__type_of_node";

/// A scalar or enum field.
pub(super) fn leaf(name: &str, ty: TypeRef) -> Field {
    Field::new(name, ty, |ctx| {
        FieldFuture::new(async move {
            Ok(own(&ctx).and_then(|v| async_graphql::Value::from_json(v.clone()).ok()).map(FieldValue::value))
        })
    })
}

/// An object field of a known type.
pub(super) fn object(name: &str, ty: TypeRef) -> Field {
    Field::new(name, ty, |ctx| {
        FieldFuture::new(async move { Ok(own(&ctx).map(|v| FieldValue::owned_any(v.clone()))) })
    })
}

/// A list of objects of a known type.
pub(super) fn nodes(name: &str, ty: TypeRef) -> Field {
    Field::new(name, ty, |ctx| {
        FieldFuture::new(async move {
            let items = own(&ctx).and_then(Value::as_array);
            Ok(items.map(|items| FieldValue::list(items.iter().map(|v| FieldValue::owned_any(v.clone())))))
        })
    })
}

/// A `Node`: its type stands in the answer.
pub(super) fn node(name: &str, ty: TypeRef) -> Field {
    Field::new(name, ty, |ctx| FieldFuture::new(async move { Ok(own(&ctx).and_then(typed)) }))
}

/// A list of `Node`s, null where there is none.
pub(super) fn nodes_list(name: &str, ty: TypeRef) -> Field {
    Field::new(name, ty, |ctx| {
        FieldFuture::new(async move {
            let items = own(&ctx).and_then(Value::as_array);
            Ok(items
                .map(|items| FieldValue::list(items.iter().map(|v| typed(v).unwrap_or(FieldValue::NULL)))))
        })
    })
}

fn typed(value: &Value) -> Option<FieldValue<'static>> {
    let ty = value.get(TYPE_KEY)?.as_str()?.to_owned();
    Some(FieldValue::owned_any(value.clone()).with_type(ty))
}

/// This field's value in its parent; none for null.
fn own<'a>(ctx: &'a ResolverContext<'_>) -> Option<&'a Value> {
    let parent = match ctx.parent_value.downcast_ref::<Value>() {
        Some(parent) => parent,
        None => &*ctx.data_opt::<Picked>()?.0,
    };
    parent.get(ctx.ctx.item.node.response_key().node.as_str()).filter(|v| !v.is_null())
}

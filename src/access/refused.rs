//! Whether a rule lets somebody in, and the words for those whom it does not.

use super::Viewer;
use crate::catalog::Access;
use crate::error::Fault;

/// Whether the rule lets the viewer in.
pub fn allows(access: &Access, viewer: Viewer) -> bool {
    viewer.role >= access.role && access.scope.is_none_or(|scope| viewer.scopes.has(scope))
}

/// Why not, for what is asked (`Import.issues`, `supply`).
pub fn denied(access: &Access, viewer: Viewer, what: &str) -> Fault {
    let (role, scope) = (access.role.name(), access.scope.map(|scope| scope.name()));
    let (with_en, with_vi) = match scope {
        Some(scope) => (format!(" with the scope {scope}"), format!(" và quyền {scope}")),
        None => (String::new(), String::new()),
    };
    let en = format!("{what} is for the role {role} and above{with_en}; you are {}", viewer.role.name());
    let vi =
        format!("{what} chỉ dành cho vai trò từ {role}{with_vi}; vai trò hiện tại: {}", viewer.role.name());
    Fault::new(code(viewer.known), en, vi)
}

/// Why nobody of that kind gets in.
pub fn refused(known: bool, what: &str) -> Fault {
    let (en, vi) = match known {
        true => (
            format!("Your key does not allow {what}."),
            "Khóa truy cập không có quyền thực hiện việc này.".to_owned(),
        ),
        false => (
            format!("Say who you are to do {what}: Authorization: Bearer, with a key of this hub."),
            "Hãy xác thực bằng khóa truy cập: Authorization: Bearer.".to_owned(),
        ),
    };
    Fault::new(code(known), en, vi)
}

/// Whoever is nobody yet may become somebody.
fn code(known: bool) -> &'static str {
    if known { "FORBIDDEN" } else { "UNAUTHENTICATED" }
}

//! Whether a name is a person's own: many bear it, and a head of that name is not told twice.

use super::name::Name;
use super::node::Person;
use super::token::Token;
use super::vocabulary::VOCABULARY;

/// Whether the name proper is that of a person: "Nguyễn Văn An", of a household also "Bà Tư".
pub fn is_personal(name: &Name) -> bool {
    let is = |word: &Token, role: &str| {
        VOCABULARY.words.at_start(std::slice::from_ref(word), name.unmarked, |m| m == role).is_some()
    };
    let household = name.form.is_none_or(|form| VOCABULARY.is_household(form));
    match name.core.as_slice() {
        [family, middle, _] | [family, middle, _, _]
            if is(family, "family_name") && is(middle, "middle_name") =>
        {
            true
        }
        [title, _] | [title, _, _] => household && is(title, "honorific"),
        _ => false,
    }
}

/// Whether a name proper and a person are spelled alike, marks aside.
pub fn is_named_after(name: &Name, person: &Person) -> bool {
    name.core.iter().map(|t| t.flat.as_str()).eq(person.words())
}

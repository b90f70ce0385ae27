//! Conditions of the query language that name others: `@district` stands for the condition of that name. Within texts
//! an `@` is a letter like any other.

/// A piece of a condition.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// As it is.
    Text(&'a str),
    /// The name of another condition.
    Name(&'a str),
}

/// The pieces of a condition, in order.
pub(super) fn pieces(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut begin, mut quoted, mut passed) = (Vec::new(), 0, false, false);
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            // What a backslash stands before is passed over.
            _ if passed => passed = false,
            '\\' => passed = quoted,
            '"' => quoted = !quoted,
            '@' if !quoted => {
                let rest = &text[at + 1..];
                let length =
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                parts.push(Part::Text(&text[begin..at]));
                parts.push(Part::Name(&rest[..length]));
                begin = at + 1 + length;
                // A name has letters of one byte alone.
                for _ in 0..length {
                    letters.next();
                }
            }
            _ => {}
        }
    }
    parts.push(Part::Text(&text[begin..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::{Part, pieces};

    #[test]
    fn names_are_found_outside_of_texts() {
        let text = r#"{ and: [@district, { within: "49@2023\"@x", name: """@y""" }, @a_1] }"#;
        let names: Vec<_> = pieces(text).into_iter().filter(|part| matches!(part, Part::Name(_))).collect();
        assert_eq!(names, [Part::Name("district"), Part::Name("a_1")]);
        let whole: String = pieces(text)
            .iter()
            .map(|part| match part {
                Part::Text(text) => (*text).to_owned(),
                Part::Name(name) => format!("@{name}"),
            })
            .collect();
        assert_eq!(whole, text);
        assert_eq!(pieces("@đ"), [Part::Text(""), Part::Name(""), Part::Text("đ")]);
        assert_eq!(pieces("\\"), [Part::Text("\\")]);
    }
}

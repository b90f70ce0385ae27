//! The grammar of executable documents (September 2025), held to the letter before the parser proper: that one
//! takes an argument without its value for none, and knows no descriptions on operations. Nothing is built here.

mod lexer;

use std::borrow::Cow;

use lexer::{Kind, NoToken, Stop, Token};

/// Why a document is not read any further.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// What is wrong, its line and its column.
    Wrong { message: String, line: usize, column: usize },
    /// More tokens than allowed.
    TooManyTokens,
    /// More brackets within brackets than allowed.
    TooNested,
}

/// The document without its descriptions, every other character in its place.
pub(super) fn read(text: &str, most_tokens: usize, most_nesting: usize) -> Result<Cow<'_, str>, Unreadable> {
    let tokens = lexer::tokens(text, most_tokens).map_err(|stop| match stop {
        Stop::NoToken(no) => wrong(text, no),
        Stop::TooMany => Unreadable::TooManyTokens,
    })?;
    let mut grammar = Grammar {
        text,
        tokens: &tokens,
        at: 0,
        nesting: 0,
        most_nesting,
        too_nested: false,
        descriptions: Vec::new(),
    };
    match grammar.document() {
        Ok(()) => Ok(blanked(text, &grammar.descriptions)),
        Err(_) if grammar.too_nested => Err(Unreadable::TooNested),
        Err(no) => Err(wrong(text, no)),
    }
}

fn wrong(text: &str, no: NoToken) -> Unreadable {
    let before = &text[..no.at];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = 1 + before.matches('\n').count();
    Unreadable::Wrong { message: no.message, line, column: 1 + before[line_start..].chars().count() }
}

fn blanked<'t>(text: &'t str, ranges: &[(usize, usize)]) -> Cow<'t, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in ranges {
        out.push_str(&text[from..*start]);
        out.extend(text[*start..*end].chars().map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' }));
        from = *end;
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

struct Grammar<'a> {
    text: &'a str,
    tokens: &'a [Token],
    at: usize,
    nesting: usize,
    most_nesting: usize,
    too_nested: bool,
    descriptions: Vec<(usize, usize)>,
}

type Fits = Result<(), NoToken>;

impl Grammar<'_> {
    fn document(&mut self) -> Fits {
        loop {
            let described = self.description();
            match self.kind() {
                Kind::Mark('{') if !described => self.selections()?,
                Kind::Name => match self.word() {
                    "query" | "mutation" | "subscription" => self.operation()?,
                    "fragment" => self.fragment()?,
                    // Definitions of types are refused later, as what they are.
                    _ => {
                        self.descriptions.clear();
                        return Ok(());
                    }
                },
                _ => return self.expected("an operation or a fragment"),
            }
            if self.kind() == Kind::End {
                return Ok(());
            }
        }
    }

    fn operation(&mut self) -> Fits {
        self.at += 1;
        if self.kind() == Kind::Name {
            self.at += 1;
        }
        if self.kind() == Kind::Mark('(') {
            self.many('(', ')', Self::variable_definition)?;
        }
        self.directives(false)?;
        self.selections()
    }

    fn fragment(&mut self) -> Fits {
        self.at += 1;
        if self.word() == "on" {
            return self.expected("a name other than \"on\"");
        }
        self.name()?;
        self.on()?;
        self.directives(false)?;
        self.selections()
    }

    fn on(&mut self) -> Fits {
        match self.word() {
            "on" => self.at += 1,
            _ => return self.expected("\"on\""),
        }
        self.name()
    }

    fn variable_definition(&mut self) -> Fits {
        self.description();
        self.mark('$')?;
        self.name()?;
        self.mark(':')?;
        self.ty()?;
        if self.kind() == Kind::Mark('=') {
            self.at += 1;
            self.value(true)?;
        }
        self.directives(true)
    }

    fn ty(&mut self) -> Fits {
        match self.kind() {
            Kind::Mark('[') => self.nested(|own| {
                own.at += 1;
                own.ty()?;
                own.mark(']')
            })?,
            _ => self.name()?,
        }
        self.at += usize::from(self.kind() == Kind::Mark('!'));
        Ok(())
    }

    fn selections(&mut self) -> Fits {
        self.nested(|own| own.many('{', '}', Self::selection))
    }

    fn selection(&mut self) -> Fits {
        if self.kind() != Kind::Mark('.') {
            return self.field();
        }
        self.at += 1;
        match (self.kind(), self.word()) {
            (Kind::Name, "on") => self.on()?,
            (Kind::Name, _) => {
                self.at += 1;
                return self.directives(false);
            }
            _ => {}
        }
        self.directives(false)?;
        self.selections()
    }

    fn field(&mut self) -> Fits {
        self.name()?;
        if self.kind() == Kind::Mark(':') {
            self.at += 1;
            self.name()?;
        }
        self.arguments(false)?;
        self.directives(false)?;
        if self.kind() == Kind::Mark('{') { self.selections() } else { Ok(()) }
    }

    fn arguments(&mut self, constant: bool) -> Fits {
        if self.kind() != Kind::Mark('(') {
            return Ok(());
        }
        self.many('(', ')', |own| own.named_value(constant))
    }

    fn directives(&mut self, constant: bool) -> Fits {
        while self.kind() == Kind::Mark('@') {
            self.at += 1;
            self.name()?;
            self.arguments(constant)?;
        }
        Ok(())
    }

    fn named_value(&mut self, constant: bool) -> Fits {
        self.name()?;
        self.mark(':')?;
        self.value(constant)
    }

    fn value(&mut self, constant: bool) -> Fits {
        match self.kind() {
            Kind::Name | Kind::Number | Kind::Text => self.at += 1,
            Kind::Mark('$') if !constant => {
                self.at += 1;
                self.name()?;
            }
            Kind::Mark('[') => self.nested(|own| own.any('[', ']', |own| own.value(constant)))?,
            Kind::Mark('{') => self.nested(|own| own.any('{', '}', |own| own.named_value(constant)))?,
            _ if constant => return self.expected("a value without variables"),
            _ => return self.expected("a value"),
        }
        Ok(())
    }

    fn nested(&mut self, inner: impl FnOnce(&mut Self) -> Fits) -> Fits {
        self.nesting += 1;
        if self.nesting > self.most_nesting {
            self.too_nested = true;
            return self.expected("less nesting");
        }
        inner(self)?;
        self.nesting -= 1;
        Ok(())
    }

    /// One or more between two marks.
    fn many(&mut self, open: char, close: char, one: impl Fn(&mut Self) -> Fits) -> Fits {
        self.mark(open)?;
        one(self)?;
        while self.kind() != Kind::Mark(close) {
            one(self)?;
        }
        self.mark(close)
    }

    /// None or more between two marks.
    fn any(&mut self, open: char, close: char, one: impl Fn(&mut Self) -> Fits) -> Fits {
        self.mark(open)?;
        while self.kind() != Kind::Mark(close) {
            one(self)?;
        }
        self.mark(close)
    }

    fn description(&mut self) -> bool {
        let token = self.token();
        if token.kind != Kind::Text {
            return false;
        }
        self.descriptions.push((token.start, token.end));
        self.at += 1;
        true
    }

    fn name(&mut self) -> Fits {
        match self.kind() {
            Kind::Name => {
                self.at += 1;
                Ok(())
            }
            _ => self.expected("a name"),
        }
    }

    fn mark(&mut self, mark: char) -> Fits {
        if self.kind() == Kind::Mark(mark) {
            self.at += 1;
            return Ok(());
        }
        self.expected(&format!("\"{mark}\""))
    }

    fn expected(&self, what: &str) -> Fits {
        let found = self.token();
        let shown = match found.kind {
            Kind::Name => format!("{:?}", self.word().chars().take(60).collect::<String>()),
            kind => kind.to_string(),
        };
        Err(NoToken { message: format!("expected {what}, found {shown}"), at: found.start })
    }

    /// The token here; behind the last one, the end.
    fn token(&self) -> Token {
        let end = Token { kind: Kind::End, start: self.text.len(), end: self.text.len() };
        self.tokens.get(self.at).copied().unwrap_or(end)
    }

    fn kind(&self) -> Kind {
        self.token().kind
    }

    fn word(&self) -> &str {
        let token = self.token();
        if token.kind == Kind::Name { &self.text[token.start..token.end] } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_go_and_all_else_stays_where_it_is() {
        let text =
            "\"Hỏi\" query Q(\"mã\" $id: ID!) { a(b: \"giữ\") }\n\"\"\"hai\ndòng\"\"\" fragment F on T { c }";
        let read = read(text, 100, 10).unwrap();
        assert_eq!(
            read,
            "      query Q(     $id: ID!) { a(b: \"giữ\") }\n      \n        fragment F on T { c }"
        );
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (text, expected, at) in [
            ("{ a(b) }", "expected \":\", found \")\"", (1, 6)),
            ("{ ã }", "'ã' has no meaning here", (1, 3)),
            ("query {\n  a(b: \"x\n) }", "a string does not end", (2, 8)),
            ("{ a", "expected a name, found the end of the document", (1, 4)),
            ("\"words\" { a }", "expected an operation or a fragment, found \"{\"", (1, 9)),
            ("{ a(b: 01) }", "a number goes on with '1'", (1, 9)),
            ("", "expected an operation or a fragment, found the end of the document", (1, 1)),
        ] {
            match read(text, 100, 10) {
                Err(Unreadable::Wrong { message, line, column }) => {
                    assert_eq!((message.as_str(), (line, column)), (expected, at), "{text}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn limits_hold() {
        assert!(matches!(read(&"{ a ".repeat(11), 100, 10), Err(Unreadable::TooNested)));
        assert!(matches!(read(&"a ".repeat(101), 100, 10), Err(Unreadable::TooManyTokens)));
        assert!(read(&",".repeat(100_000), 100, 10).is_err());
    }
}

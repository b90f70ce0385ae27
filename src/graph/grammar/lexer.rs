//! Text → tokens of GraphQL, with where each begins and ends. What stands within strings is for the parser proper.

use std::fmt;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{`, `$`, `...` and the like, by their first character.
    Mark(char),
    Name,
    Number,
    Text,
    /// The end of the document.
    End,
}

/// A token and its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// What is no token, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoToken {
    pub message: String,
    pub at: usize,
}

/// The tokens of a text, `most` at most and the end.
pub(super) fn tokens(text: &str, most: usize) -> Result<Vec<Token>, Stop> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::with_capacity(text.len().min(4 * most) / 4);
    loop {
        let token = lexer.next().map_err(Stop::NoToken)?;
        tokens.push(token);
        if token.kind == Kind::End {
            return Ok(tokens);
        }
        if tokens.len() > most {
            return Err(Stop::TooMany);
        }
    }
}

/// Why there are no tokens.
#[derive(Debug)]
pub(super) enum Stop {
    NoToken(NoToken),
    TooMany,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Token, NoToken> {
        self.skip_ignored();
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(Token { kind: Kind::End, start, end: start }) };
        let kind = match first {
            '!' | '$' | '&' | '(' | ')' | ':' | '=' | '@' | '[' | ']' | '{' | '|' | '}' => {
                self.at += 1;
                Kind::Mark(first)
            }
            '.' if self.rest().starts_with("...") => {
                self.at += 3;
                Kind::Mark('.')
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                self.skip(|c| c.is_ascii_alphanumeric() || c == '_');
                Kind::Name
            }
            '-' | '0'..='9' => self.number()?,
            '"' => self.string()?,
            other => return Err(self.no_token(format!("{other:?} has no meaning here"))),
        };
        Ok(Token { kind, start, end: self.at })
    }

    fn skip_ignored(&mut self) {
        loop {
            self.skip(|c| matches!(c, '\u{feff}' | ' ' | '\t' | '\n' | '\r' | ','));
            if self.peek() != Some('#') {
                return;
            }
            self.skip(|c| c != '\n' && c != '\r');
        }
    }

    fn number(&mut self) -> Result<Kind, NoToken> {
        self.at += usize::from(self.peek() == Some('-'));
        match self.peek() {
            Some('0') => self.at += 1,
            _ => self.digits()?,
        }
        if self.peek() == Some('.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some('+' | '-')));
            self.digits()?;
        }
        match self.peek() {
            Some(c) if c.is_ascii_alphanumeric() || c == '_' || c == '.' => {
                Err(self.no_token(format!("a number goes on with {c:?}")))
            }
            _ => Ok(Kind::Number),
        }
    }

    fn digits(&mut self) -> Result<(), NoToken> {
        let before = self.at;
        self.skip(|c| c.is_ascii_digit());
        if self.at > before { Ok(()) } else { Err(self.no_token("a digit is missing".to_owned())) }
    }

    fn string(&mut self) -> Result<Kind, NoToken> {
        let opened = self.at;
        let unfinished = || NoToken { message: "a string does not end".to_owned(), at: opened };
        if let Some(rest) = self.rest().strip_prefix("\"\"\"") {
            let mut from = 0;
            loop {
                let end = from + rest[from..].find("\"\"\"").ok_or_else(unfinished)?;
                if !rest[..end].ends_with('\\') {
                    self.at = opened + 3 + end + 3;
                    return Ok(Kind::Text);
                }
                from = end + 3;
            }
        }
        self.at += 1;
        loop {
            match self.peek() {
                Some('"') => break,
                Some('\\') => {
                    self.at += 1;
                    self.at += self.peek().filter(|c| !is_line_end(*c)).ok_or_else(unfinished)?.len_utf8();
                }
                Some(c) if !is_line_end(c) => self.at += c.len_utf8(),
                _ => return Err(unfinished()),
            }
        }
        self.at += 1;
        Ok(Kind::Text)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, goes_on: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
    }

    fn no_token(&self, message: String) -> NoToken {
        NoToken { message, at: self.at }
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Mark('.') => f.write_str("\"...\""),
            Kind::Mark(mark) => write!(f, "\"{mark}\""),
            Kind::Name => f.write_str("a name"),
            Kind::Number => f.write_str("a number"),
            Kind::Text => f.write_str("a string"),
            Kind::End => f.write_str("the end of the document"),
        }
    }
}

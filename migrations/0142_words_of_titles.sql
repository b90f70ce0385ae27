-- Words of titles alone, for suggestions: an index over all words knows no weights, so that each row of a common
-- place's name would be looked at.

create index search_document_titles on search_document using gin (ts_filter(words, '{a}'));

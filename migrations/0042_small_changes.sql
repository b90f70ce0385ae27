-- A change of one record is found by the keys it is compared by. Keys that wait to be put into the index are
-- searched one after the other, so few may wait.

alter index node_block_keys set (gin_pending_list_limit = 128);

-- Doubtful pairs of what was merged anew are looked up by either side.
create index doubtful_match_left on doubtful_match (left_id);
create index doubtful_match_right on doubtful_match (right_id);

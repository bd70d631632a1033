-- Conversations that are opened again as they were: each answer with its sentences and its numbered places.

ALTER TABLE chat_turn ADD COLUMN said TEXT NOT NULL DEFAULT '';  -- JSON: what is not in the other columns; '': not kept

-- The places that an answer cites, in their order. What stands there is not kept again, only where: a span of the
-- memory's text and a checksum of it, since the text may be changed later. When they are erased, chat_cite tells.
CREATE TABLE chat_place (
    turn_id INTEGER NOT NULL REFERENCES chat_turn (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    part TEXT NOT NULL,            -- cited, contradicts, nearest
    memory_id INTEGER NOT NULL,
    span_start INTEGER,
    span_end INTEGER,
    answer_start INTEGER,
    answer_end INTEGER,
    checksum INTEGER,
    PRIMARY KEY (turn_id, place)
) WITHOUT ROWID;
INSERT INTO chat_place (turn_id, place, part, memory_id)
    SELECT c.turn_id, row_number() OVER (PARTITION BY c.turn_id ORDER BY c.memory_id), CASE t.state WHEN 'not_found'
        THEN 'nearest' ELSE 'cited' END, c.memory_id FROM chat_cite c JOIN chat_turn t ON t.id = c.turn_id;

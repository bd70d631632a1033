-- Capture: what is watched, the owner's rules, what was left out, and what was said by assistants and by Mneme.

-- A source: a folder, a log, a browser's history. `cursor` is where its next look goes on.
CREATE TABLE source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    place BLOB NOT NULL,           -- the path as the system spells it (bytes)
    shown TEXT NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    when_gone TEXT NOT NULL DEFAULT 'keep' CHECK (when_gone IN ('keep', 'bin')),
    keep_days INTEGER,             -- memories older than this go to the bin; NULL: they stay
    identity TEXT,                 -- of the disk its root lies on: an empty mount point is not an emptied folder
    cursor TEXT,
    added_at INTEGER NOT NULL,
    looked_at INTEGER,
    problem TEXT,
    UNIQUE (kind, place)
);

ALTER TABLE entry ADD COLUMN source_id INTEGER REFERENCES source (id) ON DELETE SET NULL;
ALTER TABLE entry ADD COLUMN cursor TEXT;                       -- how far a growing file was read
ALTER TABLE entry ADD COLUMN held INTEGER NOT NULL DEFAULT 0;   -- items it gave when it was last read, wherever they are kept
ALTER TABLE entry ADD COLUMN retry_at INTEGER;                  -- when a failure that may pass is tried again
ALTER TABLE entry ADD COLUMN gone_at INTEGER;
ALTER TABLE entry ADD COLUMN was TEXT;                          -- for people: the path before it was last renamed
ALTER TABLE entry ADD COLUMN renamed_at INTEGER;
UPDATE entry SET held = (SELECT count(*) FROM item i WHERE i.entry_id = entry.id AND i.retired_at IS NULL);
CREATE INDEX entry_digest ON entry (digest) WHERE digest IS NOT NULL;
CREATE INDEX entry_source ON entry (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX entry_retry ON entry (retry_at) WHERE retry_at IS NOT NULL;

-- Things whose key is the same in every export are kept once, whichever file brought them.
CREATE INDEX item_key ON item (key) WHERE key >= '=' AND key < '>' AND retired_at IS NULL;
ALTER TABLE thread ADD COLUMN stable INTEGER NOT NULL DEFAULT 0;
CREATE INDEX thread_key ON thread (key) WHERE stable = 1;

-- What the owner lets in and keeps out.
CREATE TABLE rule (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    verdict TEXT NOT NULL CHECK (verdict IN ('allow', 'deny')),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    UNIQUE (verdict, field, value)
);

-- What was left out and is no place of the queue: a copied text, a message by somebody. Never its words.
CREATE TABLE left_out (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    shown TEXT NOT NULL,
    why TEXT NOT NULL
);

-- Sentences that assistants and Mneme itself said, as keyed hashes: pasted into a note they are nobody's facts.
CREATE TABLE echo (
    hash BLOB PRIMARY KEY,
    at INTEGER NOT NULL            -- when it was first said
) WITHOUT ROWID;

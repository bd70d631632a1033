-- The first schema. Times are integer microseconds since 1970-01-01 UTC; a moment is three columns:
-- the instant, the offset in minutes it was said in, and its precision. Digests are 16 bytes of BLAKE2b.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
);

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL            -- JSON
);

-- A place that was found (a file, an export), and how far it has come: the queue.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    place BLOB NOT NULL UNIQUE,    -- the path as the system spells it (bytes)
    shown TEXT NOT NULL,           -- the same for people
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'skipped', 'gone')),
    reason TEXT,
    size INTEGER NOT NULL DEFAULT 0,
    mtime_ns INTEGER NOT NULL DEFAULT 0,
    digest BLOB,                   -- of the bytes last read
    format TEXT,
    forced TEXT,                   -- the format the owner named, if any
    read_by TEXT,                  -- the version of Mneme that read it
    attempts INTEGER NOT NULL DEFAULT 0,
    updated_at INTEGER NOT NULL
);
CREATE INDEX entry_state ON entry (state, updated_at);

-- A conversation: who took part, under which title.
CREATE TABLE thread (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    participants TEXT NOT NULL,    -- JSON [{key, name, role}]
    UNIQUE (entry_id, key)
);

-- A version of a thing that was taken in: a file, a message. Only the newest has no retired_at.
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    key TEXT NOT NULL,             -- which item of the entry: '' for a file's one document
    version INTEGER NOT NULL,
    digest BLOB NOT NULL,          -- of what was parsed
    title TEXT NOT NULL,
    text TEXT NOT NULL,            -- the parsed text; spans count its code points
    authors TEXT NOT NULL DEFAULT '[]',
    tags TEXT NOT NULL DEFAULT '[]',
    links TEXT NOT NULL DEFAULT '[]',
    properties TEXT NOT NULL DEFAULT '{}',
    notes TEXT NOT NULL DEFAULT '[]',
    happened_at INTEGER,
    happened_offset INTEGER,
    happened_precision TEXT,
    happened_from TEXT,            -- content, title, name, folder, file
    thread_id INTEGER REFERENCES thread (id),
    seq INTEGER,                   -- the place in its thread
    speaker TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('owner', 'other', 'assistant', 'derived')),
    reply_to TEXT,
    recorded_at INTEGER NOT NULL,
    retired_at INTEGER,
    UNIQUE (entry_id, key, version)
);
CREATE INDEX item_thread ON item (thread_id, seq) WHERE thread_id IS NOT NULL;
CREATE UNIQUE INDEX item_current ON item (entry_id, key) WHERE retired_at IS NULL;

-- Everything that can be recalled.
CREATE TABLE memory (
    id INTEGER PRIMARY KEY AUTOINCREMENT,   -- an id is never given again
    kind TEXT NOT NULL CHECK (kind IN ('passage', 'event', 'fact', 'question', 'thought', 'summary', 'portrait')),
    text TEXT NOT NULL,
    heading TEXT NOT NULL DEFAULT '',
    digest BLOB NOT NULL,          -- of what is embedded: identical passages share one vector
    layer TEXT NOT NULL DEFAULT 'short-term' CHECK (layer IN ('working', 'short-term', 'long-term')),
    origin TEXT NOT NULL CHECK (origin IN ('owner', 'other', 'assistant', 'derived')),
    importance REAL NOT NULL DEFAULT 0.5,
    pinned INTEGER NOT NULL DEFAULT 0,
    happened_at INTEGER,
    happened_offset INTEGER,
    happened_precision TEXT,
    valid_from INTEGER,
    valid_to INTEGER,
    recorded_at INTEGER NOT NULL,
    retired_at INTEGER,            -- superseded by a newer version
    forgotten_at INTEGER           -- in the bin
);
CREATE INDEX memory_digest ON memory (digest);
CREATE INDEX memory_recent ON memory (coalesce(happened_at, recorded_at) DESC, id DESC)
    WHERE retired_at IS NULL AND forgotten_at IS NULL;
CREATE INDEX memory_bin ON memory (forgotten_at) WHERE forgotten_at IS NOT NULL;

-- Where a memory stands: [start, end) in code points of an item's text. A passage has one row, its own place.
CREATE TABLE evidence (
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    item_id INTEGER NOT NULL REFERENCES item (id),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    PRIMARY KEY (memory_id, ordinal)
) WITHOUT ROWID;
CREATE INDEX evidence_item ON evidence (item_id, start);

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    before TEXT                    -- JSON of the columns that changed
);
CREATE INDEX revision_memory ON revision (memory_id);

-- The immutable events that retention is computed from.
CREATE TABLE use (
    id INTEGER PRIMARY KEY,
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX use_memory ON use (memory_id, at);

CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dim INTEGER NOT NULL,
    dtype TEXT NOT NULL
);

-- One vector for each distinct text and model; rows of unit length.
CREATE TABLE vector (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model_id INTEGER NOT NULL REFERENCES model (id),
    digest BLOB NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (model_id, digest)
);

-- What was erased, as keyed hashes, so that it does not come back with the next scan.
CREATE TABLE tombstone (
    hash BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- Words of the live memories (neither retired nor in the bin); scripts without spaces are split by character.
CREATE VIRTUAL TABLE memory_fts USING fts5 (
    text, context, tokenize = 'porter unicode61 remove_diacritics 2'
);

-- The life of a memory: how it fades, facts with their times, links, topics, jobs, and the journal of changes.

ALTER TABLE memory ADD COLUMN nature TEXT NOT NULL DEFAULT 'ordinary'
    CHECK (nature IN ('constant', 'preference', 'ordinary', 'errand'));
-- What waits for its vector is looked for in this alone.
CREATE INDEX memory_live ON memory (digest) WHERE retired_at IS NULL AND forgotten_at IS NULL;
CREATE INDEX memory_kind ON memory (kind, id) WHERE kind <> 'passage';
CREATE INDEX memory_gone ON memory (id) WHERE kind = 'passage' AND (retired_at IS NOT NULL OR forgotten_at IS NOT NULL);
CREATE INDEX item_gone ON item (id) WHERE retired_at IS NOT NULL;

-- The vectors of derived memories are searched apart from those of passages.
ALTER TABLE vector ADD COLUMN derived INTEGER NOT NULL DEFAULT 0;
CREATE INDEX vector_digest ON vector (digest);

-- Words of the live derived memories, apart too, so that they change no weight of a passage's words.
CREATE VIRTUAL TABLE derived_fts USING fts5 (
    text, context, tokenize = 'porter unicode61 remove_diacritics 2'
);

-- One telling of a fact: what was said, about whom, when, in which mode; and what it came to be worth beside the
-- others of its slot (subject, relation, topic). memory.valid_from and valid_to hold the outcome.
CREATE TABLE fact (
    memory_id INTEGER PRIMARY KEY REFERENCES memory (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,         -- 'me' is the owner
    relation TEXT NOT NULL,
    topic TEXT NOT NULL DEFAULT '',
    object TEXT NOT NULL,
    mode TEXT NOT NULL CHECK (mode IN ('holds', 'ended', 'planned', 'cancelled')),
    certainty REAL NOT NULL,
    corrects INTEGER NOT NULL DEFAULT 0,
    by_hand_at INTEGER,            -- when the owner wrote or confirmed it by hand, which outranks what was read
    said_at INTEGER NOT NULL,
    said_offset INTEGER NOT NULL DEFAULT 0,
    told_from INTEGER, told_from_offset INTEGER, told_from_precision TEXT,
    told_to INTEGER, told_to_offset INTEGER, told_to_precision TEXT,
    state TEXT NOT NULL DEFAULT 'holds' CHECK (state IN ('holds', 'past', 'planned', 'cancelled', 'conflict')),
    superseded_by INTEGER REFERENCES fact (memory_id) ON DELETE SET NULL,
    same_as INTEGER REFERENCES fact (memory_id) ON DELETE SET NULL   -- a telling of the same again: its memory is retired
);
CREATE INDEX fact_slot ON fact (subject COLLATE NOCASE, relation, topic);
CREATE INDEX fact_same ON fact (same_as) WHERE same_as IS NOT NULL;
CREATE INDEX fact_superseded ON fact (superseded_by) WHERE superseded_by IS NOT NULL;

-- From one memory to another: a copy to the one that is kept, a new memory to the old ones it is associated with,
-- a part to the summary made of it, an event to the next one, two facts that contradict each other.
CREATE TABLE link (
    from_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('duplicate', 'association', 'part', 'next', 'conflict', 'correction')),
    to_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    weight REAL NOT NULL DEFAULT 1.0,
    PRIMARY KEY (from_id, kind, to_id)
) WITHOUT ROWID;
CREATE INDEX link_to ON link (to_id, kind);

-- What a derived memory stands for: a day, a week, a month (key '2024-W19'), or the stream an event belongs to.
CREATE TABLE outline (
    memory_id INTEGER PRIMARY KEY REFERENCES memory (id) ON DELETE CASCADE,
    level TEXT NOT NULL CHECK (level IN ('event', 'day', 'week', 'month', 'topic')),
    key TEXT NOT NULL,
    made_of TEXT NOT NULL DEFAULT ''   -- a digest of what it was made from: the same again is not made again
);
CREATE INDEX outline_key ON outline (level, key);

CREATE TABLE topic (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id INTEGER REFERENCES topic (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    by_owner INTEGER NOT NULL DEFAULT 0,   -- the owner named it
    size INTEGER NOT NULL DEFAULT 0,       -- memories absorbed into the centroid
    centroid BLOB NOT NULL                 -- float32
);
CREATE INDEX topic_parent ON topic (parent_id);

CREATE TABLE membership (
    memory_id INTEGER PRIMARY KEY REFERENCES memory (id) ON DELETE CASCADE,
    topic_id INTEGER NOT NULL REFERENCES topic (id) ON DELETE CASCADE,
    by_owner INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX membership_topic ON membership (topic_id);

-- Questions that found nothing, to be asked again when there is something new.
CREATE TABLE asked (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL UNIQUE,
    asked_at INTEGER NOT NULL,
    tried_up_to INTEGER NOT NULL,  -- the newest memory there was at the last try
    answered_at INTEGER,
    answer TEXT,
    memory_id INTEGER REFERENCES memory (id) ON DELETE CASCADE   -- where the answer stands
);
CREATE INDEX asked_memory ON asked (memory_id) WHERE memory_id IS NOT NULL;

-- The journal: a change-set is what one act of the owner, or one slice of upkeep, did; it is undone as a whole.
CREATE TABLE change_set (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,            -- the act or the step: 'edit', 'learn facts'
    by TEXT NOT NULL CHECK (by IN ('owner', 'upkeep')),
    counts TEXT NOT NULL DEFAULT '{}',     -- JSON: how many rows of what
    undone_at INTEGER,
    sealed INTEGER NOT NULL DEFAULT 0      -- 1: a part of what it held was erased since; it cannot be undone
);

-- One row that a change-set touched. `before` NULL: the row was made; else its columns as they were.
CREATE TABLE change (
    set_id INTEGER NOT NULL REFERENCES change_set (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    tbl TEXT NOT NULL,
    pk TEXT NOT NULL,              -- JSON: the values of the primary key
    memory_id INTEGER,             -- whose words it may hold
    before TEXT,                   -- JSON
    PRIMARY KEY (set_id, seq)
) WITHOUT ROWID;
CREATE INDEX change_row ON change (tbl, pk);
CREATE INDEX change_memory ON change (memory_id) WHERE memory_id IS NOT NULL;

-- MinHash bands of passages, to find near duplicates: made anew from the texts whenever they are missing.
CREATE TABLE band (
    hash INTEGER NOT NULL,
    memory_id INTEGER NOT NULL,
    PRIMARY KEY (hash, memory_id)
) WITHOUT ROWID;

CREATE TABLE job (
    name TEXT PRIMARY KEY,
    paused INTEGER NOT NULL DEFAULT 0,
    slot TEXT,                     -- the last slot that was begun, by local date: '2024-10-27'
    state TEXT NOT NULL DEFAULT 'never' CHECK (state IN ('never', 'running', 'done', 'stopped', 'failed')),
    started_at INTEGER,
    ended_at INTEGER,
    cursor TEXT,                   -- where a sliced job goes on (JSON); NULL: at the beginning
    result TEXT,                   -- a sentence for people
    problem TEXT
) WITHOUT ROWID;

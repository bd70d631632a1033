-- Language models: what they made and of what, what they have still to read, conversations, and what is private.

-- Never sent to a server, whoever runs it.
ALTER TABLE memory ADD COLUMN private INTEGER NOT NULL DEFAULT 0;

-- Which model made a derived memory, with which version of which prompt.
CREATE TABLE made (
    memory_id INTEGER PRIMARY KEY REFERENCES memory (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,          -- 'facts.v1'
    at INTEGER NOT NULL
);

-- What a model has read of a memory for a task, or failed to: a failure is tried again, and is never "nothing there".
CREATE TABLE model_task (
    task TEXT NOT NULL,            -- facts, questions, describe, summary, topic
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 1,
    reason TEXT,                   -- of a failure, for people
    kept INTEGER NOT NULL DEFAULT 0,
    dropped TEXT NOT NULL DEFAULT '{}',    -- JSON: how many outputs were refused, by reason
    at INTEGER NOT NULL,
    retry_at INTEGER,
    PRIMARY KEY (task, memory_id)
) WITHOUT ROWID;
CREATE INDEX model_task_retry ON model_task (retry_at) WHERE retry_at IS NOT NULL;

-- What a model says of a memory, beside its own words: what a note is about, with keywords and tags (A-MEM); the
-- sentences of a summary, told fluently; a name for the topic that a summary stands for.
CREATE TABLE description (
    memory_id INTEGER NOT NULL REFERENCES memory (id) ON DELETE CASCADE,
    part TEXT NOT NULL CHECK (part IN ('about', 'summary', 'name')),
    text TEXT NOT NULL,
    keywords TEXT NOT NULL DEFAULT '[]',   -- JSON
    tags TEXT NOT NULL DEFAULT '[]',       -- JSON
    revised INTEGER NOT NULL DEFAULT 0,    -- how often a newer note changed it
    seen INTEGER NOT NULL DEFAULT 0,       -- the newest associated memory that there was when it was last written
    model TEXT NOT NULL,
    prompt TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (memory_id, part)
) WITHOUT ROWID;

-- Conversations with Mneme. `summary` tells, in the model's words, the turns up to `summed_up_to`.
CREATE TABLE chat (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    summed_up_to INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE chat_turn (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    asked TEXT NOT NULL,
    answer TEXT NOT NULL,
    state TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    at INTEGER NOT NULL,
    UNIQUE (chat_id, seq)
);

-- On which memories a turn stands: it goes with the first of them that is erased.
CREATE TABLE chat_cite (
    turn_id INTEGER NOT NULL REFERENCES chat_turn (id) ON DELETE CASCADE,
    memory_id INTEGER NOT NULL,
    PRIMARY KEY (turn_id, memory_id)
) WITHOUT ROWID;
CREATE INDEX chat_cite_memory ON chat_cite (memory_id);

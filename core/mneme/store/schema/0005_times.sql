-- Two indexes for looking at a life by time: which things do not know their own time, and who said what.

CREATE INDEX item_undated ON item (id) WHERE happened_at IS NULL OR happened_from = 'file';
CREATE INDEX item_speaker ON item (speaker) WHERE speaker IS NOT NULL AND retired_at IS NULL;

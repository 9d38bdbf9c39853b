-- How far members of teams have read, found by who reads: what a team's list counts as unread.
CREATE TABLE team_reading (
    reader BYTEA NOT NULL,  -- keyed hash of who reads
    place  BYTEA NOT NULL,  -- keyed hash of who reads and the conversation
    body   BYTEA NOT NULL,  -- sealed
    PRIMARY KEY (reader, place)
);

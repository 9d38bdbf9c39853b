-- What people chose about being told, outside of Rapport, that something waits; and what is due. What they chose, by which ways, what about and what they were told of is sealed under the key of each.
CREATE TABLE notice_choice (
    person_id TEXT   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    details   BYTEA  NOT NULL  -- sealed
);

-- There is a row for whoever is told by some way.
CREATE TABLE notice_due (
    person_id   TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    details     BYTEA  NOT NULL,  -- sealed: what they know of, and what they are to be told of
    due_at      BIGINT,           -- when a node sees to it; null while nothing is to be told
    taken_to    BIGINT NOT NULL,  -- until when a node has it, that sends at this moment
    in_sight_to BIGINT NOT NULL   -- until when a page of theirs is taken to be in sight
);
CREATE INDEX notice_due_at ON notice_due (due_at);

-- Which node looks for what is new, one at a time.
CREATE TABLE notice_round (
    id      BIGINT NOT NULL PRIMARY KEY,
    next_at BIGINT NOT NULL
);
INSERT INTO notice_round (id, next_at) VALUES (1, 0);

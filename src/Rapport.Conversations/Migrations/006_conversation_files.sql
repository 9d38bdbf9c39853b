-- Files of messages: photos, documents, voice notes. A row tells its conversation, how large it is and when it came; whose it is, what it is and what is in it is sealed under the key of the conversation, each piece for its place.
CREATE TABLE conversation_file (
    conversation_id TEXT   NOT NULL,
    file_id         TEXT   NOT NULL,
    attempt         BIGINT NOT NULL,  -- counts who began to write it: whoever began last ends it
    size            BIGINT NOT NULL,
    body            BYTEA,            -- sealed; none while it is being written
    written_at      BIGINT NOT NULL,
    until           BIGINT,           -- when it goes unless a message takes it; none for what belongs to one
    PRIMARY KEY (conversation_id, file_id)
);
CREATE INDEX conversation_file_until ON conversation_file (until);

CREATE TABLE conversation_piece (
    conversation_id TEXT   NOT NULL,
    file_id         TEXT   NOT NULL,
    attempt         BIGINT NOT NULL,
    piece           BIGINT NOT NULL,  -- from 0, without gaps
    body            BYTEA  NOT NULL,  -- sealed
    PRIMARY KEY (conversation_id, file_id, attempt, piece)
);

-- How much somebody sent in a day: no two days of theirs have anything in common.
CREATE TABLE conversation_file_room (
    sender BYTEA  NOT NULL PRIMARY KEY,  -- keyed hash of the person and the day
    day    BIGINT NOT NULL,
    size   BIGINT NOT NULL
);

-- Conversations. A row tells when it was written and how large it is, to the next of a few sizes; who talks with whom about what is sealed under a key of the conversation, which is sealed under a key that follows from the
-- patient's own: whose record is erased takes the conversations about them along. Whoever finds a conversation finds it by keyed hashes, another one for each conversation: two rows of two members have nothing in common.
CREATE TABLE conversation (
    conversation_id TEXT   NOT NULL PRIMARY KEY,
    size            BIGINT NOT NULL,  -- how many lines it has
    data_key        BYTEA  NOT NULL,  -- sealed
    state           BYTEA  NOT NULL   -- sealed: what follows from its lines
);

CREATE TABLE conversation_line (
    conversation_id TEXT   NOT NULL,
    seq             BIGINT NOT NULL,  -- from 1, without gaps
    body            BYTEA  NOT NULL,  -- sealed
    written_at      BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
);

-- What was sent with a key of the sender's that tells a repetition from a second message.
CREATE TABLE conversation_once (
    conversation_id TEXT   NOT NULL,
    once            BYTEA  NOT NULL,  -- keyed hash of sender and key
    seq             BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, once)
);

-- How far somebody has read.
CREATE TABLE conversation_mark (
    conversation_id TEXT  NOT NULL,
    reader          BYTEA NOT NULL,  -- keyed hash of the reader and the conversation
    body            BYTEA NOT NULL,  -- sealed
    PRIMARY KEY (conversation_id, reader)
);

-- In which conversations somebody is.
CREATE TABLE conversation_place (
    holder BYTEA NOT NULL,  -- keyed hash of the member
    place  BYTEA NOT NULL,  -- keyed hash of the member and the conversation
    body   BYTEA NOT NULL,  -- sealed: which conversation
    PRIMARY KEY (holder, place)
);

-- What is new for a member, in the order in which it came: what open pages are told, from any number on.
CREATE TABLE conversation_news (
    holder     BYTEA  NOT NULL,
    seq        BIGINT NOT NULL,
    body       BYTEA  NOT NULL,  -- sealed: which line of which conversation
    written_at BIGINT NOT NULL,
    PRIMARY KEY (holder, seq)
);

CREATE TABLE conversation_holder (
    holder BYTEA  NOT NULL PRIMARY KEY,
    seq    BIGINT NOT NULL  -- the number of their newest news
);

-- What somebody reported of a conversation: the message and what stands around it, as they saw it. Sealed under the key of the conversation: whose record is erased, of them nothing of it opens.
CREATE TABLE conversation_report (
    report_id  TEXT   NOT NULL PRIMARY KEY,
    queue      BYTEA  NOT NULL,  -- keyed hash of who looks at it
    reporter   BYTEA  NOT NULL,  -- keyed hash of who reported
    version    BIGINT NOT NULL,
    seat       BYTEA  NOT NULL,  -- sealed: which conversation
    body       BYTEA  NOT NULL,  -- sealed
    written_at BIGINT NOT NULL
);
CREATE INDEX conversation_report_queue ON conversation_report (queue);
CREATE INDEX conversation_report_reporter ON conversation_report (reporter, written_at);

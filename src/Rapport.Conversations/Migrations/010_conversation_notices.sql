-- Conversations that go by the operator's rule unless somebody writes in them: since when everybody in one is told so.
CREATE TABLE conversation_notice (
    conversation_id TEXT   NOT NULL PRIMARY KEY,
    told_at         BIGINT NOT NULL
);

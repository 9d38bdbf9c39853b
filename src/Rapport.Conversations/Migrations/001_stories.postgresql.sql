-- What people let others learn of what came of sharing, without their name. The key follows from a secret that lies under their record's own key, so a row leads to nobody; the body is sealed for the
-- installation and of one length. No time stands here, and rows lie in the order of their keys.
CREATE TABLE story (
    story_key BYTEA NOT NULL PRIMARY KEY,
    body      BYTEA NOT NULL
);

-- One row: moved by each change, so that changes happen one after the other and every node knows that there was one.
CREATE TABLE story_shelf (
    id      INTEGER NOT NULL PRIMARY KEY,
    version BIGINT  NOT NULL
);
INSERT INTO story_shelf (id, version) VALUES (1, 0);

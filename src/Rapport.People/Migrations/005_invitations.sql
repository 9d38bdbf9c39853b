-- Invitations into circles. One that was used, declined or taken back is gone; one that is over may go.
CREATE TABLE circle_invitation (
    secret_hash   BYTEA  NOT NULL PRIMARY KEY,
    person_id     TEXT   NOT NULL,  -- who invites
    invitation_id TEXT   NOT NULL,
    details       BYTEA  NOT NULL,  -- sealed
    kept_for      TEXT,             -- whose account was made with it, so that nobody else uses it; null for whoever brings it
    ends_at       BIGINT NOT NULL
);
CREATE INDEX circle_invitation_person ON circle_invitation (person_id);
CREATE INDEX circle_invitation_end ON circle_invitation (ends_at);

-- From whom somebody wants to hear nothing. Who that is stands in no row in clear: the hash is of both.
CREATE TABLE blocked_person (
    person_id    TEXT  NOT NULL,
    blocked_hash BYTEA NOT NULL,
    details      BYTEA NOT NULL,  -- sealed under the key of who blocks
    PRIMARY KEY (person_id, blocked_hash)
);

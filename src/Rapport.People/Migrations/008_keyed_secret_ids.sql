-- What names a session or a token to its person stands nowhere in clear any more: a device of a record has the id of the token with which it sends, by which the record was joined with the account. What stood in the
-- tables of before is taken over by the migration of this number that has the key, and these are gone with it.
DROP INDEX sign_in_session_person;
DROP INDEX access_token_person;
ALTER TABLE sign_in_session RENAME TO earlier_sign_in_session;
ALTER TABLE access_token RENAME TO earlier_access_token;

CREATE TABLE sign_in_session (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    id_hash      BYTEA  NOT NULL,  -- keyed hash
    names        BYTEA  NOT NULL,  -- sealed: its id
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL
);
CREATE INDEX sign_in_session_person ON sign_in_session (person_id);

CREATE TABLE access_token (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    id_hash      BYTEA  NOT NULL,  -- keyed hash
    names        BYTEA  NOT NULL,  -- sealed: its id
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT,
    expires_at   BIGINT
);
CREATE INDEX access_token_person ON access_token (person_id);

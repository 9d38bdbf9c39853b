-- When a session was used and when it ends led by its moment to the record that was made or written to at that moment: the hour and the day stay, the moments are sealed with the session. And no table of accounts has rows
-- in the order in which they were written any more.
CREATE TABLE sign_in_session_anew (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    id_hash      BYTEA  NOT NULL,  -- keyed hash
    names        BYTEA  NOT NULL,  -- sealed: its id
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT NOT NULL,  -- the hour in which
    ends_at      BIGINT NOT NULL   -- the end of the day on which
) WITHOUT ROWID;
INSERT INTO sign_in_session_anew (secret_hash, person_id, id_hash, names, details, last_used_at, ends_at)
    SELECT secret_hash, person_id, id_hash, names, details, last_used_at - last_used_at % 3600000, (ends_at + 86399999) / 86400000 * 86400000 FROM sign_in_session;
DROP TABLE sign_in_session;
ALTER TABLE sign_in_session_anew RENAME TO sign_in_session;
CREATE INDEX sign_in_session_person ON sign_in_session (person_id);

CREATE TABLE access_token_anew (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    id_hash      BYTEA  NOT NULL,  -- keyed hash
    names        BYTEA  NOT NULL,  -- sealed: its id
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT,
    expires_at   BIGINT
) WITHOUT ROWID;
INSERT INTO access_token_anew (secret_hash, person_id, id_hash, names, details, last_used_at, expires_at)
    SELECT secret_hash, person_id, id_hash, names, details, last_used_at, expires_at FROM access_token;
DROP TABLE access_token;
ALTER TABLE access_token_anew RENAME TO access_token;
CREATE INDEX access_token_person ON access_token (person_id);

CREATE TABLE passkey_anew (
    credential_hash BYTEA NOT NULL PRIMARY KEY,
    person_id       TEXT  NOT NULL,
    passkey_id      TEXT  NOT NULL,
    details         BYTEA NOT NULL   -- sealed
) WITHOUT ROWID;
INSERT INTO passkey_anew (credential_hash, person_id, passkey_id, details) SELECT credential_hash, person_id, passkey_id, details FROM passkey;
DROP TABLE passkey;
ALTER TABLE passkey_anew RENAME TO passkey;
CREATE INDEX passkey_person ON passkey (person_id);

CREATE TABLE authenticator_app_anew (
    person_id TEXT   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    details   BYTEA  NOT NULL  -- sealed
) WITHOUT ROWID;
INSERT INTO authenticator_app_anew (person_id, version, details) SELECT person_id, version, details FROM authenticator_app;
DROP TABLE authenticator_app;
ALTER TABLE authenticator_app_anew RENAME TO authenticator_app;

CREATE TABLE recovery_code_anew (
    person_id   TEXT    NOT NULL,
    code_hash   BYTEA   NOT NULL,
    by_operator BOOLEAN NOT NULL,
    ends_at     BIGINT,            -- null for no end
    PRIMARY KEY (person_id, code_hash)
) WITHOUT ROWID;
INSERT INTO recovery_code_anew (person_id, code_hash, by_operator, ends_at) SELECT person_id, code_hash, by_operator, ends_at FROM recovery_code;
DROP TABLE recovery_code;
ALTER TABLE recovery_code_anew RENAME TO recovery_code;

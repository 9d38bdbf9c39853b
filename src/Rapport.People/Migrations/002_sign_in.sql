-- Passkeys, found by the id that the authenticator gives them.
CREATE TABLE passkey (
    credential_hash BYTEA  NOT NULL PRIMARY KEY,
    person_id       TEXT   NOT NULL,
    passkey_id      TEXT   NOT NULL,
    details         BYTEA  NOT NULL,  -- sealed
    created_at      BIGINT NOT NULL
);
CREATE INDEX passkey_person ON passkey (person_id);

-- Answers that passkeys have given: each counts once. A row may go when its question would no longer be accepted.
CREATE TABLE passkey_answer (
    ticket_hash BYTEA  NOT NULL PRIMARY KEY,
    ends_at     BIGINT NOT NULL
);
CREATE INDEX passkey_answer_end ON passkey_answer (ends_at);

-- The secret that a person's authenticator app makes codes from.
CREATE TABLE authenticator_app (
    person_id TEXT   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    details   BYTEA  NOT NULL  -- sealed
);

-- Codes for who lost the rest: each opens once.
CREATE TABLE recovery_code (
    person_id   TEXT    NOT NULL,
    code_hash   BYTEA   NOT NULL,
    by_operator BOOLEAN NOT NULL,
    ends_at     BIGINT,            -- null for no end
    PRIMARY KEY (person_id, code_hash)
);

-- Nothing is in clear but ids, sizes and times. What must be looked up is a keyed hash, everything else is sealed under the key of the
-- person whose it is. A table is keyed by what it is asked for first, which on Citus is its distribution column; none refers to another.

-- Everyone with an account.
CREATE TABLE person (
    person_id  TEXT   NOT NULL PRIMARY KEY,
    data_key   BYTEA  NOT NULL,  -- wrapped by the master key
    version    BIGINT NOT NULL,  -- of the profile
    profile    BYTEA  NOT NULL,  -- sealed
    listed     BIGINT,           -- the version of the directory in which the listing last changed; null for who is not listed
    created_at BIGINT NOT NULL
);
CREATE INDEX person_listed ON person (listed);

CREATE TABLE sign_in_name (
    name_hash BYTEA NOT NULL PRIMARY KEY,
    person_id TEXT  NOT NULL
);

CREATE TABLE sign_in_password (
    person_id  TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    hash       BYTEA  NOT NULL,  -- sealed
    changed_at BIGINT NOT NULL
);

-- Whose record a compartment is.
CREATE TABLE own_record (
    patient_id TEXT NOT NULL PRIMARY KEY,
    person_id  TEXT NOT NULL
);

CREATE TABLE sign_in_session (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    session_id   TEXT   NOT NULL,
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL
);
CREATE INDEX sign_in_session_person ON sign_in_session (person_id);

CREATE TABLE access_token (
    secret_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id    TEXT   NOT NULL,
    token_id     TEXT   NOT NULL,
    details      BYTEA  NOT NULL,  -- sealed
    last_used_at BIGINT,
    expires_at   BIGINT
);
CREATE INDEX access_token_person ON access_token (person_id);

CREATE TABLE organisation (
    organisation_id TEXT   NOT NULL PRIMARY KEY,
    profile         BYTEA  NOT NULL,  -- sealed under the installation's key
    listed          BIGINT NOT NULL
);
CREATE INDEX organisation_listed ON organisation (listed);

-- Who works where.
CREATE TABLE membership (
    person_id       TEXT  NOT NULL,
    organisation_id TEXT  NOT NULL,
    details         BYTEA NOT NULL,  -- sealed
    PRIMARY KEY (person_id, organisation_id)
);

-- Counts the changes of what is listed: each takes the next number while it holds this row, so they become visible in order.
CREATE TABLE directory_version (
    id      BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO directory_version (id, version) VALUES (1, 0);

-- Who is connected to which patient.
CREATE TABLE circle (
    patient_id TEXT  NOT NULL,
    person_id  TEXT  NOT NULL,
    details    BYTEA NOT NULL,  -- sealed under the person's key
    since      BIGINT NOT NULL,
    PRIMARY KEY (patient_id, person_id)
);
CREATE INDEX circle_person ON circle (person_id);

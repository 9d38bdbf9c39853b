-- When somebody's account began, and when they set a password or made a passkey, is asked for nowhere, and led by its time to the record that was made at the same moment: it is kept no more.
UPDATE passkey SET created_at = 0;
ALTER TABLE passkey DROP COLUMN created_at;

-- Rows lie in the order of their keys and not in the one in which they were written, which would tell the same: the first account has the first record.
CREATE TABLE person_anew (
    person_id  TEXT   NOT NULL PRIMARY KEY,
    data_key   BYTEA  NOT NULL,  -- wrapped by the master key
    version    BIGINT NOT NULL,  -- of the profile
    profile    BYTEA  NOT NULL,  -- sealed
    listed     BIGINT            -- the version of the directory in which the listing last changed; null for who is not listed
) WITHOUT ROWID;
INSERT INTO person_anew (person_id, data_key, version, profile, listed) SELECT person_id, data_key, version, profile, listed FROM person;
DROP TABLE person;
ALTER TABLE person_anew RENAME TO person;
CREATE INDEX person_listed ON person (listed);

CREATE TABLE sign_in_name_anew (
    name_hash BYTEA NOT NULL PRIMARY KEY,
    person_id TEXT  NOT NULL
) WITHOUT ROWID;
INSERT INTO sign_in_name_anew (name_hash, person_id) SELECT name_hash, person_id FROM sign_in_name;
DROP TABLE sign_in_name;
ALTER TABLE sign_in_name_anew RENAME TO sign_in_name;

CREATE TABLE sign_in_password_anew (
    person_id TEXT   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    hash      BYTEA  NOT NULL   -- sealed
) WITHOUT ROWID;
INSERT INTO sign_in_password_anew (person_id, version, hash) SELECT person_id, version, hash FROM sign_in_password;
DROP TABLE sign_in_password;
ALTER TABLE sign_in_password_anew RENAME TO sign_in_password;

CREATE TABLE own_record_anew (
    patient BYTEA NOT NULL PRIMARY KEY,  -- keyed hash
    names   BYTEA NOT NULL               -- sealed: whose it is
) WITHOUT ROWID;
INSERT INTO own_record_anew (patient, names) SELECT patient, names FROM own_record;
DROP TABLE own_record;
ALTER TABLE own_record_anew RENAME TO own_record;

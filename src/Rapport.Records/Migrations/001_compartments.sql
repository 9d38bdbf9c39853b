-- One head row for each compartment. Every change and every disclosure moves it by compare-and-swap, so a node that holds an older state
-- finds out before anything is released. The frontier is sealed: a head cannot be made up without the patient's key.
CREATE TABLE compartment (
    patient_id      TEXT   NOT NULL PRIMARY KEY,
    owner_id        TEXT   NOT NULL,
    data_key        BYTEA  NOT NULL,
    created_at      BIGINT NOT NULL,
    record_seq      BIGINT NOT NULL,
    consent_seq     BIGINT NOT NULL,
    ledger_size     BIGINT NOT NULL,
    ledger_frontier BYTEA  NOT NULL,
    ledger_last     BIGINT NOT NULL
);

-- One version of one resource, sealed. Rows are only ever added; seq counts from 1 without gaps.
CREATE TABLE entry (
    patient_id TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, seq)
);

-- Where entries came from, sealed; number is the seq of the first entry that came.
CREATE TABLE source (
    patient_id  TEXT   NOT NULL,
    number      BIGINT NOT NULL,
    gathered_at BIGINT NOT NULL,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, number)
);

-- Whom a patient's consents name, by keyed hash: answers "who shares with me" without reading anyone's record. Decides nothing.
CREATE TABLE sharing (
    patient_id TEXT   NOT NULL,
    recipient  BYTEA  NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    label      BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, recipient)
);
CREATE INDEX sharing_by_recipient ON sharing (recipient);

-- The checkpoint signed last: what the stored ledger must still agree with.
CREATE TABLE checkpoint (
    patient_id TEXT   NOT NULL PRIMARY KEY,
    size       BIGINT NOT NULL,
    text       TEXT   NOT NULL
);

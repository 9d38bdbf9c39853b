-- Append-only on its rowid, with no index on the way of an append: each row names the patient's row before it, the head row the last one.
CREATE TABLE ledger (
    id         INTEGER PRIMARY KEY,
    patient_id TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    previous   BIGINT NOT NULL,
    leaf       BYTEA  NOT NULL,
    details    BYTEA
);

CREATE TABLE ledger (
    patient_id TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    leaf       BYTEA  NOT NULL,
    details    BYTEA,
    PRIMARY KEY (patient_id, seq)
);

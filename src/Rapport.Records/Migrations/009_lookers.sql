-- Who looked at a record, by keyed hash, and when last (to the hour): leads whoever looked back to it, so that they can say what came of it, also after access has ended.
-- The body (the name they knew it by) is sealed. What they saw when stands in the ledger alone; this decides nothing.
CREATE TABLE looker (
    patient_id TEXT   NOT NULL,
    looker     BYTEA  NOT NULL,
    looked_at  BIGINT NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, looker)
);
CREATE INDEX looker_by_hash ON looker (looker);

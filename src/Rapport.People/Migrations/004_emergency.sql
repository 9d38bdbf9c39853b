-- Openings of emergency doors. What is told of one is sealed under the patient's key, so that it goes with their account.
CREATE TABLE emergency_opening (
    patient_id TEXT   NOT NULL,
    opening_id TEXT   NOT NULL,
    opened_by  TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    details    BYTEA  NOT NULL,  -- sealed
    opened_at  BIGINT NOT NULL,
    PRIMARY KEY (patient_id, opening_id)
);
CREATE INDEX emergency_opening_opener ON emergency_opening (opened_by, opened_at);

-- Who is told of which: the organisations of who opened it, and the patient's emergency contacts.
CREATE TABLE emergency_watcher (
    watcher_id TEXT   NOT NULL,
    patient_id TEXT   NOT NULL,
    opening_id TEXT   NOT NULL,
    opened_at  BIGINT NOT NULL,
    PRIMARY KEY (watcher_id, patient_id, opening_id)
);
CREATE INDEX emergency_watcher_time ON emergency_watcher (watcher_id, opened_at);
CREATE INDEX emergency_watcher_patient ON emergency_watcher (patient_id);

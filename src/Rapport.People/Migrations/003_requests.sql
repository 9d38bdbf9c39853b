-- What people ask of patients. A request stands twice: with the patient, sealed under their key, and with who asks, sealed under theirs, so that each goes with its
-- account. One that reaches nobody stands twice too: then the first row lies under a patient that does not exist, sealed under a key that nobody has.
CREATE TABLE access_request (
    patient_id TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    asker_id   TEXT   NOT NULL,
    details    BYTEA  NOT NULL,  -- sealed
    asked_at   BIGINT NOT NULL,
    PRIMARY KEY (patient_id, request_id)
);
CREATE INDEX access_request_asker ON access_request (asker_id);
CREATE INDEX access_request_time ON access_request (asked_at);

CREATE TABLE sent_request (
    asker_id   TEXT   NOT NULL,
    request_id TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    details    BYTEA  NOT NULL,  -- sealed
    asked_at   BIGINT NOT NULL,
    PRIMARY KEY (asker_id, request_id)
);
CREATE INDEX sent_request_time ON sent_request (asked_at);

-- Whose requests do not reach a patient any more.
CREATE TABLE request_refusal (
    patient_id TEXT   NOT NULL,
    asker_id   TEXT   NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (patient_id, asker_id)
);
CREATE INDEX request_refusal_asker ON request_refusal (asker_id);

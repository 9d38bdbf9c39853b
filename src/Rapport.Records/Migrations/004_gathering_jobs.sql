-- Imports that are under way or were, sealed. The node is the server that holds the file; state and times are in clear so that it finds its own again.
CREATE TABLE gathering_job (
    patient_id TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    node       TEXT    NOT NULL,
    state      INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    body       BYTEA   NOT NULL,
    PRIMARY KEY (patient_id, id)
);
CREATE INDEX gathering_job_by_node ON gathering_job (node, state);

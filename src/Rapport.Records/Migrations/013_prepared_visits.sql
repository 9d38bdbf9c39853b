-- Lists of questions that a patient wrote for visits; sealed. The version counts the changes of a list.
CREATE TABLE prepared_visit (
    patient_id TEXT   NOT NULL,
    visit_id   TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, visit_id)
);

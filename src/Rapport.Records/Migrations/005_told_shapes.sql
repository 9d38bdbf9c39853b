-- What a patient told about files of one shape, such as what the columns of a table mean, so that it need not be told again; sealed. The shape is a keyed hash.
CREATE TABLE told_shape (
    patient_id TEXT   NOT NULL,
    shape      BYTEA  NOT NULL,
    told_at    BIGINT NOT NULL,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, shape)
);

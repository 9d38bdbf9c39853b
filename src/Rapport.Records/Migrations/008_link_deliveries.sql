-- What whoever has a link sent back, until the patient takes it into the record or refuses it. Nothing of it is part of the record. The body is sealed; a file lies beside it in blocks. Since when it is being taken stands in the row,
-- so that nobody takes it a second time or refuses it meanwhile.
CREATE TABLE link_delivery (
    patient_id  TEXT   NOT NULL,
    delivery_id TEXT   NOT NULL,
    size        BIGINT NOT NULL,
    taken_at    BIGINT,
    body        BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, delivery_id)
);

CREATE TABLE link_delivery_part (
    patient_id  TEXT    NOT NULL,
    delivery_id TEXT    NOT NULL,
    number      INTEGER NOT NULL,
    body        BYTEA   NOT NULL,
    PRIMARY KEY (patient_id, delivery_id, number)
);

-- What is too large for an entry's own row, sealed: a document's bytes, the points of a series. Numbered from 0; belongs to one version of one entry.
CREATE TABLE entry_part (
    patient_id TEXT    NOT NULL,
    seq        BIGINT  NOT NULL,
    number     INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    PRIMARY KEY (patient_id, seq, number)
);

-- Where in the original each entry of a source stood, in blocks, sealed.
CREATE TABLE provenance (
    patient_id TEXT    NOT NULL,
    source     BIGINT  NOT NULL,
    block      INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    PRIMARY KEY (patient_id, source, block)
);

-- How much of a record's room is taken: by its patient (writer '') and by each other who wrote, by keyed hash. What was written before is its patient's.
CREATE TABLE record_room (
    patient_id TEXT   NOT NULL,
    writer     TEXT   NOT NULL,
    entries    BIGINT NOT NULL,
    bytes      BIGINT NOT NULL,
    PRIMARY KEY (patient_id, writer)
);
INSERT INTO record_room (patient_id, writer, entries, bytes)
SELECT c.patient_id, '', c.record_seq,
    COALESCE((SELECT CAST(SUM(LENGTH(e.body)) AS BIGINT) FROM entry e WHERE e.patient_id = c.patient_id), 0)
    + COALESCE((SELECT CAST(SUM(LENGTH(p.body)) AS BIGINT) FROM entry_part p WHERE p.patient_id = c.patient_id), 0)
    + COALESCE((SELECT CAST(SUM(LENGTH(o.body)) AS BIGINT) FROM provenance o WHERE o.patient_id = c.patient_id), 0)
    + COALESCE((SELECT CAST(SUM(LENGTH(s.body)) AS BIGINT) FROM source s WHERE s.patient_id = c.patient_id), 0)
FROM compartment c WHERE LENGTH(c.data_key) > 0;

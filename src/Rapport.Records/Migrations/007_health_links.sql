-- SMART Health Links that a patient gave. The id is that of the agreement that says what is behind the link. A link is found by a keyed hash of the secret part of its
-- address; one that is over has none, so nothing leads to it any more. The version counts every change: openings and attempts are counted by compare-and-swap on it.
-- The body (key, passcode, what is left) is sealed.
CREATE TABLE health_link (
    patient_id TEXT   NOT NULL,
    link_id    TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    path_hash  BYTEA,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, link_id)
);
CREATE INDEX health_link_by_path ON health_link (path_hash);

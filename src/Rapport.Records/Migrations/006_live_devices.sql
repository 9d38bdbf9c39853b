-- Devices that send measurements as they make them. The version counts every change of a device and of what waits: open pages ask for it. The source is the one
-- that its entries come from, 0 before there are any; folds_at is when what waits is to be made part of the entries. The body is sealed.
CREATE TABLE live_device (
    patient_id TEXT   NOT NULL,
    device_id  TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    source     BIGINT NOT NULL,
    folds_at   BIGINT,
    body       BYTEA  NOT NULL,
    PRIMARY KEY (patient_id, device_id)
);
CREATE INDEX live_device_by_time ON live_device (folds_at);

-- What a device sent that no entry has yet, in blocks, sealed.
CREATE TABLE live_block (
    patient_id TEXT    NOT NULL,
    device_id  TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    body       BYTEA   NOT NULL,
    PRIMARY KEY (patient_id, device_id, number)
);

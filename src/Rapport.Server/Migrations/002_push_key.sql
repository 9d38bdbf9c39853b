-- The key by which push services know this installation (RFC 8292), sealed under the installation's key. All nodes share it; it is made once.
CREATE TABLE push_key (
    id BIGINT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

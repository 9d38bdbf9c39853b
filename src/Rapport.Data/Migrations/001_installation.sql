-- What belongs to the installation as a whole: the check value of its master key, its sealed signing key.
CREATE TABLE installation (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BYTEA  NOT NULL
);

CREATE TABLE gadget (id BIGINT NOT NULL PRIMARY KEY, body BYTEA NOT NULL);
CREATE INDEX gadget_body ON gadget (body);

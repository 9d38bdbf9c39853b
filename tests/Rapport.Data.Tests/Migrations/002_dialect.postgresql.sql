CREATE TABLE gadget_dialect (name TEXT NOT NULL PRIMARY KEY);
INSERT INTO gadget_dialect (name) VALUES ('PostgreSql');

-- Who acts for a patient has a row of their own among those whom consents name, under another hash, so that they find the few for whom they act among all who share with them. Rows from before have none: 0.
ALTER TABLE sharing ADD COLUMN tells_acting BIGINT NOT NULL DEFAULT 0;

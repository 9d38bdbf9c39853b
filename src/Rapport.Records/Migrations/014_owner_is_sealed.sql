-- Whose a record is stands in its sealed head alone. Emptied before it is dropped: PostgreSQL leaves what a dropped column had in its rows until they are written anew.
UPDATE compartment SET owner_id = '';
ALTER TABLE compartment DROP COLUMN owner_id;

-- How long a file is stands sealed in its row alone. Emptied before it is dropped: PostgreSQL leaves what a dropped column had in its rows until they are written anew.
UPDATE conversation_file SET size = 0;
ALTER TABLE conversation_file DROP COLUMN size;
-- What somebody sent in a day was counted to the byte: they begin anew.
DELETE FROM conversation_file_room;
-- The migration of this number that has the key gives whoever has a seat another hash than the one under which they are told what is new.

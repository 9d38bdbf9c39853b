-- When somebody's account began, and when they set a password or made a passkey, is asked for nowhere, and led by its time to the record that was made at the same moment: it is kept no more. Emptied before it is dropped:
-- PostgreSQL leaves what a dropped column had in its rows until they are written anew.
UPDATE person SET created_at = 0;
ALTER TABLE person DROP COLUMN created_at;
UPDATE sign_in_password SET changed_at = 0;
ALTER TABLE sign_in_password DROP COLUMN changed_at;
UPDATE passkey SET created_at = 0;
ALTER TABLE passkey DROP COLUMN created_at;

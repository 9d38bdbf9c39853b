-- What is new for a member is sealed for the member and not for its number, so that it is sealed before the transaction that numbers it. What was new before is not told again: what was said is where it was.
DELETE FROM conversation_news;

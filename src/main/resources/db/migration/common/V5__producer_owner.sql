-- Whose a producer is: the name of a principal. Null until the first principal registers or appends as it.
ALTER TABLE producer ADD COLUMN owner VARCHAR(1024);

-- For pages of one's own producers, among however many of others.
CREATE INDEX producer_owner_index ON producer (owner, id);

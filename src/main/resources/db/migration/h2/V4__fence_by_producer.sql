-- A fence no longer locks partitions, so an append of version 0.1, which knows no other, could slip past it. Under this name
-- version 0.1 finds no sequence and refuses to append; it still answers reads until it is replaced.
ALTER TABLE producer_sequence ALTER COLUMN version RENAME TO row_version;

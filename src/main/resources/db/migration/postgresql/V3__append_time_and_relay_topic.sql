-- When the newest batch was appended, so that the next is not appended before it, whatever a replica's clock says. It
-- counts only as long as the partition ends where it did then: version 0.1, which does not write it, may run beside.
ALTER TABLE log_partition ADD COLUMN last_appended_at TIMESTAMP(3) WITH TIME ZONE;
ALTER TABLE log_partition ADD COLUMN last_appended_end BIGINT;

-- A lease is for one topic: gateways that relay to another one share nothing. Empty: from version 0.1, not yet taken over.
ALTER TABLE relay_lease ADD COLUMN topic VARCHAR(249) DEFAULT '' NOT NULL;
ALTER TABLE relay_lease DROP CONSTRAINT relay_lease_pkey;
ALTER TABLE relay_lease ADD PRIMARY KEY (topic, partition_id);
ALTER TABLE relay_member ADD COLUMN topic VARCHAR(249) DEFAULT '' NOT NULL;

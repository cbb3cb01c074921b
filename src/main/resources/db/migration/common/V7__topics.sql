-- A topic is a log of its own. Topic 0 is records, which the first start makes with the partitions that are there.
CREATE TABLE topic (
    id              INTEGER                     NOT NULL PRIMARY KEY CHECK (id >= 0),
    name            VARCHAR(249)                NOT NULL,
    partitions      INTEGER                     NOT NULL CHECK (partitions BETWEEN 0 AND 10000),
    retention_ms    BIGINT CHECK (retention_ms >= 1),
    retention_bytes BIGINT CHECK (retention_bytes >= 1),
    created_at      TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT topic_name_unique UNIQUE (name)
);

INSERT INTO topic (id, name, partitions, created_at)
    SELECT 0, 'records', COUNT(*), CURRENT_TIMESTAMP FROM log_partition;

CREATE SEQUENCE topic_id_seq START WITH 1 INCREMENT BY 1;

-- Partition n of records is partition_id n, and may become one of 10000; those of other topics come behind.
CREATE SEQUENCE log_partition_id_seq START WITH 10000 INCREMENT BY 1;

-- Whose a partition is, and its number there. Of no topic: the topic is deleted, and what is stored is being purged.
ALTER TABLE log_partition ADD COLUMN topic_id INTEGER DEFAULT 0;
ALTER TABLE log_partition ADD COLUMN partition_number INTEGER;
UPDATE log_partition SET partition_number = partition_id;
ALTER TABLE log_partition ALTER COLUMN partition_number SET NOT NULL;
ALTER TABLE log_partition ADD CONSTRAINT log_partition_number_unique UNIQUE (topic_id, partition_number);
ALTER TABLE log_partition ADD CONSTRAINT log_partition_topic_fk FOREIGN KEY (topic_id) REFERENCES topic (id);

-- What the batches of a partition take, with what each record takes beside its value and key. Null: not counted yet, as in
-- a partition that was written by a gateway without topics.
ALTER TABLE log_partition ADD COLUMN held_bytes BIGINT CHECK (held_bytes >= 0);

-- For the purge of one partition.
CREATE INDEX producer_sequence_partition_index ON producer_sequence (partition_id, producer_id);

-- Who may write: one row a producer. The epoch only fences.
CREATE SEQUENCE producer_id_seq START WITH 1 INCREMENT BY 1;

CREATE TABLE producer (
    id         BIGINT                      NOT NULL PRIMARY KEY,
    name       VARCHAR(1020),
    epoch      BIGINT                      NOT NULL CHECK (epoch >= 0),
    created_at TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    CONSTRAINT producer_name_unique UNIQUE (name)
);

-- The lock that serialises a partition, and its ends.
CREATE TABLE log_partition (
    partition_id     INTEGER NOT NULL PRIMARY KEY CHECK (partition_id >= 0),
    log_start_offset BIGINT  NOT NULL CHECK (log_start_offset >= 0),
    log_end_offset   BIGINT  NOT NULL,
    producers        BIGINT  NOT NULL CHECK (producers >= 0),
    version          BIGINT  NOT NULL,
    CHECK (log_end_offset >= log_start_offset)
);

-- The sequence table: next expected = last_sequence + 1, per producer and partition.
CREATE TABLE producer_sequence (
    producer_id   BIGINT  NOT NULL,
    partition_id  INTEGER NOT NULL,
    last_sequence BIGINT  NOT NULL CHECK (last_sequence BETWEEN 0 AND 9007199254740991),
    last_offset   BIGINT  NOT NULL CHECK (last_offset >= 0),
    version       BIGINT  NOT NULL,
    PRIMARY KEY (producer_id, partition_id)
);

-- The log: one row a batch.
CREATE TABLE record_batch (
    partition_id   INTEGER                     NOT NULL,
    base_offset    BIGINT                      NOT NULL CHECK (base_offset >= 0),
    record_count   INTEGER                     NOT NULL CHECK (record_count >= 1),
    producer_id    BIGINT,
    producer_epoch BIGINT,
    base_sequence  BIGINT CHECK (base_sequence BETWEEN 0 AND 9007199254740991),
    digest         BYTEA                       NOT NULL CHECK (OCTET_LENGTH(digest) = 32),
    payload        BYTEA                       NOT NULL,
    appended_at    TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (partition_id, base_offset),
    CONSTRAINT record_batch_sequence_unique UNIQUE (partition_id, producer_id, base_sequence),
    CHECK ((producer_id IS NULL) = (base_sequence IS NULL)),
    CHECK ((producer_id IS NULL) = (producer_epoch IS NULL))
);

-- Out of line and uncompressed, so that a page or a digest look-up never reads payloads it does not need.
ALTER TABLE record_batch ALTER COLUMN payload SET STORAGE EXTERNAL;

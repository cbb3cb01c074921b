-- Which ids of records, and of requests, are known in a topic, and where the records are. By digest: an id may be long.
CREATE TABLE record_id (
    topic_id       INTEGER                     NOT NULL,
    id_digest      BYTEA                       NOT NULL CHECK (OCTET_LENGTH(id_digest) = 32),
    -- the record; of a request one of its records, in a partition that still has some of them
    partition_id   INTEGER                     NOT NULL,
    record_offset  BIGINT                      NOT NULL CHECK (record_offset >= 0),
    payload_digest BYTEA                       NOT NULL CHECK (OCTET_LENGTH(payload_digest) = 32),
    appended_at    TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    -- of a request: where all its records are
    places         BYTEA,
    PRIMARY KEY (topic_id, id_digest),
    -- for retention, which forgets them in this order
    CONSTRAINT record_id_place_unique UNIQUE (partition_id, record_offset)
);

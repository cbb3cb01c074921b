-- The tables of the design that the benchmark compares with: one row a record.
CREATE TABLE naive_partition (
    id             INTEGER NOT NULL PRIMARY KEY,
    log_end_offset BIGINT  NOT NULL
);

CREATE TABLE naive_sequence (
    producer_id   BIGINT  NOT NULL,
    partition_id  INTEGER NOT NULL,
    last_sequence BIGINT  NOT NULL,
    PRIMARY KEY (producer_id, partition_id)
);

CREATE TABLE naive_record (
    partition_id  INTEGER                     NOT NULL,
    record_offset BIGINT                      NOT NULL,
    producer_id   BIGINT                      NOT NULL,
    sequence      BIGINT                      NOT NULL,
    content       VARCHAR(10000)              NOT NULL,
    appended_at   TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (partition_id, record_offset),
    UNIQUE (partition_id, producer_id, sequence)
);

INSERT INTO naive_partition (id, log_end_offset)
VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0);

-- Who relays a partition to Kafka and until when, and how far it was seen to be. For speed: Kafka's fence is the guard.
CREATE TABLE relay_lease (
    partition_id   INTEGER                     NOT NULL PRIMARY KEY CHECK (partition_id >= 0),
    owner          VARCHAR(36),
    held_until     TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    relayed_offset BIGINT CHECK (relayed_offset >= 0)
);

-- The gateways that share the leases.
CREATE TABLE relay_member (
    owner       VARCHAR(36)                 NOT NULL PRIMARY KEY,
    alive_until TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

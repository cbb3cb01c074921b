-- What tells a topic from all others, also of other databases, and of copies of this one. The default is for gateways
-- that do not know of it.
ALTER TABLE topic ADD COLUMN topic_uuid UUID DEFAULT RANDOM_UUID() NOT NULL;
ALTER TABLE topic ADD CONSTRAINT topic_uuid_unique UNIQUE (topic_uuid);

-- What the relay may write behind in Kafka.
CREATE TABLE deleted_topic (
    topic_uuid UUID                        NOT NULL PRIMARY KEY,
    name       VARCHAR(249)                NOT NULL,
    deleted_at TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

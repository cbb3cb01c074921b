-- Access keys, without the keys: of what their holders have, the SHA-256 is kept alone.
CREATE SEQUENCE access_key_id_seq START WITH 1 INCREMENT BY 1;

CREATE TABLE access_key (
    id           BIGINT                      NOT NULL PRIMARY KEY,
    name         VARCHAR(1020)               NOT NULL,
    digest       BYTEA                       NOT NULL CHECK (OCTET_LENGTH(digest) = 32),
    -- a line a grant: the rights, then the topics they are for
    rights       VARCHAR(65536)              NOT NULL,
    created_at   TIMESTAMP(3) WITH TIME ZONE NOT NULL,
    expires_at   TIMESTAMP(3) WITH TIME ZONE,
    -- to the hour
    last_used_at TIMESTAMP(3) WITH TIME ZONE,
    CONSTRAINT access_key_digest_unique UNIQUE (digest)
);

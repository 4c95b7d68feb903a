CREATE TABLE yiwang.job (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    state TEXT DEFAULT 'queued' NOT NULL,
    request JSONB NOT NULL,
    progress JSONB DEFAULT '{}' NOT NULL,
    interim JSONB DEFAULT '{}' NOT NULL,
    result JSONB DEFAULT '{}' NOT NULL,
    problem JSONB DEFAULT '{}' NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    cancel BOOLEAN DEFAULT false NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT uq_job_code UNIQUE (code),
    CONSTRAINT ck_job_state CHECK (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT ck_job_ended CHECK ((state in ('done', 'failed', 'cancelled')) = (ended_at is not null)),
    CONSTRAINT fk_job_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE INDEX ix_job_state_id ON yiwang.job (state, id);

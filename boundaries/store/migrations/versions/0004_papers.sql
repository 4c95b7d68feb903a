CREATE TABLE yiwang.plan_comment (
    plan_id BIGINT NOT NULL,
    grid_code TEXT COLLATE "C",
    remark TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    settled_by TEXT,
    settled_at TIMESTAMP WITH TIME ZONE,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_plan_comment PRIMARY KEY (id),
    CONSTRAINT ck_plan_comment_settled CHECK ((settled_at is null) = (settled_by is null)),
    CONSTRAINT fk_plan_comment_plan_id FOREIGN KEY(plan_id) REFERENCES yiwang.plan (id)
);

CREATE INDEX ix_plan_comment_plan_id ON yiwang.plan_comment (plan_id);

CREATE TABLE yiwang.plan_filing (
    plan_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    filed_on DATE NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_plan_filing PRIMARY KEY (id),
    CONSTRAINT fk_plan_filing_plan_id FOREIGN KEY(plan_id) REFERENCES yiwang.plan (id)
);

CREATE INDEX ix_plan_filing_plan_id ON yiwang.plan_filing (plan_id);

CREATE TABLE yiwang.notice (
    net_version_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    plan_id BIGINT,
    told JSONB NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT uq_notice_net_version_id_area_id UNIQUE (net_version_id, area_id),
    CONSTRAINT fk_notice_net_version_id FOREIGN KEY(net_version_id) REFERENCES yiwang.net_version (id),
    CONSTRAINT fk_notice_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_notice_plan_id FOREIGN KEY(plan_id) REFERENCES yiwang.plan (id)
);

CREATE TABLE yiwang.incident_handover (
    incident_id BIGINT NOT NULL,
    net_version_id BIGINT NOT NULL,
    from_grid_id BIGINT NOT NULL,
    to_grid_id BIGINT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_incident_handover PRIMARY KEY (id),
    CONSTRAINT uq_incident_handover_incident_id_net_version_id UNIQUE (incident_id, net_version_id),
    CONSTRAINT fk_incident_handover_incident_id FOREIGN KEY(incident_id) REFERENCES yiwang.incident (id),
    CONSTRAINT fk_incident_handover_net_version_id FOREIGN KEY(net_version_id) REFERENCES yiwang.net_version (id),
    CONSTRAINT fk_incident_handover_from_grid_id FOREIGN KEY(from_grid_id) REFERENCES yiwang.grid (id),
    CONSTRAINT fk_incident_handover_to_grid_id FOREIGN KEY(to_grid_id) REFERENCES yiwang.grid (id)
);

CREATE INDEX ix_incident_handover_net_version_id ON yiwang.incident_handover (net_version_id)

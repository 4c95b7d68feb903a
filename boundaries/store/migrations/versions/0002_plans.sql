CREATE TABLE yiwang.plan (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT DEFAULT 'draft' NOT NULL,
    scope_id BIGINT NOT NULL,
    base_version_id BIGINT NOT NULL,
    published_version_id BIGINT,
    version INTEGER DEFAULT 1 NOT NULL,
    applied INTEGER DEFAULT 0 NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT uq_plan_district_id_code UNIQUE (district_id, code),
    CONSTRAINT ck_plan_kind CHECK (kind in ('grids', 'boundary')),
    CONSTRAINT ck_plan_state CHECK (state in ('draft', 'submitted', 'reviewed', 'approved', 'published', 'returned', 'withdrawn')),
    CONSTRAINT ck_plan_published CHECK ((state = 'published') = (published_version_id is not null)),
    CONSTRAINT ck_plan_applied CHECK (applied >= 0),
    CONSTRAINT fk_plan_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id),
    CONSTRAINT fk_plan_scope_id FOREIGN KEY(scope_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_plan_base_version_id FOREIGN KEY(base_version_id) REFERENCES yiwang.net_version (id),
    CONSTRAINT fk_plan_published_version_id FOREIGN KEY(published_version_id) REFERENCES yiwang.net_version (id)
);

CREATE INDEX ix_plan_published_version_id ON yiwang.plan (published_version_id);

CREATE TABLE yiwang.plan_edit (
    plan_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    operation TEXT NOT NULL,
    parameters JSONB NOT NULL,
    changed JSONB NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    communities JSONB NOT NULL,
    moved_m DOUBLE PRECISION NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_plan_edit PRIMARY KEY (id),
    CONSTRAINT uq_plan_edit_plan_id_number UNIQUE (plan_id, number),
    CONSTRAINT fk_plan_edit_plan_id FOREIGN KEY(plan_id) REFERENCES yiwang.plan (id)
);

CREATE TABLE yiwang.plan_event (
    plan_id BIGINT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_plan_event PRIMARY KEY (id),
    CONSTRAINT fk_plan_event_plan_id FOREIGN KEY(plan_id) REFERENCES yiwang.plan (id)
);

CREATE INDEX ix_plan_event_plan_id ON yiwang.plan_event (plan_id);

CREATE TABLE yiwang.grid_lineage (
    net_version_id BIGINT NOT NULL,
    parent_id BIGINT NOT NULL,
    child_id BIGINT NOT NULL,
    area_share DOUBLE PRECISION NOT NULL,
    household_share DOUBLE PRECISION,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_grid_lineage PRIMARY KEY (id),
    CONSTRAINT uq_grid_lineage_net_version_id_parent_id_child_id UNIQUE (net_version_id, parent_id, child_id),
    CONSTRAINT fk_grid_lineage_net_version_id FOREIGN KEY(net_version_id) REFERENCES yiwang.net_version (id),
    CONSTRAINT fk_grid_lineage_parent_id FOREIGN KEY(parent_id) REFERENCES yiwang.grid (id),
    CONSTRAINT fk_grid_lineage_child_id FOREIGN KEY(child_id) REFERENCES yiwang.grid (id)
);

CREATE INDEX ix_grid_lineage_child_id ON yiwang.grid_lineage (child_id);

CREATE INDEX ix_grid_lineage_parent_id ON yiwang.grid_lineage (parent_id)

CREATE TABLE yiwang.district (
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    metric_crs INTEGER NOT NULL,
    code_scheme TEXT NOT NULL,
    timezone TEXT DEFAULT 'Asia/Shanghai' NOT NULL,
    ground TEXT DEFAULT 'surveyed' NOT NULL,
    settings JSONB DEFAULT '{}' NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_district PRIMARY KEY (id),
    CONSTRAINT uq_district_code UNIQUE (code),
    CONSTRAINT ck_district_code_scheme CHECK (code_scheme in ('CN-12+3', 'free')),
    CONSTRAINT ck_district_ground CHECK (ground in ('surveyed', 'invented'))
);

CREATE TABLE yiwang.register_clock (
    id INTEGER NOT NULL,
    last_recorded TIMESTAMP WITH TIME ZONE NOT NULL,
    revision BIGINT NOT NULL,
    CONSTRAINT pk_register_clock PRIMARY KEY (id),
    CONSTRAINT ck_register_clock_one_row CHECK (id = 1)
);

CREATE TABLE yiwang.area (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    level TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_area PRIMARY KEY (id),
    CONSTRAINT uq_area_district_id_code UNIQUE (district_id, code),
    CONSTRAINT ck_area_level CHECK (level in ('city', 'district', 'street', 'community')),
    CONSTRAINT fk_area_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.building (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_building PRIMARY KEY (id),
    CONSTRAINT uq_building_district_id_code UNIQUE (district_id, code),
    CONSTRAINT fk_building_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.compound (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    geom geometry(MULTIPOLYGON,4326),
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_compound PRIMARY KEY (id),
    CONSTRAINT ex_compound_one_at_an_instant EXCLUDE USING gist (district_id WITH =, code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_compound_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_compound_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_compound_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE INDEX ix_compound_geom ON yiwang.compound USING gist (geom);

CREATE TABLE yiwang.feature (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    geom geometry(GEOMETRY,4326) NOT NULL,
    properties JSONB DEFAULT '{}' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_feature PRIMARY KEY (id),
    CONSTRAINT ex_feature_one_at_an_instant EXCLUDE USING gist (district_id WITH =, code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_feature_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_feature_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_feature_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE INDEX ix_feature_geom ON yiwang.feature USING gist (geom);

CREATE TABLE yiwang.grid (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_grid PRIMARY KEY (id),
    CONSTRAINT uq_grid_district_id_code UNIQUE (district_id, code),
    CONSTRAINT fk_grid_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.import_mapping (
    district_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    columns TEXT NOT NULL,
    mapping JSONB NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_import_mapping PRIMARY KEY (id),
    CONSTRAINT uq_import_mapping_district_id_kind_columns UNIQUE (district_id, kind, columns),
    CONSTRAINT fk_import_mapping_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.import_run (
    district_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    report JSONB NOT NULL,
    committed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    committed_by TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_import_run PRIMARY KEY (id),
    CONSTRAINT fk_import_run_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE INDEX ix_import_run_district_id_committed_at ON yiwang.import_run (district_id, committed_at);

CREATE TABLE yiwang.line (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_line PRIMARY KEY (id),
    CONSTRAINT uq_line_district_id_code UNIQUE (district_id, code),
    CONSTRAINT fk_line_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.matter (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    parent_code TEXT COLLATE "C",
    name TEXT NOT NULL,
    limit_hours INTEGER,
    public_space BOOLEAN DEFAULT false NOT NULL,
    sensitive BOOLEAN DEFAULT false NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_matter PRIMARY KEY (id),
    CONSTRAINT uq_matter_district_id_code UNIQUE (district_id, code),
    CONSTRAINT fk_matter_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.matter_alias (
    district_id BIGINT NOT NULL,
    system TEXT NOT NULL,
    alias TEXT COLLATE "C" NOT NULL,
    matter_code TEXT COLLATE "C" NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_matter_alias PRIMARY KEY (id),
    CONSTRAINT uq_matter_alias_district_id_system_alias UNIQUE (district_id, system, alias),
    CONSTRAINT fk_matter_alias_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.net_version (
    district_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cause TEXT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    made_by TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_net_version PRIMARY KEY (id),
    CONSTRAINT uq_net_version_district_id_number UNIQUE (district_id, number),
    CONSTRAINT uq_net_version_district_id_effective_from UNIQUE (district_id, effective_from),
    CONSTRAINT fk_net_version_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.party (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_party PRIMARY KEY (id),
    CONSTRAINT uq_party_district_id_code UNIQUE (district_id, code),
    CONSTRAINT ck_party_kind CHECK (kind in ('person', 'organisation')),
    CONSTRAINT fk_party_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.account (
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    datum TEXT,
    area_id BIGINT,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT uq_account_name UNIQUE (name),
    CONSTRAINT ck_account_role CHECK (role in ('reader', 'worker', 'clerk', 'dispatcher', 'planner', 'reviewer', 'approver', 'administrator')),
    CONSTRAINT ck_account_datum CHECK (datum in ('wgs84', 'cgcs2000', 'gcj02', 'bd09')),
    CONSTRAINT fk_account_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id)
);

CREATE TABLE yiwang.address (
    building_id BIGINT NOT NULL,
    part_code TEXT,
    text TEXT COLLATE "C" NOT NULL,
    kind TEXT DEFAULT 'standard' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_address PRIMARY KEY (id),
    CONSTRAINT ck_address_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_address_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_address_kind CHECK (kind in ('standard', 'old', 'poi', 'nickname', 'derived')),
    CONSTRAINT fk_address_building_id FOREIGN KEY(building_id) REFERENCES yiwang.building (id)
);

CREATE INDEX ix_address_building_id ON yiwang.address (building_id);

CREATE INDEX ix_address_text ON yiwang.address (text);

CREATE TABLE yiwang.area_version (
    area_id BIGINT NOT NULL,
    parent_id BIGINT,
    administered_by_id BIGINT,
    name TEXT NOT NULL,
    kind TEXT DEFAULT '' NOT NULL,
    provisional BOOLEAN DEFAULT false NOT NULL,
    outline geometry(MULTIPOLYGON,4326),
    source TEXT DEFAULT '' NOT NULL,
    vintage DATE,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_area_version PRIMARY KEY (id),
    CONSTRAINT ex_area_version_one_at_an_instant EXCLUDE USING gist (area_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_area_version_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_area_version_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_area_version_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_area_version_parent_id FOREIGN KEY(parent_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_area_version_administered_by_id FOREIGN KEY(administered_by_id) REFERENCES yiwang.area (id)
);

CREATE INDEX ix_area_version_area_id ON yiwang.area_version (area_id);

CREATE INDEX ix_area_version_outline ON yiwang.area_version USING gist (outline);

CREATE TABLE yiwang.building_grid (
    building_id BIGINT NOT NULL,
    grid_id BIGINT NOT NULL,
    because TEXT NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_building_grid PRIMARY KEY (id),
    CONSTRAINT ex_building_grid_one_at_an_instant EXCLUDE USING gist (building_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_building_grid_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_building_grid_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_building_grid_because CHECK (because in ('within', 'entrance', 'larger part', 'nearest', 'override')),
    CONSTRAINT fk_building_grid_building_id FOREIGN KEY(building_id) REFERENCES yiwang.building (id),
    CONSTRAINT fk_building_grid_grid_id FOREIGN KEY(grid_id) REFERENCES yiwang.grid (id)
);

CREATE INDEX ix_building_grid_building_id ON yiwang.building_grid (building_id);

CREATE INDEX ix_building_grid_grid_id ON yiwang.building_grid (grid_id);

CREATE TABLE yiwang.building_part (
    building_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    households INTEGER,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_building_part PRIMARY KEY (id),
    CONSTRAINT ex_building_part_one_at_an_instant EXCLUDE USING gist (building_id WITH =, code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_building_part_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_building_part_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_building_part_building_id FOREIGN KEY(building_id) REFERENCES yiwang.building (id)
);

CREATE INDEX ix_building_part_building_id ON yiwang.building_part (building_id);

CREATE TABLE yiwang.building_version (
    building_id BIGINT NOT NULL,
    compound_code TEXT,
    name TEXT DEFAULT '' NOT NULL,
    use TEXT DEFAULT '' NOT NULL,
    floors INTEGER,
    households INTEGER,
    residents INTEGER,
    counts_source TEXT DEFAULT '' NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    entrance geometry(POINT,4326),
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_building_version PRIMARY KEY (id),
    CONSTRAINT ex_building_version_one_at_an_instant EXCLUDE USING gist (building_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_building_version_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_building_version_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_building_version_counts CHECK (households >= 0 and residents >= 0 and floors >= 0),
    CONSTRAINT fk_building_version_building_id FOREIGN KEY(building_id) REFERENCES yiwang.building (id)
);

CREATE INDEX ix_building_version_building_id ON yiwang.building_version (building_id);

CREATE INDEX ix_building_version_entrance ON yiwang.building_version USING gist (entrance);

CREATE INDEX ix_building_version_geom ON yiwang.building_version USING gist (geom);

CREATE TABLE yiwang.duty (
    district_id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    matter_code TEXT COLLATE "C" DEFAULT '*' NOT NULL,
    area_id BIGINT,
    grid_id BIGINT,
    building_id BIGINT,
    part_code TEXT COLLATE "C",
    compound_code TEXT COLLATE "C",
    feature_code TEXT COLLATE "C",
    place TEXT GENERATED ALWAYS AS (case when area_id is not null then 'area:' || area_id::text when grid_id is not null then 'grid:' || grid_id::text when part_code is not null then 'part:' || building_id::text || '/' || part_code when building_id is not null then 'building:' || building_id::text when compound_code is not null then 'compound:' || district_id::text || '/' || compound_code else 'feature:' || district_id::text || '/' || feature_code end) STORED NOT NULL,
    shift TEXT DEFAULT '' NOT NULL,
    details JSONB DEFAULT '{}' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_duty PRIMARY KEY (id),
    CONSTRAINT ex_duty_one_at_an_instant EXCLUDE USING gist (place WITH =, role WITH =, matter_code WITH =, valid WITH &&) WHERE (upper_inf(recorded) and role in ('leader', 'lead')) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_duty_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_duty_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_duty_one_place CHECK (num_nonnulls(area_id, grid_id, building_id, compound_code, feature_code) = 1 and (part_code is null or building_id is not null)),
    CONSTRAINT ck_duty_role CHECK (role in ('leader', 'deputy', 'staff', 'lead', 'co', 'desk', 'property', 'committee', 'police', 'branch')),
    CONSTRAINT ck_duty_only_departments_by_matter CHECK (role in ('lead', 'co') or matter_code = '*'),
    CONSTRAINT ck_duty_leader_place CHECK (role <> 'leader' or grid_id is not null or area_id is not null),
    CONSTRAINT fk_duty_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id),
    CONSTRAINT fk_duty_party_id FOREIGN KEY(party_id) REFERENCES yiwang.party (id),
    CONSTRAINT fk_duty_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_duty_grid_id FOREIGN KEY(grid_id) REFERENCES yiwang.grid (id),
    CONSTRAINT fk_duty_building_id FOREIGN KEY(building_id) REFERENCES yiwang.building (id)
);

CREATE INDEX ix_duty_party_id ON yiwang.duty (party_id);

CREATE INDEX ix_duty_place ON yiwang.duty (place);

CREATE TABLE yiwang.grid_version (
    grid_id BIGINT NOT NULL,
    community_id BIGINT NOT NULL,
    net_version_id BIGINT NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    kind TEXT DEFAULT '综合' NOT NULL,
    group_code TEXT,
    host_id BIGINT,
    geom geometry(MULTIPOLYGON,4326),
    area_m2 DOUBLE PRECISION,
    noded BOOLEAN DEFAULT false NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_grid_version PRIMARY KEY (id),
    CONSTRAINT ex_grid_version_one_at_an_instant EXCLUDE USING gist (grid_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_grid_version_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_grid_version_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_grid_version_kind CHECK (kind in ('综合', '专属', '立体')),
    CONSTRAINT ck_grid_version_only_stacked_have_no_ground CHECK ((kind = '立体') = (geom is null)),
    CONSTRAINT ck_grid_version_only_stacked_have_a_host CHECK ((kind = '立体') = (host_id is not null)),
    CONSTRAINT fk_grid_version_grid_id FOREIGN KEY(grid_id) REFERENCES yiwang.grid (id),
    CONSTRAINT fk_grid_version_community_id FOREIGN KEY(community_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_grid_version_net_version_id FOREIGN KEY(net_version_id) REFERENCES yiwang.net_version (id),
    CONSTRAINT fk_grid_version_host_id FOREIGN KEY(host_id) REFERENCES yiwang.grid (id)
);

CREATE INDEX ix_grid_version_community_id ON yiwang.grid_version (community_id);

CREATE INDEX ix_grid_version_geom ON yiwang.grid_version USING gist (geom);

CREATE INDEX ix_grid_version_grid_id ON yiwang.grid_version (grid_id);

CREATE TABLE yiwang.line_area (
    line_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    geom geometry(MULTIPOLYGON,4326) NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_line_area PRIMARY KEY (id),
    CONSTRAINT ex_line_area_one_at_an_instant EXCLUDE USING gist (line_id WITH =, code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_line_area_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_line_area_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_line_area_line_id FOREIGN KEY(line_id) REFERENCES yiwang.line (id)
);

CREATE INDEX ix_line_area_geom ON yiwang.line_area USING gist (geom);

CREATE INDEX ix_line_area_line_id ON yiwang.line_area (line_id);

CREATE TABLE yiwang.party_version (
    party_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    post TEXT DEFAULT '' NOT NULL,
    phone TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_party_version PRIMARY KEY (id),
    CONSTRAINT ex_party_version_one_at_an_instant EXCLUDE USING gist (party_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_party_version_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_party_version_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_party_version_party_id FOREIGN KEY(party_id) REFERENCES yiwang.party (id)
);

CREATE INDEX ix_party_version_party_id ON yiwang.party_version (party_id);

CREATE TABLE yiwang.incident (
    district_id BIGINT NOT NULL,
    external_ref TEXT,
    source TEXT NOT NULL,
    matter_code TEXT COLLATE "C" NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    accuracy_m DOUBLE PRECISION,
    geom geometry(POINT,4326) NOT NULL,
    grid_version_id BIGINT,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_incident PRIMARY KEY (id),
    CONSTRAINT uq_incident_district_id_external_ref UNIQUE (district_id, external_ref),
    CONSTRAINT fk_incident_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id),
    CONSTRAINT fk_incident_grid_version_id FOREIGN KEY(grid_version_id) REFERENCES yiwang.grid_version (id)
);

CREATE INDEX ix_incident_district_id_happened_at ON yiwang.incident (district_id, happened_at);

CREATE INDEX ix_incident_geom ON yiwang.incident USING gist (geom);

CREATE INDEX ix_incident_grid_version_id ON yiwang.incident (grid_version_id)

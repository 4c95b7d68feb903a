ALTER TABLE yiwang.line_area
    ADD COLUMN party_id BIGINT,
    ADD CONSTRAINT fk_line_area_party_id FOREIGN KEY(party_id) REFERENCES yiwang.party (id);

CREATE TABLE yiwang.line_matter (
    district_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    matter_code TEXT COLLATE "C" NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_line_matter PRIMARY KEY (id),
    CONSTRAINT ex_line_matter_one_at_an_instant EXCLUDE USING gist (district_id WITH =, matter_code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_line_matter_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_line_matter_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_line_matter_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id),
    CONSTRAINT fk_line_matter_line_id FOREIGN KEY(line_id) REFERENCES yiwang.line (id)
);

CREATE INDEX ix_line_matter_line_id ON yiwang.line_matter (line_id);

CREATE TABLE yiwang.crosswalk (
    line_id BIGINT NOT NULL,
    area_code TEXT COLLATE "C" NOT NULL,
    grid_id BIGINT NOT NULL,
    net_version_id BIGINT NOT NULL,
    area_m2 DOUBLE PRECISION NOT NULL,
    buildings INTEGER NOT NULL,
    households INTEGER NOT NULL,
    share_of_area DOUBLE PRECISION,
    share_of_grid DOUBLE PRECISION,
    households_of_area DOUBLE PRECISION,
    households_of_grid DOUBLE PRECISION,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_crosswalk PRIMARY KEY (id),
    CONSTRAINT ex_crosswalk_one_at_an_instant EXCLUDE USING gist (line_id WITH =, area_code WITH =, grid_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_crosswalk_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_crosswalk_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_crosswalk_line_id FOREIGN KEY(line_id) REFERENCES yiwang.line (id),
    CONSTRAINT fk_crosswalk_grid_id FOREIGN KEY(grid_id) REFERENCES yiwang.grid (id),
    CONSTRAINT fk_crosswalk_net_version_id FOREIGN KEY(net_version_id) REFERENCES yiwang.net_version (id)
);

CREATE INDEX ix_crosswalk_line_id_area_code ON yiwang.crosswalk (line_id, area_code);

CREATE INDEX ix_crosswalk_grid_id ON yiwang.crosswalk (grid_id)

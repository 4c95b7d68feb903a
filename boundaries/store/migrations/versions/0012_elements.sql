CREATE TABLE yiwang.element_kind (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    matter_code TEXT COLLATE "C" NOT NULL,
    fields JSONB DEFAULT '{}' NOT NULL,
    sensitive BOOLEAN DEFAULT false NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_element_kind PRIMARY KEY (id),
    CONSTRAINT uq_element_kind_district_id_code UNIQUE (district_id, code),
    CONSTRAINT ck_element_kind_category CHECK (category in ('people', 'place', 'thing', 'organisation', 'document')),
    CONSTRAINT fk_element_kind_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE TABLE yiwang.element (
    district_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    kind_code TEXT COLLATE "C" NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    count INTEGER,
    building_code TEXT COLLATE "C",
    fields JSONB DEFAULT '{}' NOT NULL,
    source TEXT DEFAULT '' NOT NULL,
    geom geometry(POINT,4326) NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_element PRIMARY KEY (id),
    CONSTRAINT ex_element_one_at_an_instant EXCLUDE USING gist (district_id WITH =, code WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_element_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_element_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_element_count CHECK (count >= 0),
    CONSTRAINT fk_element_district_id FOREIGN KEY(district_id) REFERENCES yiwang.district (id)
);

CREATE INDEX ix_element_geom ON yiwang.element USING gist (geom)

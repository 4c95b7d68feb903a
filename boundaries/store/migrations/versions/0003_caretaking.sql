ALTER TABLE yiwang.duty DROP CONSTRAINT ex_duty_one_at_an_instant;

ALTER TABLE yiwang.duty DROP CONSTRAINT ck_duty_role;

ALTER TABLE yiwang.duty DROP CONSTRAINT ck_duty_only_departments_by_matter;

ALTER TABLE yiwang.duty
    ADD CONSTRAINT ex_duty_one_at_an_instant EXCLUDE USING gist (place WITH =, role WITH =, matter_code WITH =, valid WITH &&) WHERE (upper_inf(recorded) and role in ('leader', 'lead', 'ruling', 'micro', 'property', 'committee')) DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT ck_duty_role CHECK (role in ('leader', 'deputy', 'staff', 'micro', 'lead', 'ruling', 'co', 'desk', 'property', 'committee', 'police', 'branch')),
    ADD CONSTRAINT ck_duty_only_departments_by_matter CHECK (role in ('lead', 'ruling', 'co') or matter_code = '*'),
    ADD CONSTRAINT ck_duty_micro_place CHECK (role <> 'micro' or building_id is not null);

ALTER TABLE yiwang.matter_alias ALTER COLUMN matter_code DROP NOT NULL, ADD COLUMN name TEXT DEFAULT '' NOT NULL;

CREATE TABLE yiwang.leave (
    party_id BIGINT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_leave PRIMARY KEY (id),
    CONSTRAINT ex_leave_one_at_an_instant EXCLUDE USING gist (party_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_leave_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_leave_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT fk_leave_party_id FOREIGN KEY(party_id) REFERENCES yiwang.party (id)
);

CREATE INDEX ix_leave_party_id ON yiwang.leave (party_id);

CREATE TABLE yiwang.caretaking (
    area_id BIGINT NOT NULL,
    caretaker_id BIGINT NOT NULL,
    review_on DATE NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    valid TSTZRANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_caretaking PRIMARY KEY (id),
    CONSTRAINT ex_caretaking_one_at_an_instant EXCLUDE USING gist (area_id WITH =, valid WITH &&) WHERE (upper_inf(recorded)) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT ck_caretaking_valid_not_empty CHECK (not isempty(valid)),
    CONSTRAINT ck_caretaking_recorded_not_empty CHECK (not isempty(recorded)),
    CONSTRAINT ck_caretaking_not_itself CHECK (area_id <> caretaker_id),
    CONSTRAINT fk_caretaking_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id),
    CONSTRAINT fk_caretaking_caretaker_id FOREIGN KEY(caretaker_id) REFERENCES yiwang.area (id)
);

CREATE INDEX ix_caretaking_area_id ON yiwang.caretaking (area_id);

CREATE INDEX ix_caretaking_caretaker_id ON yiwang.caretaking (caretaker_id);

CREATE TABLE yiwang.caretaking_act (
    area_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    act TEXT NOT NULL,
    made_by TEXT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_caretaking_act PRIMARY KEY (id),
    CONSTRAINT ck_caretaking_act_kind CHECK (kind in ('begin', 'review', 'end')),
    CONSTRAINT fk_caretaking_act_area_id FOREIGN KEY(area_id) REFERENCES yiwang.area (id)
);

CREATE INDEX ix_caretaking_act_area_id ON yiwang.caretaking_act (area_id)

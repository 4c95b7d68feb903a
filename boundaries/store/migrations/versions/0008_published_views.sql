-- Read with the rights of their owner, so that a reader of the views needs no right on any table.
-- No view holds a person: neither names nor phones, and residents only as counts.
-- The setting yiwang.district confines a connection to one district; unset, the views show all.

CREATE FUNCTION ogc.is_served(district_code TEXT) RETURNS BOOLEAN LANGUAGE SQL STABLE AS
    $$ SELECT district_code = coalesce(nullif(current_setting('yiwang.district', true), ''), district_code) $$;

CREATE VIEW ogc.grids AS
SELECT g.code, v.name, v.kind, d.code AS district, c.code AS community, cv.name AS community_name,
    s.code AS street, h.code AS host, v.group_code AS "group", n.number AS net_version, v.area_m2,
    lower(v.valid) AS valid_from, upper(v.valid) AS valid_to, v.geom
FROM yiwang.grid_version v
    JOIN yiwang.grid g ON g.id = v.grid_id
    JOIN yiwang.district d ON d.id = g.district_id
    JOIN yiwang.area c ON c.id = v.community_id
    JOIN yiwang.net_version n ON n.id = v.net_version_id
    LEFT JOIN yiwang.area_version cv ON cv.area_id = c.id AND cv.valid @> now() AND upper_inf(cv.recorded)
    LEFT JOIN yiwang.area s ON s.id = cv.parent_id
    LEFT JOIN yiwang.grid h ON h.id = v.host_id
WHERE v.valid @> now() AND upper_inf(v.recorded) AND ogc.is_served(d.code);

CREATE VIEW ogc.areas AS
SELECT a.code, v.name, a.level, v.kind, d.code AS district, p.code AS parent,
    m.code AS administered_by, v.provisional,
    lower(v.valid) AS valid_from, upper(v.valid) AS valid_to,
    -- the union of its grids; the imported outline only where no grid lies in it
    coalesce(
        (WITH RECURSIVE below (id) AS (
                SELECT a.id
            UNION
                SELECT b.area_id FROM yiwang.area_version b JOIN below ON b.parent_id = below.id
                WHERE b.valid @> now() AND upper_inf(b.recorded)
        )
        SELECT st_multi(st_collectionextract(st_union(t.geom), 3))
        FROM below JOIN yiwang.grid_version t ON t.community_id = below.id
        WHERE t.valid @> now() AND upper_inf(t.recorded) AND t.geom IS NOT NULL),
        v.outline
    )::geometry(MultiPolygon, 4326) AS geom
FROM yiwang.area_version v
    JOIN yiwang.area a ON a.id = v.area_id
    JOIN yiwang.district d ON d.id = a.district_id
    LEFT JOIN yiwang.area p ON p.id = v.parent_id
    LEFT JOIN yiwang.area m ON m.id = v.administered_by_id
WHERE v.valid @> now() AND upper_inf(v.recorded) AND ogc.is_served(d.code);

CREATE VIEW ogc.buildings AS
SELECT b.code, v.name, v.use, d.code AS district, g.code AS grid, bg.because, v.compound_code AS compound,
    v.floors, v.households, v.residents, v.counts_source,
    lower(v.valid) AS valid_from, upper(v.valid) AS valid_to, v.geom
FROM yiwang.building_version v
    JOIN yiwang.building b ON b.id = v.building_id
    JOIN yiwang.district d ON d.id = b.district_id
    LEFT JOIN yiwang.building_grid bg
        ON bg.building_id = b.id AND bg.valid @> now() AND upper_inf(bg.recorded)
    LEFT JOIN yiwang.grid g ON g.id = bg.grid_id
WHERE v.valid @> now() AND upper_inf(v.recorded) AND ogc.is_served(d.code);

COMMENT ON VIEW ogc.areas IS 'City, district, streets and communities in force';
COMMENT ON VIEW ogc.grids IS 'Grids in force; a 立体 grid has a host and no ground';
COMMENT ON VIEW ogc.buildings IS 'Buildings in force, each with its grid; residents are counted, never named'

// Made by `./run types` from the contract of the API, not by hand.
// contract 9be1fb0ded4013255cb53ab468f62869f8efbff10a2f9704be290e84310d3c40
// types 6add628021ef49bc37acc95b74860d6365947e28e9fcc3086dbcf6af03946190
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccountIn
         * @description An account, made or replaced.
         */
        readonly AccountIn: {
            /**
             * Area
             * @description confined to this area and its children
             */
            readonly area?: string | null;
            /** Datum */
            readonly datum?: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /**
             * Party
             * @description for which it acts in the flow of incidents
             */
            readonly party?: string | null;
            /**
             * Password
             * @description null: an account that is there keeps its own
             */
            readonly password?: string | null;
            /**
             * Role
             * @example dispatcher
             */
            readonly role: string;
        };
        /**
         * AccountOut
         * @description An account, without its password.
         */
        readonly AccountOut: {
            /** Area */
            readonly area: string | null;
            /** Datum */
            readonly datum: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string | null;
            /** Role */
            readonly role: string;
        };
        /**
         * ActingOut
         * @description 代管: the community that answers for a place without a committee of its own.
         */
        readonly ActingOut: {
            /** Area */
            readonly area: string;
            /** Code */
            readonly code: string;
            readonly desk: components["schemas"]["PartyOut"] | null;
            readonly leader: components["schemas"]["PartyOut"] | null;
            /** Overdue */
            readonly overdue: boolean;
            /** Party */
            readonly party: string;
            /** Reason */
            readonly reason: string;
            /** Review */
            readonly review: string;
            /** Since */
            readonly since: string | null;
        };
        /**
         * AppointIn
         * @description The leader of a grid from the plan's instant on; null leaves the post vacant.
         */
        readonly AppointIn: {
            /** Grid */
            readonly grid: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "appoint";
            /** Party */
            readonly party: string | null;
        };
        /**
         * AreaIn
         * @description A drawn polygon, or a place and a radius.
         * @example {
         *       "datum": "wgs84",
         *       "lat": 35.5,
         *       "lon": 112.85,
         *       "radius_m": 300
         *     }
         */
        readonly AreaIn: {
            /** At */
            readonly at?: string | null;
            /**
             * Datum
             * @description else the account's own
             */
            readonly datum?: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /** Known At */
            readonly known_at?: string | null;
            /** Lat */
            readonly lat?: number | null;
            /** Lon */
            readonly lon?: number | null;
            /**
             * Matter
             * @description also who leads this matter
             */
            readonly matter?: string | null;
            /**
             * Polygon
             * @description GeoJSON Polygon or MultiPolygon
             */
            readonly polygon?: {
                readonly [key: string]: unknown;
            } | null;
            /** Radius M */
            readonly radius_m?: number | null;
        };
        /**
         * AreaOut
         * @description A city, district, street or community.
         */
        readonly AreaOut: {
            /**
             * Areas
             * @description the areas that hold it, the nearest first
             */
            readonly areas: readonly components["schemas"]["PlaceRef"][];
            /**
             * Bounds
             * @description west, south, east, north
             */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /** Children */
            readonly children: readonly components["schemas"]["PlaceRef"][];
            /**
             * Code
             * @example 140502006022
             */
            readonly code: string;
            readonly counts: components["schemas"]["FiguresOut"];
            /**
             * Geometry
             * @description GeoJSON, with geometry=true
             */
            readonly geometry?: {
                readonly [key: string]: unknown;
            } | null;
            /** Kind */
            readonly kind: string;
            /**
             * Label
             * @description lon, lat of the middle of its widest part
             */
            readonly label: readonly [
                number,
                number
            ] | null;
            /**
             * Level
             * @example community
             */
            readonly level: string;
            /**
             * Name
             * @example 笔峰寺社区
             */
            readonly name: string;
            /** Net Version */
            readonly net_version: number | null;
            /** Parent */
            readonly parent: string | null;
            /** Provisional */
            readonly provisional: boolean;
            /** Stale */
            readonly stale: boolean;
            /**
             * Valid
             * @description half-open
             */
            readonly valid: readonly [
                string | null,
                string | null
            ];
        };
        /**
         * AreaTold
         * @description An area above the grid.
         */
        readonly AreaTold: {
            /** Code */
            readonly code: string;
            /** Kind */
            readonly kind: string;
            /** Level */
            readonly level: string;
            /** Name */
            readonly name: string;
        };
        /**
         * AuditEventOut
         * @description One statement that changed rows, reads of persons by one asker, or attempts to sign in.
         */
        readonly AuditEventOut: {
            /** About */
            readonly about: string;
            /** Actor */
            readonly actor: string;
            /** Count */
            readonly count: number;
            /** Details */
            readonly details: {
                readonly [key: string]: unknown;
            };
            /** Hash */
            readonly hash: string | null;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "write" | "read" | "sign-in";
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Number */
            readonly number: number;
            /** Operation */
            readonly operation: string;
            /** Origin */
            readonly origin: string;
            /** Place */
            readonly place: number | null;
            /** Request Id */
            readonly request_id: string;
            /** Via */
            readonly via: string;
        };
        /**
         * AuditPageOut
         * @description Events, the latest first.
         */
        readonly AuditPageOut: {
            /** Events */
            readonly events: readonly components["schemas"]["AuditEventOut"][];
            /** Next */
            readonly next: number | null;
        };
        /**
         * BalanceIn
         * @description Other grids on the ground of some of one community, as a partition gave them: one edit, one undo.
         */
        readonly BalanceIn: {
            /** Grids */
            readonly grids: readonly string[];
            /**
             * Operation
             * @constant
             */
            readonly operation: "balance";
            /**
             * Polygons
             * @description WGS 84, edges matched
             */
            readonly polygons: readonly GeoJSON.Polygon[];
        };
        /** BaseModel */
        readonly BaseModel: Record<string, never>;
        /**
         * BasemapOut
         * @description What lies beneath the net, at /v1/basemap/{z}/{x}/{y}.
         */
        readonly BasemapOut: {
            /** Attribution */
            readonly attribution: string;
            /**
             * Layers
             * @description of its vector tiles; null: the tiles are pictures
             */
            readonly layers: readonly string[] | null;
            /** Max Zoom */
            readonly max_zoom: number;
            /** Min Zoom */
            readonly min_zoom: number;
        };
        /**
         * BatchError
         * @description One row that could not be read.
         */
        readonly BatchError: {
            /** Code */
            readonly code: string;
            /** Detail */
            readonly detail: string;
            /** Id */
            readonly id: string;
            /**
             * Row
             * @description from 1, without the header
             */
            readonly row: number;
        };
        /**
         * BatchOut
         * @description Every row of the batch, also those with an error.
         */
        readonly BatchOut: {
            /** Errors */
            readonly errors: readonly components["schemas"]["BatchError"][];
            /** Net Version */
            readonly net_version: number | null;
            /** Results */
            readonly results: readonly components["schemas"]["BatchRow"][];
            /** Stale */
            readonly stale: boolean;
        };
        /**
         * BatchRow
         * @description One answered row, in the order of the batch.
         */
        readonly BatchRow: {
            /** Community */
            readonly community: string | null;
            /** Grid */
            readonly grid: string | null;
            /** Id */
            readonly id: string;
            /** Leader */
            readonly leader: string | null;
            /**
             * Status
             * @description as in /v1/lookup, or 'error'
             * @example owned
             */
            readonly status: string;
            /** Street */
            readonly street: string | null;
        };
        /**
         * BlockerOut
         * @description Why no better proposal is possible.
         */
        readonly BlockerOut: {
            /** Cause */
            readonly cause: string;
            /** Message */
            readonly message: string;
        };
        /**
         * BoundingBox
         * @description BoundingBox model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/2DBoundingBox.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly BoundingBox: {
            /** CRS */
            readonly crs?: components["schemas"]["CRS"] | null;
            /**
             * Lowerleft
             * @description A 2D Point in the CRS indicated elsewhere
             */
            readonly lowerLeft: readonly number[];
            /** Orderedaxes */
            readonly orderedAxes?: readonly string[] | null;
            /**
             * Upperright
             * @description A 2D Point in the CRS indicated elsewhere
             */
            readonly upperRight: readonly number[];
        };
        /**
         * BuildingOut
         * @description The building at the point, or asked for.
         */
        readonly BuildingOut: {
            /** Address */
            readonly address: string | null;
            /** Because */
            readonly because: string | null;
            /** Code */
            readonly code: string;
            /** Compound */
            readonly compound: string | null;
            /** Compound Name */
            readonly compound_name: string | null;
            /** Floors */
            readonly floors: number | null;
            /** Grid */
            readonly grid: string | null;
            /** Households */
            readonly households: number | null;
            /** Name */
            readonly name: string;
            /** Part */
            readonly part: string | null;
            /** Part Name */
            readonly part_name: string | null;
            /** Use */
            readonly use: string;
        };
        /**
         * CRS
         * @description CRS model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/common-geodata/crs.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly CRS: string | components["schemas"]["CRSUri"] | components["schemas"]["CRSWKT"] | components["schemas"]["CRSRef"];
        /**
         * CRSRef
         * @description CRS from referenceSystem.
         */
        readonly CRSRef: {
            /**
             * Referencesystem
             * @description A reference system data structure as defined in the MD_ReferenceSystem of the ISO 19115
             */
            readonly referenceSystem: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * CRSUri
         * @description Coordinate Reference System (CRS) from URI.
         */
        readonly CRSUri: {
            /**
             * Uri
             * Format: uri
             * @description Reference to one coordinate reference system (CRS) as URI
             */
            readonly uri: string;
        };
        /**
         * CRSWKT
         * @description Coordinate Reference System (CRS) from WKT encoded as PROJJSON Object.
         */
        readonly CRSWKT: {
            /**
             * Wkt
             * @description An object defining the CRS using the JSON encoding for Well-known text representation of coordinate reference systems 2.0
             */
            readonly wkt: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * CallOut
         * @description One step of whom to call.
         */
        readonly CallOut: {
            /** Because */
            readonly because: string;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string;
            /** Phone */
            readonly phone: string;
            /** Post */
            readonly post: string;
            /** Role */
            readonly role: string;
        };
        /**
         * CalledGridOut
         * @description A grid that lies at least in part in the area; households are those in the area.
         */
        readonly CalledGridOut: {
            /** Areas */
            readonly areas: readonly string[];
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string;
            /** Households */
            readonly households: number;
            /** Name */
            readonly name: string;
        };
        /**
         * CallerOut
         * @description Somebody who answers within the area.
         */
        readonly CallerOut: {
            /**
             * Households
             * @description of its place, within the area
             */
            readonly households: number | null;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** On Shift */
            readonly on_shift: boolean;
            /** Party */
            readonly party: string;
            /** Phone */
            readonly phone: string;
            /** Place */
            readonly place: string;
            /** Place Kind */
            readonly place_kind: string;
            /** Place Name */
            readonly place_name: string;
            /** Post */
            readonly post: string;
            /** Role */
            readonly role: string;
            /** Role Name */
            readonly role_name: string;
            /** Source */
            readonly source: string;
        };
        /**
         * CallsOut
         * @description Everybody responsible within an area, in the order in which to call.
         */
        readonly CallsOut: {
            /** Buildings */
            readonly buildings: number;
            /** Element Counts */
            readonly element_counts: readonly components["schemas"]["ElementCountOut"][];
            /** Elements */
            readonly elements: readonly components["schemas"]["ElementOut"][];
            /** Grids */
            readonly grids: readonly components["schemas"]["CalledGridOut"][];
            /** Households */
            readonly households: number;
            /** Net Version */
            readonly net_version: number | null;
            /** People */
            readonly people: readonly components["schemas"]["CallerOut"][];
            /** Residents */
            readonly residents: number;
            /** Stale */
            readonly stale: boolean;
            /** Uncovered M2 */
            readonly uncovered_m2: number;
        };
        /**
         * CandidateOut
         * @description One of several places that may be meant. An address has a `text`, a part of a building a `name`.
         */
        readonly CandidateOut: {
            /** Address Kind */
            readonly address_kind?: string;
            /** Because */
            readonly because?: string;
            /** Building */
            readonly building: string | null;
            /** Grid */
            readonly grid?: string | null;
            /** Kind */
            readonly kind: string;
            /** Lat */
            readonly lat?: number;
            /** Lon */
            readonly lon?: number;
            /** Name */
            readonly name?: string;
            /** Part */
            readonly part: string | null;
            /** Text */
            readonly text?: string;
        };
        /**
         * CaretakingEndIn
         * @description The act by which a caretaking ends.
         */
        readonly CaretakingEndIn: {
            /** Act */
            readonly act: string;
            /**
             * Valid From
             * @description else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * CaretakingIn
         * @description Who takes care of a placeholder area.
         */
        readonly CaretakingIn: {
            /**
             * Act
             * @description the paper by which it is so
             */
            readonly act: string;
            /** Caretaker Code */
            readonly caretaker_code: string;
            /**
             * Reason
             * @description needed where the two share no border
             * @default
             */
            readonly reason?: string;
            /**
             * Review On
             * Format: date
             * @description looked at again by this day; it is no end
             */
            readonly review_on: string;
            /**
             * Valid From
             * @description else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * CarveIn
         * @description A new grid out of the ground of others.
         */
        readonly CarveIn: {
            /**
             * Accept Pieces
             * @default false
             */
            readonly accept_pieces?: boolean;
            /** Group */
            readonly group?: string | null;
            /**
             * Kind
             * @default 综合
             * @enum {string}
             */
            readonly kind?: "综合" | "专属";
            /**
             * Name
             * @default
             */
            readonly name?: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "carve";
            /**
             * Polygon
             * @description a GeoJSON Polygon
             */
            readonly polygon: GeoJSON.Polygon;
            /** @description instead of the plan's own guide; {} for none */
            readonly snap?: components["schemas"]["GuideIn"] | null;
        };
        /**
         * ChangeOut
         * @description One change. `about`: the number of a net version, a building, a part, the place of a duty, an
         *     incident.
         */
        readonly ChangeOut: {
            /** About */
            readonly about: string;
            /**
             * At
             * Format: date-time
             */
            readonly at: string;
            /** Details */
            readonly details: {
                readonly [key: string]: unknown;
            };
            /** Kind */
            readonly kind: string;
            /** Number */
            readonly number: number;
            /** Place */
            readonly place: {
                readonly [key: string]: string;
            };
        };
        /**
         * ChangesOut
         * @description Changes in order.
         */
        readonly ChangesOut: {
            /** Changes */
            readonly changes: readonly components["schemas"]["ChangeOut"][];
            /** More */
            readonly more: boolean;
            /** Next */
            readonly next: number;
        };
        /**
         * CheckOut
         * @description One line of the list. rule: code of the rule set, "" for what holds always; limit: least and most.
         */
        readonly CheckOut: {
            /** Community */
            readonly community: string;
            /** Detail */
            readonly detail: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Item */
            readonly item: string;
            /** Limit */
            readonly limit: readonly [
                number | null,
                number | null
            ] | null;
            /** Rule */
            readonly rule: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "met" | "warning" | "unknown";
            /** Unit */
            readonly unit: string;
            /** Value */
            readonly value: string | number | null;
        };
        /**
         * ChecklistOut
         * @description What is asked of the communities that a plan founds, by the rules in force on `day`.
         */
        readonly ChecklistOut: {
            /** Checks */
            readonly checks: readonly components["schemas"]["CheckOut"][];
            /** Communities */
            readonly communities: readonly components["schemas"]["ConcernedOut"][];
            /**
             * Day
             * Format: date
             */
            readonly day: string;
            /** Plan */
            readonly plan: string;
            /** Rules */
            readonly rules: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Unknown */
            readonly unknown: number;
            /** Warnings */
            readonly warnings: number;
        };
        /**
         * Collection
         * @description Collection model.
         *
         *     Note: `CRS` is the list of CRS supported by the service not the CRS of the collection
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/collection.yaml
         */
        readonly Collection: {
            /**
             * Crs
             * @default [
             *       "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
             *     ]
             */
            readonly crs?: readonly string[];
            /** Description */
            readonly description?: string | null;
            readonly extent?: components["schemas"]["Extent"] | null;
            /** Id */
            readonly id: string;
            /**
             * Itemtype
             * @default feature
             */
            readonly itemType?: string;
            /** Links */
            readonly links: readonly components["schemas"]["Link"][];
            /** Title */
            readonly title?: string | null;
        };
        /**
         * Collections
         * @description Collections model.
         *
         *     Ref: http://beta.schemas.opengis.net/ogcapi/common/part2/0.1/collections/openapi/schemas/collections.yaml
         */
        readonly Collections: {
            /** Collections */
            readonly collections: readonly components["schemas"]["Collection"][];
            /** Links */
            readonly links: readonly components["schemas"]["Link"][];
            /** Numbermatched */
            readonly numberMatched?: number | null;
            /** Numberreturned */
            readonly numberReturned?: number | null;
            /** Timestamp */
            readonly timeStamp?: string | null;
        };
        /**
         * CommentIn
         * @description A remark on a grid of a plan; without `grid` on the whole plan.
         */
        readonly CommentIn: {
            /** Grid */
            readonly grid?: string | null;
            /** Remark */
            readonly remark: string;
        };
        /**
         * CommentOut
         * @description A remark.
         */
        readonly CommentOut: {
            /** Grid Code */
            readonly grid_code: string | null;
            /** Id */
            readonly id: number;
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Remark */
            readonly remark: string;
            /** Settled At */
            readonly settled_at: string | null;
            /** Settled By */
            readonly settled_by: string | null;
        };
        /**
         * CommunityCountsOut
         * @description One community at one instant. residents: null where no building's are known.
         */
        readonly CommunityCountsOut: {
            /** Area M2 */
            readonly area_m2: number;
            /** Buildings */
            readonly buildings: number;
            /** Grids */
            readonly grids: number;
            /** Households */
            readonly households: number;
            /** Residents */
            readonly residents: number | null;
        };
        /**
         * ConcernedOut
         * @description A community that a plan founds, changes or closes.
         */
        readonly ConcernedOut: {
            readonly after: components["schemas"]["CommunityCountsOut"] | null;
            readonly before: components["schemas"]["CommunityCountsOut"] | null;
            /**
             * Change
             * @enum {string}
             */
            readonly change: "new" | "changed" | "closed";
            /** Code */
            readonly code: string;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Street */
            readonly street: string | null;
        };
        /**
         * Conformance
         * @description Conformance model.
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/confClasses.yaml
         */
        readonly Conformance: {
            /** Conformsto */
            readonly conformsTo: readonly string[];
        };
        /**
         * CoverIn
         * @description A new grid on bare land.
         */
        readonly CoverIn: {
            /** Community */
            readonly community: string;
            /** Group */
            readonly group?: string | null;
            /**
             * Kind
             * @default 综合
             * @enum {string}
             */
            readonly kind?: "综合" | "专属";
            /**
             * Name
             * @default
             */
            readonly name?: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "cover";
            /**
             * Polygon
             * @description a GeoJSON Polygon
             */
            readonly polygon: GeoJSON.Polygon;
            /** @description instead of the plan's own guide; {} for none */
            readonly snap?: components["schemas"]["GuideIn"] | null;
        };
        /**
         * CoverageFaultOut
         * @description One place where the net of a file is torn.
         */
        readonly CoverageFaultOut: {
            /** Area M2 */
            readonly area_m2: number | null;
            /** Codes */
            readonly codes: readonly string[];
            /** Kind */
            readonly kind: string;
            /** Lat */
            readonly lat: number | null;
            /** Length M */
            readonly length_m: number | null;
            /** Lon */
            readonly lon: number | null;
            /** Shape */
            readonly shape: GeoJSON.Geometry | null;
            /** Width M */
            readonly width_m: number | null;
        };
        /**
         * CoverageOut
         * @description Where the net of a file is torn.
         */
        readonly CoverageOut: {
            /** Counts */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** Faults */
            readonly faults: readonly components["schemas"]["CoverageFaultOut"][];
        };
        /**
         * CrosswalksIn
         * @description Which lines to lay over the net of which instant.
         */
        readonly CrosswalksIn: {
            /**
             * At
             * @description with its time zone; without it: now
             */
            readonly at?: string | null;
            /**
             * Lines
             * @description without it: all that ever had one
             */
            readonly lines?: readonly string[] | null;
        };
        /**
         * DeclareIn
         * @description What the register cannot know of a community that the plan founds; said again, it replaces.
         */
        readonly DeclareIn: {
            /** Community */
            readonly community: string;
            /** Documents */
            readonly documents?: readonly components["schemas"]["DocumentIn"][];
            /**
             * Members
             * @description of the committee
             */
            readonly members?: number | null;
            /**
             * Occupancy
             * @description share of flats that are lived in
             */
            readonly occupancy?: number | null;
            /**
             * Operation
             * @constant
             */
            readonly operation: "declare";
            /**
             * Premises M2
             * @description of the committee's rooms
             */
            readonly premises_m2?: number | null;
            /**
             * Reason
             * @default
             */
            readonly reason?: string;
        };
        /**
         * DensityOut
         * @description values, counts: by bucket, then by cell in the order of `codes`; null: none, or too few to be told.
         */
        readonly DensityOut: {
            /**
             * Breaks
             * @description upper bounds of the classes, for every bucket
             */
            readonly breaks: readonly number[];
            /**
             * Bucket
             * @enum {string}
             */
            readonly bucket: "none" | "day" | "week" | "month" | "year";
            /**
             * Buckets
             * @description the first day of each
             */
            readonly buckets: readonly string[];
            /** Codes */
            readonly codes: readonly string[];
            /** Counts */
            readonly counts: readonly (readonly (number | null)[])[];
            /**
             * From
             * Format: date
             */
            readonly from: string;
            /** Incidents */
            readonly incidents: number;
            /** Masked */
            readonly masked: boolean;
            /** Names */
            readonly names: readonly string[];
            /**
             * Net
             * @enum {string}
             */
            readonly net: "snapshot" | "day";
            /** Net Version */
            readonly net_version: number | null;
            /**
             * Rate
             * @enum {string}
             */
            readonly rate: "count" | "km2" | "households" | "smoothed";
            /**
             * Shapes
             * @description of hexagons and squares, the middles of buildings; with geometry=true
             */
            readonly shapes: readonly GeoJSON.Geometry[] | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * To
             * Format: date
             */
            readonly to: string;
            /** Uncounted */
            readonly uncounted: number;
            /**
             * Unit
             * @enum {string}
             */
            readonly unit: "grid" | "community" | "street" | "building" | "h3" | "square";
            /** Values */
            readonly values: readonly (readonly (number | null)[])[];
        };
        /**
         * DesignateIn
         * @description What a grid is: 综合, or 专属 as a tile of a group; one tile in each community.
         */
        readonly DesignateIn: {
            /** Grid */
            readonly grid: string;
            /**
             * Group
             * @description links the tiles of one campus, market or works
             */
            readonly group?: string | null;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "综合" | "专属";
            /**
             * Operation
             * @constant
             */
            readonly operation: "designate";
        };
        /**
         * DiffOut
         * @description What changes between two nets.
         */
        readonly DiffOut: {
            /** Base */
            readonly base: number | null;
            /** Buildings */
            readonly buildings: readonly components["schemas"]["MovedBuildingOut"][];
            /** Duties */
            readonly duties: readonly components["schemas"]["MovedPostOut"][];
            /** Figures */
            readonly figures: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Grids */
            readonly grids: readonly components["schemas"]["GridChangeOut"][];
            /** Incidents */
            readonly incidents: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Kept */
            readonly kept: readonly string[];
            /** Micros */
            readonly micros: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Plan */
            readonly plan: string | null;
            /** Problems */
            readonly problems: readonly components["schemas"]["PlanProblemOut"][];
            /** Totals */
            readonly totals: {
                readonly [key: string]: number;
            };
        };
        /**
         * DistrictOut
         * @description The district that is served, and its figures.
         */
        readonly DistrictOut: {
            readonly basemap: components["schemas"]["BasemapOut"] | null;
            /** Bounds */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /**
             * Code
             * @example 140502
             */
            readonly code: string;
            /** Counts */
            readonly counts: {
                readonly [key: string]: number;
            };
            /**
             * Ground
             * @description surveyed; or invented: a demo, no real place
             * @example invented
             */
            readonly ground: string;
            /** Last Updated */
            readonly last_updated: string | null;
            /**
             * Name
             * @example 城区
             */
            readonly name: string;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /** Timezone */
            readonly timezone: string;
        };
        /**
         * DocumentIn
         * @description A paper of an application.
         */
        readonly DocumentIn: {
            /**
             * Link
             * @description where it is kept: an address or a number
             * @default
             */
            readonly link?: string;
            /**
             * Title
             * @example 居民意见
             */
            readonly title: string;
        };
        /**
         * DrawnFeatureOut
         * @description A GeoJSON feature.
         */
        readonly DrawnFeatureOut: {
            /**
             * Geometry
             * @description GeoJSON polygon, WGS 84
             */
            readonly geometry: GeoJSON.Polygon;
            /** Id */
            readonly id: string;
            readonly properties: components["schemas"]["DrawnGridOut"];
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * DrawnGridOut
         * @description A grid as a plan leaves it.
         */
        readonly DrawnGridOut: {
            /** Area M2 */
            readonly area_m2: number;
            /** Buildings */
            readonly buildings: number;
            /** Changed */
            readonly changed: boolean;
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string;
            /** Compactness */
            readonly compactness: number;
            /** Group */
            readonly group: string | null;
            /** Households */
            readonly households: number;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Parts */
            readonly parts: number;
            /** Perimeter M */
            readonly perimeter_m: number;
        };
        /**
         * DrawnNetOut
         * @description Grids of a plan as GeoJSON in WGS 84.
         */
        readonly DrawnNetOut: {
            /** Features */
            readonly features: readonly components["schemas"]["DrawnFeatureOut"][];
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * DutiesIn
         * @description Duties, all or none of which are written.
         */
        readonly DutiesIn: {
            /** Duties */
            readonly duties: readonly components["schemas"]["DutyIn"][];
            /**
             * Take Over
             * @description where somebody else has an exclusive duty: this one follows
             * @default false
             */
            readonly take_over?: boolean;
        };
        /**
         * DutyChangeOut
         * @description What one row of a workbook would do. fields: the value before and after of each that changes.
         */
        readonly DutyChangeOut: {
            /** Action */
            readonly action: string;
            /** Fields */
            readonly fields: {
                readonly [key: string]: readonly [
                    string,
                    string
                ];
            };
            /** Party */
            readonly party: string;
            /** Party Name */
            readonly party_name: string | null;
            /** Place */
            readonly place: string;
            /** Role */
            readonly role: string;
            /** Row */
            readonly row: number | null;
        };
        /**
         * DutyCheckOut
         * @description Human coverage: what is missing, with counts of each kind.
         */
        readonly DutyCheckOut: {
            /** Counts */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** Findings */
            readonly findings: readonly components["schemas"]["VacancyOut"][];
            /** Is Complete */
            readonly is_complete: boolean;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
        };
        /**
         * DutyDifferenceOut
         * @description What an edited workbook would change, or has changed.
         */
        readonly DutyDifferenceOut: {
            /** Changes */
            readonly changes: readonly components["schemas"]["DutyChangeOut"][];
            /** Committed */
            readonly committed: boolean;
            /** May Commit */
            readonly may_commit: boolean;
            /** Refused */
            readonly refused: readonly components["schemas"]["DutyRefusedOut"][];
            /** Unchanged */
            readonly unchanged: number;
        };
        /**
         * DutyEndIn
         * @description A duty that ends.
         */
        readonly DutyEndIn: {
            /**
             * Matter Code
             * @default *
             */
            readonly matter_code?: string;
            /**
             * Part Code
             * @description 单元, where place_kind is part
             */
            readonly part_code?: string | null;
            /**
             * Party Code
             * @description only this party's; else everybody's in the role
             */
            readonly party_code?: string | null;
            /**
             * Place Code
             * @example 140502001001001
             */
            readonly place_code: string;
            /**
             * Place Kind
             * @default grid
             * @enum {string}
             */
            readonly place_kind?: "area" | "grid" | "building" | "part" | "compound" | "feature";
            /**
             * Role
             * @enum {string}
             */
            readonly role: "leader" | "deputy" | "staff" | "micro" | "lead" | "ruling" | "co" | "desk" | "property" | "committee" | "police" | "branch";
            /**
             * Valid From
             * @description when it ends; else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * DutyIn
         * @description One duty.
         * @example {
         *       "party_code": "P00001",
         *       "place_code": "140502001001001",
         *       "role": "leader"
         *     }
         */
        readonly DutyIn: {
            /** Contract Until */
            readonly contract_until?: string | null;
            /**
             * Matter Code
             * @default *
             */
            readonly matter_code?: string;
            /**
             * Micro
             * @description code of the 微网格, for the role micro
             * @default
             */
            readonly micro?: string;
            /**
             * Part Code
             * @description 单元, where place_kind is part
             */
            readonly part_code?: string | null;
            /** Party Code */
            readonly party_code: string;
            /**
             * Place Code
             * @example 140502001001001
             */
            readonly place_code: string;
            /**
             * Place Kind
             * @default grid
             * @enum {string}
             */
            readonly place_kind?: "area" | "grid" | "building" | "part" | "compound" | "feature";
            /**
             * Role
             * @enum {string}
             */
            readonly role: "leader" | "deputy" | "staff" | "micro" | "lead" | "ruling" | "co" | "desk" | "property" | "committee" | "police" | "branch";
            /**
             * Shift
             * @default
             * @example 1-5 08:00-18:00
             */
            readonly shift?: string;
            /**
             * Source
             * @default
             * @example 楼栋长
             */
            readonly source?: string;
            /**
             * Time
             * @default
             * @enum {string}
             */
            readonly time?: "" | "full" | "part";
            /**
             * Valid From
             * @description with its time zone; else now
             */
            readonly valid_from?: string | null;
            /** Valid To */
            readonly valid_to?: string | null;
        };
        /**
         * DutyRefusedOut
         * @description A row of a workbook that cannot be written, and why. `facts`: what the reason says, as values.
         */
        readonly DutyRefusedOut: {
            /** Code */
            readonly code: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Field */
            readonly field: string;
            /** Reason */
            readonly reason: string;
            /** Row */
            readonly row: number | null;
        };
        /**
         * EarlyWarningOut
         * @description More of a matter in seven days than the weeks before let expect; usual: least and most.
         */
        readonly EarlyWarningOut: {
            /** Count */
            readonly count: number;
            /** Expected */
            readonly expected: number;
            /** Grid */
            readonly grid: string;
            /** Matter */
            readonly matter: string;
            /** Matter Name */
            readonly matter_name: string;
            /** Name */
            readonly name: string;
            /** Q */
            readonly q: number;
            /** Reason */
            readonly reason: string;
            /** Usual */
            readonly usual: readonly [
                number,
                number
            ];
        };
        /**
         * EarlyWarningsOut
         * @description Early warnings, the surest first.
         */
        readonly EarlyWarningsOut: {
            /** Incidents */
            readonly incidents: number;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * To
             * Format: date
             */
            readonly to: string;
            /** Warnings */
            readonly warnings: readonly components["schemas"]["EarlyWarningOut"][];
        };
        /**
         * EditOut
         * @description One edit of a plan, with what was decided for it. `applied` is false for one that was undone.
         */
        readonly EditOut: {
            /** Applied */
            readonly applied: boolean;
            /** Changed */
            readonly changed: readonly string[];
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /**
             * Moved M
             * @description how far a border was led aside to spare buildings
             */
            readonly moved_m: number;
            /** Number */
            readonly number: number;
            /** Operation */
            readonly operation: string;
            /** Parameters */
            readonly parameters: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * EditedOut
         * @description What an edit did. `noded`: other grids that only got a vertex on a border that stays.
         */
        readonly EditedOut: {
            /** After */
            readonly after: {
                readonly [key: string]: components["schemas"]["GridFiguresOut"];
            };
            /**
             * Before
             * @description figures of the changed grids
             */
            readonly before: {
                readonly [key: string]: components["schemas"]["GridFiguresOut"];
            };
            readonly edit: components["schemas"]["EditOut"];
            /** @description the changed grids */
            readonly net: components["schemas"]["DrawnNetOut"];
            /** Noded */
            readonly noded: readonly string[];
            readonly plan: components["schemas"]["PlanOut"];
        };
        /**
         * ElementCountOut
         * @description How many of a kind, and of groups of people how many people.
         */
        readonly ElementCountOut: {
            /** Category */
            readonly category: string;
            /** Elements */
            readonly elements: number;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** People */
            readonly people: number | null;
        };
        /**
         * ElementIn
         * @description An element. Its place: lon and lat in WGS 84, else a building, else a grid.
         * @example {
         *       "kind": "camera",
         *       "lat": 35.5,
         *       "lon": 112.85,
         *       "name": "东大街路口1号"
         *     }
         */
        readonly ElementIn: {
            /** Building */
            readonly building?: string | null;
            /**
             * Count
             * @description how many people, of a group
             */
            readonly count?: number | null;
            /**
             * Fields
             * @default {}
             */
            readonly fields?: {
                readonly [key: string]: unknown;
            };
            /** Grid */
            readonly grid?: string | null;
            /** Kind */
            readonly kind: string;
            /** Lat */
            readonly lat?: number | null;
            /** Lon */
            readonly lon?: number | null;
            /**
             * Name
             * @description none for a group of people
             * @default
             */
            readonly name?: string;
            /**
             * Source
             * @default
             */
            readonly source?: string;
            /**
             * Valid From
             * @description since when, with its time zone; else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * ElementOut
         * @description One element with the department of its matter and the person on its ground; lon, lat in WGS 84.
         */
        readonly ElementOut: {
            /** Building */
            readonly building: string | null;
            /** Category */
            readonly category: string;
            /** Code */
            readonly code: string;
            /** Compound */
            readonly compound: string | null;
            /** Count */
            readonly count: number | null;
            readonly department: components["schemas"]["PartyOut"] | null;
            /** Feature */
            readonly feature: string | null;
            /** Fields */
            readonly fields: {
                readonly [key: string]: unknown;
            };
            /** Grid */
            readonly grid: string | null;
            /** Kind */
            readonly kind: string;
            /** Kind Name */
            readonly kind_name: string;
            /** Lat */
            readonly lat: number | null;
            /** Lon */
            readonly lon: number | null;
            /** Matter */
            readonly matter: string | null;
            /** Name */
            readonly name: string;
            readonly person: components["schemas"]["PartyOut"] | null;
            /** Source */
            readonly source: string;
        };
        /**
         * ElementsOut
         * @description Elements by code, and how many there are of each kind.
         */
        readonly ElementsOut: {
            /** Counts */
            readonly counts: readonly components["schemas"]["ElementCountOut"][];
            /** Elements */
            readonly elements: readonly components["schemas"]["ElementOut"][];
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /** Total */
            readonly total: number;
        };
        /**
         * EmergingOut
         * @description How a grid came to be hot or cold. steps, by bucket: 1 hot, -1 cold.
         */
        readonly EmergingOut: {
            /** Cold */
            readonly cold: string | null;
            /** Counts */
            readonly counts: readonly number[];
            /** Grid */
            readonly grid: string;
            /** Hot */
            readonly hot: string | null;
            /** Name */
            readonly name: string;
            /** Steps */
            readonly steps: readonly (-1 | 0 | 1)[];
            /** Trend */
            readonly trend: number;
        };
        /**
         * EmergingsOut
         * @description Grids with a history of being hot or cold.
         */
        readonly EmergingsOut: {
            /** Area */
            readonly area: string | null;
            /** Emerging */
            readonly emerging: readonly components["schemas"]["EmergingOut"][];
            /**
             * From
             * Format: date
             */
            readonly from: string;
            /** Incidents */
            readonly incidents: number;
            /** Matter */
            readonly matter: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * To
             * Format: date
             */
            readonly to: string;
        };
        /**
         * EventOut
         * @description One step of a plan.
         */
        readonly EventOut: {
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Note */
            readonly note: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "draft" | "submitted" | "reviewed" | "approved" | "published" | "returned" | "withdrawn";
            /** Step */
            readonly step: string;
        };
        /**
         * Extent
         * @description Extent model.
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/extent.yaml
         */
        readonly Extent: {
            readonly spatial?: components["schemas"]["Spatial"] | null;
            readonly temporal?: components["schemas"]["Temporal"] | null;
        };
        /**
         * FaultOut
         * @description Something of a row that was left out.
         */
        readonly FaultOut: {
            /** Field */
            readonly field: string;
            /** Reason */
            readonly reason: string;
            /** Row */
            readonly row: number;
            /** Value */
            readonly value: string;
        };
        /**
         * FeatureOut
         * @description A road, river or the like at the point, its head (路长, 河长) and the department of its own.
         */
        readonly FeatureOut: {
            /** Code */
            readonly code: string;
            /** Kind */
            readonly kind: string;
            readonly lead: components["schemas"]["PartyOut"] | null;
            readonly leader: components["schemas"]["PartyOut"] | null;
            /** Name */
            readonly name: string;
        };
        /**
         * FiguresOut
         * @description How much there is in a place.
         */
        readonly FiguresOut: {
            /**
             * Area M2
             * @description in the district's metric CRS
             */
            readonly area_m2: number | null;
            /** Buildings */
            readonly buildings: number;
            /** Grids */
            readonly grids: number;
            /** Households */
            readonly households: number;
        };
        /**
         * FilingIn
         * @description 备案: the paper under which a publication is filed.
         */
        readonly FilingIn: {
            /**
             * Filed On
             * Format: date
             */
            readonly filed_on: string;
            /**
             * Note
             * @default
             */
            readonly note?: string;
            /**
             * Number
             * @example 城网备〔2026〕3号
             */
            readonly number: string;
        };
        /**
         * FilingOut
         * @description A filing record; of several the last one counts.
         */
        readonly FilingOut: {
            /**
             * Filed On
             * Format: date
             */
            readonly filed_on: string;
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Note */
            readonly note: string;
            /** Number */
            readonly number: string;
        };
        /**
         * FindingOut
         * @description Something about the file or many of its rows.
         */
        readonly FindingOut: {
            /** Blocks */
            readonly blocks: boolean;
            /** Code */
            readonly code: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Message */
            readonly message: string;
            /** Rows */
            readonly rows: readonly number[];
        };
        /**
         * FirstAdministratorIn
         * @description Who comes in by the link for the first administrator.
         */
        readonly FirstAdministratorIn: {
            /**
             * Name
             * @example admin
             */
            readonly name: string;
            /** Password */
            readonly password: string;
            /**
             * Token
             * @description what follows `#welcome=` in the link
             */
            readonly token: string;
        };
        /**
         * FoundIn
         * @description 社区居委会增设: whole grids become a community and get its codes. In plans of the kind community.
         */
        readonly FoundIn: {
            /**
             * Community
             * @description its code; without it the next free one of the street
             */
            readonly community?: string | null;
            /** Grids */
            readonly grids: readonly string[];
            /**
             * Kind
             * @description 待设: a placeholder area, without a committee
             * @default 居
             * @enum {string}
             */
            readonly kind?: "居" | "村" | "待设";
            /**
             * Name
             * @example 凤栖社区
             */
            readonly name: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "found";
            /**
             * Street
             * @description needed where the grids are of several
             */
            readonly street?: string | null;
        };
        /**
         * GeometryCollection
         * @description GeometryCollection Model
         */
        readonly GeometryCollection: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Geometries */
            readonly geometries: readonly (components["schemas"]["Point"] | components["schemas"]["MultiPoint"] | components["schemas"]["LineString"] | components["schemas"]["MultiLineString"] | components["schemas"]["Polygon"] | components["schemas"]["MultiPolygon"] | components["schemas"]["GeometryCollection"])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "GeometryCollection";
        };
        /**
         * GeospatialData
         * @description Geospatial model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/geospatialData.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly GeospatialData: {
            /**
             * Attribution
             * @description Short reference to recognize the author or provider
             */
            readonly attribution?: string | null;
            readonly boundingBox?: components["schemas"]["BoundingBox"] | null;
            readonly created?: components["schemas"]["TimeStamp"] | null;
            /** CRS */
            readonly crs?: components["schemas"]["CRS"] | null;
            /**
             * Datatype
             * @description Type of data represented in the tileset
             * @enum {string}
             */
            readonly dataType: "map" | "vector" | "coverage";
            /**
             * Description
             * @description Brief narrative description of this tile matrix set, normally available for display to a human
             */
            readonly description?: string | null;
            /**
             * Epoch
             * @description Epoch of the Coordinate Reference System (CRS)
             */
            readonly epoch?: number | null;
            /**
             * Featuretype
             * @description Feature type identifier. Only applicable to layers of datatype 'geometries'
             */
            readonly featureType?: string | null;
            /**
             * Geodataclasses
             * @description URI identifying a class of data contained in this layer (useful to determine compatibility with styles or processes)
             */
            readonly geoDataClasses?: readonly string[] | null;
            /**
             * Geometrydimension
             * @description The geometry dimension of the features shown in this layer (0: points, 1: curves, 2: surfaces, 3: solids), unspecified: mixed or unknown
             */
            readonly geometryDimension?: number | null;
            /**
             * Id
             * @description Unique identifier of the Layer. Implementation of 'identifier'
             */
            readonly id: string;
            /**
             * Keywords
             * @description Unordered list of one or more commonly used or formalized word(s) or phrase(s) used to describe this layer
             */
            readonly keywords?: string | null;
            /**
             * License
             * @description License applicable to the tiles
             */
            readonly license?: string | null;
            /**
             * Links
             * @description Links related to this layer. Possible link 'rel' values are: 'geodata' for a URL pointing to the collection of geospatial data.
             */
            readonly links?: readonly components["schemas"]["Link"][] | null;
            /**
             * Maxcellsize
             * @description Maximum cell size for usage of the layer
             */
            readonly maxCellSize?: number | null;
            /**
             * Maxscaledenominator
             * @description Maximum scale denominator for usage of the layer
             */
            readonly maxScaleDenominator?: number | null;
            /**
             * Maxtilematrix
             * @description TileMatrix identifier associated with the minScaleDenominator
             */
            readonly maxTileMatrix?: string | null;
            /**
             * Mincellsize
             * @description Minimum cell size for usage of the layer
             */
            readonly minCellSize?: number | null;
            /**
             * Minscaledenominator
             * @description Minimum scale denominator for usage of the layer
             */
            readonly minScaleDenominator?: number | null;
            /**
             * Mintilematrix
             * @description TileMatrix identifier associated with the maxScaleDenominator
             */
            readonly minTileMatrix?: string | null;
            /**
             * Pointofcontact
             * @description Useful information to contact the authors or custodians for the layer (e.g. e-mail address, a physical address,  phone numbers, etc)
             */
            readonly pointOfContact?: string | null;
            readonly propertiesSchema?: components["schemas"]["PropertiesSchema"] | null;
            /**
             * Publisher
             * @description Organization or individual responsible for making the layer available
             */
            readonly publisher?: string | null;
            readonly style?: components["schemas"]["Style"] | null;
            /**
             * Theme
             * @description Category where the layer can be grouped
             */
            readonly theme?: string | null;
            /**
             * Title
             * @description Title of this tile matrix set, normally used for display to a human
             */
            readonly title?: string | null;
            readonly updated?: components["schemas"]["TimeStamp"] | null;
        };
        /**
         * GridChangeOut
         * @description A grid that changes.
         */
        readonly GridChangeOut: {
            readonly after: components["schemas"]["SideOut"] | null;
            readonly before: components["schemas"]["SideOut"] | null;
            /**
             * Change
             * @enum {string}
             */
            readonly change: "changed" | "new" | "retired" | "renamed";
            /** Children */
            readonly children: readonly components["schemas"]["ShareOut"][];
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string;
            /** Group */
            readonly group: string | null;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Parents */
            readonly parents: readonly components["schemas"]["ShareOut"][];
            readonly stack: components["schemas"]["StackOut"] | null;
        };
        /**
         * GridFiguresOut
         * @description One grid: area in m², perimeter in m, compactness 4πA/P², parts: pieces of ground.
         */
        readonly GridFiguresOut: {
            /** Area M2 */
            readonly area_m2: number;
            /** Buildings */
            readonly buildings: number;
            /** Compactness */
            readonly compactness: number;
            /** Households */
            readonly households: number;
            /** Parts */
            readonly parts: number;
            /** Perimeter M */
            readonly perimeter_m: number;
        };
        /**
         * GridHistoryOut
         * @description The life of one grid. Each version has its shape as GeoJSON (WGS 84) under `geometry`.
         */
        readonly GridHistoryOut: {
            /**
             * Children
             * @description to whom its ground went
             */
            readonly children: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Code */
            readonly code: string;
            /**
             * Parents
             * @description whose ground it got, at which net version
             */
            readonly parents: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Retired At */
            readonly retired_at: string | null;
            /**
             * Versions
             * @description by their valid period; recorded: since when known
             */
            readonly versions: readonly {
                readonly [key: string]: unknown;
            }[];
        };
        /**
         * GridOut
         * @description A grid, and who answers for it.
         */
        readonly GridOut: {
            /**
             * Areas
             * @description the areas that hold it, the nearest first
             */
            readonly areas: readonly components["schemas"]["PlaceRef"][];
            /**
             * Bounds
             * @description west, south, east, north
             */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /** Children */
            readonly children: readonly components["schemas"]["PlaceRef"][];
            /**
             * Code
             * @example 140502006022
             */
            readonly code: string;
            readonly counts: components["schemas"]["FiguresOut"];
            /**
             * Geometry
             * @description GeoJSON, with geometry=true
             */
            readonly geometry?: {
                readonly [key: string]: unknown;
            } | null;
            /** Group */
            readonly group: string | null;
            /** Host */
            readonly host: string | null;
            /** Kind */
            readonly kind: string;
            /**
             * Label
             * @description lon, lat of the middle of its widest part
             */
            readonly label: readonly [
                number,
                number
            ] | null;
            /**
             * Level
             * @example community
             */
            readonly level: string;
            /**
             * Name
             * @example 笔峰寺社区
             */
            readonly name: string;
            /** Net Version */
            readonly net_version: number | null;
            /**
             * Owner
             * @description as in the answer of /v1/lookup
             */
            readonly owner: {
                readonly [key: string]: unknown;
            } | null;
            /** Parent */
            readonly parent: string | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * Valid
             * @description half-open
             */
            readonly valid: readonly [
                string | null,
                string | null
            ];
        };
        /**
         * GridSidesOut
         * @description 四至 of a grid.
         */
        readonly GridSidesOut: {
            /** Code */
            readonly code: string;
            /**
             * Sides
             * @description 东, 西, 南, 北 → name, metres and share of the side, the longest first
             */
            readonly sides: {
                readonly [key: string]: readonly {
                    readonly [key: string]: unknown;
                }[];
            };
            /**
             * Text
             * @description 东至…，西至…，南至…，北至…; null for a stacked grid, which has no ground
             */
            readonly text: string | null;
        };
        /**
         * GridTold
         * @description A grid in an answer.
         */
        readonly GridTold: {
            /** Area M2 */
            readonly area_m2: number | null;
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string;
            /** Group */
            readonly group: string | null;
            /** Host */
            readonly host: string | null;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Valid */
            readonly valid: readonly (string | null)[];
        };
        /**
         * GuideIn
         * @description Lines that drawn borders are led onto where these are near. Empty: none.
         */
        readonly GuideIn: {
            /**
             * Lines
             * @description those of a file
             */
            readonly lines?: readonly {
                readonly [key: string]: unknown;
            }[];
            /**
             * To
             * @description road (every kind of road), river or another kind of feature, building, feature:CODE, plan:CODE (the grids of another plan), line:CODE (a department's own net)
             * @example [
             *       "road",
             *       "river"
             *     ]
             */
            readonly to?: readonly string[];
            /**
             * Tolerance M
             * @description in metres; else 20
             */
            readonly tolerance_m?: number | null;
        };
        /**
         * HandOverIn
         * @description All duties of one party go to another.
         */
        readonly HandOverIn: {
            /** From Party */
            readonly from_party: string;
            /** To Party */
            readonly to_party: string;
            /**
             * Valid From
             * @description else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * HealthOut
         * @description Whether this process can answer.
         */
        readonly HealthOut: {
            /** Database */
            readonly database: boolean;
            /** Net Version */
            readonly net_version: number | null;
            /**
             * Status
             * @description stale: the last net still answers; empty: there is none
             * @enum {string}
             */
            readonly status: "ok" | "stale" | "empty";
        };
        /**
         * HitOut
         * @description One place, party or matter that the text may mean.
         */
        readonly HitOut: {
            /** Bounds */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /** Code */
            readonly code: string;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "area" | "grid" | "building" | "address" | "compound" | "crossing" | "road" | "feature" | "party" | "matter";
            /** Label */
            readonly label: string;
            /** Lat */
            readonly lat: number | null;
            /** Lon */
            readonly lon: number | null;
            /** Name */
            readonly name: string;
            /** @description of a party: a grid or an area that it answers for */
            readonly place?: components["schemas"]["PlaceRef"] | null;
            /**
             * Role
             * @description of a party, at `place`
             */
            readonly role?: string | null;
        };
        /**
         * HotSpotOut
         * @description A grid hotter or colder than expected; q: the share of such findings that chance would make.
         */
        readonly HotSpotOut: {
            /** Count */
            readonly count: number;
            /** Expected */
            readonly expected: number;
            /** Grid */
            readonly grid: string;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "hot" | "cold";
            /** Moran */
            readonly moran: string;
            /** Name */
            readonly name: string;
            /** Q */
            readonly q: number;
            /** Z */
            readonly z: number;
        };
        /**
         * HotSpotsOut
         * @description Hot and cold grids, the surest first.
         */
        readonly HotSpotsOut: {
            /** Area */
            readonly area: string | null;
            /**
             * From
             * Format: date
             */
            readonly from: string;
            /** Hotspots */
            readonly hotspots: readonly components["schemas"]["HotSpotOut"][];
            /** Incidents */
            readonly incidents: number;
            /** Matter */
            readonly matter: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * To
             * Format: date
             */
            readonly to: string;
        };
        /**
         * ImportReportOut
         * @description The report of a dry run, or of what was imported.
         */
        readonly ImportReportOut: {
            /** Committed */
            readonly committed: boolean;
            readonly coverage: components["schemas"]["CoverageOut"];
            /** Encoding */
            readonly encoding: string | null;
            /** File */
            readonly file: string;
            /** Findings */
            readonly findings: readonly components["schemas"]["FindingOut"][];
            /** Format */
            readonly format: string;
            /** Frame */
            readonly frame: string | null;
            /** Kind */
            readonly kind: string;
            /** Layer */
            readonly layer: string | null;
            /** Mapping */
            readonly mapping: {
                readonly [key: string]: string;
            };
            /** May Commit */
            readonly may_commit: boolean;
            /** Net Version */
            readonly net_version: number | null;
            /** Reasons To Stop */
            readonly reasons_to_stop: readonly string[];
            /** Refused */
            readonly refused: readonly components["schemas"]["RefusedRowOut"][];
            readonly rows: components["schemas"]["ImportRowsOut"];
            /** Sha256 */
            readonly sha256: string;
            /** Tally */
            readonly tally: {
                readonly [key: string]: number;
            };
        };
        /**
         * ImportRowsOut
         * @description How many rows.
         */
        readonly ImportRowsOut: {
            /** Accepted */
            readonly accepted: number;
            /** Duplicate */
            readonly duplicate: number;
            /** Read */
            readonly read: number;
            /** Refused */
            readonly refused: number;
        };
        /**
         * IncidentOut
         * @description One incident; words and persons only for roles of its area. Instants in the district's time zone.
         */
        readonly IncidentOut: {
            /** Areas */
            readonly areas: readonly string[];
            /** Building */
            readonly building: string | null;
            /** Description */
            readonly description: string | null;
            /** Due At */
            readonly due_at: string | null;
            /** External Ref */
            readonly external_ref: string | null;
            /**
             * Grid
             * @description when it happened
             */
            readonly grid: string | null;
            /** Grid Now */
            readonly grid_now: string | null;
            /** Happened At */
            readonly happened_at: string;
            /** Level */
            readonly level: string | null;
            /**
             * Light
             * @description of the limit of the step
             */
            readonly light: ("green" | "yellow" | "red") | null;
            /** Matter */
            readonly matter: string;
            /** Matter Name */
            readonly matter_name: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Number */
            readonly number: string;
            readonly owner: components["schemas"]["IncidentOwnerOut"];
            /** @description whose step is next */
            readonly party: components["schemas"]["NamedPartyOut"] | null;
            readonly place: components["schemas"]["IncidentPlaceOut"];
            /** Recorded At */
            readonly recorded_at: string;
            /** Recorded By */
            readonly recorded_by: string | null;
            /** Resolved At */
            readonly resolved_at: string | null;
            /** Source */
            readonly source: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "collected" | "filed" | "dispatched" | "handled" | "checked" | "closed" | "suspended" | "disputed" | "rejected" | "void" | "merged";
            /** Step Due At */
            readonly step_due_at: string | null;
            /** Step Since */
            readonly step_since: string | null;
        };
        /**
         * IncidentOwnerOut
         * @description Who answered for the place when it happened.
         */
        readonly IncidentOwnerOut: {
            readonly department: components["schemas"]["NamedPartyOut"] | null;
            readonly leader: components["schemas"]["NamedPartyOut"] | null;
        };
        /**
         * IncidentPlaceOut
         * @description Where it happened, WGS 84; the address for roles of the area only.
         */
        readonly IncidentPlaceOut: {
            /** Accuracy M */
            readonly accuracy_m: number | null;
            /** Address */
            readonly address: string | null;
            /**
             * Datum
             * @constant
             */
            readonly datum: "wgs84";
            /** Lat */
            readonly lat: number;
            /** Lon */
            readonly lon: number;
        };
        /**
         * IncidentWarningOut
         * @description What a sender should know of an incident that was taken.
         */
        readonly IncidentWarningOut: {
            /**
             * Code
             * @enum {string}
             */
            readonly code: "outside_net" | "vacant" | "possible_duplicate";
            /**
             * Numbers
             * @description of those that may be the same
             */
            readonly numbers?: readonly string[];
            /** Text */
            readonly text: string;
        };
        /**
         * IncidentsOut
         * @description Incidents, the latest first.
         */
        readonly IncidentsOut: {
            /** Incidents */
            readonly incidents: readonly components["schemas"]["IncidentOut"][];
            /** Net Version */
            readonly net_version: number | null;
            /**
             * Next
             * @description as `before` of the page that follows
             */
            readonly next: string | null;
        };
        /**
         * Item
         * @description Item model
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/featureGeoJSON.yaml
         */
        readonly Item: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Geometry */
            readonly geometry: (components["schemas"]["Point"] | components["schemas"]["MultiPoint"] | components["schemas"]["LineString"] | components["schemas"]["MultiLineString"] | components["schemas"]["Polygon"] | components["schemas"]["MultiPolygon"] | components["schemas"]["GeometryCollection"]) | null;
            /** Id */
            readonly id?: number | string | null;
            /** Links */
            readonly links?: readonly components["schemas"]["Link"][] | null;
            /** Properties */
            readonly properties: {
                readonly [key: string]: unknown;
            } | components["schemas"]["BaseModel"] | null;
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * Items
         * @description Items model
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/featureCollectionGeoJSON.yaml
         */
        readonly Items: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Description */
            readonly description?: string | null;
            /** Features */
            readonly features: readonly components["schemas"]["Item"][];
            /** Id */
            readonly id: string;
            /** Keywords */
            readonly keywords?: readonly string[] | null;
            /** Links */
            readonly links?: readonly components["schemas"]["Link"][] | null;
            /** Numbermatched */
            readonly numberMatched?: number | null;
            /** Numberreturned */
            readonly numberReturned?: number | null;
            /** Timestamp */
            readonly timeStamp?: string | null;
            /** Title */
            readonly title?: string | null;
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * JobOut
         * @description A job without its result.
         */
        readonly JobOut: {
            /** Attempts */
            readonly attempts: number;
            /** Code */
            readonly code: string;
            /** Ended At */
            readonly ended_at: string | null;
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Problem */
            readonly problem: {
                readonly [key: string]: unknown;
            };
            /** Progress */
            readonly progress: {
                readonly [key: string]: unknown;
            };
            /** Request */
            readonly request: {
                readonly [key: string]: unknown;
            };
            /**
             * State
             * @enum {string}
             */
            readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
        };
        /**
         * KeeperOut
         * @description The party for which the account acts.
         */
        readonly KeeperOut: {
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string;
            /** Post */
            readonly post: string;
        };
        /**
         * KeptBuildingOut
         * @description A building that the party keeps.
         */
        readonly KeptBuildingOut: {
            /** Address */
            readonly address: string | null;
            /** Code */
            readonly code: string;
            /** Grid */
            readonly grid: string | null;
            /** Households */
            readonly households: number | null;
            /** Name */
            readonly name: string;
        };
        /**
         * KeptGridOut
         * @description A grid that the party keeps.
         */
        readonly KeptGridOut: {
            /** Code */
            readonly code: string;
            /** Last Visit */
            readonly last_visit: string | null;
            /** Name */
            readonly name: string;
            /** Role */
            readonly role: string;
        };
        /**
         * KeyIn
         * @description A key for another system.
         */
        readonly KeyIn: {
            /**
             * Area
             * @description confined to this area and its children
             */
            readonly area?: string | null;
            /**
             * Datum
             * @description what a bare lon/lat of this system means
             */
            readonly datum?: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /**
             * Days
             * @description until it expires
             * @default 365
             */
            readonly days?: number;
            /**
             * Name
             * @example 12345-hotline
             */
            readonly name: string;
            /**
             * Party
             * @description for which it acts in the flow of incidents
             */
            readonly party?: string | null;
            /**
             * Per Minute
             * @description requests; a batch is one
             * @default 600
             */
            readonly per_minute?: number;
            /**
             * Role
             * @example dispatcher
             */
            readonly role: string;
        };
        /**
         * KeyOut
         * @description A key, without its secret half.
         */
        readonly KeyOut: {
            /** Area */
            readonly area: string | null;
            /**
             * Code
             * @description the public half, by which it is revoked
             */
            readonly code: string;
            /** Datum */
            readonly datum: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /**
             * Expires At
             * Format: date-time
             */
            readonly expires_at: string;
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string | null;
            /** Per Minute */
            readonly per_minute: number;
            /** Revoked At */
            readonly revoked_at: string | null;
            /** Role */
            readonly role: string;
        };
        /**
         * KindIn
         * @description A kind of element.
         */
        readonly KindIn: {
            /**
             * Category
             * @enum {string}
             */
            readonly category: "people" | "place" | "thing" | "organisation" | "document";
            /**
             * Fields
             * @description JSON Schema of one flat object: properties with type, title, enum, minimum, maximum, minLength, maxLength, format; and required
             * @default {}
             * @example {
             *       "properties": {
             *         "online": {
             *           "title": "在线",
             *           "type": "boolean"
             *         }
             *       }
             *     }
             */
            readonly fields?: {
                readonly [key: string]: unknown;
            };
            /**
             * Matter
             * @description who leads it answers
             * @example 2201
             */
            readonly matter: string;
            /**
             * Name
             * @example 监控探头
             */
            readonly name: string;
            /**
             * Sensitive
             * @description shown only to those who see persons there
             * @default false
             */
            readonly sensitive?: boolean;
        };
        /**
         * Landing
         * @description Landing page model.
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/landingPage.yaml
         */
        readonly Landing: {
            /** Description */
            readonly description?: string | null;
            /** Links */
            readonly links: readonly components["schemas"]["Link"][];
            /** Title */
            readonly title?: string | null;
        };
        /**
         * LayerJSON
         * @description https://github.com/mapbox/tilejson-spec/tree/master/3.0.0#33-vector_layers
         */
        readonly LayerJSON: {
            /** Description */
            readonly description?: string | null;
            /** Fields */
            readonly fields?: {
                readonly [key: string]: unknown;
            };
            /** Id */
            readonly id: string;
            /** Maxzoom */
            readonly maxzoom?: number | null;
            /** Minzoom */
            readonly minzoom?: number | null;
        };
        /**
         * LeadOut
         * @description The lead department of one matter, and by which class and place it was found.
         */
        readonly LeadOut: {
            /** By Matter */
            readonly by_matter: string | null;
            readonly lead: components["schemas"]["PartyOut"] | null;
            /** Limit Hours */
            readonly limit_hours: number | null;
            /** Name */
            readonly name: string;
        };
        /**
         * LeaveIn
         * @description A person is away.
         */
        readonly LeaveIn: {
            /**
             * Reason
             * @default
             */
            readonly reason?: string;
            /**
             * Valid From
             * Format: date-time
             */
            readonly valid_from: string;
            /**
             * Valid To
             * Format: date-time
             * @description when the person is back
             */
            readonly valid_to: string;
        };
        /**
         * LineString
         * @description LineString Model
         */
        readonly LineString: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: readonly (components["schemas"]["Position2D"] | components["schemas"]["Position3D"])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "LineString";
        };
        /**
         * Link
         * @description Link model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/common-core/link.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly Link: {
            /**
             * Href
             * @description Supplies the URI to a remote resource (or resource fragment).
             * @example http://data.example.com/buildings/123
             */
            readonly href: string;
            /**
             * Hreflang
             * @description A hint indicating what the language of the result of dereferencing the link should be.
             * @example en
             */
            readonly hreflang?: string | null;
            /** Length */
            readonly length?: number | null;
            /**
             * Rel
             * @description The type or semantics of the relation.
             * @example alternate
             */
            readonly rel: string;
            /**
             * Templated
             * @description This flag set to true if the link is a URL template.
             */
            readonly templated?: boolean | null;
            /**
             * Title
             * @description Used to label the destination of a link such that it can be used as a human-readable identifier.
             * @example Trierer Strasse 70, 53115 Bonn
             */
            readonly title?: string | null;
            /**
             * @description A hint indicating what the media type of the result of dereferencing the link should be.
             * @example application/geo+json
             */
            readonly type?: components["schemas"]["MediaType"] | null;
            /**
             * Varbase
             * @description A base path to retrieve semantic information about the variables used in URL template.
             * @example /ogcapi/vars/
             */
            readonly varBase?: string | null;
        };
        /**
         * LookupOut
         * @description Who answers for a place, and whom to call.
         */
        readonly LookupOut: {
            readonly acting: components["schemas"]["ActingOut"] | null;
            /** Areas */
            readonly areas: readonly components["schemas"]["AreaTold"][];
            readonly building: components["schemas"]["BuildingOut"] | null;
            /** By Matter */
            readonly by_matter: {
                readonly [key: string]: components["schemas"]["LeadOut"];
            };
            /** Call */
            readonly call: readonly components["schemas"]["CallOut"][];
            /** Candidates */
            readonly candidates: readonly components["schemas"]["CandidateOut"][];
            readonly feature: components["schemas"]["FeatureOut"] | null;
            readonly grid: components["schemas"]["GridTold"] | null;
            readonly ground_grid: components["schemas"]["GridTold"] | null;
            /** Last Updated */
            readonly last_updated: string | null;
            readonly match: components["schemas"]["MatchOut"];
            readonly micro: components["schemas"]["MicroOut"] | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Next Change At */
            readonly next_change_at: string | null;
            readonly owner: components["schemas"]["OwnerOut"];
            /** Query */
            readonly query: {
                readonly [key: string]: unknown;
            };
            /** Stale */
            readonly stale: boolean;
            /**
             * Status
             * @enum {string}
             */
            readonly status: "owned" | "needs_part" | "ambiguous" | "vacant" | "fallback" | "outside" | "not_yet_in_force" | "retired";
            readonly suggestion: components["schemas"]["SuggestionOut"] | null;
            /** Warnings */
            readonly warnings: readonly components["schemas"]["WarningOut"][];
            /** Why */
            readonly why: readonly string[];
        };
        /**
         * MatchOut
         * @description How the place was found.
         */
        readonly MatchOut: {
            /** Metres To Border */
            readonly metres_to_border: number | null;
            /** Neighbour */
            readonly neighbour: string | null;
            /**
             * Via
             * @enum {string}
             */
            readonly via: "grid" | "building" | "address" | "nearest" | "area" | "none";
        };
        /**
         * MatterIn
         * @description A class of affairs.
         */
        readonly MatterIn: {
            /**
             * Limit Hours
             * @description working hours
             */
            readonly limit_hours?: number | null;
            /** Name */
            readonly name: string;
            /** Parent Code */
            readonly parent_code?: string | null;
            /**
             * Public Space
             * @default false
             */
            readonly public_space?: boolean;
            /**
             * Sensitive
             * @default false
             */
            readonly sensitive?: boolean;
        };
        /**
         * MatterOut
         * @description A class of affairs.
         */
        readonly MatterOut: {
            /** Code */
            readonly code: string;
            /** Limit Hours */
            readonly limit_hours: number | null;
            /** Name */
            readonly name: string;
            /** Parent */
            readonly parent: string | null;
            /** Public Space */
            readonly public_space: boolean;
            /** Sensitive */
            readonly sensitive: boolean;
        };
        /**
         * MattersOut
         * @description The tree of matters by code.
         */
        readonly MattersOut: {
            /** Matters */
            readonly matters: readonly components["schemas"]["MatterOut"][];
        };
        /**
         * MeantOut
         * @description A place that a text may mean; lon and lat in WGS 84, unless `datum` is empty.
         */
        readonly MeantOut: {
            /**
             * Because
             * @description reason codes, the strongest first
             */
            readonly because: readonly string[];
            /** Code */
            readonly code: string;
            /** Datum */
            readonly datum: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "building" | "compound" | "crossing" | "road" | "feature" | "area" | "point";
            /** Lat */
            readonly lat: number;
            /** Lon */
            readonly lon: number;
            /** Name */
            readonly name: string;
            /** Part */
            readonly part: string | null;
        };
        /**
         * MediaType
         * @description Responses Media types formerly known as MIME types.
         * @enum {string}
         */
        readonly MediaType: "application/xml" | "application/json" | "application/ndjson" | "application/geo+json" | "application/geo+json-seq" | "application/schema+json" | "text/html" | "text/plain" | "text/csv" | "application/vnd.oai.openapi+json;version=3.0" | "application/vnd.oai.openapi;version=3.0" | "application/x-protobuf" | "application/vnd.mapbox-vector-tile";
        /**
         * MergeIn
         * @description Merge grids; without `keep` the code of the one with most households survives.
         */
        readonly MergeIn: {
            /** Grids */
            readonly grids: readonly string[];
            /** Keep */
            readonly keep?: string | null;
            /**
             * Operation
             * @constant
             */
            readonly operation: "merge";
        };
        /**
         * MicroIn
         * @description 微网格: a list of buildings or parts inside one grid with its 微网格长. An empty one is dissolved.
         */
        readonly MicroIn: {
            /**
             * Buildings
             * @description a building's code, or code/part
             * @example [
             *       "H6/2"
             *     ]
             */
            readonly buildings: readonly string[];
            /** Grid */
            readonly grid: string;
            /**
             * Micro
             * @description code of the list, within its grid
             */
            readonly micro: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "micro";
            /** Party */
            readonly party?: string | null;
        };
        /**
         * MicroOut
         * @description The 微网格 of the building or part, and who leads it. It does not change the owner.
         */
        readonly MicroOut: {
            /** Code */
            readonly code: string;
            readonly leader: components["schemas"]["PartyOut"];
        };
        /**
         * MineOut
         * @description Grids, buildings and tasks of an account's party.
         */
        readonly MineOut: {
            /** Buildings */
            readonly buildings: readonly components["schemas"]["KeptBuildingOut"][];
            /** Buildings Count */
            readonly buildings_count: number;
            /** Grids */
            readonly grids: readonly components["schemas"]["KeptGridOut"][];
            /** Net Version */
            readonly net_version: number | null;
            readonly party: components["schemas"]["KeeperOut"] | null;
            /**
             * Tasks
             * @description the soonest due first
             */
            readonly tasks: readonly components["schemas"]["TaskOut"][];
        };
        /**
         * MoveNodeIn
         * @description Move a vertex of a border; it is found within two metres of `node`.
         */
        readonly MoveNodeIn: {
            /** Node */
            readonly node: readonly [
                number,
                number
            ];
            /**
             * Operation
             * @constant
             */
            readonly operation: "move_node";
            /** To */
            readonly to: readonly [
                number,
                number
            ];
        };
        /**
         * MovedBuildingOut
         * @description A building that belongs to another grid.
         */
        readonly MovedBuildingOut: {
            /** Code */
            readonly code: string;
            /** From */
            readonly from: string | null;
            /** Households */
            readonly households: number;
            /** Name */
            readonly name: string;
            /** To */
            readonly to: string | null;
        };
        /**
         * MovedPostOut
         * @description A post that is handed over, given or ended.
         */
        readonly MovedPostOut: {
            /** From */
            readonly from: string | null;
            /** Matter */
            readonly matter: string;
            /** Party */
            readonly party: string;
            /** Role */
            readonly role: string;
            /** To */
            readonly to: string | null;
        };
        /**
         * MultiLineString
         * @description MultiLineString Model
         */
        readonly MultiLineString: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: readonly (readonly (components["schemas"]["Position2D"] | components["schemas"]["Position3D"])[])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "MultiLineString";
        };
        /**
         * MultiPoint
         * @description MultiPoint Model
         */
        readonly MultiPoint: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: readonly (components["schemas"]["Position2D"] | components["schemas"]["Position3D"])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "MultiPoint";
        };
        /**
         * MultiPolygon
         * @description MultiPolygon Model
         */
        readonly MultiPolygon: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: readonly (readonly (readonly (components["schemas"]["Position2D"] | components["schemas"]["Position3D"])[])[])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "MultiPolygon";
        };
        /**
         * NameIn
         * @description The name of a grid.
         */
        readonly NameIn: {
            /** Grid */
            readonly grid: string;
            /** Name */
            readonly name: string;
            /**
             * Operation
             * @constant
             */
            readonly operation: "name";
        };
        /**
         * NamedPartyOut
         * @description Who it is; both null for a person whom the asker may not know.
         */
        readonly NamedPartyOut: {
            /** Name */
            readonly name: string | null;
            /** Party */
            readonly party: string | null;
        };
        /**
         * NetCheckOut
         * @description What a check of a net found.
         */
        readonly NetCheckOut: {
            /**
             * Counts
             * @description findings by kind
             * @example {
             *       "gaps": 0,
             *       "overlaps": 1
             *     }
             */
            readonly counts: {
                readonly [key: string]: number;
            };
            /**
             * Faults
             * @description GeoJSON FeatureCollection: each finding with its kind, polygons, m² and width
             */
            readonly faults: {
                readonly [key: string]: unknown;
            };
            /**
             * Is Sound
             * @description nothing that breaks the net; slivers are warnings
             */
            readonly is_sound: boolean;
            /** Polygons */
            readonly polygons: number;
        };
        /**
         * NetFeatureOut
         * @description A GeoJSON feature.
         */
        readonly NetFeatureOut: {
            /** Geometry */
            readonly geometry: GeoJSON.Geometry | null;
            /** Id */
            readonly id: string;
            readonly properties: components["schemas"]["NetGridOut"];
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * NetGridOut
         * @description A grid of the net.
         */
        readonly NetGridOut: {
            /** Area M2 */
            readonly area_m2: number | null;
            /** Buildings */
            readonly buildings: number;
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string | null;
            /** Group */
            readonly group: string | null;
            /** Host */
            readonly host: string | null;
            /** Households */
            readonly households: number;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
        };
        /**
         * NetGridsOut
         * @description Grids by code.
         */
        readonly NetGridsOut: {
            /** Grids */
            readonly grids: readonly components["schemas"]["NetGridOut"][];
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
        };
        /**
         * NetShapesOut
         * @description Grids by code as GeoJSON in WGS 84.
         */
        readonly NetShapesOut: {
            /** Features */
            readonly features: readonly components["schemas"]["NetFeatureOut"][];
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * NetVersionOut
         * @description One published state of the net.
         */
        readonly NetVersionOut: {
            /**
             * Cause
             * @description import, plan or demo
             */
            readonly cause: string;
            /**
             * Changed
             * @description grids with a new shape, name or community, new ones among them
             */
            readonly changed: number;
            /**
             * Effective From
             * Format: date-time
             */
            readonly effective_from: string;
            /** Made By */
            readonly made_by: string;
            /** New */
            readonly new: number;
            /** Note */
            readonly note: string;
            /** Number */
            readonly number: number;
            /**
             * Plan
             * @description code of the plan that it came from
             */
            readonly plan: string | null;
            /**
             * Recorded At
             * Format: date-time
             */
            readonly recorded_at: string;
            /** Retired */
            readonly retired: number;
            /** Title */
            readonly title: string | null;
        };
        /**
         * NewKeyOut
         * @description A key as it is shown once.
         */
        readonly NewKeyOut: {
            /** Area */
            readonly area: string | null;
            /**
             * Code
             * @description the public half, by which it is revoked
             */
            readonly code: string;
            /** Datum */
            readonly datum: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /**
             * Expires At
             * Format: date-time
             */
            readonly expires_at: string;
            /**
             * Key
             * @description for the header 'Authorization: Bearer …'; it is not shown again
             */
            readonly key: string;
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string | null;
            /** Per Minute */
            readonly per_minute: number;
            /** Revoked At */
            readonly revoked_at: string | null;
            /** Role */
            readonly role: string;
        };
        /**
         * NoticeOut
         * @description What a publication changed in one community.
         */
        readonly NoticeOut: {
            /** Community */
            readonly community: string;
            /**
             * Effective From
             * Format: date-time
             */
            readonly effective_from: string;
            /** Id */
            readonly id: number;
            /** Name */
            readonly name: string;
            /** Net Version */
            readonly net_version: number;
            /** Plan */
            readonly plan: string | null;
            /** Title */
            readonly title: string | null;
            /** Told */
            readonly told: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * OwnerOut
         * @description Who answers: one leader, several staff, the lead department of the matter asked (or of `*`).
         */
        readonly OwnerOut: {
            readonly department: components["schemas"]["PartyOut"] | null;
            /** Deputies */
            readonly deputies: readonly components["schemas"]["PartyOut"][];
            readonly leader: components["schemas"]["PartyOut"] | null;
            /** Others */
            readonly others: readonly components["schemas"]["PartyOut"][];
            readonly property: components["schemas"]["PartyOut"] | null;
            readonly property_tier: components["schemas"]["PartyOut"] | null;
            /** Property Tiers */
            readonly property_tiers: readonly components["schemas"]["PartyOut"][];
            /** Staff */
            readonly staff: readonly components["schemas"]["PartyOut"][];
            /** Supporting */
            readonly supporting: readonly components["schemas"]["PartyOut"][];
        };
        /**
         * PartitionIn
         * @description What to divide, and how.
         */
        readonly PartitionIn: {
            /**
             * Bounds
             * @description the least and the most of each grid
             * @example [
             *       300,
             *       500
             *     ]
             */
            readonly bounds?: readonly [
                number,
                number
            ] | null;
            /**
             * Chosen
             * @description only these grids of the community, which hang together; all others stay as they are
             */
            readonly chosen?: readonly string[] | null;
            /**
             * Community
             * @example 140502006022
             */
            readonly community: string;
            /**
             * Grids
             * @description how many in place of those that may change; without grids and bounds as many as now
             */
            readonly grids?: number | null;
            /**
             * Keep Compounds
             * @description a compound (小区) stays in one grid where that can be
             * @default true
             */
            readonly keep_compounds?: boolean;
            /**
             * Locked
             * @description grids that stay as they are
             * @default []
             */
            readonly locked?: readonly string[];
            /**
             * Method
             * @description all but `balanced` are plain divisions, which look at no building
             * @default balanced
             * @enum {string}
             */
            readonly method?: "balanced" | "squares" | "hexagons" | "stations" | "blocks" | "compounds";
            /**
             * Plan
             * @description divide the ground as this plan leaves it
             */
            readonly plan?: string | null;
            /**
             * Points
             * @description stations, lon/lat in WGS 84
             */
            readonly points?: readonly (readonly [
                number,
                number
            ])[] | null;
            /**
             * Proposals
             * @default [
             *       "balance",
             *       "roads",
             *       "least_change"
             *     ]
             */
            readonly proposals?: readonly ("balance" | "roads" | "least_change")[];
            /**
             * Roads
             * @description for blocks: codes of the features that divide; else all
             */
            readonly roads?: readonly string[] | null;
            /**
             * Seed
             * @default 0
             */
            readonly seed?: number;
            /**
             * Side M
             * @description of squares and hexagons, metres
             */
            readonly side_m?: number | null;
            /**
             * Time Limit S
             * @default 180
             */
            readonly time_limit_s?: number;
            /**
             * Weigh
             * @description workload: hours a year for households, elements and incidents
             * @default households
             * @enum {string}
             */
            readonly weigh?: "households" | "residents" | "buildings" | "workload";
        };
        /**
         * PartitionOut
         * @description A job with what it has found so far. grids: those that the proposals take the place of.
         */
        readonly PartitionOut: {
            /** Attempts */
            readonly attempts: number;
            /** Code */
            readonly code: string;
            /** Ended At */
            readonly ended_at: string | null;
            /** Grids */
            readonly grids?: readonly string[];
            /** Left Out */
            readonly left_out?: {
                readonly [key: string]: string;
            };
            /**
             * Made At
             * Format: date-time
             */
            readonly made_at: string;
            /** Made By */
            readonly made_by: string;
            readonly preview?: components["schemas"]["PartitionPreviewOut"] | null;
            /** Problem */
            readonly problem: {
                readonly [key: string]: unknown;
            };
            /** Progress */
            readonly progress: {
                readonly [key: string]: unknown;
            };
            /** Proposals */
            readonly proposals?: readonly components["schemas"]["ProposalOut"][];
            /** Request */
            readonly request: {
                readonly [key: string]: unknown;
            };
            /**
             * State
             * @enum {string}
             */
            readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
        };
        /**
         * PartitionPreviewOut
         * @description The best so far of the proposal that is searched.
         */
        readonly PartitionPreviewOut: {
            /** Name */
            readonly name: string;
            readonly net: components["schemas"]["ProposedNetOut"];
            /** Number */
            readonly number: number;
        };
        /**
         * PartyIn
         * @description A person in office or an organisation.
         */
        readonly PartyIn: {
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "person" | "organisation";
            /** Name */
            readonly name: string;
            /**
             * Phone
             * @description of work
             * @default
             */
            readonly phone?: string;
            /**
             * Post
             * @default
             */
            readonly post?: string;
            /**
             * Valid From
             * @description since when it is so; else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * PartyOut
         * @description Somebody who answers, in a role at a place.
         */
        readonly PartyOut: {
            /** Away */
            readonly away: string | null;
            /** Code */
            readonly code: string;
            /** Contract Until */
            readonly contract_until: string | null;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Phone */
            readonly phone: string;
            /** Place */
            readonly place: string;
            /** Place Kind */
            readonly place_kind: string;
            /** Post */
            readonly post: string;
            /** Role */
            readonly role: string;
            /** Shift */
            readonly shift: string;
            /** Source */
            readonly source: string;
            /** Time */
            readonly time: string;
            /** Valid */
            readonly valid: readonly (string | null)[];
        };
        /**
         * PlaceIn
         * @description Where it really was.
         */
        readonly PlaceIn: {
            /** Accuracy M */
            readonly accuracy_m?: number | null;
            /**
             * Datum
             * @example gcj02
             */
            readonly datum?: string | null;
            /** Lat */
            readonly lat: number;
            /** Lon */
            readonly lon: number;
            /** Reason */
            readonly reason: string;
        };
        /**
         * PlaceRef
         * @description An area or grid, named.
         */
        readonly PlaceRef: {
            /**
             * Code
             * @example 140502006022
             */
            readonly code: string;
            /**
             * Level
             * @example community
             */
            readonly level: string;
            /**
             * Name
             * @example 笔峰寺社区
             */
            readonly name: string;
        };
        /**
         * PlanFeatureOut
         * @description A GeoJSON feature.
         */
        readonly PlanFeatureOut: {
            /**
             * Geometry
             * @description GeoJSON polygon, WGS 84
             */
            readonly geometry: GeoJSON.Polygon;
            /** Id */
            readonly id: string;
            readonly properties: components["schemas"]["PlanGridOut"];
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * PlanGridOut
         * @description A grid of a plan's scope, with the band for its households.
         */
        readonly PlanGridOut: {
            /** Area M2 */
            readonly area_m2: number;
            /**
             * Band
             * @description least and most households; null: none applies
             */
            readonly band: readonly [
                number,
                number
            ] | null;
            /** Buildings */
            readonly buildings: number;
            /** Changed */
            readonly changed: boolean;
            /** Code */
            readonly code: string;
            /** Community */
            readonly community: string;
            /** Compactness */
            readonly compactness: number;
            /** Group */
            readonly group: string | null;
            /** Households */
            readonly households: number;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Parts */
            readonly parts: number;
            /** Perimeter M */
            readonly perimeter_m: number;
        };
        /**
         * PlanIn
         * @description A new draft.
         */
        readonly PlanIn: {
            /**
             * Kind
             * @description boundary (区划调整) may move the borders of communities inside the scope; community (增设) founds one of whole grids
             * @default grids
             * @enum {string}
             */
            readonly kind?: "grids" | "boundary" | "community";
            /**
             * Note
             * @default
             */
            readonly note?: string;
            /**
             * Restore
             * @description begin with the net that the scope had at this instant, with its time zone
             */
            readonly restore?: string | null;
            /**
             * Scope
             * @description of a community, street or district
             * @example 140502006022
             */
            readonly scope: string;
            /** Title */
            readonly title: string;
        };
        /**
         * PlanNetOut
         * @description The grids in a plan's scope as GeoJSON in WGS 84.
         */
        readonly PlanNetOut: {
            /** Features */
            readonly features: readonly components["schemas"]["PlanFeatureOut"][];
            /** Stacked */
            readonly stacked: readonly components["schemas"]["StackedOut"][];
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * PlanOut
         * @description A plan. `version` is its ETag; every write names the one that it saw in If-Match.
         */
        readonly PlanOut: {
            /**
             * Applied
             * @description how many edits count; later ones were undone
             */
            readonly applied: number;
            /**
             * Base
             * @description the net version that it is drawn on
             */
            readonly base: number;
            /** Code */
            readonly code: string;
            /**
             * Created At
             * Format: date-time
             */
            readonly created_at: string;
            /** Created By */
            readonly created_by: string;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "grids" | "boundary" | "community";
            /** Note */
            readonly note: string;
            /**
             * Published
             * @description the net version that it became
             */
            readonly published: number | null;
            /** Scope */
            readonly scope: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "draft" | "submitted" | "reviewed" | "approved" | "published" | "returned" | "withdrawn";
            /** Title */
            readonly title: string;
            /**
             * Updated At
             * Format: date-time
             */
            readonly updated_at: string;
            /** Version */
            readonly version: number;
        };
        /**
         * PlanProblemOut
         * @description One thing to look at. place: lon, lat in WGS 84; size in `unit`; blocks: no publication with it.
         */
        readonly PlanProblemOut: {
            /** Blocks */
            readonly blocks: boolean;
            /**
             * Code
             * @enum {string}
             */
            readonly code: "crosses-community" | "crosses-compound" | "disconnected" | "gap" | "group-twice" | "host-retired" | "micro-apart" | "over-the-band" | "sliver" | "splits-building" | "too-narrow" | "too-small" | "under-the-band" | "vacant-leader";
            /** Detail */
            readonly detail: string;
            /** Grid */
            readonly grid: string;
            /** Place */
            readonly place: readonly [
                number,
                number
            ] | null;
            /**
             * Severity
             * @enum {string}
             */
            readonly severity: "error" | "warning";
            /** Size */
            readonly size: number | null;
            /** Unit */
            readonly unit: string;
        };
        /**
         * PlanWhole
         * @description A plan with its edits and steps.
         */
        readonly PlanWhole: {
            /**
             * Applied
             * @description how many edits count; later ones were undone
             */
            readonly applied: number;
            /**
             * Base
             * @description the net version that it is drawn on
             */
            readonly base: number;
            /** Code */
            readonly code: string;
            /** Comments */
            readonly comments: readonly components["schemas"]["CommentOut"][];
            /**
             * Created At
             * Format: date-time
             */
            readonly created_at: string;
            /** Created By */
            readonly created_by: string;
            /** Edits */
            readonly edits: readonly components["schemas"]["EditOut"][];
            /** Events */
            readonly events: readonly components["schemas"]["EventOut"][];
            /** Filings */
            readonly filings: readonly components["schemas"]["FilingOut"][];
            /**
             * Guide
             * @description what its edits snap to; `lines`: how many of a file
             */
            readonly guide: {
                readonly [key: string]: unknown;
            };
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "grids" | "boundary" | "community";
            /** Note */
            readonly note: string;
            /**
             * Published
             * @description the net version that it became
             */
            readonly published: number | null;
            /** Scope */
            readonly scope: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "draft" | "submitted" | "reviewed" | "approved" | "published" | "returned" | "withdrawn";
            /** Title */
            readonly title: string;
            /**
             * Updated At
             * Format: date-time
             */
            readonly updated_at: string;
            /** Version */
            readonly version: number;
        };
        /**
         * Point
         * @description Point Model
         */
        readonly Point: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: components["schemas"]["Position2D"] | components["schemas"]["Position3D"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Point";
        };
        /**
         * PointIn
         * @description One place of a batch. Checked row by row, so that one bad row does not refuse the others.
         */
        readonly PointIn: {
            /** Id */
            readonly id?: string | number | null;
            /**
             * Lat
             * @example 35.5
             */
            readonly lat: unknown;
            /**
             * Lon
             * @example 112.85
             */
            readonly lon: unknown;
        };
        /**
         * Polygon
         * @description Polygon Model
         */
        readonly Polygon: {
            /** Bbox */
            readonly bbox?: readonly [
                number,
                number,
                number,
                number
            ] | readonly [
                number,
                number,
                number,
                number,
                number,
                number
            ] | null;
            /** Coordinates */
            readonly coordinates: readonly (readonly (components["schemas"]["Position2D"] | components["schemas"]["Position3D"])[])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "Polygon";
        };
        readonly Position2D: readonly [
            number,
            number
        ];
        readonly Position3D: readonly [
            number,
            number,
            number
        ];
        /**
         * PreviewOut
         * @description What an edit would do. New grids are named `*1`, `*2` … until it is made.
         */
        readonly PreviewOut: {
            /** After */
            readonly after: {
                readonly [key: string]: components["schemas"]["GridFiguresOut"];
            };
            /**
             * Before
             * @description figures of the grids that would change
             */
            readonly before: {
                readonly [key: string]: components["schemas"]["GridFiguresOut"];
            };
            /**
             * Moved M
             * @description how far the border would be led aside to spare buildings
             */
            readonly moved_m: number;
            /** @description those grids */
            readonly net: components["schemas"]["DrawnNetOut"];
            /** Noded */
            readonly noded: readonly string[];
        };
        /**
         * Problem
         * @description An RFC 9457 problem. `code` is stable; facts of the case stand beside it.
         */
        readonly Problem: {
            /**
             * Code
             * @example missing-datum
             */
            readonly code: string;
            /** Detail */
            readonly detail: string;
            /** Instance */
            readonly instance: string;
            /**
             * Request Id
             * @default null
             */
            readonly request_id?: string | null;
            /** Status */
            readonly status: number;
            /** Title */
            readonly title: string;
            /**
             * Type
             * @example urn:yiwang:problem:missing-datum
             */
            readonly type: string;
        };
        /**
         * Properties
         * @description Properties model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/propertiesSchema.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly Properties: {
            /**
             * Contentmediatype
             * @description Implements 'mediaType'
             */
            readonly contentMediaType?: string | null;
            /**
             * Description
             * @description Implements 'description'
             */
            readonly description?: string | null;
            /**
             * Enum
             * @description Implements 'acceptedValues'
             */
            readonly enum?: readonly unknown[] | null;
            /**
             * Exclusivemaximum
             * @description Implements 'range'
             */
            readonly exclusiveMaximum?: number | null;
            /**
             * Exclusiveminimum
             * @description Implements 'range'
             */
            readonly exclusiveMinimum?: number | null;
            /**
             * Format
             * @description Complements implementation of 'type'
             */
            readonly format?: string | null;
            /**
             * Maxitems
             * @description Implements 'upperMultiplicity'
             */
            readonly maxItems?: number | null;
            /**
             * Maximum
             * @description Implements 'range'
             */
            readonly maximum?: number | null;
            /**
             * Minitems
             * @description Implements 'lowerMultiplicity'
             * @default 0
             */
            readonly minItems?: number | null;
            /**
             * Minimum
             * @description Implements 'range'
             */
            readonly minimum?: number | null;
            /** Observedproperty */
            readonly observedProperty?: string | null;
            /** Observedpropertyuri */
            readonly observedPropertyURI?: string | null;
            /** Pattern */
            readonly pattern?: string | null;
            /** Title */
            readonly title?: string | null;
            /** Type */
            readonly type?: ("array" | "boolean" | "integer" | "null" | "number" | "object" | "string") | null;
            /** Uom */
            readonly uom?: string | null;
            /** Uomuri */
            readonly uomURI?: string | null;
        };
        /**
         * PropertiesSchema
         * @description PropertiesSchema model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/propertiesSchema.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly PropertiesSchema: {
            /** Properties */
            readonly properties: {
                readonly [key: string]: components["schemas"]["Properties"];
            };
            /**
             * Required
             * @description Implements 'multiplicity' by citing property 'name' defined as 'additionalProperties'
             */
            readonly required?: readonly string[] | null;
            /**
             * Type
             * @constant
             */
            readonly type: "object";
        };
        /**
         * ProposalFiguresOut
         * @description What a proposal is like; a plain division tells only how many grids.
         */
        readonly ProposalFiguresOut: {
            /** Along Barriers */
            readonly along_barriers?: number | null;
            /** Balanced By */
            readonly balanced_by?: string | null;
            /** Border Cost M */
            readonly border_cost_m?: number | null;
            /** Grids */
            readonly grids: number;
            /** Inner Border M */
            readonly inner_border_m?: number | null;
            /** Least Moved */
            readonly least_moved?: number | null;
            /** Max Deviation */
            readonly max_deviation?: number | null;
            /** Mean Compactness */
            readonly mean_compactness?: number | null;
            /** Moved Households */
            readonly moved_households?: number | null;
            /**
             * Relocated
             * @description grids of today that keep none of their ground: they go to where there are too many
             */
            readonly relocated?: readonly string[] | null;
            /** Split Compounds */
            readonly split_compounds?: readonly string[] | null;
        };
        /**
         * ProposalOut
         * @description One proposal. finished: the search ended before its time was up.
         */
        readonly ProposalOut: {
            /** Blockers */
            readonly blockers: readonly components["schemas"]["BlockerOut"][];
            readonly figures: components["schemas"]["ProposalFiguresOut"];
            /** Finished */
            readonly finished: boolean;
            /** Name */
            readonly name: string;
            readonly net: components["schemas"]["ProposedNetOut"];
        };
        /**
         * ProposedGridOut
         * @description A GeoJSON feature; its properties are figures as the search counted them.
         */
        readonly ProposedGridOut: {
            /**
             * Geometry
             * @description GeoJSON polygon, WGS 84
             */
            readonly geometry: GeoJSON.Polygon;
            /** Id */
            readonly id: number;
            /** Properties */
            readonly properties: {
                readonly [key: string]: number | boolean | null;
            };
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * ProposedNetOut
         * @description GeoJSON in WGS 84.
         */
        readonly ProposedNetOut: {
            /** Features */
            readonly features: readonly components["schemas"]["ProposedGridOut"][];
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * PublicDeskOut
         * @description A desk to call.
         */
        readonly PublicDeskOut: {
            /** Because */
            readonly because: string | null;
            /** Name */
            readonly name: string;
            /** Phone */
            readonly phone: string | null;
        };
        /**
         * PublicGridOut
         * @description What anybody may know of a grid.
         */
        readonly PublicGridOut: {
            /** Areas */
            readonly areas: readonly components["schemas"]["PlaceRef"][];
            /** Code */
            readonly code: string;
            /** Desks */
            readonly desks: readonly components["schemas"]["PublicDeskOut"][];
            /** Geometry */
            readonly geometry: GeoJSON.Geometry | null;
            /** Name */
            readonly name: string;
            /** Net Version */
            readonly net_version: number | null;
            /** People */
            readonly people: readonly components["schemas"]["PublicPersonOut"][];
            /** Stale */
            readonly stale: boolean;
            /** Status */
            readonly status: string;
        };
        /**
         * PublicPersonOut
         * @description Somebody who answers for the grid, masked.
         */
        readonly PublicPersonOut: {
            /** Name */
            readonly name: string;
            /** Post */
            readonly post: string | null;
            /** Role */
            readonly role: string | null;
        };
        /**
         * PublicationIn
         * @description When the plan takes effect.
         */
        readonly PublicationIn: {
            /**
             * Effective From
             * @description with its time zone; without it: now
             */
            readonly effective_from?: string | null;
            readonly filing?: components["schemas"]["FilingIn"] | null;
            /**
             * Note
             * @default
             */
            readonly note?: string;
        };
        /**
         * Queryables
         * @description Queryables model.
         *
         *     Ref: https://docs.ogc.org/DRAFTS/19-079r1.html#filter-queryables
         */
        readonly Queryables: {
            /** $Id */
            readonly $id: string;
            /**
             * $Schema
             * @default https://json-schema.org/draft/2019-09/schema
             */
            readonly $schema?: string;
            /** Properties */
            readonly properties: {
                readonly [key: string]: {
                    readonly [key: string]: string;
                };
            };
            /** Title */
            readonly title: string;
            /**
             * Type
             * @default object
             */
            readonly type?: string;
        };
        /**
         * ReadyOut
         * @description What this process can take now.
         */
        readonly ReadyOut: {
            /**
             * Reads
             * @description there is a net to answer from, be it stale, or the register is empty
             */
            readonly reads: boolean;
            /**
             * Writes
             * @description the register was reached at the last try
             */
            readonly writes: boolean;
        };
        /**
         * ReassignIn
         * @description Ground that goes to another grid.
         */
        readonly ReassignIn: {
            /**
             * Operation
             * @constant
             */
            readonly operation: "reassign";
            /**
             * Polygon
             * @description a GeoJSON Polygon
             */
            readonly polygon: GeoJSON.Polygon;
            /** @description instead of the plan's own guide; {} for none */
            readonly snap?: components["schemas"]["GuideIn"] | null;
            /** To */
            readonly to: string;
        };
        /**
         * RedrawIn
         * @description A new border between two grids.
         */
        readonly RedrawIn: {
            /** A */
            readonly a: string;
            /** B */
            readonly b: string;
            /**
             * Line
             * @description a GeoJSON LineString
             */
            readonly line: GeoJSON.LineString;
            /**
             * Most Moved M
             * @description how far it may be led aside to spare buildings; else 100 m
             */
            readonly most_moved_m?: number | null;
            /**
             * Operation
             * @constant
             */
            readonly operation: "redraw";
            /** @description instead of the plan's own guide; {} for none */
            readonly snap?: components["schemas"]["GuideIn"] | null;
        };
        /**
         * RefusedRowOut
         * @description A row that cannot be imported, as the user counts it, and why.
         */
        readonly RefusedRowOut: {
            /** Code */
            readonly code: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Field */
            readonly field: string;
            /** Lat */
            readonly lat: number | null;
            /** Lon */
            readonly lon: number | null;
            /** Reason */
            readonly reason: string;
            /** Row */
            readonly row: number;
            /** Value */
            readonly value: string;
        };
        /**
         * RepairChangeOut
         * @description What mending does to one polygon.
         */
        readonly RepairChangeOut: {
            /** After */
            readonly after: GeoJSON.Geometry | null;
            /** Before */
            readonly before: GeoJSON.Geometry | null;
            /** Gained M2 */
            readonly gained_m2: number;
            /** Lost M2 */
            readonly lost_m2: number;
            /** Polygon */
            readonly polygon: string;
        };
        /**
         * RepairFaultOut
         * @description A fault of a net and what becomes of it. choice: it can be left; goes_to: who gets the ground.
         */
        readonly RepairFaultOut: {
            /** Area M2 */
            readonly area_m2: number | null;
            /** Bounds */
            readonly bounds: readonly [
                number,
                number,
                number,
                number
            ] | null;
            /** Choice */
            readonly choice: boolean;
            /** Geometry */
            readonly geometry: GeoJSON.Geometry | null;
            /** Goes To */
            readonly goes_to: string | null;
            /** Kind */
            readonly kind: string;
            /** Mended */
            readonly mended: boolean;
            /** Number */
            readonly number: number;
            /** Polygons */
            readonly polygons: readonly string[];
            /** Width M */
            readonly width_m: number | null;
        };
        /**
         * RepairOut
         * @description How a net would be mended.
         */
        readonly RepairOut: {
            /** Changes */
            readonly changes: readonly components["schemas"]["RepairChangeOut"][];
            /** Counts */
            readonly counts: {
                readonly [key: string]: number;
            };
            /** Faults */
            readonly faults: readonly components["schemas"]["RepairFaultOut"][];
            /** Is Sound */
            readonly is_sound: boolean;
            /** Polygons */
            readonly polygons: number;
            /** Remaining */
            readonly remaining: {
                readonly [key: string]: number;
            };
            /** Untold */
            readonly untold: number;
            /** Vanished */
            readonly vanished: readonly string[];
        };
        /**
         * RulingIn
         * @description The place for which a ruling becomes a duty: the next identical case then routes itself.
         */
        readonly RulingIn: {
            /**
             * Matter
             * @description else that of the incident
             */
            readonly matter?: string | null;
            /** Part Code */
            readonly part_code?: string | null;
            /** Place Code */
            readonly place_code: string;
            /**
             * Place Kind
             * @example grid
             */
            readonly place_kind: string;
            /**
             * Valid From
             * @description with its time zone; else now
             */
            readonly valid_from?: string | null;
        };
        /**
         * SearchOut
         * @description Places, parties and matters whose code, name or address holds the text, best first.
         */
        readonly SearchOut: {
            /** Results */
            readonly results: readonly components["schemas"]["HitOut"][];
        };
        /**
         * SessionIn
         * @description Who wants to sign in.
         * @example {
         *       "name": "dispatcher",
         *       "password": "…"
         *     }
         */
        readonly SessionIn: {
            /** Name */
            readonly name: string;
            /** Password */
            readonly password: string;
        };
        /**
         * SessionOut
         * @description Who asks.
         */
        readonly SessionOut: {
            /**
             * Area
             * @description the account is confined to this area and its children
             */
            readonly area: string | null;
            /**
             * Datum
             * @description what a bare lon/lat of this account means
             */
            readonly datum: ("wgs84" | "cgcs2000" | "gcj02" | "bd09") | null;
            /** Name */
            readonly name: string;
            /** Role */
            readonly role: string;
            /** Signed In */
            readonly signed_in: boolean;
        };
        /**
         * ShareOut
         * @description How much of a grid went to, or came from, another one.
         */
        readonly ShareOut: {
            /** Area M2 */
            readonly area_m2: number;
            /** Area Share */
            readonly area_share: number;
            /** Code */
            readonly code: string;
            /** Household Share */
            readonly household_share: number | null;
            /** Households */
            readonly households: number;
        };
        /**
         * SideOut
         * @description A grid before or after. Of two instants only its ground and who lives there are told.
         */
        readonly SideOut: {
            /** Area M2 */
            readonly area_m2: number;
            /** Buildings */
            readonly buildings: number;
            /** Compactness */
            readonly compactness?: number | null;
            /** Households */
            readonly households: number;
            /** Parts */
            readonly parts?: number | null;
            /** Perimeter M */
            readonly perimeter_m?: number | null;
        };
        /**
         * Spatial
         * @description Spatial Extent model.
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/extent.yaml
         */
        readonly Spatial: {
            /** Bbox */
            readonly bbox: readonly (readonly number[])[];
            /**
             * Crs
             * @default http://www.opengis.net/def/crs/OGC/1.3/CRS84
             */
            readonly crs?: string;
        };
        /**
         * SplitAlongIn
         * @description Split a grid along chosen roads or other linear features.
         */
        readonly SplitAlongIn: {
            /**
             * Along
             * @description codes of the features
             */
            readonly along: readonly string[];
            /** Grid */
            readonly grid: string;
            /**
             * Keep
             * @default more
             * @enum {string}
             */
            readonly keep?: "more" | "left" | "right" | "none";
            /**
             * Line
             * @description drawn roughly along them; without it: from border to border
             */
            readonly line?: GeoJSON.LineString | null;
            /** Most Moved M */
            readonly most_moved_m?: number | null;
            /**
             * Operation
             * @constant
             */
            readonly operation: "split_along";
            /**
             * Tolerance M
             * @description in metres; else 20
             */
            readonly tolerance_m?: number | null;
        };
        /**
         * SplitIn
         * @description Split a grid by a drawn line.
         */
        readonly SplitIn: {
            /** Grid */
            readonly grid: string;
            /**
             * Keep
             * @description which part keeps the code
             * @default more
             * @enum {string}
             */
            readonly keep?: "more" | "left" | "right" | "none";
            /**
             * Line
             * @description a GeoJSON LineString
             */
            readonly line: GeoJSON.LineString;
            /**
             * Most Moved M
             * @description how far it may be led aside to spare buildings; else 100 m
             */
            readonly most_moved_m?: number | null;
            /**
             * Operation
             * @constant
             */
            readonly operation: "split";
            /** @description instead of the plan's own guide; {} for none */
            readonly snap?: components["schemas"]["GuideIn"] | null;
        };
        /**
         * StackIn
         * @description 立体: parts of a building become grids of their own; the grid below keeps lobby, roof and outdoors.
         */
        readonly StackIn: {
            /** Building */
            readonly building: string;
            /** Grids */
            readonly grids: readonly components["schemas"]["StackedIn"][];
            /**
             * Kept By Host
             * @description parts that stay
             */
            readonly kept_by_host?: readonly string[];
            /**
             * Operation
             * @constant
             */
            readonly operation: "stack";
        };
        /**
         * StackOut
         * @description Of a 立体 grid: the grid below, its building and its parts.
         */
        readonly StackOut: {
            /** Building */
            readonly building: string;
            /** Host */
            readonly host: string | null;
            /** Parts */
            readonly parts: readonly string[];
        };
        /**
         * StackedIn
         * @description One new 立体 grid.
         */
        readonly StackedIn: {
            /**
             * Name
             * @default
             */
            readonly name?: string;
            /**
             * Parts
             * @description 单元 or floors that it takes
             */
            readonly parts: readonly string[];
        };
        /**
         * StackedOut
         * @description A 立体 grid, which has no ground.
         */
        readonly StackedOut: {
            /** Building */
            readonly building: string;
            /** Code */
            readonly code: string;
            /** Host */
            readonly host: string | null;
            /** Households */
            readonly households: number;
            /** Name */
            readonly name: string;
            /** Parts */
            readonly parts: readonly string[];
        };
        /**
         * Style
         * @description Style model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/style.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly Style: {
            /**
             * Description
             * @description Brief narrative description of this style
             */
            readonly description?: string | null;
            /**
             * Id
             * @description An identifier for this style. Implementation of 'identifier'
             */
            readonly id: string;
            /**
             * Keywords
             * @description keywords about this style
             */
            readonly keywords?: readonly string[] | null;
            /**
             * Links
             * @description Links to style related resources. Possible link 'rel' values are: 'style' for a URL pointing to the style description, 'styleSpec' for a URL pointing to the specification or standard used to define the style.
             */
            readonly links?: readonly components["schemas"]["Link"][] | null;
            /**
             * Title
             * @description A title for this style
             */
            readonly title?: string | null;
        };
        /**
         * StyleJSON
         * @description Simple Mapbox/Maplibre Style JSON model.
         *
         *     Based on https://docs.mapbox.com/help/glossary/style/
         */
        readonly StyleJSON: {
            /**
             * Center
             * @default [
             *       0,
             *       0
             *     ]
             */
            readonly center?: readonly number[];
            /** Layers */
            readonly layers: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Metadata */
            readonly metadata?: {
                readonly [key: string]: unknown;
            } | null;
            /** Name */
            readonly name?: string | null;
            /** Sources */
            readonly sources: {
                readonly [key: string]: unknown;
            };
            /**
             * Version
             * @default 8
             */
            readonly version?: number;
            /**
             * Zoom
             * @default 1
             */
            readonly zoom?: number;
        };
        /**
         * SuggestionOut
         * @description The nearest grid, where none covers the place.
         */
        readonly SuggestionOut: {
            readonly grid: components["schemas"]["GridTold"];
            readonly leader: components["schemas"]["PartyOut"] | null;
            /** Metres */
            readonly metres: number;
        };
        /**
         * SurfaceFactsOut
         * @description The class of an isoband: from 1, and its bounds per km².
         */
        readonly SurfaceFactsOut: {
            /**
             * Bucket
             * Format: date
             */
            readonly bucket: string;
            /** Class */
            readonly class: number;
            /** From */
            readonly from: number;
            /** To */
            readonly to: number;
        };
        /**
         * SurfaceFeatureOut
         * @description The ground of one class.
         */
        readonly SurfaceFeatureOut: {
            /**
             * Geometry
             * @description a GeoJSON geometry, WGS 84
             */
            readonly geometry: GeoJSON.Geometry;
            readonly properties: components["schemas"]["SurfaceFactsOut"];
            /**
             * Type
             * @constant
             */
            readonly type: "Feature";
        };
        /**
         * SurfaceOut
         * @description Classes per km² as ground, by bucket.
         */
        readonly SurfaceOut: {
            /** Above */
            readonly above: number;
            /** Area */
            readonly area: string | null;
            /** Bandwidth M */
            readonly bandwidth_m: number;
            /** Breaks */
            readonly breaks: readonly number[];
            /**
             * Bucket
             * @enum {string}
             */
            readonly bucket: "none" | "day" | "week" | "month" | "year";
            /** Buckets */
            readonly buckets: readonly string[];
            /** Cell M */
            readonly cell_m: number;
            /** Coarse */
            readonly coarse: boolean;
            /**
             * From
             * Format: date
             */
            readonly from: string;
            /** Incidents */
            readonly incidents: number;
            /** Matter */
            readonly matter: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Stale */
            readonly stale: boolean;
            readonly surface: components["schemas"]["SurfaceShapesOut"];
            /**
             * To
             * Format: date
             */
            readonly to: string;
            /** Unit */
            readonly unit: string;
        };
        /**
         * SurfaceShapesOut
         * @description GeoJSON.
         */
        readonly SurfaceShapesOut: {
            /** Features */
            readonly features: readonly components["schemas"]["SurfaceFeatureOut"][];
            /**
             * Type
             * @constant
             */
            readonly type: "FeatureCollection";
        };
        /**
         * TMSBoundingBox
         * @description Bounding box
         *
         *     ref: https://github.com/opengeospatial/2D-Tile-Matrix-Set/blob/master/schemas/tms/2.0/json/2DBoundingBox.json
         */
        readonly TMSBoundingBox: {
            /** @description Coordinate Reference System (CRS) */
            readonly crs?: components["schemas"]["CRS"] | null;
            /**
             * Lowerleft
             * @description A 2D Point in the CRS indicated elsewhere
             */
            readonly lowerLeft: readonly [
                number,
                number
            ];
            /**
             * Orderedaxes
             * @description Ordered list of names of the dimensions defined in the CRS
             */
            readonly orderedAxes?: readonly string[] | null;
            /**
             * Upperright
             * @description A 2D Point in the CRS indicated elsewhere
             */
            readonly upperRight: readonly [
                number,
                number
            ];
        };
        /**
         * TabledOut
         * @description What a table became.
         */
        readonly TabledOut: {
            /** Edits */
            readonly edits: readonly components["schemas"]["EditOut"][];
            readonly plan: components["schemas"]["PlanOut"];
            /** Unlisted */
            readonly unlisted: readonly string[];
            /** Unused */
            readonly unused: readonly components["schemas"]["FaultOut"][];
        };
        /**
         * TakeIn
         * @description Which proposal goes into which plan.
         */
        readonly TakeIn: {
            /** Plan */
            readonly plan: string;
            /**
             * Proposal
             * @default balance
             */
            readonly proposal?: string;
        };
        /**
         * TakenIncidentOut
         * @description An incident of a batch that was taken.
         */
        readonly TakenIncidentOut: {
            /** Areas */
            readonly areas: readonly string[];
            /** Building */
            readonly building: string | null;
            /** Description */
            readonly description: string | null;
            /** Due At */
            readonly due_at: string | null;
            /** External Ref */
            readonly external_ref: string | null;
            /**
             * Grid
             * @description when it happened
             */
            readonly grid: string | null;
            /** Grid Now */
            readonly grid_now: string | null;
            /** Happened At */
            readonly happened_at: string;
            /** Level */
            readonly level: string | null;
            /**
             * Light
             * @description of the limit of the step
             */
            readonly light: ("green" | "yellow" | "red") | null;
            /** Matter */
            readonly matter: string;
            /** Matter Name */
            readonly matter_name: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Number */
            readonly number: string;
            /** Outcome */
            readonly outcome: string;
            readonly owner: components["schemas"]["IncidentOwnerOut"];
            /** @description whose step is next */
            readonly party: components["schemas"]["NamedPartyOut"] | null;
            readonly place: components["schemas"]["IncidentPlaceOut"];
            /** Recorded At */
            readonly recorded_at: string;
            /** Recorded By */
            readonly recorded_by: string | null;
            /** Resolved At */
            readonly resolved_at: string | null;
            /** Row */
            readonly row: number;
            /** Source */
            readonly source: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "collected" | "filed" | "dispatched" | "handled" | "checked" | "closed" | "suspended" | "disputed" | "rejected" | "void" | "merged";
            /** Step Due At */
            readonly step_due_at: string | null;
            /** Step Since */
            readonly step_since: string | null;
            /** Warnings */
            readonly warnings: readonly components["schemas"]["IncidentWarningOut"][];
        };
        /**
         * TakenOut
         * @description What became of each incident of a batch.
         */
        readonly TakenOut: {
            /** Added */
            readonly added: number;
            /** Changed */
            readonly changed: number;
            /** Incidents */
            readonly incidents: readonly components["schemas"]["TakenIncidentOut"][];
            /** Numbers */
            readonly numbers: readonly string[];
            /** Refused */
            readonly refused: readonly {
                readonly [key: string]: unknown;
            }[];
            /** Refused Count */
            readonly refused_count: number;
            /** Unchanged */
            readonly unchanged: number;
        };
        /**
         * TaskOut
         * @description An incident whose next step is one's own.
         */
        readonly TaskOut: {
            /** Areas */
            readonly areas: readonly string[];
            /** Building */
            readonly building: string | null;
            /** Description */
            readonly description: string | null;
            /** Due At */
            readonly due_at: string | null;
            /** External Ref */
            readonly external_ref: string | null;
            /**
             * Grid
             * @description when it happened
             */
            readonly grid: string | null;
            /** Grid Now */
            readonly grid_now: string | null;
            /** Happened At */
            readonly happened_at: string;
            /** Level */
            readonly level: string | null;
            /**
             * Light
             * @description of the limit of the step
             */
            readonly light: ("green" | "yellow" | "red") | null;
            /** Matter */
            readonly matter: string;
            /** Matter Name */
            readonly matter_name: string | null;
            /** Net Version */
            readonly net_version: number | null;
            /** Number */
            readonly number: string;
            readonly owner: components["schemas"]["IncidentOwnerOut"];
            /** @description whose step is next */
            readonly party: components["schemas"]["NamedPartyOut"] | null;
            readonly place: components["schemas"]["IncidentPlaceOut"];
            /** Recorded At */
            readonly recorded_at: string;
            /** Recorded By */
            readonly recorded_by: string | null;
            /** Resolved At */
            readonly resolved_at: string | null;
            /** Source */
            readonly source: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "collected" | "filed" | "dispatched" | "handled" | "checked" | "closed" | "suspended" | "disputed" | "rejected" | "void" | "merged";
            /** Step Due At */
            readonly step_due_at: string | null;
            /** Step Since */
            readonly step_since: string | null;
            /** Steps */
            readonly steps: readonly components["schemas"]["TaskStepOut"][];
        };
        /**
         * TaskStepOut
         * @description A step that may be taken with nothing but what it needs.
         */
        readonly TaskStepOut: {
            /** Name */
            readonly name: string;
            /** Needs */
            readonly needs: readonly string[];
            /** Step */
            readonly step: string;
        };
        /**
         * Temporal
         * @description Temporal Extent model.
         *
         *     Ref: http://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas/extent.yaml
         */
        readonly Temporal: {
            /** Interval */
            readonly interval: readonly (readonly (string | null)[])[];
            /**
             * Trs
             * @default http://www.opengis.net/def/uom/ISO-8601/0/Gregorian
             */
            readonly trs?: string;
        };
        /**
         * TermsIn
         * @description The parts to replace; an empty one goes back to the usual.
         */
        readonly TermsIn: {
            /**
             * Flow
             * @description limits, hours, calendar, off, on, weights, visits_a_month
             */
            readonly flow?: {
                readonly [key: string]: unknown;
            } | null;
            /**
             * Workload
             * @description household, incident, element, matters, kinds
             */
            readonly workload?: {
                readonly [key: string]: unknown;
            } | null;
        };
        /**
         * TileJSON
         * @description TileJSON model.
         *
         *     Based on https://github.com/mapbox/tilejson-spec/tree/master/3.0.0
         */
        readonly TileJSON: {
            /** Attribution */
            readonly attribution?: string | null;
            /**
             * Bounds
             * @default [
             *       180,
             *       -85.05112877980659,
             *       180,
             *       85.0511287798066
             *     ]
             */
            readonly bounds?: readonly number[];
            /** Center */
            readonly center?: readonly [
                number,
                number,
                number
            ] | null;
            /** Data */
            readonly data?: readonly string[] | null;
            /** Description */
            readonly description?: string | null;
            /** Fillzoom */
            readonly fillzoom?: number | null;
            /** Grids */
            readonly grids?: readonly string[] | null;
            /** Legend */
            readonly legend?: string | null;
            /**
             * Maxzoom
             * @default 30
             */
            readonly maxzoom?: number;
            /**
             * Minzoom
             * @default 0
             */
            readonly minzoom?: number;
            /** Name */
            readonly name?: string | null;
            /**
             * Scheme
             * @default xyz
             * @enum {string}
             */
            readonly scheme?: "xyz" | "tms";
            /** Template */
            readonly template?: string | null;
            /**
             * Tilejson
             * @default 3.0.0
             */
            readonly tilejson?: string;
            /** Tiles */
            readonly tiles: readonly string[];
            /** Vector Layers */
            readonly vector_layers?: readonly components["schemas"]["LayerJSON"][] | null;
            /**
             * Version
             * @default 1.0.0
             */
            readonly version?: string;
        };
        /**
         * TileMatrix
         * @description Tile Matrix Definition
         *
         *     A tile matrix, usually corresponding to a particular zoom level of a TileMatrixSet.
         *
         *     ref: https://github.com/opengeospatial/2D-Tile-Matrix-Set/blob/master/schemas/tms/2.0/json/tileMatrix.json
         */
        readonly TileMatrix: {
            /**
             * Cellsize
             * @description Cell size of this tile matrix
             */
            readonly cellSize: number;
            /**
             * Corneroforigin
             * @description The corner of the tile matrix (_topLeft_ or _bottomLeft_) used as the origin for numbering tile rows and columns. This corner is also a corner of the (0, 0) tile.
             * @default topLeft
             * @enum {string}
             */
            readonly cornerOfOrigin?: "topLeft" | "bottomLeft";
            /**
             * Description
             * @description Brief narrative description of this tile matrix set, normally available for display to a human
             */
            readonly description?: string | null;
            /**
             * Id
             * @description Identifier selecting one of the scales defined in the TileMatrixSet and representing the scaleDenominator the tile. Implementation of 'identifier'
             */
            readonly id: string;
            /**
             * Keywords
             * @description Unordered list of one or more commonly used or formalized word(s) or phrase(s) used to describe this dataset
             */
            readonly keywords?: readonly string[] | null;
            /**
             * Matrixheight
             * @description Height of the matrix (number of tiles in height)
             */
            readonly matrixHeight: number;
            /**
             * Matrixwidth
             * @description Width of the matrix (number of tiles in width)
             */
            readonly matrixWidth: number;
            /**
             * Pointoforigin
             * @description Precise position in CRS coordinates of the corner of origin (e.g. the top-left corner) for this tile matrix. This position is also a corner of the (0, 0) tile. In previous version, this was 'topLeftCorner' and 'cornerOfOrigin' did not exist.
             */
            readonly pointOfOrigin: readonly [
                number,
                number
            ];
            /**
             * Scaledenominator
             * @description Scale denominator of this tile matrix
             */
            readonly scaleDenominator: number;
            /**
             * Tileheight
             * @description Height of each tile of this tile matrix in pixels
             */
            readonly tileHeight: number;
            /**
             * Tilewidth
             * @description Width of each tile of this tile matrix in pixels
             */
            readonly tileWidth: number;
            /**
             * Title
             * @description Title of this tile matrix, normally used for display to a human
             */
            readonly title?: string | null;
            /**
             * Variablematrixwidths
             * @description Describes the rows that has variable matrix width
             */
            readonly variableMatrixWidths?: readonly components["schemas"]["variableMatrixWidth"][] | null;
        };
        /**
         * TileMatrixLimits
         * @description The limits for an individual tile matrix of a TileSet's TileMatrixSet, as defined in the OGC 2D TileMatrixSet and TileSet Metadata Standard
         *
         *     Based on https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/tileMatrixLimits.yaml
         */
        readonly TileMatrixLimits: {
            /** Maxtilecol */
            readonly maxTileCol: number;
            /** Maxtilerow */
            readonly maxTileRow: number;
            /** Mintilecol */
            readonly minTileCol: number;
            /** Mintilerow */
            readonly minTileRow: number;
            /** Tilematrix */
            readonly tileMatrix: string;
        };
        /**
         * TileMatrixSet
         * @description Tile Matrix Set Definition
         *
         *     A definition of a tile matrix set following the Tile Matrix Set standard.
         *     For tileset metadata, such a description (in `tileMatrixSet` property) is only required for offline use,
         *     as an alternative to a link with a `http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme` relation type.
         *
         *     ref: https://github.com/opengeospatial/2D-Tile-Matrix-Set/blob/master/schemas/tms/2.0/json/tileMatrixSet.json
         */
        readonly TileMatrixSet: {
            /** @description Minimum bounding rectangle surrounding the tile matrix set, in the supported CRS */
            readonly boundingBox?: components["schemas"]["TMSBoundingBox"] | null;
            /** @description Coordinate Reference System (CRS) */
            readonly crs: components["schemas"]["CRS"];
            /**
             * Description
             * @description Brief narrative description of this tile matrix set, normally available for display to a human
             */
            readonly description?: string | null;
            /**
             * Id
             * @description Tile matrix set identifier. Implementation of 'identifier'
             */
            readonly id?: string | null;
            /**
             * Keywords
             * @description Unordered list of one or more commonly used or formalized word(s) or phrase(s) used to describe this tile matrix set
             */
            readonly keywords?: readonly string[] | null;
            /**
             * Orderedaxes
             * @description Ordered list of names of the dimensions defined in the CRS
             */
            readonly orderedAxes?: readonly string[] | null;
            /**
             * Tilematrices
             * @description Describes scale levels and its tile matrices
             */
            readonly tileMatrices: readonly components["schemas"]["TileMatrix"][];
            /**
             * Title
             * @description Title of this tile matrix set, normally used for display to a human
             */
            readonly title?: string | null;
            /**
             * Uri
             * @description Reference to an official source for this tileMatrixSet
             */
            readonly uri?: string | null;
            /**
             * Wellknownscaleset
             * @description Reference to a well-known scale set
             */
            readonly wellKnownScaleSet?: string | null;
        };
        /**
         * TileMatrixSetLink
         * @description TileMatrixSetLink model.
         *     Based on http://docs.opengeospatial.org/per/19-069.html#_tilematrixsets
         */
        readonly TileMatrixSetLink: {
            /** Href */
            readonly href: string;
            /**
             * Rel
             * @default http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme
             */
            readonly rel?: string;
            /** @default application/json */
            readonly type?: components["schemas"]["MediaType"];
        };
        /**
         * TileMatrixSetList
         * @description TileMatrixSetList model.
         *     Based on http://docs.opengeospatial.org/per/19-069.html#_tilematrixsets
         */
        readonly TileMatrixSetList: {
            /** Tilematrixsets */
            readonly tileMatrixSets: readonly components["schemas"]["TileMatrixSetRef"][];
        };
        /**
         * TileMatrixSetRef
         * @description TileMatrixSetRef model.
         *     Based on http://docs.opengeospatial.org/per/19-069.html#_tilematrixsets
         */
        readonly TileMatrixSetRef: {
            /** Id */
            readonly id: string;
            /** Links */
            readonly links: readonly components["schemas"]["TileMatrixSetLink"][];
            /** Title */
            readonly title?: string | null;
        };
        /**
         * TilePoint
         * @description TilePoint model.
         *
         *     Ref: https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/tilePoint.yaml
         *
         *     Code generated using https://github.com/koxudaxi/datamodel-code-generator/
         */
        readonly TilePoint: {
            /**
             * Cellsize
             * @description Cell size of the tile matrix selected
             */
            readonly cellSize?: number | null;
            /** Coordinates */
            readonly coordinates: readonly number[];
            /** CRS */
            readonly crs: components["schemas"]["CRS"] | null;
            /**
             * Scaledenominator
             * @description Scale denominator of the tile matrix selected
             */
            readonly scaleDenominator?: number | null;
            /**
             * Tilematrix
             * @description TileMatrix identifier associated with the scaleDenominator
             */
            readonly tileMatrix?: string | null;
        };
        /**
         * TileSet
         * @description TileSet model.
         *
         *     Based on https://github.com/opengeospatial/ogcapi-tiles/blob/master/openapi/schemas/tms/tileSet.yaml
         */
        readonly TileSet: {
            /**
             * Accessconstraints
             * @description Restrictions on the availability of the Tile Set that the user needs to be aware of before using or redistributing the Tile Set
             * @default unclassified
             */
            readonly accessConstraints?: ("unclassified" | "restricted" | "confidential" | "secret" | "topSecret") | null;
            /**
             * Attribution
             * @description Short reference to recognize the author or provider
             */
            readonly attribution?: string | null;
            readonly boundingBox?: components["schemas"]["BoundingBox"] | null;
            readonly centerPoint?: components["schemas"]["TilePoint"] | null;
            readonly created?: components["schemas"]["TimeStamp"] | null;
            readonly crs: components["schemas"]["CRS"];
            /**
             * Datatype
             * @description Type of data represented in the tileset
             * @enum {string}
             */
            readonly dataType: "map" | "vector" | "coverage";
            /**
             * Description
             * @description Brief narrative description of this tile set
             */
            readonly description?: string | null;
            /**
             * Epoch
             * @description Epoch of the Coordinate Reference System (CRS)
             */
            readonly epoch?: number | null;
            /**
             * Keywords
             * @description keywords about this tileset
             */
            readonly keywords?: readonly string[] | null;
            /** Layers */
            readonly layers?: readonly components["schemas"]["GeospatialData"][] | null;
            /**
             * License
             * @description License applicable to the tiles
             */
            readonly license?: string | null;
            /**
             * Links
             * @description Links to related resources
             */
            readonly links: readonly components["schemas"]["Link"][];
            /**
             * Mediatypes
             * @description Media types available for the tiles
             */
            readonly mediaTypes?: readonly string[] | null;
            /**
             * Pointofcontact
             * @description Useful information to contact the authors or custodians for the Tile Set
             */
            readonly pointOfContact?: string | null;
            readonly style?: components["schemas"]["Style"] | null;
            /**
             * Tilematrixsetlimits
             * @description Limits for the TileRow and TileCol values for each TileMatrix in the tileMatrixSet. If missing, there are no limits other that the ones imposed by the TileMatrixSet. If present the TileMatrices listed are limited and the rest not available at all
             */
            readonly tileMatrixSetLimits?: readonly components["schemas"]["TileMatrixLimits"][] | null;
            /**
             * Tilematrixseturi
             * @description Reference to a Tile Matrix Set on an official source for Tile Matrix Sets
             */
            readonly tileMatrixSetURI?: string | null;
            /**
             * Title
             * @description A title for this tileset
             */
            readonly title?: string | null;
            readonly updated?: components["schemas"]["TimeStamp"] | null;
            /**
             * Version
             * @description Version of the Tile Set. Changes if the data behind the tiles has been changed
             */
            readonly version?: string | null;
        };
        /**
         * TileSetList
         * @description TileSetList model.
         *
         *     Based on https://docs.ogc.org/is/20-057/20-057.html#toc34
         */
        readonly TileSetList: {
            /** Tilesets */
            readonly tilesets: readonly components["schemas"]["TileSet"][];
        };
        /**
         * TimeStamp
         * Format: date-time
         * @description This property indicates the time and date when the response was generated using RFC 3339 notation.
         * @example 2017-08-17T08:05:32Z
         */
        readonly TimeStamp: string;
        /**
         * UnderstoodOut
         * @description What a text may mean, the likeliest first.
         */
        readonly UnderstoodOut: {
            /**
             * Certain
             * @description the first is meant beyond doubt, word for word
             */
            readonly certain: boolean;
            /** Meant */
            readonly meant: readonly components["schemas"]["MeantOut"][];
            /**
             * Quality
             * @enum {string}
             */
            readonly quality: "exact" | "composed" | "number_missing" | "part_missing" | "compound" | "crossing" | "road" | "area" | "point" | "none";
            /**
             * Relation
             * @description 对面, 旁边 …: what is named is then only a landmark
             */
            readonly relation: string | null;
            /** Text */
            readonly text: string;
        };
        /**
         * UnstackIn
         * @description Give the parts of 立体 grids back to the grid below.
         */
        readonly UnstackIn: {
            /** Grids */
            readonly grids: readonly string[];
            /**
             * Operation
             * @constant
             */
            readonly operation: "unstack";
        };
        /**
         * VacancyOut
         * @description Something missing among those who answer. `grid`: where the place is looked for.
         */
        readonly VacancyOut: {
            /** Detail */
            readonly detail: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Grid */
            readonly grid: string | null;
            /** Kind */
            readonly kind: string;
            /** Name */
            readonly name: string;
            /** Party */
            readonly party: string | null;
            /** Place */
            readonly place: string;
            /** Place Kind */
            readonly place_kind: string;
        };
        /**
         * VisitIn
         * @description One visit.
         */
        readonly VisitIn: {
            /**
             * Datum
             * @example gcj02
             */
            readonly datum?: string | null;
            /**
             * Kind
             * @example 走访
             * @example 巡查
             */
            readonly kind: string;
            /** Lat */
            readonly lat: number;
            /** Lon */
            readonly lon: number;
            /**
             * Note
             * @default
             */
            readonly note?: string;
            /**
             * Party
             * @description who was there; else for whom the account acts, else the grid's leader
             */
            readonly party?: string | null;
            /**
             * Visited At
             * @description with its time zone; else now
             */
            readonly visited_at?: string | null;
        };
        /**
         * WarningOut
         * @description Something to know before one relies on the answer; its facts stand beside the words.
         */
        readonly WarningOut: {
            /** Code */
            readonly code: string;
            /** Text */
            readonly text: string;
        };
        /**
         * WaysOut
         * @description How people may sign in.
         */
        readonly WaysOut: {
            /**
             * Oidc
             * @description by the OpenID provider of the settings: GET /v1/session/oidc
             */
            readonly oidc: boolean;
            /** Password */
            readonly password: boolean;
        };
        /**
         * WebhookOut
         * @description How far one webhook has the feed. `waiting` counts changes of its kinds, wherever they lie.
         */
        readonly WebhookOut: {
            /** Area */
            readonly area: string | null;
            /** At */
            readonly at: string | null;
            /** Delivered */
            readonly delivered: number | null;
            /** Failing Since */
            readonly failing_since: string | null;
            /** Failures */
            readonly failures: number;
            /** Host */
            readonly host: string;
            /** Kinds */
            readonly kinds: readonly string[] | null;
            /** Name */
            readonly name: string;
            /** Said */
            readonly said: string;
            /** Status */
            readonly status: number | null;
            /** Waiting */
            readonly waiting: number | null;
        };
        /**
         * AliasIn
         * @description What a code of another system means here.
         */
        readonly api__duty_schemas__AliasIn: {
            /** Alias */
            readonly alias: string;
            /**
             * Matter Code
             * @description none: seen, and not mapped yet
             */
            readonly matter_code?: string | null;
            /**
             * Name
             * @default
             */
            readonly name?: string;
            /**
             * System
             * @example 12345
             */
            readonly system: string;
        };
        /**
         * StepIn
         * @description One step of an incident.
         */
        readonly api__flow_schemas__StepIn: {
            /** @description with the step rule: write the ruling as a duty */
            readonly duty?: components["schemas"]["RulingIn"] | null;
            /**
             * Into
             * @description the number into which this one is merged
             */
            readonly into?: string | null;
            /**
             * Party
             * @description its code; else whom the answer names
             */
            readonly party?: string | null;
            /**
             * Reason
             * @default
             */
            readonly reason?: string;
            /**
             * Step
             * @example file
             * @example reject
             * @example settle
             * @example dispatch
             * @example return
             * @example reassign
             * @example extend
             * @example handle
             * @example check
             * @example rework
             * @example close
             * @example suspend
             * @example resume
             * @example dispute
             * @example rule
             * @example raise
             * @example lower
             * @example urge
             * @example merge
             * @example void
             */
            readonly step: string;
            /**
             * Until
             * @description of an extension, with its time zone
             */
            readonly until?: string | null;
        };
        /**
         * StepIn
         * @description A word about a step; a plan is returned only with one.
         */
        readonly api__plan_schemas__StepIn: {
            /**
             * Note
             * @default
             */
            readonly note?: string;
        };
        /**
         * AliasIn
         * @description A text that somebody confirmed to mean a building.
         */
        readonly api__routes__places__AliasIn: {
            /** Building */
            readonly building: string;
            /** Part */
            readonly part?: string | null;
            /**
             * Text
             * @example 老粮站对面的红楼
             */
            readonly text: string;
        };
        /**
         * variableMatrixWidth
         * @description Variable Matrix Width Definition
         *
         *     ref: https://github.com/opengeospatial/2D-Tile-Matrix-Set/blob/master/schemas/tms/2.0/json/variableMatrixWidth.json
         */
        readonly variableMatrixWidth: {
            /**
             * Coalesce
             * @description Number of tiles in width that coalesce in a single tile for these rows
             */
            readonly coalesce: number;
            /**
             * Maxtilerow
             * @description Last tile row where the coalescence factor applies for this tilematrix
             */
            readonly maxTileRow: number;
            /**
             * Mintilerow
             * @description First tile row where the coalescence factor applies for this tilematrix
             */
            readonly minTileRow: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;

/// <reference types="vite/client" />

interface Window {
  /** For tests and for the curious at the console. */
  yiwang?: { map: import('maplibre-gl').Map | null; late?: import('maplibre-gl').Map }
}

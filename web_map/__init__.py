"""The map page (page/) and the reports that open without a server."""

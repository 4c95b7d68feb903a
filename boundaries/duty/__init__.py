"""Who answers: parties, matters, duties, and the snapshot that holds every answer."""

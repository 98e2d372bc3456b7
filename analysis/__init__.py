"""Third sector involvement in commissioning: the analysis behind the report, wave by wave."""

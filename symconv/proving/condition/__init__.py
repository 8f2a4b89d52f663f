"""The exact condition under which a refuted claim holds."""

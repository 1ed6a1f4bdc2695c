"""What is read of the programme's work; each takes the actor and returns only what lies in her areas."""

from directory.outreach.queries.points import ModelLine, PointLine, point, points_by_model, programme_models, ward_name

__all__ = ["ModelLine", "PointLine", "point", "points_by_model", "programme_models", "ward_name"]

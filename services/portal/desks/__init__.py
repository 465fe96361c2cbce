"""Desks: what is to be done now, for each who signs in."""

from services.portal.desks.pages import routes

__all__ = ["routes"]

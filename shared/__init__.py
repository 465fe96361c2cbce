"""The thin kit every service stands on. It knows no treaty and no service."""

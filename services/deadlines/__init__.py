"""Obligations, their deadlines, extension requests, reports and meetings under the two treaties."""

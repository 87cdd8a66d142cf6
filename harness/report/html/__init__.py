"""The report as one HTML file, which needs neither a network nor the draw store to be read."""

from __future__ import annotations

from harness.report.html.document import Report, html_report

__all__ = ["Report", "html_report"]

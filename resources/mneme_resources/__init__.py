"""What ships beside the code: models, the sample life, icons, fonts' fall-backs and translations."""

from pathlib import Path

ROOT = Path(__file__).parent

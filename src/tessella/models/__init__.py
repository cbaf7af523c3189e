"""Model files: ONNX and TFLite are written, checked, loaded and run here. Nothing is ever unpickled."""

import os

# Official builds of the ONNX runtime write an identifier of the machine into the home folder and send events to their
# maker. They look here once, when they are imported, and nothing outside this package imports them.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

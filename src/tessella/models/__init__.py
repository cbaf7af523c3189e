"""Model files: ONNX and TFLite are written, checked, loaded and run here. Nothing is ever unpickled."""

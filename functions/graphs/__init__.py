"""What customers see of their servers: graphs out of samples, as SVG and PNG (N-9)."""

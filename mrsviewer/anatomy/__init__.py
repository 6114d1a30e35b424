"""Image volumes: reslicing, the voxel's outline and mask, tissue fractions."""

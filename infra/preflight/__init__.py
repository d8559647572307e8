"""What has to be true of an AWS account before toban can be relied on there."""

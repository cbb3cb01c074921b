package org.exactlyonce.gateway.log;

interface PartitionsApi {

	PartitionsController.PartitionList partitions();

	PartitionsController.PartitionView partition(String partition);

}

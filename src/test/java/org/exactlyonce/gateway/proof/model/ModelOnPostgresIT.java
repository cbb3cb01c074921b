package org.exactlyonce.gateway.proof.model;

import org.exactlyonce.gateway.support.GatewayInProcess;

class ModelOnPostgresIT extends ModelContract {

	@Override
	GatewayInProcess start(String... settings) {
		return GatewayInProcess.onPostgres(settings);
	}

}

package org.exactlyonce.gateway.proof.model;

import org.exactlyonce.gateway.support.GatewayInProcess;

class ModelOnH2Test extends ModelContract {

	@Override
	GatewayInProcess start(String... settings) {
		return GatewayInProcess.onH2(settings);
	}

}

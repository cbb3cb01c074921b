package org.exactlyonce.gateway.model;

import org.exactlyonce.gateway.support.GatewayInProcess;

class ModelOnH2Test extends ModelContract {

	@Override
	GatewayInProcess start(String... settings) {
		return GatewayInProcess.onH2(settings);
	}

}

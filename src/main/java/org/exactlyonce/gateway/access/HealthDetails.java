package org.exactlyonce.gateway.access;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;
import org.springframework.context.annotation.Conditional;
import org.springframework.stereotype.Component;

/**
 * Shows the details of health to callers that may monitor, in the mode token; strangers
 * get the status alone.
 */
@Component
@Conditional(ModeCheck.InToken.class)
class HealthDetails implements HealthEndpointGroupsPostProcessor {

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		return new HealthEndpointGroups() {

			@Override
			public HealthEndpointGroup getPrimary() {
				return new Guarded(groups.getPrimary());
			}

			@Override
			public Set<String> getNames() {
				return groups.getNames();
			}

			@Override
			public @Nullable HealthEndpointGroup get(String name) {
				HealthEndpointGroup group = groups.get(name);
				return (group != null) ? new Guarded(group) : null;
			}

		};
	}

	private record Guarded(HealthEndpointGroup group) implements HealthEndpointGroup {

		private static boolean mayMonitor(SecurityContext context) {
			return context.getPrincipal() instanceof Caller caller
					&& caller.rights().includeAny(List.of(Right.MONITOR));
		}

		@Override
		public boolean showComponents(SecurityContext context) {
			return mayMonitor(context) && this.group.showComponents(context);
		}

		@Override
		public boolean showDetails(SecurityContext context) {
			return mayMonitor(context) && this.group.showDetails(context);
		}

		@Override
		public boolean isMember(String name) {
			return this.group.isMember(name);
		}

		@Override
		public StatusAggregator getStatusAggregator() {
			return this.group.getStatusAggregator();
		}

		@Override
		public HttpCodeStatusMapper getHttpCodeStatusMapper() {
			return this.group.getHttpCodeStatusMapper();
		}

		@Override
		public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
			return this.group.getAdditionalPath();
		}

	}

}

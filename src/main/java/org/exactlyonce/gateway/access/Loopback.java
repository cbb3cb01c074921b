package org.exactlyonce.gateway.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The names and addresses by which a machine calls itself. Nothing is looked up: a name
 * that leads here today may belong to another machine.
 */
final class Loopback {

	/** The whole of it: {@code 127.evil.example} is a name that may be registered. */
	private static final Pattern IPV4 = Pattern.compile("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

	private Loopback() {
	}

	/**
	 * Whether a request came from this machine.
	 * @param address the peer's address, as the JDK writes it; null if the peer is gone
	 * @return false for every other machine, and for this one by its address in a network
	 */
	static boolean isAddress(@Nullable String address) {
		return address != null && (address.equals("127.0.0.1") || address.equals("0:0:0:0:0:0:0:1") || isName(address));
	}

	/**
	 * Whether a host name leads to this machine wherever it is looked up.
	 * @param name the {@code Host} without its port; an IPv6 address in brackets
	 * @return false for every name that a name server may be asked for
	 */
	static boolean isName(String name) {
		if (name.equals("localhost") || name.equals("127.0.0.1")) {
			return true;
		}
		if (name.startsWith("[")) {
			return isIpv6(name);
		}
		String lower = name.toLowerCase(Locale.ROOT);
		String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
		return host.equals("localhost") || host.endsWith(".localhost") || IPV4.matcher(host).matches();
	}

	private static boolean isIpv6(String literal) {
		try {
			return InetAddress.getByName(literal).isLoopbackAddress(); // never a name
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

}

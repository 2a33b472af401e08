package io.pvroute.runner;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalInt;

/**
 * Where the program answers over HTTP.
 *
 * @param name    of its settings: {@code observe} for {@code observe.port} and {@code observe.address}
 * @param address an address of this computer, or a name of it
 * @param port    0 for any that is free, empty for not at all
 */
public record Listener(String name, String address, OptionalInt port) {

    public boolean isOff() {
        return port.isEmpty();
    }

    /** Whether only this computer reaches it. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether nobody else listens there just now. */
    public boolean isFree() {
        try {
            return !settled().isOff();
        } catch (StartException e) {
            return false;
        }
    }

    public Listener off() {
        return new Listener(name, address, OptionalInt.empty());
    }

    /** Of a listener with a port of its own. */
    public String url() {
        String host = address.equals("0.0.0.0") || address.equals("::") ? "localhost" : address;
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port.orElseThrow();
    }

    /**
     * This listener with a port that was free just now: Camel's servers would share one that both call 0, and say of one that is taken no more
     * than that.
     *
     * @throws StartException if nobody can listen there
     */
    public Listener settled() {
        if (isOff()) {
            return this;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), port.getAsInt()));
            return new Listener(name, address, OptionalInt.of(socket.getLocalPort()));
        } catch (IOException e) {
            throw new StartException("pvroute cannot answer on port " + port.getAsInt() + " of " + address + ": " + e.getMessage()
                    + ". Another program has it, another pvroute perhaps, or the address is none of this computer's. Set " + name + ".port to "
                    + "another one, to 0 for any that is free, or to off; " + name + ".address is the address.", e);
        }
    }
}

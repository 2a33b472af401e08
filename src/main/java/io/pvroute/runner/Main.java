package io.pvroute.runner;

public final class Main {
    private Main() {}

    public static void main(String[] args) {}
}

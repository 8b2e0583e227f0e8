package io.rangefinder.engine.tensorrt.bringup;

import java.util.Locale;

/**
 * The operating system and the JVM.
 *
 * @param system {@code os.name}
 * @param architecture {@code os.arch}
 * @param bits the width of the JVM's pointers, {@code sun.arch.data.model}; empty if it is not told
 * @param settings javacpp's settings that are in the way, such as {@code pathsFirst=true}; empty if
 *     none
 */
record Host(String system, String architecture, String bits, String settings) {

    private static final String PREFIX = "org.bytedeco.javacpp.";

    static Host current() {
        return new Host(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                System.getProperty("sun.arch.data.model", ""),
                inTheWay());
    }

    /** javacpp would load other files than those that were checked, or none. */
    private static String inTheWay() {
        for (String name : new String[] {"pathsFirst", "pathsfirst"}) {
            String value = System.getProperty(PREFIX + name);
            if (value != null && isTrue(value)) {
                return PREFIX + name + "=" + value;
            }
        }
        for (String name : new String[] {"loadLibraries", "loadlibraries"}) {
            String value = System.getProperty(PREFIX + name);
            if (value != null && !isTrue(value)) {
                return PREFIX + name + "=" + value;
            }
        }
        return "";
    }

    private static boolean isTrue(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.isEmpty() || lower.equals("true") || lower.equals("t");
    }
}

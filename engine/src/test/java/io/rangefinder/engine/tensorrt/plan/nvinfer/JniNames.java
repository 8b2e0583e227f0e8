package io.rangefinder.engine.tensorrt.plan.nvinfer;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;

/**
 * Names of native methods' symbols, by the Java Native Interface's rules ("Resolving Native Method
 * Names").
 */
final class JniNames {

    private JniNames() {}

    /** The short name and the one with the arguments' types: the JVM takes either. */
    static List<String> of(Method method) {
        String name =
                "Java_"
                        + mangled(method.getDeclaringClass().getName())
                        + "_"
                        + mangled(method.getName());
        String descriptor =
                MethodType.methodType(void.class, method.getParameterTypes())
                        .toMethodDescriptorString();
        String arguments = descriptor.substring(1, descriptor.indexOf(')'));
        return List.of(name, name + "__" + mangled(arguments));
    }

    private static String mangled(String text) {
        StringBuilder mangled = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '.', '/' -> mangled.append('_');
                case '_' -> mangled.append("_1");
                case ';' -> mangled.append("_2");
                case '[' -> mangled.append("_3");
                default -> {
                    if (c < 128 && Character.isLetterOrDigit(c)) {
                        mangled.append(c);
                    } else {
                        mangled.append(String.format("_0%04x", (int) c));
                    }
                }
            }
        }
        return mangled.toString();
    }
}

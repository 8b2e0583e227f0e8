package io.rangefinder.capture.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of inputs by the arguments that they are. An argument that is a dict takes several
 * arrays, which DJL's PyTorch engine tells by their names: {@code argument.key}. Of a tuple all are
 * named {@code argument()}, of a list {@code argument[]}; here they are {@code argument.0} and on.
 */
final class InputNames {

    private static final Pattern ENTRY = Pattern.compile("(\\w+)\\.(.+)", Pattern.DOTALL);
    private static final Pattern ELEMENT = Pattern.compile("(\\w+)(\\[]|\\(\\))");

    private InputNames() {}

    static List<String> of(NDList inputs, List<String> parameters) {
        List<String> names = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        Map<String, Integer> elements = new HashMap<>();
        int arguments = 0;
        for (NDArray input : inputs) {
            String given = input.getName() == null ? "" : input.getName();
            Matcher entry = ENTRY.matcher(given);
            Matcher element = ELEMENT.matcher(given);
            boolean isEntry = entry.matches();
            if (!isEntry && !element.matches()) {
                names.add(name(arguments++, parameters));
                continue;
            }
            String group = isEntry ? entry.group(1) : given;
            if (!places.containsKey(group)) {
                places.put(group, arguments++);
            }
            String last =
                    isEntry
                            ? entry.group(2)
                            : Integer.toString(elements.merge(group, 1, Integer::sum) - 1);
            names.add(name(places.get(group), parameters) + "." + last);
        }
        // More arguments than there are: no name is sure.
        boolean fits = arguments <= parameters.size();
        for (int i = 0; i < names.size() && !fits; i++) {
            names.set(i, "input" + i);
        }
        return names;
    }

    private static String name(int argument, List<String> parameters) {
        return argument < parameters.size() ? parameters.get(argument) : "input" + argument;
    }
}

package io.rangefinder.capture.types;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One overload of an operator.
 *
 * @param name its qualified name without the overload: {@code aten::add}
 * @param parameters its parameters
 * @param returns its result, a tuple if there are several
 * @param mutates whether it changes a tensor that it is given
 * @param variadic whether it takes any further arguments
 */
public record Schema(
        String name, List<Parameter> parameters, Type returns, boolean mutates, boolean variadic) {

    /**
     * A parameter of an operator.
     *
     * @param name its name
     * @param type its type
     * @param defaultValue its value if it is left out, as PyTorch prints it ({@code 1}, {@code
     *     None}, {@code [0, 0]}); empty if it must be given
     * @param keywordOnly whether it may be given by keyword only
     * @param fixedSize whether a list parameter has a fixed size, so that one number may stand for
     *     it
     */
    public record Parameter(
            String name,
            Type type,
            Optional<String> defaultValue,
            boolean keywordOnly,
            boolean fixedSize) {

        boolean optional() {
            return defaultValue.isPresent();
        }
    }

    /**
     * The result's type for given arguments.
     *
     * @param arguments the positional arguments' types
     * @param keywords the keyword arguments' types
     * @param implicit whether numbers and tensors may stand for each other as TorchScript allows
     * @return the type, or empty if the arguments don't fit
     */
    public Optional<Type> apply(
            List<Type> arguments, Map<String, Type> keywords, boolean implicit) {
        Unification unification = new Unification(implicit);
        int position = 0;
        Map<String, Type> left = new HashMap<>(keywords);
        for (Parameter parameter : parameters) {
            Type argument;
            if (position < arguments.size() && !parameter.keywordOnly()) {
                argument = arguments.get(position++);
            } else {
                argument = left.remove(parameter.name());
            }
            if (argument == null) {
                if (!parameter.optional()) {
                    return Optional.empty();
                }
            } else if (!unification.fits(parameter, argument)) {
                return Optional.empty();
            }
        }
        if ((position < arguments.size() || !left.isEmpty()) && !variadic) {
            return Optional.empty();
        }
        return Optional.of(unification.substitute(returns));
    }
}

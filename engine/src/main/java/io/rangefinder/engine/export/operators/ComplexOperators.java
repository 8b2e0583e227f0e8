package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.Dim;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What operators become when a complex tensor is among their arguments. Operators that are not in
 * this table have no real form then, and are refused. Immutable once it is made.
 */
final class ComplexOperators {

    /** They look at shapes and types only, or hand on what they are given. */
    private static final String UNAFFECTED =
            "size sym_size prim::shape dim numel prim::dtype is_floating_point prim::device device"
                    + " prim::layout prim::type prim::is_cuda prim::requires_grad"
                    + " prim::is_nested is_contiguous len __getitem__ prim::TupleIndex _set_item"
                    + " append extend insert pop clear reverse list dict keys values items update"
                    + " get warn prim::unchecked_unwrap_optional _unwrap_optional prim::data"
                    + " __is__ __isnot__ detach alias cpu cuda lift lift_fresh requires_grad_ clone"
                    + " contiguous dropout feature_dropout to type_as _to_copy zeros_like"
                    + " empty_like zero ones_like full_like new_zeros new_empty new_ones new_full"
                    + " fill copy is_complex";

    private final Map<String, Operator> real;
    private final Map<String, Operator> operators = new HashMap<>();

    /**
     * The table.
     *
     * @param real what operators on real tensors become
     */
    ComplexOperators(Map<String, Operator> real) {
        this.real = real;
        for (String name : UNAFFECTED.split(" ")) {
            operators.put(qualified(name), plain(name));
        }
        any("is_complex", call -> new Value.Bool(true));
        parts();
        shapes();
        arithmetic();
        functions();
        reductions();
        products();
        Fourier.complex().forEach(this::any);
        tensor("istft", Spectrograms::istft);
    }

    /**
     * What an operator becomes.
     *
     * @param name its qualified name
     * @return what it becomes, which may be that it is refused
     */
    Operator find(String name) {
        return operators.getOrDefault(
                name,
                call -> {
                    throw call.unsupported(
                            "computes with complex numbers, for which the export has no real form;"
                                    + " compute with the real and the imaginary part"
                                    + " (torch.view_as_real) instead");
                });
    }

    private static String qualified(String name) {
        return name.contains("::") ? name : "aten::" + name;
    }

    private Operator plain(String name) {
        Operator operator = real.get(qualified(name));
        if (operator == null) {
            throw new IllegalStateException(name + " is not in the table");
        }
        return operator;
    }

    private void any(String names, Operator operator) {
        for (String name : names.split(" ")) {
            operators.put(qualified(name), operator);
        }
    }

    private void tensor(String names, OperatorTable.OneTensor operator) {
        any(names, call -> OperatorCall.result(operator.apply(call)));
    }

    private void pairs(
            String names, BiFunction<Primitives, SymbolicTensor, SymbolicTensor> function) {
        any(names, call -> ComplexFunctions.of(call, x -> function.apply(call.primitives(), x)));
    }

    /** Operators that do to both parts what they do to one. */
    private void moving(String names, String... axes) {
        for (String name : names.split(" ")) {
            any(name, ComplexLifts.moving(plain(name), axes));
        }
    }

    private void sizing(String names, String sizes, long last) {
        for (String name : names.split(" ")) {
            any(name, ComplexLifts.sizing(plain(name), sizes, last));
        }
    }

    private void parts() {
        any("view_as_real", call -> Views.realView(call.reference("self")));
        any("real", call -> part(call, 0));
        any("imag", call -> part(call, 1));
        pairs("conj _conj conj_physical _conj_physical", ComplexTensors::conjugate);
        any("resolve_conj resolve_neg", call -> call.value("self"));
        tensor("abs absolute prim::abs", ComplexFunctions::absolute);
        tensor("angle", ComplexFunctions::angle);
        for (String name : List.of("Byte", "Char", "Short", "Int", "Long", "Half", "Float")) {
            any("_cast_" + name, plain("_cast_" + name));
        }
        any("_cast_Double", plain("_cast_Double"));
    }

    private static Value part(OperatorCall call, int which) {
        Value.Tensor pair = Views.realView(call.reference("self"));
        return Views.select(call.primitives(), pair, pair.get().rank() - 1, Dim.of(which));
    }

    private void shapes() {
        sizing("view _unsafe_view expand broadcast_to", "size", 2);
        sizing("reshape", "shape", 2);
        sizing("repeat", "repeats", 1);
        sizing("tile", "dims", 1);
        any("view_as", ComplexLifts.shapedAs(plain("view"), "size"));
        any("reshape_as", ComplexLifts.shapedAs(plain("reshape"), "shape"));
        any("expand_as", ComplexLifts.shapedAs(plain("expand"), "size"));
        moving("flatten", "start_dim", "end_dim");
        moving("unflatten squeeze unsqueeze slice narrow select unbind", "dim");
        moving("chunk unsafe_chunk split split_with_sizes unsafe_split tensor_split", "dim");
        moving("unsafe_split_with_sizes index_select repeat_interleave cumsum", "dim");
        moving("transpose swapaxes swapdims", "dim0", "dim1", "axis0", "axis1");
        moving("movedim moveaxis", "source", "destination");
        moving("flip", "dims");
        moving("roll", "dims");
        moving("index");
        any("permute", ComplexLifts::permute);
        any("t numpy_T mT", call -> ComplexLifts.transposed(call, false));
        any("matrix_H mH adjoint", call -> ComplexLifts.transposed(call, true));
        any("ravel", call -> flat(call, "reshape", "shape"));
        for (String name : List.of("cat", "concat", "concatenate", "stack")) {
            any(name, ComplexLifts.joining(plain(name)));
        }
        for (String name : List.of("tril", "triu", "unfold", "diagonal", "diag_embed", "rot90")) {
            any(name, ComplexLifts.byParts(plain(name)));
        }
        any("pad", ComplexLifts.padding(plain("pad")));
        any("constant_pad_nd", ComplexLifts.padding(plain("constant_pad_nd")));
        any("gather", ComplexLifts.gathering(plain("gather")));
        any("index_put", ComplexLifts.writing(plain("index_put")));
        any("_index_put_impl", ComplexLifts.writing(plain("_index_put_impl")));
        any(
                "where",
                call ->
                        ComplexArithmetic.where(
                                call,
                                call.value("condition"),
                                call.value("self"),
                                call.value("other")));
        any(
                "masked_fill",
                call ->
                        ComplexArithmetic.where(
                                call, call.value("mask"), call.value("value"), call.value("self")));
    }

    private Value flat(OperatorCall call, String operator, String sizes) {
        Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
        arguments.put(sizes, new Value.ListOf(new ArrayList<>(List.of(Value.Int.of(-1)))));
        return operators.get(qualified(operator)).apply(call.with(arguments));
    }

    private void arithmetic() {
        any("add", ComplexArithmetic::add);
        any("sub subtract", ComplexArithmetic::sub);
        any("rsub", ComplexArithmetic::rsub);
        any("mul multiply", ComplexArithmetic::mul);
        any("div divide true_divide", ComplexArithmetic::div);
        any("neg negative", ComplexArithmetic::neg);
        any("pow", ComplexFunctions::pow);
        tensor("eq", call -> ComplexArithmetic.equal(call, true));
        tensor("ne", call -> ComplexArithmetic.equal(call, false));
        any("Complex complex", ComplexArithmetic::ofNumbers);
    }

    private void functions() {
        tensor("exp", ComplexFunctions::exp);
        tensor("log", ComplexFunctions::log);
        tensor("log2", call -> ComplexFunctions.log(call, 2));
        tensor("log10", call -> ComplexFunctions.log(call, 10));
        tensor("sqrt", ComplexFunctions::sqrt);
        tensor("rsqrt", ComplexFunctions::inverseSqrt);
        tensor("sin", ComplexCircles::sin);
        tensor("cos", ComplexCircles::cos);
        tensor("tan", ComplexCircles::tan);
        tensor("sinh", ComplexCircles::sinh);
        tensor("cosh", ComplexCircles::cosh);
        tensor("tanh", ComplexCircles::tanh);
        tensor("sigmoid", ComplexCircles::sigmoid);
        any("square", call -> ComplexFunctions.of(call, z -> ComplexFunctions.square(call, z)));
        pairs("reciprocal", ComplexArithmetic::inverse);
        pairs("sgn", ComplexFunctions::sign);
        tensor("isnan", call -> test(call, "Or", Comparisons::isNan));
        tensor("isinf", call -> test(call, "Or", Comparisons::isInfinite));
        tensor("isfinite", call -> test(call, "And", Comparisons::isFinite));
    }

    private static SymbolicTensor test(
            OperatorCall call,
            String operator,
            BiFunction<Primitives, SymbolicTensor, SymbolicTensor> test) {
        Primitives to = call.primitives();
        return ComplexArithmetic.both(to, operator, test.apply(to, call.tensor("self").realView()));
    }

    private void reductions() {
        for (String name : List.of("sum", "mean")) {
            any(name, ComplexLifts.overAxes(plain(name), "dim"));
        }
        tensor("prod", ComplexReductions::prod);
        tensor("var", ComplexReductions::variance);
        tensor("std", ComplexReductions::deviation);
        any("var_mean", call -> ComplexReductions.withMean(call, false, plain("mean")));
        any("std_mean", call -> ComplexReductions.withMean(call, true, plain("mean")));
        // The norms of complex numbers are those of their sizes.
        for (String name : List.of("norm", "linalg_vector_norm", "frobenius_norm")) {
            any(
                    name,
                    call -> {
                        Map<String, Value> arguments = new LinkedHashMap<>(call.arguments());
                        arguments.put("self", OperatorCall.result(ComplexFunctions.absolute(call)));
                        return plain(name).apply(call.with(arguments));
                    });
        }
    }

    private void products() {
        tensor("matmul linalg_matmul mm bmm mv", ComplexProducts::matmul);
        any("linear", ComplexProducts::linear);
        any("addmm", call -> ComplexProducts.added(call, "mat1", "mat2"));
        any("baddbmm", call -> ComplexProducts.added(call, "batch1", "batch2"));
        tensor("dot", call -> ComplexProducts.dot(call, false));
        tensor("vdot", call -> ComplexProducts.dot(call, true));
        tensor("outer ger", ComplexProducts::outer);
        tensor("einsum", ComplexProducts::einsum);
        tensor("inner", ComplexProducts::inner);
        tensor("tensordot", ComplexProducts::tensordot);
        tensor("kron", ComplexProducts::kron);
        for (String name : List.of("conv1d", "conv2d", "conv3d", "_convolution", "convolution")) {
            any(name, ComplexProducts.convolution(plain(name), false));
        }
        for (int axes = 1; axes <= 3; axes++) {
            String name = "conv_transpose" + axes + "d";
            any(name, ComplexProducts.convolution(plain(name), true));
        }
    }
}

package io.rangefinder.engine.export.operators;

import io.rangefinder.capture.source.Providers;
import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What each operator of PyTorch, and each {@link CustomOperators of an application}, becomes in
 * ONNX. Immutable once it is made, hence safe from any thread.
 *
 * <p>An in-place operator ({@code relu_}) needs no entry of its own: it is the operator without the
 * underscore, whose result is written to its first argument ({@link InPlace}).
 */
public final class OperatorTable {

    private static final Map<String, ElementType> CASTS =
            Map.of(
                    "Byte", ElementType.UINT8,
                    "Char", ElementType.INT8,
                    "Short", ElementType.INT16,
                    "Int", ElementType.INT32,
                    "Long", ElementType.INT64,
                    "Half", ElementType.FLOAT16,
                    "Float", ElementType.FLOAT32,
                    "Double", ElementType.FLOAT64);

    private static final OperatorTable STANDARD =
            new OperatorTable(Providers.usable(CustomOperators.class, "operators"));

    private final Map<String, Operator> operators = new HashMap<>();
    private final ComplexOperators ofComplex;
    private final List<Class<?>> origins;

    /** An operator whose result is one tensor. */
    @FunctionalInterface
    interface OneTensor {

        SymbolicTensor apply(OperatorCall call);
    }

    private OperatorTable(List<CustomOperators> applications) {
        numbers();
        containers();
        attributes();
        shapes();
        parts();
        joins();
        conversions();
        creation();
        arithmetic();
        comparisons();
        logic();
        functions();
        activations();
        reductions();
        ordering();
        indexing();
        arrangements();
        linear();
        attention();
        recurrent();
        convolutions();
        normalizations();
        pooling();
        padding();
        resizing();
        vision();
        complex();
        ofComplex = new ComplexOperators(operators);
        applications.forEach(custom -> operators.putAll(custom.operators()));
        origins = applications.stream().<Class<?>>map(Object::getClass).toList();
    }

    /**
     * The table of all operators.
     *
     * @return always the same one
     */
    public static OperatorTable standard() {
        return STANDARD;
    }

    /**
     * Where operators come from that are not Rangefinder's.
     *
     * @return the applications' classes
     */
    public List<Class<?>> origins() {
        return origins;
    }

    /**
     * Looks an operator up.
     *
     * @param name its qualified name without its overload, such as {@code aten::conv2d}
     * @return what it becomes, if it can be exported
     */
    public Optional<Operator> find(String name) {
        return Optional.ofNullable(operators.get(name))
                .map(
                        ofReal ->
                                call ->
                                        ComplexTensors.among(call.arguments().values())
                                                ? ofComplex.find(name).apply(call)
                                                : ofReal.apply(call));
    }

    /**
     * Adds an operator.
     *
     * @param names its names with spaces between, of the namespace {@code aten} unless they say
     *     another
     * @param operator what it becomes
     */
    private void any(String names, Operator operator) {
        for (String name : names.split(" ")) {
            String qualified = name.contains("::") ? name : "aten::" + name;
            if (operators.put(qualified, operator) != null) {
                throw new IllegalStateException(qualified + " stands in the table twice");
            }
        }
    }

    /** Adds an operator that gives one tensor. */
    private void tensor(String names, OneTensor operator) {
        any(names, call -> OperatorCall.result(operator.apply(call)));
    }

    private void numbers() {
        any("Int IntImplicit", Numbers::toInt);
        any("Float FloatImplicit", Numbers::toFloat);
        any("Bool", Numbers::toBool);
        any("ScalarImplicit item", Numbers::item);
        any("str", Numbers::toText);
        any("prim::NumToTensor", Numbers::toTensor);
        any("__not__", Numbers::not);
        any("__is__", Numbers::is);
        any("__isnot__", Numbers::isNot);
        any("prim::min prim::max", Numbers::extreme);
        any("__derive_index", Numbers::derivedIndex);
        any("__range_length", Numbers::rangeLength);
    }

    private void containers() {
        any("len", Containers::len);
        any("__getitem__ prim::TupleIndex", Containers::getItem);
        any("_set_item", Containers::setItem);
        any("__contains__", Containers::contains);
        any("append", Containers::append);
        any("extend", Containers::extend);
        any("insert", Containers::insert);
        any("pop", Containers::pop);
        any("clear", Containers::clear);
        any("reverse", Containers::reverse);
        any("copy list", Containers::copy);
        any("dict", Containers::dict);
        any("keys", Containers::keys);
        any("values", Containers::values);
        any("items", Containers::items);
        any("update", Containers::update);
        any("get", Containers::get);
        any("format", Containers::format);
        any("warn", call -> Value.None.NONE);
        any("prim::unchecked_unwrap_optional _unwrap_optional prim::data", call -> call.value(0));
    }

    private void attributes() {
        any("size sym_size prim::shape", Shapes::size);
        any("dim", Shapes::dim);
        any("numel", Shapes::numel);
        any("prim::dtype", Shapes::dtype);
        any("is_floating_point", Shapes::isFloatingPoint);
        any("prim::device device", call -> Value.Opaque.OPAQUE);
        // PyTorch's number for a tensor that is not sparse.
        any("prim::layout", call -> Value.Int.of(0));
        any("prim::type", call -> new Value.Text("cpu"));
        any(
                "prim::is_cuda is_complex is_conj is_neg prim::requires_grad is_autocast_enabled"
                        + " is_grad_enabled",
                call -> new Value.Bool(false));
        any("prim::is_nested", call -> new Value.Bool(call.value(0) instanceof Value.Nested));
        any("is_contiguous", call -> new Value.Bool(true));
    }

    private void shapes() {
        any("view _unsafe_view", Shapes::view);
        any("reshape", Shapes::reshape);
        any("view_as", Shapes::viewAs);
        any("reshape_as", Shapes::reshapeAs);
        any("flatten", Shapes::flatten);
        any("unflatten", Shapes::unflatten);
        any("permute", Shapes::permute);
        any("transpose swapaxes swapdims", Shapes::transpose);
        any("t numpy_T matrix_H", Shapes::matrixTranspose);
        any("squeeze", Shapes::squeeze);
        any("unsqueeze", Shapes::unsqueeze);
        any("expand broadcast_to", Shapes::expand);
        any("expand_as", Shapes::expandAs);
        any("contiguous", Shapes::contiguous);
        any("movedim moveaxis", Shapes::movedim);
        any("mT mH adjoint", Shapes::transposeLast);
        any("ravel", Shapes::ravel);
    }

    private void parts() {
        any("slice", Slices::slice);
        any("narrow", Slices::narrow);
        any("select", Slices::select);
        any("unbind", Slices::unbind);
        any("chunk unsafe_chunk", Splits::chunk);
        any("split split_with_sizes unsafe_split unsafe_split_with_sizes", Splits::split);
        any("tensor_split", Splits::tensorSplit);
        any("vsplit", call -> Splits.splitAlong(call, 0));
        any("hsplit", call -> Splits.splitAlong(call, 1));
        any("dsplit", call -> Splits.splitAlong(call, 2));
    }

    private void joins() {
        tensor("cat concat concatenate", Joins::cat);
        tensor("stack", Joins::stack);
        any("broadcast_tensors", Joins::broadcastTensors);
        any("atleast_1d", Joins::atLeast1d);
        any("atleast_2d", Joins::atLeast2d);
        any("atleast_3d", Joins::atLeast3d);
        any("meshgrid", Joins::meshgrid);
        tensor("cartesian_prod", Joins::cartesianProduct);
        tensor("hstack", Joins::hstack);
        tensor("vstack row_stack", Joins::vstack);
        tensor("dstack", Joins::dstack);
        tensor("column_stack", Joins::columnStack);
    }

    private void conversions() {
        tensor("clone", call -> call.tensor("self"));
        any("detach", Numbers::detached);
        any("to type_as _to_copy", Conversions::to);
        any("alias cpu cuda lift lift_fresh requires_grad_", call -> call.value("self"));
        for (Map.Entry<String, ElementType> name : CASTS.entrySet()) {
            any("_cast_" + name.getKey(), call -> Conversions.to(call, name.getValue()));
        }
    }

    private void creation() {
        tensor("zeros empty", call -> Creation.filled(call, 0));
        tensor("ones", call -> Creation.filled(call, 1));
        tensor("full", Creation::full);
        tensor("new_zeros new_empty", call -> Creation.filledNew(call, Value.Int.of(0)));
        tensor("new_ones", call -> Creation.filledNew(call, Value.Int.of(1)));
        tensor("new_full", call -> Creation.filledNew(call, call.scalar("fill_value")));
        tensor("zeros_like empty_like zero", call -> Creation.filledLike(call, Value.Int.of(0)));
        tensor("ones_like", call -> Creation.filledLike(call, Value.Int.of(1)));
        tensor("full_like", call -> Creation.filledLike(call, call.scalar("fill_value")));
        tensor("fill", Creation::fill);
        tensor("arange", Creation::arange);
        tensor("linspace", Creation::linspace);
        tensor("logspace", Creation::logspace);
        tensor("eye", Creation::eye);
        any("tensor as_tensor scalar_tensor", Creation::tensor);
        any(
                "bernoulli cauchy exponential geometric log_normal multinomial normal poisson rand"
                    + " randint randint_like randn randn_like rand_like random randperm uniform",
                Dropouts::refuseRandom);
    }

    private void arithmetic() {
        any("__round_to_zero_floordiv floordiv floor_divide", Arithmetic::floorDivide);
        any("add", Arithmetic::add);
        any("sub subtract", Arithmetic::sub);
        any("rsub", Arithmetic::rsub);
        any("mul multiply", Arithmetic::mul);
        any("div divide true_divide", Arithmetic::div);
        any("remainder", Arithmetic::remainder);
        any("fmod", Arithmetic::fmod);
        any("neg negative", Arithmetic::neg);
        any("pow", Arithmetic::pow);
        any("maximum", call -> Arithmetic.binary(call, "Max"));
        any("minimum", call -> Arithmetic.binary(call, "Min"));
        tensor("fmax", call -> Pairwise.numberFirst(call, "Max"));
        tensor("fmin", call -> Pairwise.numberFirst(call, "Min"));
        tensor("addcmul", Pairwise::addcmul);
        tensor("addcdiv", Pairwise::addcdiv);
        tensor("lerp", Pairwise::lerp);
        tensor("atan2 arctan2", call -> Pairwise.floating(call, Pairwise::atan2));
        tensor("hypot", call -> Pairwise.floating(call, Pairwise::hypot));
        tensor("copysign", call -> Pairwise.floating(call, Pairwise::copySign));
        tensor("logaddexp", call -> Pairwise.floating(call, Pairwise::logAddExp));
        tensor("logaddexp2", call -> Pairwise.floating(call, Pairwise::logAddExp2));
        tensor("xlogy special_xlogy", call -> Pairwise.floating(call, Pairwise::xLogY));
        tensor("heaviside", Pairwise::heaviside);
    }

    private void comparisons() {
        any("eq ne lt le gt ge", Comparisons::compare);
        tensor("isnan", call -> Comparisons.isNan(call.primitives(), call.tensor("self")));
        tensor("isinf", call -> Comparisons.isInfinite(call.primitives(), call.tensor("self")));
        tensor("isfinite", call -> Comparisons.isFinite(call.primitives(), call.tensor("self")));
        tensor("isclose", Comparisons::isClose);
        tensor("nan_to_num", Comparisons::nanToNum);
        tensor("where", Comparisons::where);
        tensor("masked_fill", Comparisons::maskedFill);
    }

    private void logic() {
        any("__and__ bitwise_and", call -> Logic.bitwise(call, "And"));
        any("__or__ bitwise_or", call -> Logic.bitwise(call, "Or"));
        any("__xor__ bitwise_xor", call -> Logic.bitwise(call, "Xor"));
        any("__lshift__ bitwise_left_shift", Logic::shiftLeft);
        any("__rshift__ bitwise_right_shift", Logic::shiftRight);
        tensor("logical_and", call -> Logic.logical(call, "And"));
        tensor("logical_or", call -> Logic.logical(call, "Or"));
        tensor("logical_xor", call -> Logic.logical(call, "Xor"));
        tensor("logical_not", Logic::logicalNot);
        tensor("bitwise_not", Logic::bitwiseNot);
    }

    private void functions() {
        any("prim::abs abs absolute", Numbers::absolute);
        any("ceil", call -> Elementwise.rounded(call, "Ceil"));
        any("floor", call -> Elementwise.rounded(call, "Floor"));
        any("round", call -> Elementwise.rounded(call, "Round"));
        tensor("trunc fix", call -> Elementwise.truncated(call.primitives(), call.tensor("self")));
        tensor("frac", call -> Elementwise.of(call, Elementwise::fraction));
        tensor("sign sgn", call -> call.primitives().unary("Sign", call.tensor("self")));
        tensor("square", Elementwise::square);
        tensor("reciprocal", call -> Elementwise.of(call, Elementwise::reciprocal));
        any("sqrt", Numbers.function(Math::sqrt, call -> Elementwise.unary(call, "Sqrt")));
        tensor("rsqrt", call -> Elementwise.of(call, Elementwise::inverseSquareRoot));
        any("exp", Numbers.function(Math::exp, call -> Elementwise.unary(call, "Exp")));
        tensor("exp2", call -> Elementwise.of(call, Elementwise::exp2));
        any(
                "expm1 special_expm1",
                Numbers.function(Math::expm1, call -> Elementwise.of(call, Elementwise::expm1)));
        any("log", Numbers.function(Math::log, call -> Elementwise.unary(call, "Log")));
        any(
                "log2",
                Numbers.function(x -> Math.log(x) / Math.log(2), call -> Elementwise.log(call, 2)));
        any("log10", Numbers.function(Math::log10, call -> Elementwise.log(call, 10)));
        any(
                "log1p special_log1p",
                Numbers.function(Math::log1p, call -> Elementwise.of(call, Elementwise::log1p)));
        any("sin", Numbers.function(Math::sin, call -> Elementwise.unary(call, "Sin")));
        any("cos", Numbers.function(Math::cos, call -> Elementwise.unary(call, "Cos")));
        any("tan", Numbers.function(Math::tan, call -> Elementwise.unary(call, "Tan")));
        tensor("logit special_logit", Elementwise::logit);
        tensor("sinc special_sinc", call -> Elementwise.of(call, Elementwise::sinc));
        tensor("erf special_erf", call -> Elementwise.unary(call, "Erf"));
        tensor("erfc special_erfc", call -> Elementwise.of(call, Elementwise::erfc));
        tensor("erfinv special_erfinv", call -> Elementwise.of(call, Elementwise::erfinv));
        tensor("deg2rad", call -> Elementwise.scaled(call, Math.PI / 180));
        tensor("rad2deg", call -> Elementwise.scaled(call, 180 / Math.PI));
        for (String name : "sinh cosh asin acos atan asinh acosh atanh".split(" ")) {
            String operator = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            tensor(name, call -> Elementwise.unary(call, operator));
            if (name.startsWith("a")) {
                tensor("arc" + name.substring(1), call -> Elementwise.unary(call, operator));
            }
        }
    }

    private void activations() {
        tensor("leaky_relu", Activations::leakyRelu);
        tensor("rrelu", Activations::rrelu);
        tensor("prelu", Activations::prelu);
        tensor("elu", Activations::elu);
        tensor("celu", Activations::celu);
        tensor("gelu", Activations::gelu);
        tensor("selu", call -> Elementwise.unary(call, "Selu"));
        tensor("silu", call -> Elementwise.of(call, Activations::silu));
        tensor("mish", call -> Elementwise.of(call, Activations::mish));
        tensor("hardsigmoid", call -> Elementwise.of(call, Activations::hardsigmoid));
        tensor("hardswish", call -> Elementwise.of(call, Activations::hardswish));
        tensor("log_sigmoid", call -> Elementwise.of(call, Activations::logSigmoid));
        tensor("sigmoid special_expit", call -> Elementwise.unary(call, "Sigmoid"));
        tensor("tanh", call -> Elementwise.unary(call, "Tanh"));
        tensor("softplus", Activations::softplus);
        tensor("glu", Activations::glu);
        tensor("softmax _softmax special_softmax", call -> Activations.softmax(call, "Softmax"));
        tensor("log_softmax special_log_softmax", call -> Activations.softmax(call, "LogSoftmax"));
        tensor("relu", Thresholds::relu);
        tensor("relu6", call -> Thresholds.hardtanh(call, 0, 6));
        tensor(
                "hardtanh",
                call -> Thresholds.hardtanh(call, call.real("min_val"), call.real("max_val")));
        tensor("clamp clip clamp_min clamp_max", Thresholds::clamp);
        tensor("threshold", Thresholds::threshold);
        tensor("hardshrink", Thresholds::hardshrink);
        tensor("softshrink", Thresholds::softshrink);
        any("dropout feature_dropout alpha_dropout feature_alpha_dropout", Dropouts::leftOut);
        any("native_dropout", Dropouts::nativeDropout);
    }

    private void reductions() {
        tensor("mean", Reductions::mean);
        any("sum", Reductions::sum);
        tensor("prod", Reductions::prod);
        tensor("nansum", Reductions::nanSum);
        tensor("nanmean", Reductions::nanMean);
        tensor("count_nonzero", Reductions::countNonzero);
        any("all", call -> Reductions.truths(call, true));
        any("any", call -> Reductions.truths(call, false));
        tensor("logsumexp", Reductions::logSumExp);
        tensor("var", Reductions::variance);
        tensor("std", Reductions::deviation);
        any("var_mean", call -> Reductions.varianceAndMean(call, false));
        any("std_mean", call -> Reductions.varianceAndMean(call, true));
        tensor("trace", Reductions::trace);
        any("max", call -> Extremes.extreme(call, "Max"));
        any("min", call -> Extremes.extreme(call, "Min"));
        tensor("amax", call -> Extremes.along(call, "Max"));
        tensor("amin", call -> Extremes.along(call, "Min"));
        any("aminmax", Extremes::both);
        tensor("argmax", call -> Extremes.place(call, "ArgMax"));
        tensor("argmin", call -> Extremes.place(call, "ArgMin"));
        tensor("norm linalg_vector_norm frobenius_norm", Norms::norm);
        tensor("linalg_norm", Norms::linearAlgebraNorm);
        tensor("pairwise_distance", Norms::pairwiseDistance);
        tensor("dist", Norms::distance);
        tensor("cdist", Norms::distances);
        tensor("cosine_similarity", Norms::cosineSimilarity);
        tensor("cumsum", Cumulative::sum);
        tensor("cumprod", Cumulative::product);
        tensor("logcumsumexp", Cumulative::logSumExp);
        any("cummax", call -> Cumulative.extreme(call, "Max"));
        any("cummin", call -> Cumulative.extreme(call, "Min"));
        tensor("diff", Cumulative::differences);
        tensor("trapz trapezoid", Cumulative::area);
    }

    private void ordering() {
        any("topk", Ordering::topk);
        any("sort", Ordering::sort);
        tensor("argsort", Ordering::argsort);
        tensor("msort", Ordering::msort);
        any("kthvalue", Ordering::kthValue);
        any("median", Ordering::median);
        tensor("bucketize", Ordering::bucketize);
        tensor("searchsorted", Ordering::searchSorted);
    }

    private void indexing() {
        any("index", Indexing::index);
        tensor("index_put _index_put_impl", Indexing::put);
        tensor("index_copy", Indexing::indexCopy);
        tensor("index_fill", Indexing::indexFill);
        tensor("index_select", Gathers::indexSelect);
        tensor("take", Gathers::take);
        tensor("gather", Gathers::gather);
        tensor("take_along_dim", Gathers::takeAlongDim);
        tensor("index_add", Scatters::indexAdd);
        tensor("scatter", Scatters::scatter);
        tensor("scatter_add", Scatters::scatterAdd);
        tensor("scatter_reduce", Scatters::scatterReduce);
        tensor("masked_scatter", Scatters::maskedScatter);
        any("slice_scatter", Scatters::sliceScatter);
        any("select_scatter", Scatters::selectScatter);
        any("diagonal_scatter", Scatters::diagonalScatter);
        tensor("one_hot", Embeddings::oneHot);
        tensor("embedding", Embeddings::embedding);
        any("embedding_bag", Embeddings::bag);
    }

    private void arrangements() {
        tensor("repeat", Arrangements::repeat);
        tensor("tile", Arrangements::tile);
        tensor("repeat_interleave", Arrangements::repeatInterleave);
        tensor("roll", Arrangements::roll);
        tensor("flip", Arrangements::flip);
        tensor("flipud", call -> Arrangements.flip(call, 0));
        tensor("fliplr", call -> Arrangements.flip(call, 1));
        tensor("rot90", Arrangements::rot90);
        tensor("pixel_shuffle", Arrangements::pixelShuffle);
        tensor("pixel_unshuffle", Arrangements::pixelUnshuffle);
        tensor("channel_shuffle native_channel_shuffle", Arrangements::channelShuffle);
        any("diagonal", Diagonals::diagonal);
        tensor("diag", Diagonals::diag);
        tensor("diagflat", Diagonals::diagflat);
        tensor("diag_embed", Diagonals::diagEmbed);
        tensor("tril", Diagonals::tril);
        tensor("triu", Diagonals::triu);
        tensor("tril_indices", Diagonals::trilIndices);
        tensor("triu_indices", Diagonals::triuIndices);
        any("as_strided", Windows::asStrided);
        any("unfold", Windows::unfold);
        tensor("im2col", Windows::im2col);
        tensor("col2im", Windows::col2im);
    }

    private void linear() {
        tensor("linear", Linear::linear);
        tensor("matmul linalg_matmul mm bmm", Linear::matmul);
        tensor("addmm", Linear::addmm);
        tensor("baddbmm", Products::baddbmm);
        tensor("addbmm", Products::addbmm);
        tensor("addmv", Products::addmv);
        tensor("addr", Products::addr);
        tensor("dot vdot", Products::dot);
        tensor("mv", Products::matrixVector);
        tensor("outer ger", Products::outer);
        tensor("inner", Products::inner);
        tensor("tensordot", Products::tensordot);
        tensor("chain_matmul linalg_multi_dot", Products::chain);
        tensor("kron", Products::kron);
        tensor("bilinear", Products::bilinear);
        tensor("cross linalg_cross", Products::cross);
        tensor("einsum", Einsum::einsum);
    }

    private void attention() {
        tensor("scaled_dot_product_attention", Attention::scaledDotProduct);
        any("_native_multi_head_attention", FastPaths::multiHead);
        any("_transformer_encoder_layer_fwd", FastPaths::encoderLayer);
        any("rangefinder::nested_padded", FastPaths::padded);
        any("rangefinder::nested_ends", FastPaths::ends);
        any("rangefinder::nested_like", FastPaths::like);
        any("_nested_tensor_from_mask", FastPaths::nestedFromMask);
        any("_nested_tensor_from_mask_left_aligned", FastPaths::isLeftAligned);
        tensor("to_padded_tensor nested_to_padded_tensor", FastPaths::toPadded);
    }

    private void recurrent() {
        any("lstm", Recurrent::lstm);
        any("gru", Recurrent::gru);
        any("_pack_padded_sequence _pad_packed_sequence", Recurrent::refusePacked);
        any("rnn_tanh", call -> Recurrent.rnn(call, "Tanh"));
        any("rnn_relu", call -> Recurrent.rnn(call, "Relu"));
        any("lstm_cell", Cells::lstm);
        tensor("gru_cell", Cells::gru);
        tensor("rnn_tanh_cell", call -> Cells.rnn(call, "Tanh"));
        tensor("rnn_relu_cell", call -> Cells.rnn(call, "Relu"));
    }

    private void convolutions() {
        tensor("conv1d conv2d conv3d _convolution_mode", Convolutions::conv);
        tensor("conv_transpose1d conv_transpose2d conv_transpose3d", Convolutions::transposed);
        tensor("_convolution convolution", Convolutions::convolution);
        tensor("conv_tbc", Convolutions::timeFirst);
    }

    private void normalizations() {
        tensor("batch_norm", Normalizations::batchNorm);
        any("native_batch_norm", Normalizations::nativeBatchNorm);
        tensor("instance_norm", Normalizations::instanceNorm);
        tensor("group_norm", Normalizations::groupNorm);
        tensor("_weight_norm", Normalizations::weightNorm);
        tensor("layer_norm", Normalizations::layerNorm);
        any("native_layer_norm", Normalizations::nativeLayerNorm);
        tensor("rms_norm", Normalizations::rmsNorm);
    }

    private void pooling() {
        tensor("_adaptive_avg_pool2d", call -> AdaptivePooling.average(call, 2));
        tensor("_adaptive_avg_pool3d", call -> AdaptivePooling.average(call, 3));
        for (int i = 1; i <= 3; i++) {
            int axes = i;
            tensor("max_pool" + i + "d", call -> Pooling.max(call, axes));
            any("max_pool" + i + "d_with_indices", call -> Pooling.maxWithIndices(call, axes));
            tensor("avg_pool" + i + "d", call -> Pooling.average(call, axes));
            tensor("adaptive_avg_pool" + i + "d", call -> AdaptivePooling.average(call, axes));
            any("adaptive_max_pool" + i + "d", call -> AdaptivePooling.max(call, axes));
        }
    }

    private void padding() {
        tensor("pad", Padding::pad);
        tensor("constant_pad_nd", Padding::constant);
        tensor("_pad_circular", Padding::circular);
        tensor(
                "reflection_pad1d reflection_pad2d reflection_pad3d",
                call -> Padding.byMode(call, "reflect"));
        tensor(
                "replication_pad1d replication_pad2d replication_pad3d",
                call -> Padding.byMode(call, "edge"));
    }

    private void resizing() {
        tensor(
                "upsample_nearest1d upsample_nearest2d upsample_nearest3d",
                call -> Resizing.nearest(call, false));
        tensor(
                "_upsample_nearest_exact1d _upsample_nearest_exact2d _upsample_nearest_exact3d",
                call -> Resizing.nearest(call, true));
        tensor("upsample_linear1d upsample_bilinear2d upsample_trilinear3d", Resizing::linear);
        tensor("upsample_bicubic2d", Resizing::cubic);
        tensor("_upsample_bilinear2d_aa", AntialiasedResizing::linear);
        tensor("_upsample_bicubic2d_aa", AntialiasedResizing::cubic);
    }

    /** What makes complex numbers, and what is simple for real ones. */
    private void complex() {
        any("view_as_complex", call -> Views.complexView(call.reference("self")));
        any(
                "view_as_real imag istft",
                call -> {
                    throw call.unsupported("takes complex numbers, and is given real ones");
                });
        any("real conj _conj resolve_conj resolve_neg", call -> call.value("self"));
        tensor("conj_physical _conj_physical", call -> call.tensor("self"));
        any(
                "complex",
                call ->
                        call.value(0) instanceof Value.Scalar
                                ? ComplexArithmetic.ofNumbers(call)
                                : OperatorCall.result(ComplexFunctions.complex(call)));
        any("Complex", ComplexArithmetic::ofNumbers);
        tensor("polar", ComplexFunctions::polar);
        tensor("angle", ComplexFunctions::angleOfReal);
        Fourier.operators().forEach(this::any);
        any("stft", Spectrograms::stft);
        tensor("hann_window", call -> Spectrograms.window(call, 0.5, 0.5, 0));
        tensor("hamming_window", Spectrograms::hamming);
        tensor("blackman_window", call -> Spectrograms.window(call, 0.42, 0.5, 0.08));
        tensor("fft_fftfreq", call -> Fourier.frequencies(call, false));
        tensor("fft_rfftfreq", call -> Fourier.frequencies(call, true));
    }

    private void vision() {
        tensor("grid_sampler grid_sampler_2d grid_sampler_3d", GridSampling::sample);
        tensor("affine_grid_generator", GridSampling::affineGrid);
        tensor("torchvision::roi_align", Regions::roiAlign);
        any("torchvision::nms", Regions::nms);
    }
}

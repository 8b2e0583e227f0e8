package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.ElementType;
import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What each operator of PyTorch becomes in ONNX. Immutable once it is made, hence safe from any
 * thread.
 *
 * <p>An in-place operator ({@code relu_}) needs no entry of its own: it is the operator without the
 * underscore, whose result is written to its first argument.
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

    private static final OperatorTable STANDARD = new OperatorTable();

    private final Map<String, Operator> operators = new HashMap<>();

    /** An operator whose result is one tensor. */
    @FunctionalInterface
    interface OneTensor {

        SymbolicTensor apply(OperatorCall call);
    }

    private OperatorTable() {
        numbers();
        containers();
        shapes();
        arithmetic();
        activations();
        indexing();
        joining();
        linear();
        attention();
        recurrent();
        convolutions();
        normalizations();
        pooling();
        padding();
        resizing();
        vision();
        reductions();
        functions();
        comparisons();
        extremes();
        ordering();
        creation();
        conversions();
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
     * Looks an operator up.
     *
     * @param name its qualified name without its overload, such as {@code aten::conv2d}
     * @return what it becomes, if it can be exported
     */
    public Optional<Operator> find(String name) {
        return Optional.ofNullable(operators.get(name));
    }

    /** Adds an operator of the namespace {@code aten}, or of one before {@code ::}. */
    private void any(String name, Operator operator) {
        String qualified = name.contains("::") ? name : "aten::" + name;
        if (operators.put(qualified, operator) != null) {
            throw new IllegalStateException(qualified + " stands in the table twice");
        }
    }

    /** Adds an operator that gives one tensor. */
    private void tensor(String name, OneTensor operator) {
        any(name, call -> OperatorCall.result(operator.apply(call)));
    }

    private void numbers() {
        any("Int", Numbers::toInt);
        any("Float", Numbers::toFloat);
        any("Bool", Numbers::toBool);
        any("IntImplicit", Numbers::toInt);
        any("FloatImplicit", Numbers::toFloat);
        any("ScalarImplicit", Numbers::item);
        any("item", Numbers::item);
        any("str", Numbers::toText);
        any("prim::NumToTensor", Numbers::toTensor);
        any("__not__", Numbers::not);
        any("__is__", Numbers::is);
        any("__isnot__", Numbers::isNot);
        any("prim::min", Numbers::extreme);
        any("prim::max", Numbers::extreme);
        any("prim::abs", Numbers::absolute);
        any("__round_to_zero_floordiv", Arithmetic::floorDivide);
        any("floordiv", Arithmetic::floorDivide);
        any("__derive_index", Numbers::derivedIndex);
        any("__range_length", Numbers::rangeLength);
        any("__and__", call -> Logic.bitwise(call, "And"));
        any("__or__", call -> Logic.bitwise(call, "Or"));
        any("__xor__", call -> Logic.bitwise(call, "Xor"));
        any("__lshift__", Logic::shiftLeft);
        any("__rshift__", Logic::shiftRight);
    }

    private void containers() {
        any("len", Containers::len);
        any("__getitem__", Containers::getItem);
        any("_set_item", Containers::setItem);
        any("__contains__", Containers::contains);
        any("append", Containers::append);
        any("extend", Containers::extend);
        any("insert", Containers::insert);
        any("pop", Containers::pop);
        any("clear", Containers::clear);
        any("reverse", Containers::reverse);
        any("copy", Containers::copy);
        any("list", Containers::copy);
        any("dict", Containers::dict);
        any("keys", Containers::keys);
        any("values", Containers::values);
        any("items", Containers::items);
        any("update", Containers::update);
        any("get", Containers::get);
        any("format", Containers::format);
        any("warn", call -> Value.None.NONE);
        any("prim::TupleIndex", Containers::getItem);
        any("prim::unchecked_unwrap_optional", call -> call.value(0));
        any("_unwrap_optional", call -> call.value(0));
        any("prim::data", call -> call.value(0));
    }

    private void shapes() {
        any("size", Shapes::size);
        any("sym_size", Shapes::size);
        any("dim", Shapes::dim);
        any("numel", Shapes::numel);
        any("prim::shape", Shapes::size);
        any("prim::dtype", Shapes::dtype);
        any("prim::device", call -> Value.Opaque.OPAQUE);
        any("prim::type", call -> new Value.Text("cpu"));
        any("prim::layout", call -> Value.Opaque.OPAQUE);
        any("device", call -> Value.Opaque.OPAQUE);
        any("prim::is_cuda", call -> new Value.Bool(false));
        any("is_floating_point", Shapes::isFloatingPoint);
        any("is_complex", call -> new Value.Bool(false));
        any("prim::requires_grad", call -> new Value.Bool(false));
        any("prim::is_nested", call -> new Value.Bool(call.value(0) instanceof Value.Nested));
        any("is_autocast_enabled", call -> new Value.Bool(false));
        any("is_grad_enabled", call -> new Value.Bool(false));
        any("is_contiguous", call -> new Value.Bool(true));
        any("view", Shapes::view);
        any("reshape", Shapes::reshape);
        any("_unsafe_view", Shapes::view);
        any("view_as", Shapes::viewAs);
        any("reshape_as", Shapes::reshapeAs);
        any("flatten", Shapes::flatten);
        any("unflatten", Shapes::unflatten);
        any("permute", Shapes::permute);
        any("transpose", Shapes::transpose);
        any("swapaxes", Shapes::transpose);
        any("swapdims", Shapes::transpose);
        any("t", Shapes::matrixTranspose);
        any("numpy_T", Shapes::matrixTranspose);
        any("squeeze", Shapes::squeeze);
        any("unsqueeze", Shapes::unsqueeze);
        any("slice", Shapes::slice);
        any("narrow", Shapes::narrow);
        any("select", Shapes::select);
        any("expand", Shapes::expand);
        any("expand_as", Shapes::expandAs);
        any("unbind", Shapes::unbind);
        any("chunk", Shapes::chunk);
        any("split", Shapes::split);
        any("split_with_sizes", Shapes::split);
        any("contiguous", Shapes::contiguous);
        any("alias", call -> call.value("self"));
        any("detach", Numbers::detached);
        any("requires_grad_", call -> call.value("self"));
        tensor("clone", call -> call.tensor("self"));
        tensor("cat", Shapes::cat);
        tensor("concat", Shapes::cat);
        tensor("concatenate", Shapes::cat);
        tensor("stack", Shapes::stack);
        any("to", Shapes::to);
        any("type_as", Shapes::typeAs);
    }

    private void arithmetic() {
        any("add", Arithmetic::add);
        any("sub", Arithmetic::sub);
        any("subtract", Arithmetic::sub);
        any("rsub", Arithmetic::rsub);
        any("mul", Arithmetic::mul);
        any("multiply", Arithmetic::mul);
        any("div", Arithmetic::div);
        any("divide", Arithmetic::div);
        any("true_divide", Arithmetic::div);
        any("floor_divide", Arithmetic::floorDivide);
        any("remainder", Arithmetic::remainder);
        any("fmod", Arithmetic::fmod);
        any("neg", Arithmetic::neg);
        any("negative", Arithmetic::neg);
        any("pow", Arithmetic::pow);
        any("maximum", call -> Arithmetic.binary(call, "Max"));
        any("minimum", call -> Arithmetic.binary(call, "Min"));
        tensor("fmax", call -> Pairwise.numberFirst(call, "Max"));
        tensor("fmin", call -> Pairwise.numberFirst(call, "Min"));
        tensor("addcmul", Pairwise::addcmul);
        tensor("addcdiv", Pairwise::addcdiv);
        tensor("lerp", Pairwise::lerp);
        tensor("atan2", call -> Pairwise.floating(call, Pairwise::atan2));
        tensor("arctan2", call -> Pairwise.floating(call, Pairwise::atan2));
        tensor("hypot", call -> Pairwise.floating(call, Pairwise::hypot));
        tensor("copysign", call -> Pairwise.floating(call, Pairwise::copySign));
        tensor("logaddexp", call -> Pairwise.floating(call, Pairwise::logAddExp));
        tensor("logaddexp2", call -> Pairwise.floating(call, Pairwise::logAddExp2));
        tensor("xlogy", call -> Pairwise.floating(call, Pairwise::xLogY));
        tensor("special_xlogy", call -> Pairwise.floating(call, Pairwise::xLogY));
        tensor("heaviside", Pairwise::heaviside);
    }

    private void activations() {
        tensor("relu", Thresholds::relu);
        tensor("relu6", call -> Thresholds.hardtanh(call, 0, 6));
        tensor(
                "hardtanh",
                call -> Thresholds.hardtanh(call, call.real("min_val"), call.real("max_val")));
        tensor("clamp", Thresholds::clamp);
        tensor("clip", Thresholds::clamp);
        tensor("clamp_min", Thresholds::clamp);
        tensor("clamp_max", Thresholds::clamp);
        tensor("threshold", Thresholds::threshold);
        tensor("hardshrink", Thresholds::hardshrink);
        tensor("softshrink", Thresholds::softshrink);
        tensor("leaky_relu", Activations::leakyRelu);
        tensor("rrelu", Activations::rrelu);
        tensor("prelu", Activations::prelu);
        tensor("elu", Activations::elu);
        tensor("selu", call -> Elementwise.unary(call, "Selu"));
        tensor("celu", Activations::celu);
        tensor("gelu", Activations::gelu);
        tensor("silu", call -> Elementwise.of(call, Activations::silu));
        tensor("mish", call -> Elementwise.of(call, Activations::mish));
        tensor("hardsigmoid", call -> Elementwise.of(call, Activations::hardsigmoid));
        tensor("hardswish", call -> Elementwise.of(call, Activations::hardswish));
        tensor("softplus", Activations::softplus);
        tensor("log_sigmoid", call -> Elementwise.of(call, Activations::logSigmoid));
        tensor("sigmoid", call -> Elementwise.unary(call, "Sigmoid"));
        tensor("tanh", call -> Elementwise.unary(call, "Tanh"));
        tensor("glu", Activations::glu);
        tensor("softmax", call -> Activations.softmax(call, "Softmax"));
        tensor("_softmax", call -> Activations.softmax(call, "Softmax"));
        tensor("special_softmax", call -> Activations.softmax(call, "Softmax"));
        tensor("log_softmax", call -> Activations.softmax(call, "LogSoftmax"));
        tensor("special_log_softmax", call -> Activations.softmax(call, "LogSoftmax"));
        any("dropout", call -> call.value(0));
        any("feature_dropout", call -> call.value(0));
        any("alpha_dropout", call -> call.value(0));
        any("feature_alpha_dropout", call -> call.value(0));
    }

    private void indexing() {
        any("index", Indexing::index);
        tensor("index_put", Indexing::put);
        tensor("_index_put_impl", Indexing::put);
        tensor("index_copy", Indexing::indexCopy);
        tensor("index_fill", Indexing::indexFill);
        tensor("index_add", Scatters::indexAdd);
        tensor("index_select", Gathers::indexSelect);
        tensor("take", Gathers::take);
        tensor("gather", Gathers::gather);
        tensor("take_along_dim", Gathers::takeAlongDim);
        tensor("scatter", Scatters::scatter);
        tensor("scatter_add", Scatters::scatterAdd);
        tensor("scatter_reduce", Scatters::scatterReduce);
        tensor("masked_scatter", Scatters::maskedScatter);
        any("slice_scatter", Scatters::sliceScatter);
        any("select_scatter", Scatters::selectScatter);
        any("diagonal_scatter", Scatters::diagonalScatter);
        any("as_strided", Windows::asStrided);
        any("unfold", Windows::unfold);
        tensor("im2col", Windows::im2col);
        tensor("col2im", Windows::col2im);
        any("diagonal", Diagonals::diagonal);
        tensor("diag", Diagonals::diag);
        tensor("diagflat", Diagonals::diagflat);
        tensor("diag_embed", Diagonals::diagEmbed);
        tensor("tril", Diagonals::tril);
        tensor("triu", Diagonals::triu);
        tensor("tril_indices", Diagonals::trilIndices);
        tensor("triu_indices", Diagonals::triuIndices);
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
        tensor("channel_shuffle", Arrangements::channelShuffle);
        tensor("native_channel_shuffle", Arrangements::channelShuffle);
    }

    private void joining() {
        any("movedim", Shapes::movedim);
        any("moveaxis", Shapes::movedim);
        any("mT", Shapes::transposeLast);
        any("mH", Shapes::transposeLast);
        any("adjoint", Shapes::transposeLast);
        any("matrix_H", Shapes::matrixTranspose);
        any("ravel", Shapes::ravel);
        any("broadcast_to", Shapes::expand);
        any("broadcast_tensors", Joins::broadcastTensors);
        any("atleast_1d", Joins::atLeast1d);
        any("atleast_2d", Joins::atLeast2d);
        any("atleast_3d", Joins::atLeast3d);
        any("meshgrid", Joins::meshgrid);
        tensor("cartesian_prod", Joins::cartesianProduct);
        any("unsafe_chunk", Shapes::chunk);
        any("unsafe_split", Shapes::split);
        any("unsafe_split_with_sizes", Shapes::split);
        any("tensor_split", Joins::tensorSplit);
        any("vsplit", call -> Joins.splitAlong(call, 0));
        any("hsplit", call -> Joins.splitAlong(call, 1));
        any("dsplit", call -> Joins.splitAlong(call, 2));
        tensor("hstack", Joins::hstack);
        tensor("vstack", Joins::vstack);
        tensor("row_stack", Joins::vstack);
        tensor("dstack", Joins::dstack);
        tensor("column_stack", Joins::columnStack);
    }

    private void linear() {
        tensor("linear", Linear::linear);
        tensor("matmul", Linear::matmul);
        tensor("linalg_matmul", Linear::matmul);
        tensor("mm", Linear::matmul);
        tensor("bmm", Linear::matmul);
        tensor("addmm", Linear::addmm);
        tensor("baddbmm", Products::baddbmm);
        tensor("addbmm", Products::addbmm);
        tensor("addmv", Products::addmv);
        tensor("addr", Products::addr);
        tensor("dot", Products::dot);
        tensor("vdot", Products::dot);
        tensor("mv", Products::matrixVector);
        tensor("outer", Products::outer);
        tensor("ger", Products::outer);
        tensor("inner", Products::inner);
        tensor("tensordot", Products::tensordot);
        tensor("chain_matmul", Products::chain);
        tensor("linalg_multi_dot", Products::chain);
        tensor("kron", Products::kron);
        tensor("bilinear", Products::bilinear);
        tensor("cross", Products::cross);
        tensor("linalg_cross", Products::cross);
        tensor("einsum", Einsum::einsum);
    }

    private void attention() {
        tensor("scaled_dot_product_attention", Attention::scaledDotProduct);
        any("_native_multi_head_attention", FastPaths::multiHead);
        any("_transformer_encoder_layer_fwd", FastPaths::encoderLayer);
        any("_nested_tensor_from_mask", FastPaths::nestedFromMask);
        any("_nested_tensor_from_mask_left_aligned", FastPaths::isLeftAligned);
        tensor("to_padded_tensor", FastPaths::toPadded);
        tensor("nested_to_padded_tensor", FastPaths::toPadded);
    }

    private void recurrent() {
        any("lstm", Recurrent::lstm);
        any("_pack_padded_sequence", Recurrent::refusePacked);
        any("_pad_packed_sequence", Recurrent::refusePacked);
        any("gru", Recurrent::gru);
        any("rnn_tanh", call -> Recurrent.rnn(call, "Tanh"));
        any("rnn_relu", call -> Recurrent.rnn(call, "Relu"));
        any("lstm_cell", Cells::lstm);
        tensor("gru_cell", Cells::gru);
        tensor("rnn_tanh_cell", call -> Cells.rnn(call, "Tanh"));
        tensor("rnn_relu_cell", call -> Cells.rnn(call, "Relu"));
    }

    private void convolutions() {
        tensor("conv1d", Convolutions::conv);
        tensor("conv2d", Convolutions::conv);
        tensor("conv3d", Convolutions::conv);
        tensor("_convolution_mode", Convolutions::conv);
        tensor("conv_transpose1d", Convolutions::transposed);
        tensor("conv_transpose2d", Convolutions::transposed);
        tensor("conv_transpose3d", Convolutions::transposed);
        tensor("_convolution", Convolutions::convolution);
        tensor("convolution", Convolutions::convolution);
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
        for (int i = 1; i <= 3; i++) {
            int axes = i;
            tensor("max_pool" + i + "d", call -> Pooling.max(call, axes));
            any("max_pool" + i + "d_with_indices", call -> Pooling.maxWithIndices(call, axes));
            tensor("avg_pool" + i + "d", call -> Pooling.average(call, axes));
            tensor("adaptive_avg_pool" + i + "d", call -> AdaptivePooling.average(call, axes));
            any("adaptive_max_pool" + i + "d", call -> AdaptivePooling.max(call, axes));
        }
        tensor("_adaptive_avg_pool2d", call -> AdaptivePooling.average(call, 2));
        tensor("_adaptive_avg_pool3d", call -> AdaptivePooling.average(call, 3));
    }

    private void padding() {
        tensor("pad", Padding::pad);
        tensor("constant_pad_nd", Padding::constant);
        tensor("_pad_circular", Padding::circular);
        for (int axes = 1; axes <= 3; axes++) {
            tensor("reflection_pad" + axes + "d", call -> Padding.byMode(call, "reflect"));
            tensor("replication_pad" + axes + "d", call -> Padding.byMode(call, "edge"));
        }
    }

    private void resizing() {
        for (int axes = 1; axes <= 3; axes++) {
            tensor("upsample_nearest" + axes + "d", call -> Resizing.nearest(call, false));
            tensor("_upsample_nearest_exact" + axes + "d", call -> Resizing.nearest(call, true));
        }
        tensor("upsample_linear1d", Resizing::linear);
        tensor("upsample_bilinear2d", Resizing::linear);
        tensor("upsample_trilinear3d", Resizing::linear);
        tensor("upsample_bicubic2d", Resizing::cubic);
        tensor("_upsample_bilinear2d_aa", AntialiasedResizing::linear);
        tensor("_upsample_bicubic2d_aa", AntialiasedResizing::cubic);
    }

    private void vision() {
        tensor("grid_sampler", GridSampling::sample);
        tensor("grid_sampler_2d", GridSampling::sample);
        tensor("grid_sampler_3d", GridSampling::sample);
        tensor("affine_grid_generator", GridSampling::affineGrid);
        tensor("torchvision::roi_align", Regions::roiAlign);
        any("torchvision::nms", Regions::nms);
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
        tensor("norm", Norms::norm);
        tensor("linalg_vector_norm", Norms::norm);
        tensor("frobenius_norm", Norms::norm);
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
        tensor("trapz", Cumulative::area);
        tensor("trapezoid", Cumulative::area);
    }

    private void functions() {
        any("abs", Numbers::absolute);
        any("absolute", Numbers::absolute);
        any("ceil", call -> Elementwise.rounded(call, "Ceil"));
        any("floor", call -> Elementwise.rounded(call, "Floor"));
        any("round", call -> Elementwise.rounded(call, "Round"));
        tensor("trunc", call -> Elementwise.truncated(call.primitives(), call.tensor("self")));
        tensor("fix", call -> Elementwise.truncated(call.primitives(), call.tensor("self")));
        tensor("frac", call -> Elementwise.of(call, Elementwise::fraction));
        tensor("sign", call -> call.primitives().unary("Sign", call.tensor("self")));
        tensor("sgn", call -> call.primitives().unary("Sign", call.tensor("self")));
        tensor("square", Elementwise::square);
        tensor("reciprocal", call -> Elementwise.of(call, Elementwise::reciprocal));
        any("sqrt", Numbers.function(Math::sqrt, call -> Elementwise.unary(call, "Sqrt")));
        tensor("rsqrt", call -> Elementwise.of(call, Elementwise::inverseSquareRoot));
        any("exp", Numbers.function(Math::exp, call -> Elementwise.unary(call, "Exp")));
        tensor("exp2", call -> Elementwise.of(call, Elementwise::exp2));
        any(
                "expm1",
                Numbers.function(Math::expm1, call -> Elementwise.of(call, Elementwise::expm1)));
        any("log", Numbers.function(Math::log, call -> Elementwise.unary(call, "Log")));
        any(
                "log2",
                Numbers.function(x -> Math.log(x) / Math.log(2), call -> Elementwise.log(call, 2)));
        any("log10", Numbers.function(Math::log10, call -> Elementwise.log(call, 10)));
        any(
                "log1p",
                Numbers.function(Math::log1p, call -> Elementwise.of(call, Elementwise::log1p)));
        any("sin", Numbers.function(Math::sin, call -> Elementwise.unary(call, "Sin")));
        any("cos", Numbers.function(Math::cos, call -> Elementwise.unary(call, "Cos")));
        any("tan", Numbers.function(Math::tan, call -> Elementwise.unary(call, "Tan")));
        tensor("logit", Elementwise::logit);
        tensor("special_logit", Elementwise::logit);
        tensor("sinc", call -> Elementwise.of(call, Elementwise::sinc));
        tensor("special_sinc", call -> Elementwise.of(call, Elementwise::sinc));
        tensor("erf", call -> Elementwise.unary(call, "Erf"));
        tensor("special_erf", call -> Elementwise.unary(call, "Erf"));
        tensor("erfc", call -> Elementwise.of(call, Elementwise::erfc));
        tensor("special_erfc", call -> Elementwise.of(call, Elementwise::erfc));
        tensor("erfinv", call -> Elementwise.of(call, Elementwise::erfinv));
        tensor("special_erfinv", call -> Elementwise.of(call, Elementwise::erfinv));
        tensor("special_expit", call -> Elementwise.unary(call, "Sigmoid"));
        tensor("special_expm1", call -> Elementwise.of(call, Elementwise::expm1));
        tensor("special_log1p", call -> Elementwise.of(call, Elementwise::log1p));
        tensor("deg2rad", call -> Elementwise.scaled(call, Math.PI / 180));
        tensor("rad2deg", call -> Elementwise.scaled(call, 180 / Math.PI));
        for (String name :
                List.of("sinh", "cosh", "asin", "acos", "atan", "asinh", "acosh", "atanh")) {
            String operator = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
            tensor(name, call -> Elementwise.unary(call, operator));
            if (name.startsWith("a")) {
                tensor("arc" + name.substring(1), call -> Elementwise.unary(call, operator));
            }
        }
    }

    private void comparisons() {
        for (String name : List.of("eq", "ne", "lt", "le", "gt", "ge")) {
            any(name, Comparisons::compare);
        }
        tensor("logical_and", call -> Logic.logical(call, "And"));
        tensor("logical_or", call -> Logic.logical(call, "Or"));
        tensor("logical_xor", call -> Logic.logical(call, "Xor"));
        tensor("logical_not", Logic::logicalNot);
        any("bitwise_and", call -> Logic.bitwise(call, "And"));
        any("bitwise_or", call -> Logic.bitwise(call, "Or"));
        any("bitwise_xor", call -> Logic.bitwise(call, "Xor"));
        tensor("bitwise_not", Logic::bitwiseNot);
        any("bitwise_left_shift", Logic::shiftLeft);
        any("bitwise_right_shift", Logic::shiftRight);
        tensor("isnan", call -> Comparisons.isNan(call.primitives(), call.tensor("self")));
        tensor("isinf", call -> Comparisons.isInfinite(call.primitives(), call.tensor("self")));
        tensor("isfinite", call -> Comparisons.isFinite(call.primitives(), call.tensor("self")));
        tensor("isclose", Comparisons::isClose);
        tensor("nan_to_num", Comparisons::nanToNum);
        tensor("where", Comparisons::where);
        tensor("masked_fill", Comparisons::maskedFill);
    }

    private void extremes() {
        any("max", call -> Extremes.extreme(call, "Max"));
        any("min", call -> Extremes.extreme(call, "Min"));
        tensor("amax", call -> Extremes.along(call, "Max"));
        tensor("amin", call -> Extremes.along(call, "Min"));
        any("aminmax", Extremes::both);
        tensor("argmax", call -> Extremes.place(call, "ArgMax"));
        tensor("argmin", call -> Extremes.place(call, "ArgMin"));
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

    private void creation() {
        tensor("zeros", call -> Creation.filled(call, 0));
        tensor("ones", call -> Creation.filled(call, 1));
        tensor("empty", call -> Creation.filled(call, 0));
        tensor("full", Creation::full);
        for (Map.Entry<String, Long> name :
                Map.of("zeros", 0L, "ones", 1L, "empty", 0L).entrySet()) {
            Value.Int value = Value.Int.of(name.getValue());
            tensor("new_" + name.getKey(), call -> Creation.filledNew(call, value));
            tensor(name.getKey() + "_like", call -> Creation.filledLike(call, value));
        }
        tensor("new_full", call -> Creation.filledNew(call, call.scalar("fill_value")));
        tensor("full_like", call -> Creation.filledLike(call, call.scalar("fill_value")));
        tensor("zero", call -> Creation.filledLike(call, Value.Int.of(0)));
        tensor("fill", Creation::fill);
        tensor("arange", Creation::arange);
        tensor("linspace", Creation::linspace);
        tensor("logspace", Creation::logspace);
        tensor("eye", Creation::eye);
        any("tensor", Creation::tensor);
        any("as_tensor", Creation::tensor);
        any("scalar_tensor", Creation::tensor);
        tensor("one_hot", Embeddings::oneHot);
        tensor("embedding", Embeddings::embedding);
        any("embedding_bag", Embeddings::bag);
    }

    private void conversions() {
        any("cpu", call -> call.value("self"));
        any("cuda", call -> call.value("self"));
        any("lift", call -> call.value("self"));
        any("lift_fresh", call -> call.value("self"));
        any("_to_copy", Shapes::to);
        for (Map.Entry<String, ElementType> name : CASTS.entrySet()) {
            any("_cast_" + name.getKey(), call -> Shapes.to(call, name.getValue()));
        }
    }
}

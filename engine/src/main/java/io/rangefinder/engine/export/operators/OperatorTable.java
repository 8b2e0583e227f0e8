package io.rangefinder.engine.export.operators;

import io.rangefinder.engine.export.symbolic.SymbolicTensor;
import io.rangefinder.engine.export.symbolic.Value;
import java.util.HashMap;
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
        reductions();
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
        any("prim::NumToTensor", Numbers::toTensor);
        any("__not__", Numbers::not);
        any("__is__", Numbers::is);
        any("__isnot__", Numbers::isNot);
        any("ceil", Numbers::round);
        any("floor", Numbers::round);
        any("round", Numbers::round);
        any("prim::min", Numbers::extreme);
        any("prim::max", Numbers::extreme);
        any("__round_to_zero_floordiv", Numbers::floorDivide);
        any("floordiv", Numbers::floorDivide);
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
        any("reshape", Shapes::view);
        any("_unsafe_view", Shapes::view);
        any("view_as", Shapes::viewAs);
        any("reshape_as", Shapes::viewAs);
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
        any("contiguous", call -> call.value("self"));
        any("alias", call -> call.value("self"));
        any("detach", call -> call.value("self"));
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
        any("rsub", Arithmetic::rsub);
        any("mul", Arithmetic::mul);
        any("div", Arithmetic::div);
        any("floor_divide", Arithmetic::floorDivide);
        any("remainder", Arithmetic::remainder);
        any("neg", Arithmetic::neg);
        any("pow", Arithmetic::pow);
        any("sqrt", Arithmetic::sqrt);
        any("eq", Arithmetic::compare);
        any("ne", Arithmetic::compare);
        any("lt", Arithmetic::compare);
        any("le", Arithmetic::compare);
        any("gt", Arithmetic::compare);
        any("ge", Arithmetic::compare);
    }

    private void activations() {
        tensor("relu", Activations::relu);
        tensor("relu6", call -> Activations.clip(call, 0, 6));
        tensor("hardtanh", Activations::hardtanh);
        tensor("gelu", Activations::gelu);
        tensor("sigmoid", call -> Activations.unary(call, "Sigmoid"));
        tensor("tanh", call -> Activations.unary(call, "Tanh"));
        tensor("softmax", Activations::softmax);
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
        tensor("_convolution", Convolutions::convolution);
        tensor("convolution", Convolutions::convolution);
    }

    private void normalizations() {
        tensor("batch_norm", Normalizations::batchNorm);
        tensor("layer_norm", Normalizations::layerNorm);
    }

    private void pooling() {
        tensor("max_pool2d", Pooling::maxPool);
        tensor("adaptive_avg_pool2d", Pooling::adaptiveAveragePool);
    }

    private void reductions() {
        tensor("mean", Reductions::mean);
    }
}

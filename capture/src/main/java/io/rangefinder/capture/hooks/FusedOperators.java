package io.rangefinder.capture.hooks;

import io.rangefinder.capture.archive.TorchScriptProgram.Definition;
import io.rangefinder.capture.torchscript.FunctionDef;
import io.rangefinder.capture.torchscript.SourceFile;
import io.rangefinder.capture.torchscript.TorchScriptSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What PyTorch's fused operators compute, in operators that hooks can stand between ({@code
 * aten/src/ATen/native/transformers/attention.cpp}, {@code transformer.cpp}): the layers inside
 * them need ranges, too.
 *
 * <p>The model's own result still comes from the fused operator, whose rounding differs. Whoever
 * executes marks takes the opened one's in its place; both so have the same points.
 */
final class FusedOperators {

    /** The function that opens an operator. */
    private static final Map<String, String> OPENED =
            Map.of(
                    "aten::_transformer_encoder_layer_fwd", "opened_encoder_layer",
                    "aten::_native_multi_head_attention", "opened_multi_head");

    /** What the names of functions begin with that are put in as they are, without hooks. */
    private static final String PLAIN = "plain_";

    /** The parameter that says whether queries, keys and values are of one sequence. */
    static final String SAME = "same";

    private static final String SOURCE =
            """
            def opened_encoder_layer(src: Tensor,
                embed_dim: int,
                num_heads: int,
                qkv_weight: Tensor,
                qkv_bias: Tensor,
                proj_weight: Tensor,
                proj_bias: Tensor,
                use_gelu: bool,
                norm_first: bool,
                eps: float,
                norm_weight_1: Tensor,
                norm_bias_1: Tensor,
                norm_weight_2: Tensor,
                norm_bias_2: Tensor,
                ffn_weight_1: Tensor,
                ffn_bias_1: Tensor,
                ffn_weight_2: Tensor,
                ffn_bias_2: Tensor,
                mask: Optional[Tensor]=None,
                mask_type: Optional[int]=None) -> Tensor:
              dense = MODULE.plain_dense(src, )
              hidden = MODULE.plain_hidden(src, mask, mask_type, )
              if norm_first:
                x = torch.layer_norm(dense, [embed_dim], norm_weight_1, norm_bias_1, eps)
              else:
                x = dense
              qkv = torch.linear(x, qkv_weight, qkv_bias)
              q = torch.slice(qkv, 2, 0, embed_dim)
              k = torch.slice(qkv, 2, embed_dim, torch.mul(embed_dim, 2))
              v = torch.slice(qkv, 2, torch.mul(embed_dim, 2), torch.mul(embed_dim, 3))
              attended, _0, = MODULE.opened_attention(q, k, v, num_heads, hidden, proj_weight, proj_bias, )
              added = torch.add(attended, dense)
              if norm_first:
                y = torch.layer_norm(added, [embed_dim], norm_weight_2, norm_bias_2, eps)
                middle = added
              else:
                y = torch.layer_norm(added, [embed_dim], norm_weight_1, norm_bias_1, eps)
                middle = y
              inner = torch.linear(y, ffn_weight_1, ffn_bias_1)
              if use_gelu:
                active = torch.gelu(inner)
              else:
                active = torch.relu(inner)
              outer = torch.add(torch.linear(active, ffn_weight_2, ffn_bias_2), middle)
              if norm_first:
                result = outer
              else:
                result = torch.layer_norm(outer, [embed_dim], norm_weight_2, norm_bias_2, eps)
              return MODULE.plain_like(result, src, )
            def opened_multi_head(same: bool,
                query: Tensor,
                key: Tensor,
                value: Tensor,
                embed_dim: int,
                num_head: int,
                qkv_weight: Tensor,
                qkv_bias: Tensor,
                proj_weight: Tensor,
                proj_bias: Tensor,
                mask: Optional[Tensor]=None,
                need_weights: bool=True,
                average_attn_weights: bool=True,
                mask_type: Optional[int]=None) -> Tuple[Tensor, Optional[Tensor]]:
              x = MODULE.plain_dense(query, )
              hidden = MODULE.plain_hidden(query, mask, mask_type, )
              if same:
                qkv = torch.linear(x, qkv_weight, qkv_bias)
                q = torch.slice(qkv, 2, 0, embed_dim)
                k = torch.slice(qkv, 2, embed_dim, torch.mul(embed_dim, 2))
                v = torch.slice(qkv, 2, torch.mul(embed_dim, 2), torch.mul(embed_dim, 3))
              else:
                q = torch.linear(x, MODULE.plain_part(qkv_weight, 0, embed_dim, ), MODULE.plain_part(qkv_bias, 0, embed_dim, ))
                k = torch.linear(MODULE.plain_dense(key, ), MODULE.plain_part(qkv_weight, 1, embed_dim, ), MODULE.plain_part(qkv_bias, 1, embed_dim, ))
                v = torch.linear(MODULE.plain_dense(value, ), MODULE.plain_part(qkv_weight, 2, embed_dim, ), MODULE.plain_part(qkv_bias, 2, embed_dim, ))
              attended, weights, = MODULE.opened_attention(q, k, v, num_head, hidden, proj_weight, proj_bias, )
              return (MODULE.plain_like(attended, query, ), MODULE.plain_shown(weights, need_weights, average_attn_weights, ))
            def opened_attention(q: Tensor,
                k: Tensor,
                v: Tensor,
                heads: int,
                hidden: Optional[Tensor],
                weight: Tensor,
                bias: Tensor) -> Tuple[Tensor, Tensor]:
              images = torch.size(q, 0)
              width = torch.size(q, 2)
              depth = torch.floordiv(width, heads)
              queries = torch.transpose(torch.reshape(q, [images, torch.size(q, 1), heads, depth]), 1, 2)
              keys = torch.transpose(torch.reshape(k, [images, torch.size(k, 1), heads, depth]), 1, 2)
              values = torch.transpose(torch.reshape(v, [images, torch.size(v, 1), heads, depth]), 1, 2)
              scaled = torch.mul(queries, torch.div(1., torch.sqrt(depth)))
              scores = torch.matmul(scaled, torch.transpose(keys, 2, 3))
              weights = torch.softmax(MODULE.plain_masked(scores, hidden, ), -1)
              mixed = torch.transpose(torch.matmul(weights, values), 1, 2)
              rows = torch.reshape(mixed, [images, torch.size(q, 1), width])
              return (torch.linear(rows, weight, bias), weights)
            def plain_part(x: Tensor, i: int, width: int) -> Tensor:
              return torch.slice(x, 0, torch.mul(i, width), torch.mul(torch.add(i, 1), width))
            def plain_masked(scores: Tensor, hidden: Optional[Tensor]) -> Tensor:
              if torch.__isnot__(hidden, None):
                result = torch.masked_fill(scores, unchecked_cast(Tensor, hidden), -inf)
              else:
                result = scores
              return result
            def plain_shown(weights: Tensor, need: bool, average: bool) -> Optional[Tensor]:
              if need:
                if average:
                  shown : Optional[Tensor] = torch.mean(weights, [1])
                else:
                  shown = weights
                result : Optional[Tensor] = shown
              else:
                result = None
              return result
            def plain_hidden(src: Tensor, mask: Optional[Tensor], mask_type: Optional[int]) -> Optional[Tensor]:
              if ops.prim.is_nested(src):
                ends = MODULE.plain_ends(src, )
                result : Optional[Tensor] = torch.unsqueeze(torch.unsqueeze(ends, 1), 1)
              else:
                if torch.__isnot__(mask, None):
                  truths = torch.ne(unchecked_cast(Tensor, mask), 0)
                  if torch.__isnot__(mask_type, None):
                    if torch.eq(unchecked_cast(int, mask_type), 1):
                      shaped = torch.unsqueeze(torch.unsqueeze(truths, 1), 1)
                    else:
                      shaped = truths
                    typed = shaped
                  else:
                    typed = truths
                  given : Optional[Tensor] = typed
                else:
                  given = None
                result = given
              return result
            """;

    /**
     * Sequences of different lengths come as a nested tensor. Behind its end each gets copies of
     * its first row, which take part in no statistics but once more; as keys they are hidden.
     */
    private static final String OBSERVED =
            """
            def plain_ends(src: Tensor) -> Tensor:
              lengths = torch.select(torch._nested_tensor_size(src), 1, 0)
              places = torch.arange(int(torch.max(lengths)), dtype=4)
              ends = torch.ge(torch.unsqueeze(places, 0), torch.unsqueeze(lengths, 1))
              return torch.to(ends, ops.prim.device(src), 11)
            def plain_dense(src: Tensor) -> Tensor:
              if ops.prim.is_nested(src):
                padded = torch.nested_to_padded_tensor(src, 0.)
                first = torch.slice(padded, 1, 0, 1)
                result = torch.where(torch.unsqueeze(MODULE.plain_ends(src, ), 2), first, padded)
              else:
                result = src
              return result
            def plain_like(x: Tensor, src: Tensor) -> Tensor:
              return x
            """;

    /** In the export, a nested tensor is a padded one that knows what of it is valid. */
    private static final String MARKED =
            """
            def plain_ends(src: Tensor) -> Tensor:
              return ops.rangefinder.nested_ends(src)
            def plain_dense(src: Tensor) -> Tensor:
              if ops.prim.is_nested(src):
                result = ops.rangefinder.nested_padded(src)
              else:
                result = src
              return result
            def plain_like(x: Tensor, src: Tensor) -> Tensor:
              if ops.prim.is_nested(src):
                result = ops.rangefinder.nested_like(x, src)
              else:
                result = x
              return result
            """;

    private final String file;
    private final Map<String, Definition<FunctionDef>> functions;

    /**
     * Reads the functions.
     *
     * @param file the code file that they go into
     * @param marked whether marks are executed, not observers
     */
    FusedOperators(String file, boolean marked) {
        this.file = file;
        String text = (SOURCE + (marked ? MARKED : OBSERVED)).replace("MODULE", file);
        SourceFile source;
        try {
            source = SourceFile.parse("PyTorch's fused operators", text);
        } catch (TorchScriptSyntaxException e) {
            throw new IllegalStateException(e);
        }
        functions =
                source.functions().stream()
                        .map(f -> new Definition<>(file + "." + f.name(), file, source, f))
                        .collect(Collectors.toMap(Definition::qualifiedName, Function.identity()));
    }

    /** The function that opens an operator, such as {@code aten::add}, if it is a fused one. */
    Optional<Definition<FunctionDef>> opened(String operator) {
        return Optional.ofNullable(OPENED.get(operator)).map(f -> functions.get(file + "." + f));
    }

    /** One of the functions that are hooked. */
    Optional<Definition<FunctionDef>> hooked(String qualifiedName) {
        return Optional.ofNullable(functions.get(qualifiedName)).filter(f -> !isPlain(f));
    }

    /** One of the functions that look at nothing that has a name. */
    Optional<Definition<FunctionDef>> plain(String qualifiedName) {
        return Optional.ofNullable(functions.get(qualifiedName)).filter(FusedOperators::isPlain);
    }

    /** All of these. */
    List<FunctionDef> plain() {
        return functions.values().stream()
                .filter(FusedOperators::isPlain)
                .map(Definition::definition)
                .toList();
    }

    private static boolean isPlain(Definition<FunctionDef> function) {
        return function.definition().name().startsWith(PLAIN);
    }
}

package io.rangefinder.capture.observers;

import java.util.List;

/**
 * How many elements a tensor had, the least and the greatest finite one, and how many were not
 * finite. It costs one pass over the tensor: as NaN and infinities show in the minimum and the
 * maximum, they are counted only if there are any.
 */
public final class MinMaxObserver implements RowObserver {

    /** The elements, NaN and infinities included. */
    public static final String COUNT = "count";

    /** The least finite element. */
    public static final String MIN = "min";

    /** The greatest finite element. */
    public static final String MAX = "max";

    /** The elements that are NaN. */
    public static final String NAN = "nan";

    /** The elements that are {@code +Infinity}. */
    public static final String POSITIVE = "positiveInfinities";

    /** The elements that are {@code -Infinity}. */
    public static final String NEGATIVE = "negativeInfinities";

    private static final List<Column> COLUMNS =
            List.of(
                    Column.count(COUNT),
                    Column.least(MIN),
                    Column.greatest(MAX),
                    Column.count(NAN),
                    Column.count(POSITIVE),
                    Column.count(NEGATIVE));

    /** Makes the observer, which has no settings. */
    public MinMaxObserver() {}

    @Override
    public String name() {
        return "minmax";
    }

    @Override
    public List<Column> columns() {
        return COLUMNS;
    }

    @Override
    public String torchScript() {
        return """
        def minmax(x: Tensor, n: int, rows: List[float], i: int) -> NoneType:
          low, high, = torch.aminmax(x)
          a = float(low)
          b = float(high)
          if torch.lt(torch.sub(b, a), inf):
            __torch__.MODULE.minmax_add(rows, i, a, b, n)
          else:
            __torch__.MODULE.minmax_special(x, rows, i, n)
          return None
        def minmax_add(rows: List[float], i: int, a: float, b: float, n: int) -> NoneType:
          _0 = torch._set_item(rows, i, torch.add(torch.__getitem__(rows, i), float(n)))
          if torch.lt(a, torch.__getitem__(rows, torch.add(i, 1))):
            _1 = torch._set_item(rows, torch.add(i, 1), a)
          else:
            pass
          if torch.gt(b, torch.__getitem__(rows, torch.add(i, 2))):
            _2 = torch._set_item(rows, torch.add(i, 2), b)
          else:
            pass
          return None
        def minmax_count(rows: List[float], i: int, mask: Tensor) -> NoneType:
          _0 = torch._set_item(rows, i, torch.add(torch.__getitem__(rows, i), float(torch.sum(mask))))
          return None
        def minmax_special(x: Tensor, rows: List[float], i: int, n: int) -> NoneType:
          __torch__.MODULE.minmax_count(rows, torch.add(i, 3), torch.isnan(x))
          __torch__.MODULE.minmax_count(rows, torch.add(i, 4), torch.eq(x, inf))
          __torch__.MODULE.minmax_count(rows, torch.add(i, 5), torch.eq(x, -inf))
          finite = torch.masked_select(x, torch.isfinite(x))
          if torch.gt(torch.numel(finite), 0):
            low, high, = torch.aminmax(finite)
            __torch__.MODULE.minmax_add(rows, i, float(low), float(high), n)
          else:
            __torch__.MODULE.minmax_add(rows, i, inf, -inf, n)
          return None
        """;
    }

    @Override
    public boolean follows(Clamp clamp) {
        return true;
    }

    @Override
    public Tally clamp(Tally seen, Clamp clamp) {
        if (clamp.equals(Clamp.NONE)) {
            return seen;
        }
        double min = seen.extreme(MIN);
        double max = seen.extreme(MAX);
        if (!seen.isEmpty(MIN)) {
            min = clamp.apply(min);
            max = clamp.apply(max);
        }
        long negative = seen.count(NEGATIVE);
        if (negative > 0 && clamp.low() > Double.NEGATIVE_INFINITY) {
            min = Math.min(min, clamp.low());
            max = Math.max(max, clamp.low());
            negative = 0;
        }
        long positive = seen.count(POSITIVE);
        if (positive > 0 && clamp.high() < Double.POSITIVE_INFINITY) {
            min = Math.min(min, clamp.high());
            max = Math.max(max, clamp.high());
            positive = 0;
        }
        return Tally.builder(COLUMNS, 1)
                .put(COUNT, seen.count(COUNT))
                .put(MIN, min)
                .put(MAX, max)
                .put(NAN, seen.count(NAN))
                .put(POSITIVE, positive)
                .put(NEGATIVE, negative)
                .build();
    }
}

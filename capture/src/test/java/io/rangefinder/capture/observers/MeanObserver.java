package io.rangefinder.capture.observers;

import io.rangefinder.capture.statistics.TensorStatistics;
import java.util.List;

/** One more number: the sum of the finite elements, which their count makes a mean of. */
public final class MeanObserver implements RowObserver {

    @Override
    public String name() {
        return "mean";
    }

    @Override
    public List<Column> columns() {
        return List.of(Column.sum("sum"));
    }

    @Override
    public String torchScript() {
        return """
        def mean(x: Tensor, n: int, rows: List[float], i: int) -> NoneType:
          finite = torch.nan_to_num(torch.to(x, 7), 0., 0., 0.)
          _0 = torch._set_item(rows, i, torch.add(torch.__getitem__(rows, i), float(torch.sum(finite))))
          return None
        """;
    }

    /** The mean of the finite elements. */
    public double of(TensorStatistics seen) {
        double sum = seen.seenBy(this).orElseThrow().sums("sum").get(0).doubleValue();
        return sum / seen.finiteCount();
    }
}
